"""``compare``: two plans, two journeys or two scenarios."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from behaviour_culture.commands.parsing import Commands, add_command
from behaviour_culture.commands.terminal import clear, say, show_progress
from behaviour_culture.errors import Fault, InvalidInputError

if TYPE_CHECKING:
    from behaviour_culture.impact.forecasting.comparison import Delivery
    from behaviour_culture.planning.plan import ActionPlan
    from behaviour_culture.scheduling.result import Schedule

__all__ = ["add"]

_Comparison = Callable[[list[Any], argparse.Namespace], None]


def add(commands: Commands) -> None:
    """Add the command."""
    compare = add_command(
        commands, "compare", _compare, "say what differs between two plans or two scenarios"
    )
    compare.add_argument(
        "one",
        metavar="ONE",
        help="a plan, schedule or journey; with --journey a scenario, its id or file",
    )
    compare.add_argument("two", metavar="TWO", help="another of the same kind")
    compare.add_argument(
        "--journey", metavar="JOURNEY", help="whose plan two scenarios are tried on"
    )


def _compare(options: argparse.Namespace) -> int:
    if options.journey is not None:
        return _scenarios(options)
    from behaviour_culture.interchange.files import read  # noqa: PLC0415  (loads the stages)
    from behaviour_culture.interchange.kinds import kind_of  # noqa: PLC0415
    from behaviour_culture.journey import read_journey  # noqa: PLC0415

    values = [
        read_journey(name) if Path(name).suffix.lower() == ".xlsx" else read(name)
        for name in (options.one, options.two)
    ]
    kinds = [kind_of(value) for value in values]
    compared: dict[str, _Comparison] = {
        "action-plan": _plans,
        "schedule": _schedules,
        "journey": _journeys,
    }
    if kinds[0] != kinds[1] or kinds[0] not in compared:
        message = (
            f"these are files of kind {kinds[0]} and {kinds[1]}: give two of kind action-plan, "
            "schedule or journey, or two scenarios with --journey JOURNEY"
        )
        raise InvalidInputError("compare", [Fault("ONE and TWO", message)])
    compared[kinds[0]](values, options)
    return 0


def _plans(plans: list[ActionPlan], _options: argparse.Namespace) -> None:
    from behaviour_culture.review.plan_difference import compare_plans  # noqa: PLC0415

    say(str(compare_plans(*plans)))


def _schedules(schedules: list[Schedule], _options: argparse.Namespace) -> None:
    from behaviour_culture.scheduling.changes import compare_schedules  # noqa: PLC0415

    say(str(compare_schedules(*schedules)))


def _journeys(_journeys: list[Any], options: argparse.Namespace) -> None:
    """Compare the plans of two journeys, and what they deliver of each outcome's work."""
    from behaviour_culture.impact.forecasting.forecast import compare_deliveries  # noqa: PLC0415
    from behaviour_culture.journey import run_journey  # noqa: PLC0415

    one, two = (run_journey(Path(n), progress=show_progress) for n in (options.one, options.two))
    clear()
    _plans([one.plan, two.plan], options)
    say("")
    if one.forecast is not None and two.forecast is not None and one.result == two.result:
        for delivery in compare_deliveries(two.forecast, one.forecast):
            say(_delivered(delivery, options.two, options.one))
    else:
        say("The two rest on different audits, so what they deliver is not compared.")


def _delivered(delivery: Delivery, which: str, other: str) -> str:
    ratio = delivery.ratio
    return (
        f"{delivery.outcome}: {which} does {ratio.value:.2f} times ({ratio.lower:.2f} to "
        f"{ratio.upper:.2f}) the work of {other}"
    )


def _scenarios(options: argparse.Namespace) -> int:
    from behaviour_culture.content.loader import load_content  # noqa: PLC0415
    from behaviour_culture.impact.forecasting.forecast import compare_forecasts  # noqa: PLC0415
    from behaviour_culture.journey import run_journey  # noqa: PLC0415

    scenarios = [load_content("scenario", name) for name in (options.one, options.two)]
    done = run_journey(options.journey, progress=show_progress)
    show_progress("comparing scenarios", 0, 1)
    found = compare_forecasts(
        scenarios,
        done.plan,
        done.result,
        done.schedule,
        calendar=done.calendar,
        evidence=done.evidence,
        draws=2_000,
        seed=done.journey.seed,
    )
    clear()
    say(str(found))
    return 0
