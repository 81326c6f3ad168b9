"""Reviews of small plans, what is learned from observations, and what differs between plans."""

from __future__ import annotations

import datetime as dt
from functools import cache
from typing import Any

from attrs import evolve

import behaviour_culture as bc
from behaviour_culture import review
from behaviour_culture.disclosure import DisclosureRules
from behaviour_culture.model.step import EffectLink
from behaviour_culture.monitoring import measure_of, rate_ratio, survey_change, verdict
from behaviour_culture.review import result
from builders import (
    DAY,
    MONDAY,
    audit_of,
    autumn,
    estimate,
    framework_of,
    people,
    plan_of,
    refusal,
    step,
)

UNIT = "per 100 pupil-days"
BEFORE = MONDAY - 7 * 52 * DAY
NEW_SYSTEM = "a new system"


# -- a small plan, its forecast, and what was counted ------------------------------------------


def _effects(parameter: str, grade: str) -> list[EffectLink]:
    return [EffectLink(parameter=parameter, grade=grade, reason="it is this programme")]


def _framework() -> bc.Framework:
    return framework_of({"calm": [1.0, 1.0], "there": [1.0, 2.0]})


@cache
def _plan() -> bc.ActionPlan:
    return plan_of(
        step("rules", effects=_effects("classroom-management", "A"), principles=["calm"]),
        step(
            "letters",
            "rules",
            effects=_effects("absence-letter", "B"),
            reach=0.2,
            principles=["there"],
        ),
        step(
            "talks",
            effects=_effects("suspension-programme", "C"),
            reach=0.2,
            principles=["calm"],
        ),
        framework="small",
        edition="1",
        starts=MONDAY,
        objectives=[_objective("calm", 0.5, 0.7), _objective("there", 0.5, 0.3)],
        inclusions=[
            _why("rules", "calm"),
            _why("letters", "there"),
            bc.model.Inclusion(step="talks", kind=bc.model.InclusionKind.OWN, reason="ours"),
        ],
    )


def _objective(principle: str, now: float, target: float, **fields: Any) -> bc.model.Objective:
    usual: dict[str, Any] = {
        "id": f"aim-{principle}",
        "title": principle.title(),
        "principle": principle,
        "measure": "share",
        "baseline": estimate(now, 0.1),
        "target": target,
        "target_basis": "what we agreed",
    }
    return bc.model.Objective(**(usual | fields))


def _why(key: str, principle: str) -> bc.model.Inclusion:
    kind = bc.model.InclusionKind.PRIORITY
    return bc.model.Inclusion(
        step=key, kind=kind, objectives=[f"aim-{principle}"], reason=f"It serves {principle}"
    )


@cache
def _forecast() -> bc.Forecast:
    scored = bc.score_audit(audit_of(_framework(), 1, 0, 2, 1), _framework())
    schedule = bc.schedule_plan(
        _plan(), calendar=autumn(14, 7), capacity=people(head=6), engine="heuristic"
    )
    return bc.forecast(_plan(), scored, schedule, half_terms=4, draws=1_000)


def _weeks(  # noqa: PLR0913  (what a series varies in)
    indicator: str,
    counts: list[float | None],
    *,
    start: dt.date = MONDAY,
    each: int = 28,
    exposure: float | None = 4_000,
    kind: bc.model.ExposureKind = bc.model.ExposureKind.PUPIL_DAYS,
    **fields: Any,
) -> bc.Series:
    periods = [
        bc.model.SeriesPeriod(
            label=f"{start + each * i * DAY:%d %b %Y}",
            start=start + each * i * DAY,
            end=start + (each * i + 11) * DAY,
            count=count,
            exposure=exposure,
            masked="" if count is not None else "snow",
        )
        for i, count in enumerate(counts)
    ]
    usual = {"id": f"of-{indicator}", "indicator": indicator, "exposure_kind": kind}
    return bc.Series(periods=periods, **(usual | fields))


def _both(indicator: str, before: list[Any], after: list[Any], **fields: Any) -> list[bc.Series]:
    """Two series of one indicator: of the year before, and from the start of the plan."""
    return [
        _weeks(indicator, before, start=BEFORE, **fields),
        _weeks(indicator, after, start=MONDAY, **fields),
    ]


def _beside(*series: bc.Series, **more: Any) -> Any:
    made = bc.review_plan(_forecast(), series, _plan(), **more)
    seen = [o for o in made.outcomes if o.indicator]
    return {"seen": seen, "tells": [o.tells for o in seen], "said": _said(made)}


def _said(made: Any) -> list[str]:
    return [repr(made), *str(made).splitlines()]


# -- beside a forecast ---------------------------------------------------------------------------


def incidents_beside_the_forecast() -> Any:
    return _beside(*_both("serious-incidents", [30, 28, 35, 40, 33, 30, 29], [25, 31, 22, 30, 90]))


def incidents_of_which_neither_is_better() -> Any:
    return _beside(*_both("low-level-incidents", [60, 58, 75, 70], [25, 90, 60, 61]))


def a_half_term_that_is_masked_in_part_and_whole() -> Any:
    return _beside(*_both("serious-incidents", [30, None, 35, 40], [25, None, None, None, 20, 22]))


def a_half_term_that_is_masked() -> Any:
    return _beside(*_both("serious-incidents", [30, 29], [25, 20, None, None, None, 22]))


def nothing_from_before() -> Any:
    return _beside(_weeks("serious-incidents", [20, 21, None, 33]))


def only_masked_from_before() -> Any:
    return _beside(*_both("serious-incidents", [None, None], [20, 21]))


def nothing_after() -> Any:
    return _beside(_weeks("serious-incidents", [20, 21, 19], start=BEFORE))


def beyond_the_end_of_the_forecast() -> Any:
    return _beside(*_both("serious-incidents", [30] * 9, [20] * 12))


def absence_and_suspensions() -> Any:
    kinds = bc.model.ExposureKind
    return _beside(
        *_both("absence", [400, 420, 390], [380, 500, 300], kind=kinds.SESSIONS, exposure=9_000),
        *_both("suspensions", [8, 9, 12], [7, 3, 5], kind=kinds.PUPILS, exposure=800),
    )


def small_counts_beside_the_forecast() -> Any:
    series = _both("serious-incidents", [3, 2, 4, 9], [2, 14, 0, 5])
    made = bc.review_plan(_forecast(), series, _plan())
    return {
        "internal": made.to_rows(internal=True),
        "published": made.to_rows(),
        "counts": [[o.count, o.base, o.agreement] for o in made.outcomes],
        "said": _said(made),
        "twice": made.published() == made.published().published(),
    }


def surveys_beside_the_forecast() -> Any:
    answers = {"kind": bc.model.ExposureKind.ANSWERS, "exposure": 120.0}
    return _beside(
        *_both("good-behaviour-staff", [60], [66, 20], each=120, **answers),
        *_both("good-behaviour-pupils", [60, 58], [110, 66], each=120, **answers),
        *_both("interrupted-pupils", [40], [50, 90], each=120, **answers),
    )


def a_survey_of_few() -> Any:
    answers = {"kind": bc.model.ExposureKind.ANSWERS, "each": 120}
    return [
        [o.published() for o in bc.review_plan(_forecast(), series, _plan()).outcomes][:3]
        for series in (
            _both("good-behaviour-staff", [6], [6], exposure=9, **answers),
            _both("good-behaviour-staff", [6], [6], exposure=10, **answers),
            _both("good-behaviour-staff", [6], [7], exposure=12, **answers),
            _both("good-behaviour-staff", [6], [0], exposure=12, **answers),
        )
    ]


def an_indicator_that_is_not_known() -> Any:
    return _beside(*_both("lates", [30, 28, 35], [25, 31]), *_both("conduct", [9, 9], [8, 7]))


def recording_that_changed() -> Any:
    def changed(*days: dt.date) -> Any:
        changes = [bc.model.RecordingChange(day=d, what=NEW_SYSTEM) for d in days]
        counts = _both("serious-incidents", [30, 28, 35], [25, 31, 22], recording_changes=changes)
        made = bc.review_plan(_forecast(), counts, _plan())
        return [[o.half_term, o.agreement, o.note] for o in made.outcomes if o.indicator], [
            c for c in made.caveats if "ecord" in c
        ]

    return {
        "before": changed(BEFORE + 40 * DAY),
        "on the first day": changed(MONDAY),
        "a day later": changed(MONDAY + DAY),
        "on the last day of a period": changed(MONDAY + 11 * DAY),
        "after the first half-term": changed(MONDAY + 80 * DAY),
        "twice": changed(BEFORE + 40 * DAY, MONDAY + 80 * DAY),
    }


def surveys_as_changes() -> Any:
    def change(before: int, after: int, of: int = 100) -> Any:
        return survey_change(
            [1] * before + [0] * (of - before),
            [1] * after + [0] * (of - after),
            group="staff",
            asked_before=of,
            asked_after=of,
        )

    found = {}
    for name, key, seen in (
        ("like it", ("climate-staff", 2), change(50, 52)),
        ("far above", ("climate-staff", 4), change(50, 95)),
        ("far below", ("climate-pupils", 4), change(50, 2)),
        ("few", ("climate-staff", 1), change(5, 9, 20)),
        ("no such half-term", ("climate-staff", 5), change(50, 52)),
        ("no such outcome", ("manners", 1), change(50, 52)),
        ("an estimate", ("conduct", 2), estimate(0.05, 0.02)),
    ):
        made = refusal(lambda k=key, s=seen: bc.review_plan(_forecast(), {k: s}, _plan()))  # type: ignore[misc]
        of_it = made if isinstance(made, Exception) else [o for o in made.outcomes if o.seen]
        found[name] = of_it
    return found


def levels_and_scales() -> Any:
    counts = _both("serious-incidents", [30, 28, 35, 40], [25, 31, 22, 30])
    return {
        str(level): bc.review_plan(_forecast(), counts, _plan(), level=level).to_rows(internal=True)
        for level in (0.5, 0.8, 0.99)
    }


def with_a_verdict() -> Any:
    measure = measure_of(
        rate_ratio(80, 40_000, 140, 40_000),
        name="removals",
        source="log",
        matters=0.8,
        window="a year",
        exposure="80,000 days",
        events=220,
    )
    counts = _both("serious-incidents", [30, 28, 35], [25, 31])
    made = bc.review_plan(_forecast(), counts, _plan(), verdict=verdict([measure]))
    return {"verdict": made.verdict, "said": _said(made), "published": made.published().verdict}


# -- beside expectations of one's own ------------------------------------------------------------


def _counted(counts: list[float | None], **fields: Any) -> bc.Series:
    return _weeks("serious-incidents", counts, **({"exposure": 1e4} | fields))


def how_seen_lies_to_expected() -> Any:
    hoped = bc.Estimate(value=1.0, lower=0.8, upper=1.2, method="given", unit=UNIT)
    found = {}
    for low, mid, high in (
        *((0.85, 1.0, 1.15), (0.5, 1.0, 1.5), (1.21, 1.3, 1.4), (1.2, 1.3, 1.4), (0.5, 0.6, 0.79)),
        *((0.5, 0.6, 0.8), (1.1, 1.2, 1.3), (1.1, 1.25, 1.3), (0.7, 0.8, 0.9), (0.8, 1.0, 1.3)),
        *((0.7, 1.0, 1.2), (0.7, 0.79, 0.9), (0.8, 0.8, 0.8), (1.2, 1.2, 1.2), (1.3, 1.3, 1.3)),
    ):
        seen = bc.Estimate(value=mid, lower=low, upper=high, method="given", unit=UNIT)
        key = ("serious-incidents", 1)
        made = bc.review_plan({key: hoped}, {key: seen}, _plan())
        found[f"{mid} ({low} to {high})"] = [made.outcomes[0].agreement, made.suggestions]
    return found


def periods_by_label_and_by_number() -> Any:
    hoped = estimate(0.5, 0.1, unit=UNIT)
    counts = _counted([50, 40, None, 90], start=MONDAY - 28 * DAY)
    return {
        "by number": bc.review_plan({("serious-incidents", 1): hoped}, counts, _plan()),
        "by label": bc.review_plan({("serious-incidents", "07 Sep 2026"): hoped}, counts, _plan()),
        "no start": bc.review_plan(
            {("serious-incidents", "07 Sep 2026"): hoped}, counts, evolve(_plan(), starts=None)
        ),
        "both": bc.review_plan(
            {("serious-incidents", 1): hoped, ("other", 2): hoped}, counts, _plan()
        ).to_rows(),
    }


def per_and_level() -> Any:
    counts = [_counted([50, 4, 0]), _weeks("lates", [9, 12], exposure=300)]
    return bc.review_plan({}, counts, _plan(), per=1_000, level=0.8)


def recording_beside_expectations() -> Any:
    hoped = {("serious-incidents", n): estimate(0.5, 0.2, unit=UNIT) for n in (1, 2, 3)}
    found = {}
    for name, day in (
        ("first day", MONDAY),
        ("inside the first", MONDAY + DAY),
        ("last day of the second", MONDAY + 39 * DAY),
        ("after it", MONDAY + 40 * DAY),
    ):
        change = bc.model.RecordingChange(day=day, what=NEW_SYSTEM)
        counts = _counted([50, 50, 50], recording_changes=[change])
        made = bc.review_plan(hoped, counts, _plan())
        found[name] = [[o.agreement, o.note] for o in made.outcomes], list(made.caveats)
    counts = _counted([50, 50, 50], recording_changes=[change])
    made = bc.review_plan(
        {("serious-incidents", o.label): estimate(0.5, 0.2, unit=UNIT) for o in counts.periods},
        counts,
        evolve(_plan(), starts=None),
    )
    found["no start"] = [[o.agreement, o.note] for o in made.outcomes], list(made.caveats)
    return found


def suggestions_about_outcomes() -> Any:
    """Of each way in which less or more is better, higher and lower than expected."""
    keys = ("serious-incidents", "low-level-incidents", "good-behaviour-staff", "unknown-thing")
    found = {}
    for name, values in (("higher", (2, 3)), ("lower", (-2, -3)), ("as expected last", (2, 0))):
        hoped = {(key, n): estimate(0, 0.5) for key in keys for n in (1, 2)}
        seen = {(key, n): estimate(v, 0.1) for key in keys for n, v in enumerate(values, start=1)}
        made = bc.review_plan(hoped, seen, _plan())
        found[name] = [
            [s.about, s.text, s.reason] for s in made.suggestions if not s.about.startswith("aim")
        ]
    return found


def an_object_that_says_what_it_expects() -> Any:
    class Own:
        def expected(self) -> Any:
            return {("serious-incidents", 1): estimate(0.4, 0.3, unit=UNIT)}

    return bc.review_plan(Own(), _counted([50]), _plan()).outcomes


def indicators_of_ones_own() -> Any:
    known = bc.load_indicators().indicator("serious-incidents")
    turned = known.evolve(direction=bc.model.Direction.HIGHER, name="Good things")
    hoped = {("serious-incidents", 1): estimate(0.1, 0.01, unit=UNIT)}
    return {
        name: bc.review_plan(hoped, _counted([50]), _plan(), indicators=given).suggestions
        for name, given in (("turned", [turned]), ("none", []), ("as shipped", None))
    }


# -- targets and steps ---------------------------------------------------------------------------


def targets() -> Any:
    found = {}
    for name, low, high in (
        *(("met", 0.7, 0.9), ("just not", 0.69, 0.9), ("just missed", 0.5, 0.69)),
        *(("touches", 0.5, 0.7), ("wide", 0.1, 0.9), ("low", 0.1, 0.29), ("at it", 0.1, 0.3)),
        *(("above it", 0.31, 0.4),),
    ):
        middle = bc.Estimate(value=(low + high) / 2, lower=low, upper=high, method="given")
        again = {"aim-calm": middle, "aim-there": middle}
        made = bc.review_plan({}, {}, _plan(), found=again)
        found[name] = [o.standing for o in made.objectives], list(made.suggestions)
    return found


def a_target_where_it_stands() -> Any:
    plan = evolve(_plan(), objectives=[_objective("calm", 0.7, 0.7), _objective("there", 0.5, 0.3)])
    return bc.review_plan({}, {}, plan, found={"aim-calm": estimate(0.75, 0.02)}).objectives


def the_audit_done_again() -> Any:
    scored = bc.score_audit(audit_of(_framework(), 3, 3, 0, 0), _framework())
    made = bc.review_plan({}, {}, _plan(), found=scored)
    return {"objectives": made.objectives, "said": _said(made)}


def how_far_steps_are() -> Any:
    found = {}
    for status in bc.StepStatus:
        for fidelity in (None, 0.59, 0.6):
            reports = [bc.StepProgress(step="rules", status=status, fidelity=fidelity)]
            plan = evolve(_plan(), progress=reports)
            again = {"aim-calm": estimate(0.5, 0.01)}
            made = bc.review_plan({}, {}, plan, found=again)
            found[f"{status.value}, {fidelity}"] = [
                f"{s.about}: {s.text} ({s.reason})" for s in made.suggestions
            ]
    return found


# -- what is shown -------------------------------------------------------------------------------


def _outcome(**fields: Any) -> result.OutcomeReview:
    usual: dict[str, Any] = {
        "outcome": "conduct",
        "half_term": "Half-term 1",
        "indicator": "serious-incidents",
        "expected": estimate(20, 5),
        "seen": estimate(22),
        "unchanged": estimate(25, 5),
        "count": 22,
        "agreement": review.Agreement.AS_EXPECTED,
    }
    return result.OutcomeReview(**(usual | fields))


def outcomes_in_words() -> Any:
    known = {
        "as it is": _outcome(),
        "on the lower end": _outcome(seen=estimate(20), unchanged=estimate(25, 5)),
        "beyond": _outcome(seen=estimate(19.9)),
        "large": _outcome(expected=estimate(1234.5, 99.4), seen=estimate(99.94), unchanged=None),
        "a unit": _outcome(expected=estimate(0.123456, 0.01, unit="per day"), indicator=None),
        "nothing": _outcome(expected=None, seen=None, unchanged=None, count=None, note="snow"),
        "small": _outcome(count=4, seen=estimate(4)),
        "small before": _outcome(unchanged=estimate(4.9, 1)),
        "not small before": _outcome(unchanged=estimate(5.0, 1)),
        "a zero": _outcome(count=0, seen=estimate(0)),
        "small, alone": _outcome(count=4, seen=estimate(4), unchanged=None),
        "share": _outcome(count=40, base=60, seen=estimate(0.67)),
        "share of few": _outcome(count=4, base=60, seen=estimate(0.07)),
        "rest of few": _outcome(count=56, base=60, seen=estimate(0.93)),
        "no count": _outcome(count=None),
    }
    return {
        name: {"words": str(o), "label": repr(o), "tells": o.tells, "published": o.published()}
        for name, o in known.items()
    }


def outcomes_by_other_rules() -> Any:
    rules = DisclosureRules(threshold=10, show_zeros=False)
    outcomes = [_outcome(count=n, unchanged=estimate(u, 1)) for n in (0, 9, 10) for u in (9, 10)]
    return [[o.agreement, o.published(rules).agreement, o.published().agreement] for o in outcomes]


def agreements() -> Any:
    return {a.value: [a.name, a.compared] for a in review.Agreement}


def a_review_in_words() -> Any:
    measured = estimate(0.5, 0.1)
    made = review.PlanReview(
        plan="plan",
        outcomes=[
            _outcome(),
            _outcome(half_term="Half-term 2", agreement=review.Agreement.COULD_NOT_TELL),
            _outcome(half_term="Half-term 3", count=2, agreement=review.Agreement.HIGHER),
            _outcome(
                half_term="Half-term 4", expected=estimate(3, 1, level=0.8), seen=None, count=None,
                unchanged=None, agreement=review.Agreement.NO_SERIES,
            ),
            _outcome(
                outcome="absence", indicator=None, half_term="Half-term 4", seen=None, count=None,
                unchanged=None, agreement=review.Agreement.NO_SERIES,
            ),
        ],
        objectives=[
            result.ObjectiveReview(
                objective="aim", title="Aim", target=0.7, found=measured, baseline=measured,
                standing=result.TargetStanding.NOT_MET,
            ),
            result.ObjectiveReview(
                objective="other", title="Other", target=1234.5,
                standing=result.TargetStanding.MET,
            ),
        ],
        suggestions=[
            result.Suggestion(text="Do it", reason="we said so", about="conduct"),
            result.Suggestion(text="Look", reason="nobody has", about="aim"),
            result.Suggestion(text="Rest", reason="it is late"),
        ],
        caveats=["One thing."],
    )  # fmt: skip
    return {
        "words": _said(made),
        "rows": made.to_rows(),
        "published": made.published(),
        "without": _said(evolve(made, outcomes=made.outcomes[:1], suggestions=())),
        "levels": _said(
            evolve(made, outcomes=[_outcome(expected=estimate(20, 5, level=0.8))], objectives=())
        ),
        "parts": [_said(p) for p in (*made.objectives, *made.suggestions)],
        "picture": [
            made.plot.describe(),
            made.plot.describe(outcome="absence"),
            refusal(lambda: made.plot.describe(outcome="manners")),
            refusal(evolve(made, outcomes=()).plot.describe),
        ],
    }


def refused() -> Any:
    plan, counts, hoped = _plan(), _counted([5]), estimate(1, 0.5)
    wrong: Any = {
        "plan": lambda: bc.review_plan({}, {}, None),  # type: ignore[arg-type]
        "numbers": lambda: bc.review_plan({}, {}, plan, per=0, level=1),
        "other numbers": lambda: bc.review_plan({}, {}, plan, per="x", level="y"),  # type: ignore[arg-type]
        "expected": lambda: bc.review_plan(7, {}, plan),  # type: ignore[arg-type]
        "keys": lambda: bc.review_plan(
            {"a": hoped, ("a",): hoped, (1, 2): hoped, ("b", 1.0): hoped, ("a", 1): 3},  # type: ignore[dict-item]
            {("a", True): hoped},
            plan,
        ),
        "series": lambda: bc.review_plan({}, 7, plan),  # type: ignore[arg-type]
        "no series": lambda: bc.review_plan({}, [], plan),
        "some series": lambda: bc.review_plan({}, [counts, 3], plan),  # type: ignore[list-item]
        "beside a forecast": lambda: bc.review_plan(_forecast(), [3], plan),  # type: ignore[list-item]
        "twice": lambda: bc.review_plan({}, [counts, counts], plan),
        "overlap": lambda: bc.review_plan(_forecast(), [counts, counts], plan),
        "kinds": lambda: bc.review_plan(
            _forecast(),
            [
                counts,
                _weeks(
                    "serious-incidents", [5], start=BEFORE, kind=bc.model.ExposureKind.PUPILS
                ),
            ],
            plan,
        ),
        "no start": lambda: bc.review_plan(
            {("serious-incidents", 1): hoped}, counts, evolve(plan, starts=None)
        ),
        "units": lambda: bc.review_plan(
            {("serious-incidents", 1): estimate(1, unit="points")}, counts, plan
        ),
        "found": lambda: bc.review_plan({}, {}, plan, found=7),  # type: ignore[arg-type]
        "found of others": lambda: bc.review_plan(
            {}, {}, plan, found={"aim-calmer": hoped, "aim-calm": 7}  # type: ignore[dict-item]
        ),
        "indicators": lambda: bc.review_plan({}, {}, plan, indicators=[3]),  # type: ignore[list-item]
        "one indicator": lambda: bc.review_plan({}, {}, plan, indicators=3),  # type: ignore[arg-type]
        "verdict": lambda: bc.review_plan({}, {}, plan, verdict=3),  # type: ignore[arg-type]
        "a share of more": lambda: _outcome(count=5, base=4),
        "objectives twice": lambda: evolve(
            (made := bc.review_plan({}, {}, plan)), objectives=[*made.objectives] * 2
        ),
    }  # fmt: skip
    return {name: refusal(make) for name, make in wrong.items()}


# -- learning ------------------------------------------------------------------------------------


def _observed(outcome: str, value: float, error: float, half_term: int = 4) -> bc.Observation:
    return bc.Observation(outcome=outcome, value=value, standard_error=error, half_term=half_term)


def _learned(*observations: bc.Observation, **more: Any) -> Any:
    made = bc.learn(_forecast(), list(observations), **more)
    moved = [
        p for p in made.evidence.parameters
        if p.id in {"classroom-management", "absence-letter", "suspension-programme"}
    ]  # fmt: skip
    numbers = [
        [p.mean, p.standard_error, p.tau, p.setting, p.standard_error_basis, p.provenance.note]
        for p in moved
    ]
    assumed = [
        [a.value, a.low, a.high, a.provenance.note]
        for a in made.evidence.assumptions
        if a.id in {"fidelity-mean", "ramp-months"}
    ]
    return {
        "id": [made.id, made.evidence.edition, made.draws],
        "sums": [made.effective, made.fit, *made.surprises],
        "beliefs": made.beliefs,
        "fidelity": made.fidelity,
        "benefits": made.benefits,
        "conflicts": made.conflicts,
        "effects": numbers,
        "assumptions": assumed,
        "words": _said(made),
    }


def learned_from_one() -> Any:
    return _learned(_observed("conduct", 0.08, 0.05))


def learned_from_several() -> Any:
    return _learned(
        _observed("conduct", 0.02, 0.05, 1),
        _observed("conduct", 0.05, 0.05),
        _observed("absence", 0.01, 0.02),
        _observed("suspension-smd", 0.02, 0.03, 3),
        _observed("calm", 0.4, 0.2, 2),
        id="what-we-know",
    )


def learned_from_what_tells_nothing() -> Any:
    return _learned(_observed("conduct", 0.3, 100.0))


def learned_from_more_draws() -> Any:
    told: list[Any] = []
    made = bc.learn(
        _forecast(),
        [_observed("conduct", 0.08, 0.05)],
        draws=2_500,
        progress=lambda *at: told.append(list(at)),
    )
    return {"rows": made.to_rows(), "told": told, "draws": made.draws, "seen": made.effective}


def learned_from_contradictions() -> Any:
    far = _observed("conduct", 0.2, 0.05)
    against = [_observed("climate-staff", 0.1, 0.05), _observed("climate-staff", -0.15, 0.05, 3)]
    return {"one": _learned(far, draws=4_000), "two": _learned(*against)}


def observations_and_beliefs_in_words() -> Any:
    made = bc.learn(_forecast(), [_observed("conduct", 0.08, 0.05)])
    return {
        "observation": _said(_observed("conduct", -0.0849, 0.051)),
        "belief": _said(made.beliefs[0]),
        "misfit": [_said(evolve(made, fit=fit))[4] for fit in (0.0099, 0.001, 0.00099, 0.01, None)],
        "alone": [
            [o.value for o in evolve(made, surprises=[far]).conflicts]
            for far in (2.57, 2.58, -2.57, -2.58)
        ],
        "of two": [
            [o.half_term for o in evolve(
                made, surprises=[far, -far],
                observations=[_observed("conduct", 0, 1, 1), _observed("conduct", 0, 1, 2)],
            ).conflicts]
            for far in (2.8, 2.81)
        ],
        "rows": made.to_rows(),
    }  # fmt: skip


def refused_by_learning() -> Any:
    one = _observed("conduct", 0.08, 0.05)
    other = evolve(bc.content.load_evidence(), edition="another")
    wrong: Any = {
        "nothing": lambda: bc.learn(_forecast(), []),
        "a number": lambda: bc.learn(_forecast(), 7),  # type: ignore[arg-type]
        "no observation": lambda: bc.learn(_forecast(), [one, 3]),  # type: ignore[list-item]
        "no forecast": lambda: bc.learn(3, [one]),  # type: ignore[arg-type]
        "outcome": lambda: bc.learn(_forecast(), [_observed("conducts", 0, 1)]),
        "half-term": lambda: bc.learn(_forecast(), [_observed("conduct", 0, 1, 5)]),
        "draws": lambda: bc.learn(_forecast(), [one], draws=99),
        "id": lambda: bc.learn(_forecast(), [one], id="No Id"),
        "evidence": lambda: bc.learn(_forecast(), [one], evidence=other),
        "evidence of another kind": lambda: bc.learn(_forecast(), [one], evidence=3),  # type: ignore[arg-type]
        "progress": lambda: bc.learn(_forecast(), [one], progress=3),  # type: ignore[arg-type]
        "far away": lambda: bc.learn(_forecast(), [_observed("conduct", 2, 0.01)]),
        "points": lambda: _observed("conduct", 12, 1),
        "many points": lambda: _observed("conduct", -101, 1),
        "just none": lambda: _observed("conduct", 5.01, 100.5, 61),
        "no error": lambda: _observed("conduct", 5, 0, 0),
        "surprises": lambda: evolve(bc.learn(_forecast(), [one]), surprises=[1.0, 2.0]),
    }
    return {name: refusal(make) for name, make in wrong.items()}


def observations_that_are_allowed() -> Any:
    return [_observed("conduct", v, e, h) for v, e, h in ((5, 100, 60), (-5, 1e-9, 1))]


def learned_under_several_grades() -> Any:
    """What a study that two steps cite under two grades passes on."""
    from behaviour_culture.review.learning.learn import Moved, moved_effect

    evidence = bc.content.load_evidence()
    old = evidence.parameter("classroom-management")
    moved = Moved(study=0.5, study_ratio=0.8, setting=-0.25, setting_ratio=0.9, covariance=-0.1)
    far = Moved(study=1e9, study_ratio=1.0, setting=-1e9, setting_ratio=1e9, covariance=0.0)
    return {
        "one grade": moved_effect(old, [evidence.grade("A")], moved, "learned"),
        "two": moved_effect(old, [evidence.grade(g) for g in "AC"], moved, "learned"),
        "none": moved_effect(old, [], moved, "learned"),
        "far": moved_effect(old, [evidence.grade("A")], far, "learned"),
    }


def moments_of_weighted_draws() -> Any:
    """Spreads of draws of which next to none, or none, is left."""
    import numpy as np

    from behaviour_culture.review.learning.importance import WeighedSums

    sums = WeighedSums()
    sums.weight, sums.square, sums.count = 2.0, 1.0, 4
    for name, powers in (("plain", [4.0, 8.0, 4.0, 4.0]), ("weighed", [1.0, 1.0, 1.0, 0.2])):
        of = {"a": np.array([2.0] * 4), "a^2": np.array(powers)}
        setattr(sums, name, of)
    return {"ratio": sums.ratio("a"), "shift": sums.shift("a"), "effective": sums.effective}


# -- two plans -----------------------------------------------------------------------------------


def two_plans() -> Any:
    old = _plan()
    rules, letters, _ = old.steps
    longer = evolve(
        rules, weeks=bc.Weeks(1, 2, 4), title="Rules\n again", hours_per_week={"head": 2}
    )
    new = evolve(
        old,
        id="plan-2",
        steps=[
            longer,
            evolve(letters, requires=()),
            step("games", "rules", reason="they are known then"),
        ],
        inclusions=[
            bc.model.Inclusion(
                step="rules",
                kind=bc.model.InclusionKind.PRIORITY,
                objectives=["aim-there"],
                reason="for both",
            ),
            _why("letters", "there"),
            bc.model.Inclusion(step="games", kind=bc.model.InclusionKind.OWN, reason="fun"),
        ],
        objectives=[
            _objective("calm", 0.5, 0.8, reason="a new aim"),
            _objective("fair", 0.2, 0.4, id="aim-fair"),
            _objective("there", 0.5, 0.2),
        ],
        met=[bc.model.MetStep(step="talks", title="Step talks", reason="It is done")],
    )
    there, back = review.compare_plans(old, new), review.compare_plans(new, old)
    return {
        "there": there,
        "number": len(there),
        "rows": there.to_rows(),
        "words": _said(there),
        "back": _said(back),
        "changes": [repr(c) for c in there.changes],
        "none": _said(review.compare_plans(old, old)),
        "revised": _said(review.compare_plans(old, evolve(new, id="plan"))),
    }


def agreed_days_and_people() -> Any:
    old = _plan()
    new = evolve(
        old,
        people={"rules": "The deputy"},
        not_before={"letters": MONDAY + 7 * DAY},
        not_after={"talks": MONDAY + 70 * DAY},
    )
    later = evolve(new, not_before={"letters": MONDAY + 14 * DAY, "talks": MONDAY})
    return [_said(review.compare_plans(*pair)) for pair in ((old, new), (new, later), (later, old))]


def refused_to_compare() -> Any:
    return refusal(lambda: review.compare_plans(1, 2))  # type: ignore[arg-type]
