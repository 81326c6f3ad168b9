"""What a call takes at the most: refused at once, with the limit named."""

from __future__ import annotations

import inspect
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import attrs
import pytest

import behaviour_culture as bc
from behaviour_culture import audit, impact, monitoring, programme, scheduling
from behaviour_culture.checks import Check
from behaviour_culture.fields import within
from behaviour_culture.limits import LIMITS, Limits
from long_calls import CALLS, EXAMPLES

ROOT = Path(__file__).resolve().parents[1]

DRAWS = {
    "draws": (
        "assess_robustness",
        "draft_plan",
        "choose_steps, scorer",
        "rank_steps",
        "sobol_indices",
        "score_impact",
        "planning_index",
        "benefit_per_hour",
        "gap_closed",
        "unlock_value",
        "simulate_nation",
        "score_groups",
    ),
    "streamed_draws": (
        "rank_acceptability",
        "forecast",
        "compare_forecasts",
        "run_scenarios",
        "learn",
        "redraw_gaps",
    ),
    "chunk_draws": ("what_drives",),
}
"""Which limit each function holds its draws to."""
SEARCHES = ("schedule_plan", "schedule_plan, exact", "plan_support", "choose_steps")
SEARCHES += ("efficient_frontier",)
POOLS = ("forecast", "compare_forecasts", "run_scenarios", "simulate_nation")

BOUNDED: list[tuple[str, str, str]] = [
    *((name, "draws", limit) for limit, names in DRAWS.items() for name in names),
    *((name, "budget", "budget") for name in SEARCHES),
    *((name, "workers", "workers") for name in (*SEARCHES, *POOLS)),
    *((name, "time_limit", "seconds") for name in SEARCHES),
    *((name, "cpu_limit", "seconds") for name in ("schedule_plan", "plan_support")),
    *((name, "half_terms", "half_terms") for name in POOLS[:3]),
    ("efficient_frontier", "points", "points"),
    ("sobol_indices", "inputs", "inputs"),
    ("tornado", "inputs", "inputs"),
    ("what_drives", "combinations", "combinations"),
    ("simulate_nation", "schools", "schools"),
    ("detectable_effect", "before", "periods"),
    ("detectable_effect", "after", "periods"),
    ("read_published", "limit", "table_bytes"),
]
"""Every argument that could ask for any amount: the call, the argument, the limit."""

OTHERS: dict[str, Callable[..., Any]] = {
    "detectable_effect": lambda **more: monitoring.detectable_effect(
        **({"rate": 10, "before": 10, "after": 10} | more)
    ),
    "read_published": lambda **more: monitoring.read_published("nowhere.csv", **more),
}

BEYOND_MEMORY: list[tuple[str, dict[str, Any]]] = [
    *((name, {"draws": LIMITS.draws}) for name in DRAWS["draws"][:10] if name != "sobol_indices"),
    ("sobol_indices", {"draws": 2**23, "inputs": 10}),
    ("tornado", {"inputs": LIMITS.inputs}),
    (
        "simulate_nation",
        {"draws": LIMITS.draws, "schools": LIMITS.schools},
    ),
]
"""Requests within each limit alone whose arrays no memory would hold."""


def call(name: str) -> Callable[..., Any]:
    return CALLS.get(name) or OTHERS[name]


def refusal(name: str, **options: Any) -> bc.InvalidInputError:
    """The error of a call, which has to come before any work."""
    function = call(name)
    begun = time.thread_time()
    with pytest.raises(bc.InvalidInputError) as caught:
        function(**options)
    assert time.thread_time() - begun < 1
    return caught.value


@pytest.fixture(scope="module", autouse=True)
def warm() -> None:
    """What a call loads on first use is no work of its own."""
    for name, argument, _ in BOUNDED:
        with pytest.raises(bc.InvalidInputError):
            call(name)(**{argument: -1})


@pytest.mark.parametrize("huge", [10**12, 10**30])
@pytest.mark.parametrize(("name", "argument", "limit"), BOUNDED)
def test_a_request_beyond_a_limit_is_refused_at_once_by_its_name(
    name: str, argument: str, limit: str, huge: int
) -> None:
    faults = refusal(name, **{argument: huge}).faults
    assert [fault.path for fault in faults] == [argument]
    assert f"(the limit `{limit}`)" in faults[0].message
    assert f"{getattr(LIMITS, limit):,.0f}" in faults[0].message


@pytest.mark.parametrize(("name", "options"), BEYOND_MEMORY)
def test_a_request_that_no_memory_holds_is_refused_at_once(
    name: str, options: dict[str, Any]
) -> None:
    (fault,) = refusal(name, **options).faults
    assert "(the limit `kept_bytes`)" in fault.message
    assert fault.path == min(options)
    most = int(re.findall(r"at most ([0-9,]+) here", fault.message)[0].replace(",", ""))
    assert 0 < most < options[fault.path]


def test_as_much_as_memory_holds_is_taken() -> None:
    check = Check("a call")
    check.kept("draws", 1000, LIMITS.kept_bytes / 1000, "draws")
    assert check.ok()
    check.kept("draws", 1001, LIMITS.kept_bytes / 1000, "draws")
    assert not check.ok()


def test_no_argument_of_this_kind_is_left_out() -> None:
    kinds = {argument for _, argument, _ in BOUNDED}
    bounded = {(name.partition(",")[0], argument) for name, argument, _ in BOUNDED}
    found = set()
    for place in (bc, audit, impact, monitoring, programme, scheduling):
        for name in place.__all__:
            function = getattr(place, name)
            if inspect.isfunction(function):
                for argument in inspect.signature(function).parameters.values():
                    wanted = argument.name in kinds and "int" in str(argument.annotation)
                    if wanted and "ArrayLike" not in str(argument.annotation):
                        found.add((name, argument.name))
    # The seconds are no whole numbers.
    assert found == {pair for pair in bounded if not pair[1].endswith("_limit")}


def test_more_steps_than_can_be_scheduled(monkeypatch: pytest.MonkeyPatch) -> None:
    many = tuple(f"s{i}" for i in range(LIMITS.steps + 1))
    plan = call("schedule_plan")  # the plan of the journey has far fewer
    assert plan(budget=1).steps
    monkeypatch.setattr(bc.ActionPlan, "steps", many)
    error = refusal("schedule_plan")
    assert [f.path for f in error.faults] == ["plan.steps"]
    assert "(the limit `steps`)" in error.faults[0].message


def test_more_scenarios_than_one_run_takes() -> None:
    made = CALLS["run_journey"]()
    one = bc.Scenario(id="late", name="Late", start_delay_weeks=1, basis={"start_delay_weeks": "x"})
    endless = (one for _ in iter(int, 1))
    just_too_many = [one] * (LIMITS.scenarios + 1)
    for scenarios in (endless, just_too_many):
        with pytest.raises(bc.InvalidInputError, match=r"scenarios: .*the limit `scenarios`"):
            bc.compare_forecasts(scenarios, made.plan, made.result, made.schedule)
    with pytest.raises(bc.InvalidInputError, match=r"the limit `scenarios`"):
        impact.scenario_grid(
            delay_weeks=range(100), leader_leaves=range(1, 51), turnover=[k / 50 for k in range(25)]
        )


class TestTheClass:
    def test_nothing_changes_it(self) -> None:
        with pytest.raises(AttributeError):
            LIMITS.draws = 1  # type: ignore[misc]

    def test_every_field_is_a_positive_number_with_its_reason(self) -> None:
        text = inspect.getsource(Limits)
        for name, value in ((n, getattr(LIMITS, n)) for n in Limits.__annotations__):
            assert value > 0
            assert re.search(rf'^    {name}: (int|float) = .*\n    """', text, re.MULTILINE), name

    def test_every_limit_is_used(self) -> None:
        sources = "".join(
            path.read_text("utf-8")
            for path in (ROOT / "src").rglob("*.py")
            if path.name != "limits.py"
        )
        for name in Limits.__annotations__:
            assert f"LIMITS.{name}" in sources or f'"{name}"' in sources, name

    def test_a_range_names_its_limit(self) -> None:
        assert within("rounds").words == "at least 1 and at most 100 (the limit `rounds`)"
        check = Check("a call")
        assert check.within("rounds", 100, "rounds")
        assert not check.within("rounds", 101, "rounds")

    def test_every_limit_is_on_its_page(self) -> None:
        page = (ROOT / "docs" / "reference" / "limits.md").read_text("utf-8")
        for name in Limits.__annotations__:
            assert f"| `{name}` | {getattr(LIMITS, name):,.0f} |" in page, name


def test_a_file_beyond_its_limit_is_named(tmp_path: Path) -> None:
    path = tmp_path / "large.toml"
    with path.open("wb") as file:
        file.truncate(LIMITS.file_bytes + 1)  # no bytes on the disk
    with pytest.raises(bc.errors.ReadError, match=r"the limit `file_bytes`"):
        bc.read(path)
    assert (EXAMPLES / "illustrative_journey.toml").stat().st_size < LIMITS.file_bytes


def test_they_are_listed_in_a_line_each() -> None:
    lines = str(LIMITS).splitlines()
    assert "nesting: 64" in lines
    assert f"draws: {LIMITS.draws:,}" in lines
    assert len(lines) == len(attrs.fields(Limits))
