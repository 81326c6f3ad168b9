"""``review``: what was expected beside what was seen."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, NoReturn

from behaviour_culture.commands.journeys import add_journey, add_kept_option, run_kept
from behaviour_culture.commands.parsing import (
    Commands,
    add_command,
    add_out_file_option,
    check_out_file,
)
from behaviour_culture.commands.terminal import clear, say
from behaviour_culture.errors import Fault, InvalidInputError

if TYPE_CHECKING:
    from behaviour_culture.journey import JourneyResult
    from behaviour_culture.model.indicator import Series
    from behaviour_culture.review.result import PlanReview

__all__ = ["add"]

_DRAWS = 2_000


def add(commands: Commands) -> None:
    """Add the command."""
    review = add_command(
        commands, "review", _review, "set what was expected of a plan beside what was seen"
    )
    add_journey(review)
    review.add_argument(
        "--counts",
        action="append",
        default=[],
        metavar="INDICATOR=FILE",
        help="counts, before the plan and since; several times (default: the journey's)",
    )
    review.add_argument("--again", metavar="FILE", help="responses of the audit done again")
    add_kept_option(review)
    add_out_file_option(review, ".json or .toml, small counts hidden")


def _review(options: argparse.Namespace) -> int:
    from behaviour_culture.audit.reading import read_audit  # noqa: PLC0415  (loads the stages)
    from behaviour_culture.audit.score import score_audit  # noqa: PLC0415
    from behaviour_culture.impact.forecasting.forecast import forecast  # noqa: PLC0415
    from behaviour_culture.review.review import review_plan  # noqa: PLC0415

    check_out_file(options)
    done = run_kept(options)
    if not options.counts and options.again is None:
        return _said(done.review or _nothing(), options)
    series = _all_series(options.counts, done)
    again = None
    if options.again is not None:
        audit = read_audit(options.again, framework=done.framework, school=done.school.name)
        again = score_audit(audit, done.framework)
    expected = forecast(
        done.first_plan or done.plan,
        done.result,
        done.first_schedule or done.schedule,
        calendar=done.calendar,
        evidence=done.evidence,
        draws=_DRAWS,
        seed=done.journey.seed,
    )
    return _said(review_plan(expected, series, done.plan, found=again), options)


def _nothing() -> NoReturn:
    message = (
        "name what was seen: --counts INDICATOR=FILE, or --again FILE, or both; or counts in the "
        "journey's own file"
    )
    raise InvalidInputError("review", [Fault("--counts", message)])


def _said(found: PlanReview, options: argparse.Namespace) -> int:
    from behaviour_culture.interchange.files import write  # noqa: PLC0415  (loads the stages)

    clear()
    say(str(found))
    if options.out is not None:
        say(f"\nWritten, with small counts hidden:\n  {write(found, options.out, publish=True)}")
    return 0


def _all_series(entries: list[str], done: JourneyResult) -> list[Series]:
    """Read each ``INDICATOR=FILE``; the error has the faults of all of them."""
    from behaviour_culture.content.loader import load_indicators  # noqa: PLC0415
    from behaviour_culture.errors import BehaviourCultureError, UnknownNameError  # noqa: PLC0415
    from behaviour_culture.journey import raise_together  # noqa: PLC0415
    from behaviour_culture.monitoring.counts.series_reader import read_series  # noqa: PLC0415

    indicators, found = load_indicators(), []
    errors: list[BehaviourCultureError] = []
    for entry in entries:
        name, mark, file = entry.partition("=")
        if not mark:
            known = ", ".join(i.id for i in indicators.indicators)
            message = f"{entry!r} names no indicator: write INDICATOR={entry}; known: {known}"
            errors.append(InvalidInputError("--counts", [Fault("", message)]))
            continue
        try:
            found.append(
                read_series(
                    file,
                    indicator=indicators.indicator(name),
                    calendar=done.calendar,
                    pupils=done.school.roll,
                )
            )
        except UnknownNameError as error:
            errors.append(InvalidInputError("--counts", [Fault("", str(error), name)]))
        except BehaviourCultureError as error:
            errors.append(error)
    raise_together("review", errors)
    return found
