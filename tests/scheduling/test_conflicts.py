"""Conflicts beside all that is possible: the facts cannot all hold, and any one less can."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import NamedTuple

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

import behaviour_culture as bc
from behaviour_culture.scheduling import conflicts, find_conflict
from behaviour_culture.scheduling.conflicts import Conflict, Fact, FactKind
from behaviour_culture.testing import assert_round_trip
from builders import FRIDAY, autumn, examples, mondays, plan_of, step

# Two half-terms of three weeks: 7, 14 and 21 September, a week's break, 5, 12 and 19 October.
YEAR, WEEKS = autumn(7, 3), mondays(7, 3)
RULE = bc.model.StartRule.HALF_TERM_START


class Case(NamedTuple):
    steps: list[bc.ActionStep]
    capacity: bc.Capacity
    pins: dict[str, dt.date]
    deadlines: dict[str, dt.date]

    def conflict(self) -> Conflict | None:
        return find_conflict(
            plan_of(*self.steps),
            calendar=YEAR,
            capacity=self.capacity,
            pins=self.pins,
            deadlines=self.deadlines,
        )

    def facts(self) -> list[tuple[str, ...]]:
        """All that a school could change, each as (kind, what it is about)."""
        found: list[tuple[str, ...]] = [("calendar",), ("role", "head")]
        for s in self.steps:
            found += [("prerequisite", s.id, f"'Step {p.step}'") for p in s.requires]
            if s.id in self.pins:
                found.append(("pin", s.id))
            elif s.starts is RULE:
                found.append(("start-rule", s.id))
            if s.id in self.deadlines:
                found.append(("deadline", s.id))
        return found


def fits(case: Case, facts: Collection[tuple[str, ...]]) -> bool:
    """Say whether all steps can be placed where only these facts hold, by trying all."""
    count = len(WEEKS) + (0 if ("calendar",) in facts else 15)
    hours = [case.capacity.hours("head", w) for w in WEEKS]
    hours += [max(hours)] * (count - len(WEEKS))
    if ("role", "head") not in facts:
        hours = [100.0] * count

    def may(step: bc.ActionStep, week: int) -> bool:
        if ("deadline", step.id) in facts:
            last = week + step.weeks.likely - 1
            if last >= len(WEEKS) or WEEKS[last] + FRIDAY > case.deadlines[step.id]:
                return False
        if ("pin", step.id) in facts:
            return week < len(WEEKS) and WEEKS[week] == case.pins[step.id]
        if ("start-rule", step.id) in facts:
            return week in {0, 3} or week >= len(WEEKS)
        return True

    def place(at: int, ends: dict[str, int], used: list[float]) -> bool:
        if at == len(case.steps):
            return True
        step = case.steps[at]
        earliest = max(
            (
                ends[p.step] + p.lag_weeks
                for p in step.requires
                if ("prerequisite", step.id, f"'Step {p.step}'") in facts
            ),
            default=0,
        )
        need = step.hours_per_week["head"]
        for week in range(earliest, count - step.weeks.likely + 1):
            run = range(week, week + step.weeks.likely)
            if may(step, week) and all(used[w] + need <= hours[w] + 1e-9 for w in run):
                more = [u + need if w in run else u for w, u in enumerate(used)]
                if place(at + 1, {**ends, step.id: run.stop}, more):
                    return True
        return False

    return place(0, {}, [0.0] * count)


def key_of(fact: Fact) -> tuple[str, ...]:
    if fact.kind is FactKind.PREREQUISITE:
        assert fact.step is not None
        return ("prerequisite", fact.step, fact.text.split(" (")[0])
    return tuple(x for x in (fact.kind.value, fact.step, fact.role) if x)


def head(hours: float, *, away: tuple[int, int, float] | None = None) -> bc.Capacity:
    changes = []
    if away is not None:
        first, last, left = away
        changes.append(
            bc.model.CapacityChange(
                role="head", start=WEEKS[first], end=WEEKS[last] + FRIDAY, hours_per_week=left
            )
        )
    return bc.Capacity(
        roles=[bc.Role(id="head", title="Head", hours_per_week=hours)], changes=changes
    )


@st.composite
def cases(draw: st.DrawFn) -> Case:
    keys = "abcd"[: draw(st.integers(1, 4))]
    steps = [
        step(
            key,
            *sorted(draw(st.sets(st.sampled_from(keys[:i]), max_size=2)) if i else ()),
            lag=draw(st.sampled_from([0, 0, 1])),
            hours=draw(st.sampled_from([0.5, 1, 1.5, 3])),
            weeks=draw(st.sampled_from([1, 2, 3, 7])),
            starts=draw(st.sampled_from([bc.model.StartRule.ANY_WEEK, RULE])),
        )
        for i, key in enumerate(keys)
    ]
    first, last = sorted(draw(st.tuples(st.integers(0, 5), st.integers(0, 5))))
    away = draw(st.none() | st.tuples(*map(st.just, (first, last)), st.sampled_from([0.0, 4.0])))
    # The last step has a date, so that all that it needs is looked at.
    wanted = {keys[-1], *draw(st.sets(st.sampled_from(keys), max_size=2))}
    week = st.sampled_from(WEEKS)
    pins = {k: draw(week) for k in sorted(wanted) if draw(st.booleans())}
    rest = [k for k in sorted(wanted) if k not in pins]
    both = draw(st.sets(st.sampled_from(sorted(wanted)), max_size=1))
    deadlines = {k: draw(week) + FRIDAY for k in sorted({*rest, *both})}
    return Case(steps, head(2, away=away), pins, deadlines)


def only_needed(case: Case) -> Case:
    needed = {*case.pins, *case.deadlines}
    for s in reversed(case.steps):
        if s.id in needed:
            needed |= {p.step for p in s.requires}
    return case._replace(steps=[s for s in case.steps if s.id in needed])


@examples(40)
@given(cases())
def test_it_is_a_conflict_and_none_of_it_can_be_left_out(case: Case) -> None:
    pytest.importorskip("ortools")
    looked_at, found = only_needed(case), case.conflict()
    if found is None:
        assert fits(looked_at, looked_at.facts())
        return
    facts = {key_of(f) for f in found.facts}
    assert len(facts) == len(found.facts)
    assert facts <= set(looked_at.facts())
    assert found.proven
    assert not fits(looked_at, facts)
    for fact in facts:
        assert fits(looked_at, facts - {fact})


@examples(20)
@given(cases())
def test_without_the_exact_engine_it_says_no_more_than_it_knows(case: Case) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(conflicts, "find_spec", lambda _name: None)
        found = case.conflict()
    looked_at = only_needed(case)
    if found is None:
        assert fits(looked_at, looked_at.facts())
        return
    assert not found.proven
    facts = {key_of(f) for f in found.facts}
    assert all(fits(looked_at, facts - {fact}) for fact in facts)
    if len(facts) > 1:
        assert f"These {len(facts)} facts do not seem to fit together" in str(found)


def test_no_wishes_no_conflict() -> None:
    assert Case([step("a", weeks=9, hours=3)], head(2), {}, {}).conflict() is None


def test_too_few_hours_before_a_day() -> None:
    """The deputy has 2 hours until half-term and 6 after it; the induction is due before."""
    induction = step("induction", hours=6, title="Staff induction")
    case = Case([induction], head(6, away=(0, 2, 2)), {}, {"induction": dt.date(2026, 9, 25)})
    found = case.conflict()
    assert found is not None
    assert [f.text for f in found.facts] == [
        "head has 2 hours a week at most until 25 September 2026; needed: 'Staff induction' 6",
        "'Staff induction' (1 week) has to end by 25 September 2026",
    ]
    assert [(f.kind, f.step, f.role) for f in found.facts] == [
        (FactKind.ROLE, None, "head"),
        (FactKind.DEADLINE, "induction", None),
    ]
    assert str(found).startswith("These 2 facts cannot all hold:")
    assert repr(found) == "<Conflict 2 facts>"
    assert_round_trip(found)


def test_hours_that_are_never_there_are_the_whole_conflict() -> None:
    case = Case([step("a", hours=6)], head(2), {}, {"a": dt.date(2026, 10, 23)})
    found = case.conflict()
    assert found is not None
    assert str(found) == (
        "This alone is in the way:\n"
        "  head has 2 hours a week at most until 23 October 2026; needed: 'Step a' 6"
    )


def test_a_pin_and_a_deadline_of_one_step() -> None:
    case = Case([step("a", weeks=2)], head(2), {"a": WEEKS[2]}, {"a": dt.date(2026, 9, 25)})
    found = case.conflict()
    assert found is not None
    assert [f.text for f in found.facts] == [
        "'Step a' has to start in the week of 21 September 2026",
        "'Step a' (2 weeks) has to end by 25 September 2026",
    ]


def test_two_pins_against_a_prerequisite_with_a_lag() -> None:
    steps = [step("a"), step("b", "a", lag=1)]
    found = Case(steps, head(2), {"a": WEEKS[1], "b": WEEKS[2]}, {}).conflict()
    assert found is not None
    assert [f.text for f in found.facts] == [
        "'Step a' (1 week) must end before 'Step b' begins, with 1 week in between",
        "'Step a' has to start in the week of 14 September 2026",
        "'Step b' has to start in the week of 21 September 2026",
    ]


def test_a_start_rule_and_a_deadline() -> None:
    steps = [step("a"), step("b", "a", starts=RULE)]
    found = Case(steps, head(2), {}, {"b": dt.date(2026, 9, 25)}).conflict()
    assert found is not None
    assert [f.text for f in found.facts] == [
        "'Step a' (1 week) must end before 'Step b' begins",
        "'Step b' may start only in the first week of a half-term",
        "'Step b' (1 week) has to end by 25 September 2026",
    ]


def test_too_many_launches_in_one_half_term() -> None:
    launches = [evolve(step(key), phase=bc.StepPhase.LAUNCH) for key in ("a", "b")]
    wishes = dict.fromkeys("ab", dt.date(2026, 9, 25))
    asked = {"calendar": YEAR, "capacity": head(4), "deadlines": wishes}
    assert find_conflict(plan_of(*launches), **asked) is None
    found = find_conflict(plan_of(*launches), launch_limit=1, **asked)
    assert found is not None
    assert [f.kind for f in found.facts] == [
        FactKind.DEADLINE,
        FactKind.DEADLINE,
        FactKind.LAUNCH_LIMIT,
    ]
    assert found.facts[-1].text == "at most 1 launch may begin in one half-term"


def test_a_step_longer_than_the_year() -> None:
    found = Case([step("a", weeks=9)], head(2), {"a": WEEKS[0]}, {}).conflict()
    assert found is not None
    assert [f.text for f in found.facts] == [
        "the calendar ends on 23 October 2026, after 6 weeks; needed: 'Step a' 9"
    ]


def test_a_deadline_before_anything_can_end() -> None:
    found = Case([step("a")], head(2), {}, {"a": dt.date(2026, 9, 9)}).conflict()
    assert found is not None
    assert [f.text for f in found.facts] == [
        "'Step a' (1 week) has to end by a day before the first week ends"
    ]


def test_unknown_steps_are_refused() -> None:
    with pytest.raises(bc.InvalidInputError, match=r"pins\['b'\]: no step 'b'"):
        Case([step("a")], head(2), {"b": WEEKS[0]}, {}).conflict()


@pytest.mark.parametrize(
    ("many", "ends"), [(3, "'Step c' 2"), (4, "'Step c' 2 and 1 other"), (5, "and 2 others")]
)
def test_three_needs_of_a_role_are_named_and_the_rest_counted(many: int, ends: str) -> None:
    steps = [step(key, hours=2) for key in "abcde"[:many]]
    due = dict.fromkeys("abcde"[:many], WEEKS[1] + FRIDAY)
    found = Case(steps, head(2), {}, due).conflict()
    assert found is not None
    (line,) = (line for line in str(found).splitlines() if "needed:" in line)
    assert line.endswith(ends)
