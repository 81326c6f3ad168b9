"""``step``: the changes that people make to the steps of a plan."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from behaviour_culture.commands.parsing import (
    Commands,
    add_command,
    add_out_file_option,
    as_date,
    in_options,
)
from behaviour_culture.commands.terminal import say
from behaviour_culture.errors import ReadError
from behaviour_culture.interchange.file_bytes import check_free

if TYPE_CHECKING:
    from behaviour_culture.planning.plan import ActionPlan

__all__ = ["add"]

_Change = Callable[["ActionPlan", argparse.Namespace], "ActionPlan"]


def add(commands: Commands) -> None:
    """Add the command, with one for each kind of change."""
    step = commands.add_parser(
        "step",
        help="change a step of a plan: its lead, dates, title; drop or add one",
        description="Change a step of a plan. The plan keeps each change, and undo takes it back.",
    )
    actions: Commands = step.add_subparsers(required=True, metavar="CHANGE")

    def change(
        name: str, words: str, run: _Change, *, step: bool = True
    ) -> argparse.ArgumentParser:
        added = add_command(actions, name, _step, words)
        added.set_defaults(change=run)
        added.add_argument("plan", metavar="PLAN", help="a plan, or the folder of its report")
        if step:
            added.add_argument("step", metavar="STEP", help="the id of the step")
        add_out_file_option(added, "write here, leave PLAN as it is")
        if step:
            added.add_argument(
                "--reason", default="", metavar="TEXT", help="why; the plan keeps it"
            )
        return added

    change("drop", "take a step out of a plan", lambda p, o: p.drop(o.step, reason=o.reason))
    more = change("add", "put a step of the catalogue into a plan", _add)
    more.add_argument("--catalogue", metavar="ID-OR-FILE", help="(default: that of the plan)")
    more.add_argument("--school", metavar="FILE", help="take the step as it is for this school")
    change(
        "rename",
        "give a step another title",
        lambda p, o: p.rename(o.step, title=o.title, reason=o.reason),
    ).add_argument("title", metavar="TITLE", help="in quotes")
    change(
        "assign",
        "say who leads a step, by name",
        lambda p, o: p.assign(o.step, person=o.person or None, reason=o.reason),
    ).add_argument("person", metavar="PERSON", help="in quotes; '' for nobody yet")
    change(
        "move",
        "let a step begin no earlier than a day",
        lambda p, o: p.move(o.step, not_before=o.day, reason=o.reason),
    ).add_argument("day", type=as_date, metavar="DATE", help="such as 2027-01-04")
    change(
        "deadline",
        "say by which day a step has to end",
        lambda p, o: p.deadline(o.step, not_after=o.day, reason=o.reason),
    ).add_argument("day", type=as_date, metavar="DATE", help="such as 2027-03-26")
    lead = change("lead", "let another role lead a step, with all hours of its lead", _lead)
    lead.add_argument("role", metavar="ROLE", help="the id of the role, such as pastoral-lead")
    lead.add_argument("--school", metavar="FILE", help="whose roles and people they are")
    change("undo", "take back the last change", lambda p, _: p.undo(), step=False)


def _add(plan: ActionPlan, options: argparse.Namespace) -> ActionPlan:
    from behaviour_culture.content.loader import id_or_path, load_catalogue  # noqa: PLC0415  (the stages)
    from behaviour_culture.interchange.files import read  # noqa: PLC0415
    from behaviour_culture.model.school import School  # noqa: PLC0415

    catalogue = load_catalogue(id_or_path(options.catalogue or plan.catalogue))
    if options.school is not None:
        catalogue = catalogue.for_school(read(options.school, School))
    return plan.add(catalogue.step(options.step), reason=options.reason)


def _lead(plan: ActionPlan, options: argparse.Namespace) -> ActionPlan:
    from behaviour_culture.interchange.files import read  # noqa: PLC0415  (the stages)
    from behaviour_culture.model.school import School  # noqa: PLC0415

    people = None
    if options.school is not None and (has := read(options.school, School).capacity):
        people = {role.id: role.people for role in has.roles}
        has.role(options.role)  # an unknown one is told with the nearest
    return plan.lead(options.step, role=options.role, people=people, reason=options.reason)


def _step(options: argparse.Namespace) -> int:
    from behaviour_culture.interchange.files import read, write  # noqa: PLC0415
    from behaviour_culture.journey import FIRST_FILES  # noqa: PLC0415
    from behaviour_culture.planning.plan import ActionPlan  # noqa: PLC0415

    path = Path(options.plan)
    if not path.exists():
        raise ReadError(str(path), "there is no such plan, and no such folder of a report")
    if path.is_dir():
        path /= FIRST_FILES[0]
    before = read(path, ActionPlan)
    with in_options(
        "step", step="STEP", changes="PLAN", title="TITLE", person="PERSON", role="ROLE"
    ):
        after = options.change(before, options)
    target = path if options.out is None else Path(options.out)
    if target != path:
        check_free([target], force=options.force)
    write(after, target)
    if len(after.changes) > len(before.changes):
        say(str(after.changes[-1]))
    else:
        say(f"taken back: {before.changes[-1]}")
    say(f"\nWritten:\n  {target}")
    if path.name == FIRST_FILES[0] and target == path:
        say(f"\nRun report again with -o {path.parent}: it goes on from this plan.")
    return 0
