"""``calendar``: the dates of a plan for Outlook, Google or Apple."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from behaviour_culture.commands.journeys import add_journey, add_kept_option, run_kept
from behaviour_culture.commands.parsing import Commands, add_command, in_options
from behaviour_culture.commands.terminal import clear, say
from behaviour_culture.errors import InvalidInputError
from behaviour_culture.interchange.file_bytes import make_folder, several_files

if TYPE_CHECKING:
    from behaviour_culture.journey import JourneyResult

__all__ = ["add"]


def add(commands: Commands) -> None:
    """Add the command."""
    calendar = add_command(
        commands, "calendar", _calendar, "write a plan's dates as calendar files, for each person"
    )
    add_journey(calendar)
    calendar.add_argument("-o", "--out", required=True, help="folder; it gets plan.ics and more")
    calendar.add_argument(
        "--person",
        metavar="WHO",
        help="only for one: a name in the plan, or the id or title of a role",
    )
    add_kept_option(calendar)


def _calendar(options: argparse.Namespace) -> int:
    from behaviour_culture.interchange.ical import cancel_others, own_text  # noqa: PLC0415
    from behaviour_culture.interchange.table import id_from  # noqa: PLC0415
    from behaviour_culture.report.calendar import calendar_people, write_calendar  # noqa: PLC0415

    done = run_kept(options)
    clear()
    people = calendar_people(done.plan, done.schedule, school=done.school, catalogue=done.catalogue)
    if options.person is not None:
        with in_options("calendar", person="--person"):
            _events_of(done, options.person)  # nobody of that name: no folder is made
    folder = make_folder(options.out)
    files: dict[str, str | None] = {"plan.ics": None}
    if options.person is not None:
        files = {f"plan-{id_from(options.person, default='person')}.ics": options.person}
    else:
        files |= {f"plan-{key}.ics": key for key in people}
        files |= {name: key for name, key in _earlier(folder) if _takes_part(done, key)}
    for name in files:
        own_text(folder / name)  # before any is written: none may be somebody else's
    when = done.today or done.journey.audit_date or done.schedule.starts
    with several_files() as paths:
        for name, person in files.items():
            with in_options("calendar", person="--person"):
                written = write_calendar(
                    folder / name,
                    done.plan,
                    done.schedule,
                    person=person,
                    calendar=done.calendar,
                    written_on=when,
                    school=done.school,
                    catalogue=done.catalogue,
                )
            paths.append(written)
            say(f"{written}: {people.get(person, person) if person else 'all dates'}")
        if options.person is None:
            for path in cancel_others(folder, "plan-*.ics", paths, written_on=when):
                say(f"{path}: cancelled, since nobody of this name has a step now")
    return 0


def _earlier(folder: Path) -> list[tuple[str, str]]:
    """Return the files of single people that are there, and whose they are."""
    return [(p.name, p.stem.removeprefix("plan-")) for p in sorted(folder.glob("plan-*.ics"))]


def _takes_part(done: JourneyResult, person: str) -> bool:
    """Say whether somebody leads a step or takes part in one."""
    try:
        _events_of(done, person)
    except InvalidInputError:
        return False
    return True


def _events_of(done: JourneyResult, person: str) -> None:
    """Raise an error unless somebody leads a step or takes part in one."""
    from behaviour_culture.report.calendar import plan_events  # noqa: PLC0415  (the stages)

    plan_events(
        done.plan, done.schedule, person=person, school=done.school, catalogue=done.catalogue
    )
