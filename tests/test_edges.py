"""Every number and list that goes in: the last that is taken and the first refused."""

from __future__ import annotations

import inspect
import math
import pkgutil
from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from typing import Annotated, Any, get_args, get_origin

import attrs
import pytest

import behaviour_culture as bc
from api_snapshot import public_names
from behaviour_culture.checks import Value
from behaviour_culture.fields import field_types
from long_calls import made

PARTS = {"planning", "scheduling", "audit", "impact", "monitoring", "disclosure", "review"}
PARTS |= {"programme"}
RANGES = {
    "(0, 1)": """
        choose_steps.quantile efficient_frontier.quantile review_plan.level score_audit.level
        compare_rounds.level score_groups.level score_impact.level detectable_effect.power
        detectable_effect.level difference_in_differences.level group_rate_ratios.level
        interrupted_time_series.level rate_ratio.level survey_change.level wilson_interval.level
        rate_of.level assess_robustness.level
    """,
    "[0, 1]": """
        score_audit.rater_correlation compare_rounds.rater_correlation
        score_groups.rater_correlation
    """,
    "(0, inf)": """
        review_plan.per rate_of.per rate_of.exposure rate_ratio.exposure_1 rate_ratio.exposure_0
        detectable_effect.rate detectable_effect.ratio
    """,
    "[0, inf)": """
        choose_steps.cost_gbp choose_steps.launches choose_steps.time_limit
        efficient_frontier.cost_gbp efficient_frontier.launches efficient_frontier.time_limit
        regression_to_mean.sd_within regression_to_mean.sd_between rate_of.count
        wilson_interval.count schedule_plan.time_limit
        schedule_plan.cpu_limit plan_support.time_limit
    """,
    "[0, 6]": "plan_support.quiet_weeks",
    "[1, inf)": """
        choose_steps.budget choose_steps.workers compare_forecasts.half_terms
        compare_forecasts.workers forecast.half_terms forecast.workers run_scenarios.half_terms
        run_scenarios.workers read_series.pupils series_from_frame.pupils schedule_plan.budget
        schedule_plan.launch_limit schedule_plan.workers redraw_gaps.first redraw_gaps.draws
        efficient_frontier.budget efficient_frontier.workers rank_acceptability.draws
        rank_steps.draws detectable_effect.before detectable_effect.after
        detectable_effect.dispersion
        read_published.limit survey_change.asked_before survey_change.asked_after
        wilson_interval.size plan_support.budget plan_support.workers draft_plan.priorities
        draft_plan.steps_per_priority bring_forward.weeks
    """,
    "[2, inf)": "efficient_frontier.points sobol_indices.draws research_export.least",
    "[3, inf)": "school_beside_others.least",
    "[10, inf)": "cohort_bands.least school_standing.least",
    "[100, inf)": """
        compare_forecasts.draws forecast.draws learn.draws run_scenarios.draws score_groups.draws
        benefit_per_hour.draws gap_closed.draws planning_index.draws unlock_value.draws
        what_drives.draws assess_robustness.draws score_impact.draws
    """,
    "free": "regression_to_mean.mean regression_to_mean.cutoff",
}
"""The range of each number that a function takes, where a limit of ours does not end it."""
ELSEWHERE = """
    choose_steps.draws draft_plan.draws simulate_nation.draws simulate_nation.schools
    simulate_nation.workers simulate_nation.budget_days simulate_nation.level
    carry.full_share carry.part_share
    detectable_from.years detectable_from.ratio detectable_from.power detectable_from.level
    detectable_from.dispersion rate_ratio.count_1 rate_ratio.count_0 what_drives.combinations
    measure_of.matters measure_of.detectable measure_of.events measure_of.fewest p_chart.baseline
    u_chart.baseline xmr_chart.baseline days_between_chart.baseline cohort_bands.round
    cohort_change.first cohort_change.last school_standing.round plan_support.cpu_limit
    find_conflict.launch_limit what_if.weeks hold_visits.seed
"""
"""Those whose range follows from another argument: tests of their own part have them."""
EDGES = [(place, edges) for edges, names in RANGES.items() for place in names.split()]


def functions() -> Iterator[tuple[str, Callable[..., Any]]]:
    """Every public function of the parts and of the top, once."""
    found = {}
    for place, function in public_names().items():
        part = place.split(".")[1] if place.count(".") > 1 else ""
        if inspect.isfunction(function) and (part in PARTS or not part):
            of = function.__module__.split(".")[1]
            if of in PARTS:
                found[function] = place.rpartition(".")[2]
    yield from ((name, function) for function, name in found.items())


FUNCTIONS = dict(functions())


def whole(function: Callable[..., Any], argument: str) -> bool:
    return "int" in str(inspect.signature(function).parameters[argument].annotation)


def usual() -> dict[str, Any]:
    """Objects of the illustrative journey, by the name of the argument or of its class."""
    m = made()
    given = (m.plan, m.result, m.audit, m.framework, m.schedule, m.impact, m.school)
    return {
        **{type(value).__name__: value for value in (*given, m.school.capacity, m.catalogue)},
        "calendar": m.calendar,
        "step": m.schedule.steps[-1].step,
    }


def refused(name: str, **given: Any) -> set[str]:
    """Return the arguments that a function refuses; it gets nothing sensible for the rest.

    All faults are found before an error is raised, so what is wrong elsewhere hides none.
    """
    function, known = FUNCTIONS[name], usual()
    if "stop" in inspect.signature(function).parameters:
        given = {"stop": lambda: True, **given}  # before any work
    positional, named = [], {}
    for key, parameter in inspect.signature(function).parameters.items():
        if key in given:
            value = given[key]
        elif parameter.default is not parameter.empty:
            continue
        else:
            of = (key, *str(parameter.annotation).split(" | "))
            value = next((known[word] for word in of if word in known), object())
        if parameter.kind is parameter.POSITIONAL_ONLY:
            positional.append(value)
        elif parameter.kind is not parameter.VAR_KEYWORD:
            named[key] = value
    try:
        function(*positional, **named)
    except bc.BehaviourCultureError as error:
        return {
            fault.path.partition(".")[0].partition("[")[0] for fault in getattr(error, "faults", ())
        }
    return set()


def test_every_number_has_its_range() -> None:
    found = {
        f"{name}.{key}"
        for name, function in FUNCTIONS.items()
        for key, parameter in inspect.signature(function).parameters.items()
        if str(parameter.annotation).removesuffix(" | None") in {"int", "float"}
    }
    listed = [place for place, _ in EDGES] + ELSEWHERE.split()
    assert len(listed) == len(set(listed))
    assert found == set(listed)


@pytest.mark.parametrize(("place", "edges"), EDGES)
def test_the_ends_of_each_range(place: str, edges: str) -> None:
    name, _, argument = place.partition(".")
    step = whole(FUNCTIONS[name], argument)

    def takes(value: float) -> bool:
        number = int(value) if step and math.isfinite(value) else float(value)
        return argument not in refused(name, **{argument: number})

    assert not takes(math.nan)
    assert not takes(math.inf)
    if edges == "free":
        assert takes(-1e9)
        assert takes(1e9)
        return
    low, high = (float(end) for end in edges[1:-1].split(","))
    below = low - 1 if step else math.nextafter(low, -math.inf)
    above = high + 1 if step else math.nextafter(high, math.inf)
    assert takes(low) == (edges[0] == "[")
    assert not takes(below)
    if edges[0] == "(":
        assert takes(low + 1e-6)
    if high < math.inf:
        assert takes(high) == (edges[-1] == "]")
        assert not takes(above)
        assert takes(high - (1 if step else 1e-6))


def values() -> Iterator[type[Any]]:
    """Every class of ours whose objects check themselves."""
    for module in pkgutil.walk_packages(bc.__path__, "behaviour_culture."):
        if not module.name.endswith("__main__"):
            import_module(module.name)
    waiting = [Value]
    while waiting:
        for class_ in waiting.pop().__subclasses__():
            waiting.append(class_)
            if attrs.has(class_) and class_.__module__.startswith("behaviour_culture."):
                yield class_


def test_every_field_takes_the_loose_form_of_its_value() -> None:
    """A list for a tuple, a dictionary for a mapping, a whole number for any number."""
    without, seen, numbers = [], 0, 0
    for class_ in values():
        types = field_types(class_)
        for field in attrs.fields(class_):
            kind = types.get(field.name)
            while get_origin(kind) is Annotated:
                kind = get_args(kind)[0]
            origin = get_origin(kind) or kind
            if not field.init or origin not in {tuple, Mapping, float}:
                continue
            seen += 1
            given: Any = {tuple: [], Mapping: {}, float: 1}[origin]
            made_of = field.converter(given) if field.converter else given
            if not isinstance(made_of, origin) or made_of is given:
                without.append(f"{class_.__name__}.{field.name}")
            *_, of = (None, *get_args(kind))
            if origin is Mapping and getattr(of, "__origin__", of) is float:
                numbers += 1
                (number,) = field.converter({"a": 1}).values()
                assert type(number) is float, field
            if origin is tuple and get_args(kind)[0] is float:
                numbers += 1
                assert [type(n) for n in field.converter([1, 2.5])] == [float, float], field
    assert seen > 400
    assert numbers > 20
    assert not without
