"""The support calendar, beside a checker that knows dates and hours and nothing of the search."""

from __future__ import annotations

import datetime as dt
import json
import random
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache, partial
from itertools import pairwise
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

import behaviour_culture as bc
from behaviour_culture.errors import InvalidInputError
from behaviour_culture.model.plan import Inclusion, InclusionKind
from behaviour_culture.programme import (
    PartnerPlan,
    SupportCalendar,
    SupportEvent,
    plan_support,
)
from behaviour_culture.scheduling import ReasonKind
from behaviour_culture.testing import (
    assert_feasible,
    capacities,
    partner_plans,
    school_years,
    support_events,
)
from builders import example_journey, examples, plan_of

CATALOGUE = bc.load_catalogue("bennett-2017")
YEAR = bc.load_calendar("illustrative-2026-27")
ROLES = sorted({role for step in CATALOGUE.steps for role in step.hours_per_week})


def monday(day: dt.date) -> dt.date:
    return day - dt.timedelta(days=day.weekday())


def check(
    found: SupportCalendar,
    partners: Sequence[PartnerPlan],
    events: Sequence[SupportEvent],
    staff: bc.Capacity,
    year: bc.SchoolYear,
) -> None:
    """Assert what one calendar for many schools has to keep, from its dates alone."""
    by_id = {e.id: e for e in events}
    used: Counter[tuple[str, dt.date]] = Counter()
    for session in found.sessions:
        event = by_id[session.event]
        assert year.is_teaching_day(session.week)
        term = next(t for t in year.terms if t.name == session.term)
        assert term.start <= session.week <= term.end
        assert 1 <= len(session.schools) <= event.seats
        assert session.reasons
        for role, hours in event.lead_hours.items():
            used[role, session.week] += hours  # type: ignore[assignment]
        for school in session.schools:
            # All who take part have it in the same week, each with hours of its own.
            entry = found.school(school).schedule.step(session.id)
            assert monday(entry.start) == monday(session.week)
            asked = found.school(school).plan.step(session.id).hours_per_week
            assert dict(asked) == dict(event.partner_hours)
    for (role, week), hours in used.items():
        assert hours <= staff.hours(role, week) + 1e-4
    lefts = 0
    for partner in partners:
        school = found.school(partner.id)
        assert_feasible(school.schedule, school.plan, year, partner.capacity)
        own = {s.id for s in partner.plan.steps}
        assert own <= {s.id for s in school.plan.steps}
        lefts += len(set(school.schedule.unscheduled) & own)
        check_doses(found, partner, events, year)
    assert bool(found.unscheduled) == (found.status is bc.scheduling.ScheduleStatus.PARTIAL)
    assert sum(not key.startswith(f"{found.lead}.") for key in found.unscheduled) == lefts
    ends = [s.schedule.makespan for s in found.schools]
    assert found.makespan == max(ends)


def check_doses(
    found: SupportCalendar,
    partner: PartnerPlan,
    events: Sequence[SupportEvent],
    year: bc.SchoolYear,
) -> None:
    """Each partner has, or is told that it lacks, as many events as its route asks for."""
    school = found.school(partner.id)
    starts = school.plan.starts or year.start
    for event in events:
        for term in year.terms:
            if event.terms and term.name not in event.terms:
                continue
            if not any(w.end >= starts and term.start <= w.start <= term.end for w in year.weeks):
                continue
            held = [
                s
                for s in found.sessions
                if s.event == event.id and s.term == term.name and partner.id in s.schools
            ]
            wanted = event.times.get(partner.route, 0)
            if not found.unscheduled:
                assert len(held) == wanted
            assert len(held) <= wanted


@cache
def partner_with(steps_in_all: int, number: int) -> PartnerPlan:
    """A partner with so many steps of the catalogue, closed under what they require."""
    rng = random.Random(number)  # noqa: S311  (a test, not a secret)
    steps = {s.id: s for s in CATALOGUE.steps}
    chosen: set[str] = set()

    def add(key: str) -> None:
        for before in steps[key].requires:
            add(before.step)
        chosen.add(key)

    for key in rng.sample(sorted(steps), len(steps)):
        if len(chosen) < steps_in_all:
            add(key)
    while len(chosen) > steps_in_all:
        needed = {p.step for key in chosen for p in steps[key].requires}
        chosen.remove(max(chosen - needed))
    plan = plan_of(
        *(steps[key] for key in chosen),
        id=f"plan-{number}",
        framework=CATALOGUE.framework,
        edition=CATALOGUE.edition,
        catalogue=CATALOGUE.id,
    )
    capacity = bc.Capacity(
        roles=[
            bc.Role(
                id=r,
                title=r,
                hours_per_week=8 + rng.choice([0, 2, 4]),
                running_hours_per_week=60,
            )
            for r in ROLES
        ]
    )
    route = "extended" if number % 3 == 0 else "core"
    return PartnerPlan(
        id=f"school-{number}", name=f"School {number}", route=route, plan=plan, capacity=capacity
    )


forty_steps = partial(partner_with, 40)


def event(name: str, strand: bc.model.SupportStrand, **more: Any) -> SupportEvent:
    fine: dict[str, Any] = {
        "title": name.title(),
        "times": {"core": 1, "extended": 1},
        "lead_hours": {"coach": 4},
        "partner_hours": {"behaviour-lead": 2},
    }
    return SupportEvent(id=name, strand=strand, **(fine | more))


EVENTS = [
    event(
        "training",
        bc.model.SupportStrand.TRAINING,
        terms=["Autumn"],
        seats=6,
        before=bc.StepPhase.LAUNCH,
        partner_hours={"senco": 2},
    ),
    event(
        "open-day", bc.model.SupportStrand.OPEN_DAYS, seats=3, lead_hours={"coach": 6, "head": 2}
    ),
    event("networking", bc.model.SupportStrand.NETWORKING, seats=10),
    event(
        "visit", bc.model.SupportStrand.ONE_TO_ONE, times={"core": 1, "extended": 2}, gap_weeks=2
    ),
]
STAFF = bc.Capacity(
    roles=[
        bc.Role(id="coach", title="Coach", hours_per_week=8),
        bc.Role(id="head", title="Head", hours_per_week=2),
    ]
)


def support(partners: Sequence[PartnerPlan], **more: Any) -> SupportCalendar:
    fine: dict[str, Any] = {"events": EVENTS, "lead_staff": STAFF, "calendar": YEAR, "budget": 200}
    return plan_support("oak", partners, **(fine | more))


def one_lead_six_partners(start: int) -> None:
    partners = [forty_steps(number) for number in range(start, start + 6)]
    assert {len(p.plan.steps) for p in partners} == {40}
    found = support(partners, budget=1_000)
    check(found, partners, EVENTS, STAFF, YEAR)
    assert not found.unscheduled
    assert found.gap <= 0.05


@pytest.mark.slow
@pytest.mark.parametrize("start", [0, 6, 12, 18, 24])
def test_one_lead_and_six_partners_of_forty_steps(start: int) -> None:
    one_lead_six_partners(start)


@examples(12)
@given(data=st.data())
def test_whatever_is_drawn_can_be_carried_out(data: st.DataObject) -> None:
    roles = ["head", "lead"]
    partners = data.draw(
        st.lists(partner_plans(roles=roles), min_size=1, max_size=3, unique_by=lambda p: p.id)
    )
    kind = support_events(routes=["core", "extended"], lead_roles=["coach"], roles=roles)
    events = data.draw(st.lists(kind, min_size=1, max_size=2, unique_by=lambda e: e.id))
    taken = {s.id.partition(".")[0] for p in partners for s in p.plan.steps}
    events = [evolve(e, id=f"event-{i}") for i, e in enumerate(events) if e.id not in taken]
    if not events or "the-lead" in {p.id for p in partners}:
        return
    staff, year = data.draw(capacities(roles=["coach"])), data.draw(school_years())
    found = plan_support(
        "the-lead", partners, events, lead_staff=staff, calendar=year, engine="heuristic", budget=9
    )
    check(found, partners, events, staff, year)


def numbers_in(data: object) -> Iterator[float]:
    """Yield every number of a file."""
    if isinstance(data, dict):
        data = list(data.values())
    if isinstance(data, list):
        for value in data:
            yield from numbers_in(value)
    elif isinstance(data, (int, float)) and not isinstance(data, bool):
        yield data


def small(number: int, route: str = "core") -> PartnerPlan:
    whole = forty_steps(number)
    first = next(s for s in whole.plan.steps if not s.requires)
    first = evolve(first, weeks=bc.model.Weeks(1, 1, 2), variants=())
    plan = evolve(
        whole.plan,
        steps=[first],
        inclusions=[Inclusion(step=first.id, kind=InclusionKind.OWN, reason="own")],
    )
    return evolve(whole, plan=plan, route=route)


def own_days(first: dt.date, weeks: int) -> list[dt.date]:
    """The days from Monday to Friday of some weeks."""
    return [first + dt.timedelta(days=7 * w + d) for w in range(weeks) for d in range(5)]


class TestShared:
    def test_the_same_seed_gives_the_same_calendar_whatever_the_hash(self) -> None:
        partners = [partner_with(15, 1), partner_with(15, 2)]
        more = {"engine": "heuristic", "budget": 20, "seed": 3}
        assert support(partners, **more) == support(partners, **more)

    def test_more_partners_than_seats_means_more_events(self) -> None:
        found = support([small(n) for n in range(7)], events=[EVENTS[1]])
        autumn = [len(s.schools) for s in found.sessions if s.term == "Autumn"]
        assert sorted(autumn) == [2, 2, 3]

    def test_two_visits_need_two_weeks_of_a_coach_with_hours_for_one(self) -> None:
        visit = event(
            "visit", bc.model.SupportStrand.ONE_TO_ONE, terms=["Autumn"], lead_hours={"coach": 5}
        )
        found = support([small(1), small(2)], events=[visit])
        first, second = found.sessions
        assert first.week != second.week
        said = [r.text for r in second.reasons]
        assert said == [
            "oak.coach has 3 of 8 hours left in the week of 03 September 2026, and it needs 5"
        ]
        assert found.school("school-2").schedule.explain(second.id) == said

    def test_an_event_waits_for_its_term_and_says_so(self) -> None:
        found = support(
            [small(1)], events=[event("day", bc.model.SupportStrand.OPEN_DAYS, terms=["Summer"])]
        )
        assert found.sessions[0].week == dt.date(2027, 4, 12)
        assert [str(r) for r in found.sessions[0].reasons] == ["belongs to the Summer term"]

    def test_launches_wait_for_the_training(self) -> None:
        partner = forty_steps(3)
        found = support([partner], engine="heuristic", budget=10)
        training = next(s for s in found.sessions if s.event == "training")
        schedule = found.school(partner.id).schedule
        launches = [s.id for s in partner.plan.steps if s.phase is bc.StepPhase.LAUNCH]
        assert launches
        assert all(schedule.start(key) > training.week for key in launches)

    @pytest.mark.parametrize("quiet", [0, 1, 3])
    def test_quiet_weeks_at_either_end_of_a_term_have_no_event(self, quiet: int) -> None:
        found = support([small(1)], events=[EVENTS[0], EVENTS[1]], quiet_weeks=quiet)
        assert found.sessions
        for session in found.sessions:
            term = next(t for t in YEAR.terms if t.name == session.term)
            weeks = [w.start for w in YEAR.staff_weeks if term.start <= w.start <= term.end]
            assert session.week in weeks[quiet : len(weeks) - quiet]

    @pytest.mark.parametrize(("quiet", "week"), [(0, 12), (1, 19)])
    def test_a_week_of_staff_days_alone_has_no_event_and_is_no_quiet_week(
        self, quiet: int, week: int
    ) -> None:
        # The Summer term begins with a week in which pupils do not come in.
        terms = [
            evolve(t, start=dt.date(2027, 4, 5)) if t.name == "Summer" else t for t in YEAR.terms
        ]
        year = YEAR.evolve(
            terms=terms,
            days_off=[d for d in YEAR.days_off if not dt.date(2027, 4, 5) <= d.day],
            inset=[*YEAR.inset, *own_days(dt.date(2027, 4, 5), 1)],
        )
        day = event("day", bc.model.SupportStrand.OPEN_DAYS, terms=["Summer"])
        found = support([small(1)], events=[day], calendar=year, quiet_weeks=quiet)
        assert found.sessions[0].week == dt.date(2027, 4, week)

    def test_an_event_is_held_where_a_partner_with_terms_of_its_own_teaches(self) -> None:
        away = [bc.model.DayOff(day=d, name="away") for d in own_days(dt.date(2027, 4, 12), 2)]
        own = YEAR.evolve(id="own", days_off=[*YEAR.days_off, *away])
        day = event("day", bc.model.SupportStrand.OPEN_DAYS, terms=["Summer"])
        found = support([evolve(small(1), calendar=own)], events=[day])
        assert found.sessions[0].week == dt.date(2027, 4, 26)

    def test_posts_of_two_schools_may_hold_one_role(self) -> None:
        post = bc.Role(id="deputy", title="Deputy", hours_per_week=40, holds=["hub-link"])
        partners = [
            evolve(small(n), capacity=bc.Capacity(roles=[*small(n).capacity.roles, post]))
            for n in (1, 2)
        ]
        day = event("day", bc.model.SupportStrand.OPEN_DAYS, partner_hours={"deputy": 3.0})
        found = support(partners, events=[day])
        assert {school for s in found.sessions for school in s.schools} == {"school-1", "school-2"}

    def test_visits_keep_their_distance(self) -> None:
        found = support([small(0, "extended")], events=[EVENTS[3]])
        weeks = [w.start for w in YEAR.weeks]
        places = [weeks.index(s.week) for s in found.sessions]
        assert len(places) == 6
        assert all(b - a >= 3 for a, b in pairwise(places))

    def test_what_does_not_fit_is_said_and_the_rest_is_there(self) -> None:
        visit = event("visit", bc.model.SupportStrand.ONE_TO_ONE, lead_hours={"coach": 9})
        found = support([small(1)], events=[visit])
        assert found.status is bc.scheduling.ScheduleStatus.PARTIAL
        assert "oak.coach has 8 at most" in found.unscheduled["oak.visit.1"]
        assert found.school("school-1").schedule.unscheduled["visit.1"]
        assert "oak.visit.1 for school-1: " in str(found)
        assert len(found.school("school-1").schedule.steps) == 1

    def test_a_school_is_not_told_the_hours_of_another(self) -> None:
        """The hub's calendar names who is short of hours; a school's own names only itself."""
        busy = evolve(
            small(2),
            id="old-school-1",  # ends as another id does
            capacity=bc.Capacity(roles=[bc.Role(id=r, title=r, hours_per_week=3) for r in ROLES]),
        )
        partners = [evolve(small(1), id="school-1"), busy]
        both = {"seats": 2, "terms": ["Autumn"], "lead_hours": {"coach": 1}}
        day, talk = (event(e, bc.model.SupportStrand.OPEN_DAYS, **both) for e in ("day", "talk"))
        long = evolve(day, id="long", partner_hours={"behaviour-lead": 4})
        found = support(partners, events=[day, talk, long], engine="heuristic")
        told = [r.text for s in found.sessions for r in s.reasons] + [*found.unscheduled.values()]
        assert any("old-school-1.behaviour-lead" in text for text in told)
        one, other = (found.school(p.id).schedule for p in partners)
        for schedule in (one, other):
            texts = [r.text for s in schedule.steps for r in s.reasons]
            texts += schedule.unscheduled.values()
            assert not [text for text in texts if "school-1." in text]
            assert all("." not in (r.role or "") for s in schedule.steps for r in s.reasons)
        assert "another school that takes part has too few hours" in str(one.unscheduled)
        assert any("another school that takes part" in r.text for s in one.steps for r in s.reasons)
        assert "behaviour-lead has 3 at most" in str(other.unscheduled)

    @pytest.mark.parametrize("hours", [3.25, 3.75])
    def test_nothing_of_a_school_depends_on_the_hours_of_another(self, hours: float) -> None:
        """What could be read from a field of one school would differ where the hours do."""

        def calendar(hours: float) -> SupportCalendar:
            roles = [bc.Role(id=r, title=r, hours_per_week=hours) for r in ROLES]
            partners = [small(1), evolve(small(2), capacity=bc.Capacity(roles=roles))]
            both = {"seats": 2, "terms": ["Autumn"], "lead_hours": {"coach": 1}}
            day, talk = (
                event(e, bc.model.SupportStrand.OPEN_DAYS, **both) for e in ("day", "talk")
            )
            long = evolve(day, id="long", partner_hours={"behaviour-lead": 4})
            return support(partners, events=[day, talk, long], engine="heuristic")

        first, second = calendar(3), calendar(hours)
        mine, theirs = (c.school("school-1") for c in (first, second))
        assert mine == theirs
        assert bc.dumps(mine.schedule, format="json") == bc.dumps(theirs.schedule, format="json")
        assert first.school("school-2") != second.school("school-2")
        # It is hidden at a start and at what does not fit, and the hub itself sees both.
        kinds = [r.kind for s in mine.schedule.steps for r in s.reasons]
        kinds += [r.kind for why in mine.schedule.left_out.values() for r in why]
        assert kinds.count(ReasonKind.ELSEWHERE) >= 2
        assert first.left_out != second.left_out
        assert [s.reasons for s in first.sessions] != [s.reasons for s in second.sessions]

    @examples(10)
    @given(data=st.data())
    def test_no_number_of_another_school_stands_in_any_field(self, data: st.DataObject) -> None:
        """Each school has hours of its own kind; none turns up in what another is given."""
        odd = [0.001, 0.002, 0.004]
        partners = []
        for number, part in enumerate(odd):
            whole = data.draw(st.sampled_from([2, 3, 5]))
            roles = [bc.Role(id=r, title=r, hours_per_week=whole + part) for r in ROLES]
            partners.append(evolve(partner_with(15, number), capacity=bc.Capacity(roles=roles)))
        events = [evolve(e, seats=3) for e in EVENTS]
        found = support(partners, events=events, engine="heuristic", budget=3)
        for partner, part in zip(partners, odd, strict=True):
            schedule = found.school(partner.id).schedule
            numbers = list(numbers_in(json.loads(bc.dumps(schedule, format="json"))))
            others = [other for other in odd if other != part]
            # Hours of steps and events are whole quarters: what is left over tells the school.
            rests = {round(n % 0.25, 6) for n in numbers}
            assert part in rests
            assert not rests & {rest for other in others for rest in (other, 0.25 - other)}
            assert not [
                text
                for text in (*schedule.unscheduled.values(), str(schedule))
                for p in partners
                if p is not partner and p.id in text
            ]

    def test_fewer_hours_are_not_guessed_for_one_school_of_many(self) -> None:
        made = example_journey()
        assert made.school is not None
        assert made.school.capacity is not None
        partner = PartnerPlan(
            id="ash", name="Ash", route="core", plan=made.plan, capacity=made.school.capacity
        )
        found = support([partner], engine="heuristic", budget=3, calendar=made.calendar)
        mine, half = found.school("ash"), bc.content.load_content("scenario", "half-capacity")
        with pytest.raises(InvalidInputError, match="together with other schools"):
            bc.forecast(
                mine.plan, made.result, mine.schedule, calendar=made.calendar, scenario=half
            )

    def test_doses_add_up(self) -> None:
        found = support([small(0, "extended"), small(1)])
        rows = {(r["school"], r["strand"]): r for r in found.doses()}
        assert rows["school-0", "one-to-one"]["events"] == 6
        assert rows["school-0", "one-to-one"]["partner_hours"] == 12
        assert rows["school-1", "one-to-one"]["events"] == 3


class TestRefusals:
    @pytest.mark.parametrize(
        ("changed", "paths"),
        [
            ({"lead": "a.b"}, {"lead"}),
            ({"lead": "school-1"}, {"lead"}),
            ({"partners": []}, {"partners"}),
            (
                {"partners": ["ash"]},
                {
                    "partners[0]",
                },
            ),
            ({"events": None}, {"events"}),
            ({"starts": "soon"}, {"starts"}),
            ({"starts": dt.date(2030, 1, 1)}, {"starts"}),
            ({"budget": 0}, {"budget"}),
            ({"engine": "magic"}, {"engine"}),
            ({"lead_staff": None}, {"lead_staff"}),
        ],
    )
    def test_by_name(self, changed: dict[str, Any], paths: set[str]) -> None:
        fine: dict[str, Any] = {
            "lead": "oak",
            "partners": [small(1)],
            "events": EVENTS,
            "lead_staff": STAFF,
            "calendar": YEAR,
        }
        with pytest.raises(InvalidInputError) as caught:
            plan_support(**(fine | changed))
        assert {f.path for f in caught.value.faults} == paths

    def test_ids_twice_and_a_term_that_is_not_there(self) -> None:
        with pytest.raises(InvalidInputError) as caught:
            support([small(1), small(1)], events=[EVENTS[0], EVENTS[0]])
        assert {f.path for f in caught.value.faults} == {"partners[1].id", "events[1].id"}
        with pytest.raises(InvalidInputError, match=r"did you mean 'Autumn'"):
            support([small(1)], events=[evolve(EVENTS[0], terms=["Autum"])])
        with pytest.raises(InvalidInputError, match="has no weeks left"):
            support([small(1)], events=[EVENTS[0]], starts=dt.date(2027, 2, 1))

    @pytest.mark.parametrize(
        ("changed", "path"),
        [
            ({"id": "a.b"}, "id"),
            ({"seats": 0}, "seats"),
            ({"times": {"core": 1.5}}, "times.core"),
            ({"lead_hours": {}}, "lead_hours"),
            ({"partner_hours": {"head": 0}}, "partner_hours"),
            ({"gap_weeks": -1}, "gap_weeks"),
        ],
    )
    def test_an_event_by_name(self, changed: dict[str, Any], path: str) -> None:
        with pytest.raises(InvalidInputError) as caught:
            evolve(EVENTS[0], **changed)
        assert path in {f.path for f in caught.value.faults}
