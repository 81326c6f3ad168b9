"""Old formats of an invented kind of file, and files from the future."""

from __future__ import annotations

import datetime as dt
import json
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import behaviour_culture as bc
from behaviour_culture.interchange import migrations
from behaviour_culture.interchange.kinds import KINDS
from behaviour_culture.interchange.migrations import migrate, newest_format


def rename_title(data: dict[str, Any]) -> dict[str, Any]:
    """Format 1 to 2: 'title' is now 'label'."""
    return {"label" if key == "title" else key: value for key, value in data.items()}


def split_days(data: dict[str, Any]) -> dict[str, Any]:
    """Format 2 to 3: 'days', a text with dashes, is now 'first' and 'last'."""
    days = data.get("days")
    if not isinstance(days, str) or days.count("-") != 1:
        return data
    first, last = days.split("-")
    return {**{k: v for k, v in data.items() if k != "days"}, "first": first, "last": last}


def rename_pupils(data: dict[str, Any]) -> dict[str, Any]:
    return {"roll" if key == "pupils" else key: value for key, value in data.items()}


STEPS = {"rota": (rename_title, split_days)}
FORMS: dict[int, dict[str, Any]] = {
    1: {"title": "Gate", "days": "Mon-Fri"},
    2: {"label": "Gate", "days": "Mon-Fri"},
    3: {"label": "Gate", "first": "Mon", "last": "Fri"},
}


@pytest.fixture
def rota(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(migrations, "MIGRATIONS", STEPS)


@pytest.mark.usefixtures("rota")
class TestAnInventedKind:
    @pytest.mark.parametrize("number", [1, 2, 3])
    def test_each_format_becomes_the_newest(self, number: int) -> None:
        given_ = deepcopy(FORMS[number])
        assert migrate(given_, "rota", number, "x") == FORMS[3]
        assert given_ == FORMS[number]

    def test_the_newest_format_follows_from_the_migrations(self) -> None:
        assert newest_format("rota") == 3
        assert newest_format("school") == 1

    def test_what_a_migration_does_not_understand_is_left_for_the_reader(self) -> None:
        assert migrate({"days": 5, "x": 1}, "rota", 1, "x") == {"days": 5, "x": 1}

    @pytest.mark.parametrize("number", [4, 2**70])
    def test_the_future_is_refused_with_what_to_do(self, number: int) -> None:
        with pytest.raises(bc.InvalidInputError) as caught:
            migrate({}, "rota", number, "rota.toml")
        (fault,) = caught.value.faults
        assert fault.path == "format"
        assert "expected format = 3 or older" in fault.message
        assert "a newer version of behaviour_culture wrote this file; install" in fault.message

    @given(number=st.integers(max_value=0) | st.booleans() | st.none() | st.text() | st.floats())
    def test_what_is_no_format(self, number: object) -> None:
        with pytest.raises(bc.InvalidInputError, match="expected format = 1 to 3"):
            migrate({}, "rota", number, "x")


class TestThroughTheReader:
    def test_an_old_school_is_read_and_written_anew(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(migrations, "MIGRATIONS", {"school": [rename_pupils]})
        old = {"kind": "school", "format": 1, "id": "hill", "name": "Hill", "pupils": 300}
        school = bc.loads(json.dumps(old), format="json")
        assert school == bc.School(id="hill", name="Hill", roll=300)
        assert json.loads(bc.dumps(school, format="json"))["format"] == 2
        assert bc.loads(bc.dumps(school, format="toml"), format="toml") == school
        assert bc.json_schema("school")["properties"]["format"] == {"const": 2}
        with pytest.raises(bc.InvalidInputError, match="no such key here"):
            bc.loads(json.dumps(old | {"format": 2}), format="json")

    @pytest.mark.parametrize("kind", sorted(KINDS))
    def test_a_file_of_any_kind_from_the_future(self, kind: str) -> None:
        future = {"kind": kind, "format": newest_format(kind) + 1, "whatever": "it holds"}
        with pytest.raises(bc.InvalidInputError, match="a newer version") as caught:
            bc.loads(json.dumps(future), format="json")
        assert [f.path for f in caught.value.faults] == ["format"]


class TestActionPlans:
    def test_format_1_says_scale_and_basis_in_texts(self) -> None:
        objective = {
            "id": "calm",
            "title": "Calm",
            "principle": "routines",
            "measure": "audit score, 0 to 1",
            "baseline": {"value": 0.2, "lower": 0.1, "upper": 0.3, "method": "Wilson"},
            "target": 0.5,
            "target_basis": "judgement: one level of the rating scale in a year",
        }
        own = objective | {"id": "own", "measure": "incidents a week", "target_basis": "our plan"}
        data = {
            "kind": "action-plan",
            "format": 1,
            "id": "a-plan",
            "title": "A plan",
            "framework": "f",
            "edition": "1",
            "catalogue": "c",
            "objectives": [objective, own],
            "steps": [],
            "inclusions": [],
        }
        plan = bc.loads(json.dumps(data), format="json")
        found = [(o.scale.value, o.basis.value) for o in plan.objectives]
        assert found == [("audit", "judgement"), ("own", "stated")]
        assert json.loads(bc.dumps(plan, format="json"))["format"] == 3


class TestPlanReviews:
    def test_format_1_says_in_a_note_why_nothing_was_seen(self) -> None:
        outcome = {"outcome": "incidents", "half_term": "Autumn 1", "agreement": "not seen"}
        notes = ("no series has it", "a small count, not shown", "snow", ["no text"])
        outcomes = [outcome | {"note": note} for note in notes]
        old = {"kind": "plan-review", "format": 1, "plan": "p", "outcomes": outcomes[:3]}
        review = bc.loads(json.dumps(old), format="json")
        assert [(o.agreement.name, o.note) for o in review.outcomes] == [
            ("NO_SERIES", ""),
            ("HIDDEN", ""),
            ("NOT_SEEN", "snow"),
        ]
        assert migrate({"outcomes": outcomes}, "plan-review", 1, "x")["outcomes"][3] == outcomes[3]
        assert migrate({"outcomes": 5}, "plan-review", 1, "x") == {"outcomes": 5}


class TestVerdicts:
    @pytest.mark.parametrize("rung", range(1, 6))
    def test_format_1_has_the_design_on_the_measure_alone(self, rung: int) -> None:
        measure = {
            "name": "lates",
            "reporter": "records",
            "source": "register",
            "design": rung,
            "estimate": {"value": 0.7, "lower": 0.6, "upper": 0.8, "method": "as it was"},
            "matters": 0.9,
            "window": "two years",
            "exposure": "300,000 pupil days",
            "events": 400,
            "points": [20, 20],
        }
        data = {"kind": "verdict", "format": 1, "id": "v", "measures": [measure]}
        found = bc.loads(json.dumps(data), format="json")
        assert found.measures[0].design == found.measures[0].estimate.design.rung == rung
        new = bc.dumps(found, format="json")
        assert json.loads(new)["format"] == 2
        assert bc.loads(new, format="json") == found

    @pytest.mark.parametrize("bad", [None, [1], [{"design": 9, "estimate": {}}], [{"design": "4"}]])
    def test_what_is_no_measure_is_left_for_the_reader(self, bad: object) -> None:
        assert migrate({"measures": bad}, "verdict", 1, "x") == {"measures": bad}


STARTS = "starts with the plan, in the week of 07 September 2026"
SHORT = "head has 1 of 2 hours left in the week of 07 September 2026, and it needs 2"
NEVER = "it needs head for 3 hours a week, and head has 2 at most"


def old_schedule(bound: str = "hours of head") -> dict[str, Any]:
    """A schedule as format 1 has it: reasons and the source of the bound are sentences."""

    def step(key: str, week: int, reason: dict[str, Any]) -> dict[str, Any]:
        day = dt.date(2026, 9, 7) + dt.timedelta(weeks=week)
        return {
            "step": key,
            "title": f"Step {key}",
            "lead": "head",
            "start": day.isoformat(),
            "finish": (day + dt.timedelta(days=4)).isoformat(),
            "first_week": week,
            "weeks": 1,
            "half_term": "Autumn",
            "finish_half_term": "Autumn",
            "slack_weeks": 0,
            "reasons": [reason],
        }

    return {
        "id": "plan-schedule",
        "plan": "plan",
        "calendar": "year",
        "engine": "heuristic",
        "seed": 0,
        "status": "partial",
        "makespan": 2,
        "lower_bound": 2,
        "bound_source": bound,
        "most_placed": 3,
        "tried": 5,
        "starts": "2026-09-07",
        "ends": "2026-09-18",
        "steps": [
            step("x", 0, {"kind": "start", "text": STARTS, "week": "2026-09-07"}),
            step(
                "visit.1",
                1,
                {"kind": "role", "text": SHORT, "role": "head", "week": "2026-09-07"},
            ),
        ],
        "unscheduled": {"d": NEVER},
        "half_terms": ["Autumn"],
    }


def tables(values: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    keys = st.sampled_from(["reasons", "schedule", "plan", "text", "kind", "steps", "sessions"])
    return st.dictionaries(keys, values)


class TestSchedules:
    def test_format_1_has_sentences_which_are_kept_as_they_are(self) -> None:
        old = {"kind": "schedule", "format": 1, **old_schedule()}
        schedule = bc.loads(json.dumps(old), format="json")
        assert [schedule.explain(key) for key in ("x", "visit.1", "d")] == [
            [STARTS],
            [SHORT],
            [NEVER],
        ]
        reason = schedule.step("visit.1").reasons[0]
        assert (reason.kind.value, reason.role, reason.week) == (
            "role",
            "head",
            dt.date(2026, 9, 7),
        )
        assert (schedule.bound_source, schedule.bound_role) == ("hours of head", "head")
        assert json.loads(bc.dumps(schedule, format="json"))["format"] == 2
        for form in ("json", "toml"):
            assert bc.loads(bc.dumps(schedule, format=form), format=form) == schedule

    @pytest.mark.parametrize(
        "bound",
        [
            "longest chain of prerequisites",
            "longest chain of prerequisites and terms",
            "longest chain of prerequisites or hours of a role, from now on",
            "exact engine",
            "hours of head-of-year",
        ],
    )
    def test_each_bound_of_format_1_is_known(self, bound: str) -> None:
        old = {"kind": "schedule", "format": 1, **old_schedule(bound)}
        assert bc.loads(json.dumps(old), format="json").bound_source == bound

    def test_a_bound_that_format_1_never_had_is_refused_by_name(self) -> None:
        old = {"kind": "schedule", "format": 1, **old_schedule("a guess")}
        with pytest.raises(bc.InvalidInputError, match=r"bound_by: 'a guess' is not one of"):
            bc.loads(json.dumps(old), format="json")

    @given(st.recursive(st.none() | st.text(), lambda v: st.lists(v) | tables(v), max_leaves=9))
    def test_whatever_a_file_holds_it_is_not_the_migration_that_fails(self, value: Any) -> None:
        for kind in ("schedule", "support-calendar"):
            given_ = dict.fromkeys(("steps", "unscheduled", "bound_source", "sessions"), value)
            assert isinstance(migrate({**given_, "schools": value}, kind, 1, "x"), dict)

    def test_a_support_calendar_holds_them_in_three_places(self) -> None:
        plan = {
            "id": "plan",
            "title": "Plan",
            "framework": "f",
            "edition": "1",
            "catalogue": "c",
            "objectives": [],
            "steps": [],
            "inclusions": [],
        }
        theirs = f"ash.{SHORT}"
        old = {
            "kind": "support-calendar",
            "format": 1,
            "id": "oak-support",
            "lead": "oak",
            "calendar": "year",
            "engine": "heuristic",
            "seed": 0,
            "status": "partial",
            "makespan": 2,
            "lower_bound": 2,
            "bound_source": "hours of ash.head",
            "tried": 5,
            "sessions": [
                {
                    "id": "visit.1",
                    "event": "visit",
                    "title": "Visit",
                    "strand": "one-to-one",
                    "term": "Autumn",
                    "week": "2026-09-14",
                    "schools": ["ash"],
                    "seats": 1,
                    "reasons": [theirs],
                }
            ],
            "schools": [
                {
                    "id": "ash",
                    "name": "Ash",
                    "route": "core",
                    "plan": plan,
                    "schedule": old_schedule(),
                }
            ],
            "unscheduled": {"ash.d": NEVER},
        }
        calendar = bc.loads(json.dumps(old), format="json")
        assert [r.text for r in calendar.session("visit.1").reasons] == [theirs]
        assert calendar.unscheduled == {"ash.d": NEVER}
        assert calendar.bound_source == "hours of ash.head"
        assert calendar.school("ash").schedule.explain("visit.1") == [SHORT]
        assert json.loads(bc.dumps(calendar, format="json"))["format"] == 3
        assert bc.loads(bc.dumps(calendar, format="toml"), format="toml") == calendar


class TestSeries:
    def test_format_1_says_in_a_text_that_a_count_is_withheld(self) -> None:
        texts = ("hidden: a small count", "suspension: x (suppressed)", "snow")
        data = {
            "kind": "series",
            "format": 1,
            "id": "s",
            "indicator": "incidents",
            "exposure_kind": "pupil-days",
            "periods": [
                {"label": f"w{i}", "start": f"2026-09-{i}1", "end": f"2026-09-{i}5", "masked": text}
                for i, text in enumerate(texts)
            ],
        }
        found = bc.loads(json.dumps(data), format="json")
        assert [p.suppressed for p in found.periods] == [True, True, False]
        assert migrate({"periods": 5}, "series", 1, "x") == {"periods": 5}


def test_effects_whose_lists_do_not_fit_are_left_for_the_reader_to_refuse() -> None:
    lists = ("effect_mean", "effect_error", "effect_spread", "grades", "study", "outcome")
    inputs: dict[str, Any] = {key: [0, 1] for key in lists}
    assert migrations._effects_apart(inputs) == {"acting": [0, 1], **inputs}
    short = inputs | {"study": [0]}
    assert migrations._effects_apart(short) is short
