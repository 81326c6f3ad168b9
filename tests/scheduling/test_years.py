"""Plans across school years, and in weeks of INSET days alone."""

from __future__ import annotations

import datetime as dt
from functools import cache
from pathlib import Path

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

import behaviour_culture as bc
from behaviour_culture.scheduling import (
    assess_robustness,
    date_milestones,
    find_conflict,
    replan,
    what_if,
)
from behaviour_culture.testing import assert_feasible, assert_round_trip
from builders import DAY, examples, first_of, people, plan_of, step

YEAR = bc.load_calendar("illustrative-2026-27")
AUGUST, JULY = dt.date(2026, 8, 27), dt.date(2027, 7, 26)
LONG = YEAR.evolve(inset=[*YEAR.inset, AUGUST, JULY])
"""A year with an INSET day in a week of its own at either end."""
RULES = list(bc.model.StartRule)
INSET, OPENING = bc.model.StartRule.INSET_DAY, bc.model.StartRule.HALF_TERM_START
HEAD = people(head=2)
SCHOOLS = Path(__file__).parents[2] / "examples" / "schools"
SIX = sorted(p.parent.name for p in SCHOOLS.glob("*/journey.toml"))


def schedule(*steps: bc.ActionStep, calendar: object = LONG, **fields: object) -> bc.Schedule:
    plan = plan_of(*steps, **fields)
    made = bc.schedule_plan(plan, calendar=calendar, capacity=HEAD, budget=20)  # type: ignore[arg-type]
    assert_feasible(made, plan, calendar, HEAD)  # type: ignore[arg-type]
    return made


class TestInsetWeeks:
    def test_an_inset_day_in_august_or_july_is_used(self) -> None:
        made = schedule(step("train", starts=INSET), starts=dt.date(2026, 8, 20))
        assert (made.start("train"), made.finish("train")) == (AUGUST, AUGUST)
        made = schedule(step("train", starts=INSET), starts=dt.date(2027, 7, 23))
        assert (made.start("train"), made.step("train").half_term) == (JULY, "Summer 2")

    def test_preparation_runs_in_it_and_no_launch_begins(self) -> None:
        launch = step("launch", phase=bc.StepPhase.LAUNCH)
        made = schedule(step("write"), launch, starts=dt.date(2026, 8, 20))
        assert made.start("write") == AUGUST
        assert made.start("launch") == dt.date(2026, 9, 3)
        assert made.explain("launch") == ["may start in any week in which pupils are in school"]

    @examples(60)
    @given(st.data())
    def test_whatever_is_asked_it_can_be_carried_out(self, data: st.DataObject) -> None:
        steps = []
        for i, key in enumerate("abcd"[: data.draw(st.integers(1, 4))]):
            rule = data.draw(st.sampled_from(RULES))
            steps.append(
                step(
                    key,
                    *data.draw(st.sets(st.sampled_from("abcd"[:i]))) if i else (),
                    weeks=(1, 1, 1) if rule is INSET else data.draw(st.integers(1, 4)),
                    starts=rule,
                    phase=data.draw(st.sampled_from(bc.StepPhase)),
                )
            )
        starts = data.draw(st.dates(dt.date(2026, 6, 1), dt.date(2027, 7, 20)))
        calendar = data.draw(st.sampled_from([LONG, [LONG], [LONG, LONG.projected()]]))
        made = schedule(*steps, calendar=calendar, starts=starts)
        assert_round_trip(made)
        assert all(starts <= s.start for s in made.steps)


class TestAcrossYears:
    def test_one_year_changes_nothing(self) -> None:
        one, some = schedule(step("a"), calendar=YEAR), schedule(step("a"), calendar=[YEAR])
        assert one == some
        assert not one.projected
        assert "projected" not in str(one)

    def test_a_long_step_goes_on_after_the_holidays(self) -> None:
        made = schedule(
            step("long", weeks=10), starts=dt.date(2027, 7, 5), calendar=[YEAR, YEAR.projected()]
        )
        assert made.finish("long") == dt.date(2027, 10, 15)
        assert [s.start for s in made.projected] == [dt.date(2027, 9, 1)]
        assert "Dates from 01 September 2027 to 20 July 2028 are projected" in str(made)
        assert made.step("long").finish_half_term == "Autumn 1 2027/28"

    def test_preparation_in_june_and_pupils_meet_it_on_the_first_day_of_september(self) -> None:
        made = schedule(
            step("prepare", weeks=6),
            step("train", "prepare", starts=INSET),
            step("launch", "train", starts=OPENING, phase=bc.StepPhase.LAUNCH, weeks=2),
            calendar=YEAR,
            starts=dt.date(2026, 6, 8),
        )
        assert made.finish("prepare") == dt.date(2026, 7, 17)
        assert made.step("prepare").half_term == "Summer 2 2025/26"
        assert made.start("train") == dt.date(2026, 7, 23)  # the last INSET day of the summer
        assert made.start("launch") == dt.date(2026, 9, 3)  # the first day with pupils

    def test_every_function_takes_the_years_that_were_given(self) -> None:
        plan = plan_of(step("a", weeks=3), step("b", "a"), starts=dt.date(2027, 7, 5))
        years = [YEAR, YEAR.projected()]
        made = bc.schedule_plan(plan, calendar=years, capacity=HEAD)
        both = {"calendar": years, "capacity": HEAD}
        assert replan(made, plan, [], today=made.starts, **both).schedule.starts == made.starts  # type: ignore[arg-type]
        assert what_if(made, plan, "a", weeks=5, **both).changed  # type: ignore[arg-type]
        assert assess_robustness(made, plan, draws=100, **both).steps  # type: ignore[arg-type]
        assert find_conflict(plan, pins={"b": dt.date(2027, 9, 6)}, **both) is None  # type: ignore[arg-type]
        assert date_milestones(plan, made, years) == plan
        # What a schedule says is projected is so again where only the set year is given.
        alone = replan(made, plan, [], today=made.starts, calendar=YEAR, capacity=HEAD)
        assert alone == replan(made, plan, [], today=made.starts, **both)  # type: ignore[arg-type]

    def test_dates_that_are_set_take_the_place_of_projected_ones(self) -> None:
        plan = plan_of(step("a", weeks=10), step("b", "a"), starts=dt.date(2027, 7, 5))
        made = bc.schedule_plan(plan, calendar=[YEAR, YEAR.projected()], capacity=HEAD)
        moved = YEAR.projected()
        terms = [evolve(t, projected=False) for t in moved.terms]
        real = moved.evolve(id="real", terms=terms, years=())
        new = replan(made, plan, [], today=made.starts, calendar=[YEAR, real], capacity=HEAD)
        assert [s.start for s in new.schedule.steps] == [s.start for s in made.steps]
        assert not new.schedule.projected
        with pytest.raises(bc.InvalidInputError, match=r"schedule\.calendar"):
            replan(new.schedule, plan, [], today=made.starts, calendar=YEAR, capacity=HEAD)


@cache
def drafted(name: str, pattern: str, starts: dt.date) -> tuple[bc.ActionPlan, bc.School]:
    folder = SCHOOLS / name
    school = bc.read(folder / "school.toml")
    framework = bc.load_framework("bennett-2017")
    audit = bc.read_audit(folder / "responses.csv", framework=framework)
    plan = bc.draft_plan(
        bc.score_audit(audit, framework),
        catalogue=bc.load_catalogue("bennett-2017"),
        school=evolve(school, name=audit.school or school.name),
        priorities=3,
        steps_per_priority=2,
        starts=starts,
        pattern=pattern,
    )
    return plan, school


@pytest.mark.parametrize("name", first_of(SIX))
class TestPatterns:
    """What pupils meet first can be where the patterns want it, with the hours of each school."""

    def _met(
        self, name: str, pattern: str, starts: dt.date, pins: dict[str, dt.date]
    ) -> bc.Schedule:
        plan, school = drafted(name, pattern, starts)
        year = bc.load_calendar(SCHOOLS / name / "calendar.toml")
        years = [year, year.projected()]
        assert school.capacity is not None
        made = bc.schedule_plan(
            plan, calendar=years, capacity=school.capacity, pins=pins, budget=20
        )
        assert_feasible(made, plan, years, school.capacity)
        return made

    def test_september_from_june(self, name: str) -> None:
        year = bc.load_calendar(SCHOOLS / name / "calendar.toml")
        june = dt.date(2026, 6, 8)
        made = self._met(name, "september", june, {"greet-at-door": year.start})
        assert made.start("greet-at-door") == year.start
        free = self._met(name, "september", june, {})
        for key in ("duty-rota", "greet-at-door"):  # never before it, while preparation goes on
            checked = key not in free.left_out and free.step(key).title.startswith("Check that")
            assert key in free.left_out or checked or free.start(key) >= year.start

    def test_mid_year_within_a_fortnight(self, name: str) -> None:
        first = dt.date(2026, 11, 2)
        pinned = [{key: first} for key in ("greet-at-door", "duty-rota")]
        made = [self._met(name, "mid-year", first, pins) for pins in pinned]
        begins = {
            s.start for m, p in zip(made, pinned, strict=True) for s in m.steps if s.step in p
        }
        assert min(begins) <= first + 14 * DAY
