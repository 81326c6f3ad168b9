"""Plans, their graphs and what is said of them."""

from __future__ import annotations

import copy
import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from functools import cache, partial
from math import inf, nan
from typing import Any

import numpy as np
from attrs import evolve

import behaviour_culture as bc
from behaviour_culture._watch import Watch
from behaviour_culture.audit.result import Gap, Score
from behaviour_culture.errors import BehaviourCultureError, Fault, InvalidInputError
from behaviour_culture.model.catalogue import PatternArrow, PlanPattern
from behaviour_culture.model.crosswalk import CrosswalkLink, Relation, Strength
from behaviour_culture.model.indicator import Direction, ObjectiveIndicator
from behaviour_culture.model.plan import (
    Inclusion,
    InclusionKind,
    MetStep,
    Milestone,
    Objective,
    PlanWarning,
    PlanWarningKind,
    Redraws,
    SkippedStep,
    TargetOrigin,
)
from behaviour_culture.model.setting import RollRange, Setting
from behaviour_culture.model.step import EffectLink, StepMark, Weeks
from behaviour_culture.planning.confirming import confirming_step, evidence_words, is_lawful_order
from behaviour_culture.planning.crosswalk import through_crosswalk
from behaviour_culture.planning.hours_left import HoursLeft, Shortage, all_hours
from behaviour_culture.planning.objectives import (
    add_months,
    audit_again_from,
    half_way_statement,
    milestones,
    objective,
)
from behaviour_culture.planning.plan import ActionPlan
from behaviour_culture.planning.present_ids import under_present_ids
from behaviour_culture.planning.scoring import (
    candidate_plan,
    scorer_faults,
    scorer_name,
    step_draws,
    steps_scored,
)
from behaviour_culture.planning.selection import listed
from builders import INFERRED, audit_of, estimate, framework_of, people, pickled, plan_of, step
from shown import demo

_IN_PLACE = bc.model.SystemStatus.IN_PLACE
_LAUNCH, _MONITOR = bc.model.StepPhase.LAUNCH, bc.model.StepPhase.MONITOR
_QUICK, _EMBEDS = bc.model.Payoff.QUICK, bc.model.Payoff.EMBEDS
_LABELS = ("absent", "emerging", "established", "embedded")
_SEPTEMBER = dt.date(2026, 9, 2)


# -- what is written of a plan ---------------------------------------------------------------


def _told(make: Callable[[], Any]) -> Any:
    """Return what a call gives, or the error with which it is refused."""
    try:
        return make()
    except InvalidInputError as error:
        return error
    except BehaviourCultureError as error:
        return f"{type(error).__name__}: {error}"


def _step_words(s: bc.ActionStep) -> str:
    hours = ", ".join(f"{role} {h:g}" for role, h in s.hours_per_week.items())
    after = ", ".join(f"{p.step} +{p.lag_weeks}" for p in s.requires)
    return f"{s.title} [{s.lead}: {hours}; {s.weeks}; {s.phase.value}; {s.starts.value}] {after}"


def _brief(plan: ActionPlan) -> dict[str, Any]:
    """Return all that a plan decides, a line for each step."""
    return {
        "head": f"{plan.id} {plan.title} {plan.school} {plan.pattern} {plan.starts}",
        "lines": str(plan).splitlines(),
        "objectives": [
            f"{o.id} {o.baseline.value:.3g} to {o.target:.3g} by {o.by}, {o.indicator_baseline}, "
            f"{o.redraws}: {o.reason}"
            for o in plan.objectives
        ],
        "criteria": [list(o.success_criteria) for o in plan.objectives],
        "steps": {s.id: _step_words(s) for s in plan.steps},
        "in": {
            i.step: f"{i.kind.value} {', '.join(i.objectives)}: {i.reason}" for i in plan.inclusions
        },
        "met": {m.step: m.reason for m in plan.met},
        "skipped": {s.step: s.reason for s in plan.skipped},
        "milestones": [
            f"{m.id} {m.months} {m.date} {m.objective} {m.step}: {m.statement}"
            for m in plan.milestones
        ],
        "not before": plan.not_before,
        "progress": [str(p) for p in plan.progress],
        "loss": [] if plan.crosswalk is None else str(plan.crosswalk).splitlines(),
    }


def _in_and_out(plan: ActionPlan) -> dict[str, str]:
    """Return why each step is in or not, by id; what is checked is told apart by its title."""
    return (
        {
            i.step: f"{i.kind.value} {', '.join(i.objectives)}: {i.reason}".replace(
                "objective-", ""
            )
            for i in plan.inclusions
        }
        | {m.step: f"met: {m.reason}" for m in plan.met}
        | {s.step: f"out: {s.reason}" for s in plan.skipped}
    )


def _against(plan: ActionPlan, other: ActionPlan) -> dict[str, Any]:
    """Return what one plan says otherwise than another."""
    mine, theirs = _in_and_out(plan), _in_and_out(other)
    return {
        key: mine.get(key, "not there")
        for key in {**mine, **theirs}
        if mine.get(key) != theirs.get(key)
    }


def demo_plan() -> Any:
    journey = demo()
    plan = journey.first_plan or journey.plan
    return {**_brief(plan), "rows": plan.to_rows()[:3], "hours": plan.hours(), "label": repr(plan)}


def demo_graph() -> Any:
    graph = demo().plan.graph
    return {
        "waves": list(graph.waves()),
        "path": graph.critical_path(),
        "why": {step: list(graph.explain(step)) for step in graph.steps},
    }


def every_rating_at_the_bottom() -> Any:
    framework = bc.load_framework("bennett-2017")
    result = bc.score_audit(audit_of(framework, 0), framework)
    plan = bc.draft_plan(result, catalogue="bennett-2017", priorities=3)
    return {"in": {i.step: str(i) for i in plan.inclusions}, "skipped": [*map(str, plan.skipped)]}


# -- a small school year of work -------------------------------------------------------------


@cache
def _framework() -> bc.Framework:
    made = framework_of(
        {p: [1.0] * 4 for p in ("vision", "routines", "staff", "parents")},
        labels=_LABELS,
        weights={"routines": 2.0},
        domains={"parents": "outside"},
    )
    kind = bc.model.SystemKind(id="rules", name="Rules", text="Written", provenance=INFERRED)
    return evolve(made, systems=[kind])


def _rated(*ratings: int | None, **fields: Any) -> bc.AuditResult:
    """An audit by one head; four ratings are those of the principles, sixteen of the items."""
    each = ratings if len(ratings) > 4 else [r for r in ratings for _ in range(4)]
    return bc.score_audit(audit_of(_framework(), *each, **fields), _framework())


def _weak(**fields: Any) -> bc.AuditResult:
    """Vision at 2/3, routines at 1/6, staff at 1/3, parents at 3/4, which is strong."""
    ratings = (2, 2, 2, 2, 1, 0, 1, 0, 1, 1, 1, 1, 2, 2, 2, 3)
    return _rated(*ratings, school="Elm", **fields)


def _own(key: str, *principles: str, after: Sequence[str] = (), **fields: Any) -> bc.ActionStep:
    title = key.replace("-", " ").capitalize()
    requires = [bc.Prerequisite(step=b, reason=f"{b} carries it.") for b in after]
    usual = {"title": title, "principles": principles, "requires": requires}
    return step(key, **(usual | fields))


@cache
def _catalogue() -> bc.StepCatalogue:
    strict = EffectLink(
        parameter="strict", grade="A", reason="measured", settings=[Setting.PRIMARY]
    )
    loose = EffectLink(parameter="loose", grade="C", reason="far", settings=[Setting.SECONDARY])
    steps = [
        _own("first-audit", "vision"),
        _own("agree-vision", "vision", after=["first-audit"], hours=2),
        _own("write-rules", "routines", "staff", after=["agree-vision"], system="rules"),
        _own("script-routines", "routines", after=["write-rules"], effects=[strict]),
        _own("teach-routines", "routines", after=["script-routines"], payoff=_QUICK, weeks=3),
        _own("greet-pupils", "routines", payoff=_QUICK, phase=_LAUNCH, hours=9, reach=0.5),
        _own("quiet-corridors", "routines", payoff=_QUICK, phase=_LAUNCH, hours=9, reach=0.9),
        _own("coach-staff", "staff", effects=[loose, strict], after=["meet-parents"]),
        _own("watch-lessons", "staff", effects=[loose], payoff=_QUICK),
        _own("meet-parents", "parents", payoff=_QUICK),
        _own("call-home", "parents", after=["agree-vision"], marks=[StepMark.CONSULTATION]),
        _own("survey", "vision", marks=[StepMark.MONITORING], phase=_MONITOR),
        _own("audit-again", "vision", marks=[StepMark.AUDIT_AGAIN], phase=_MONITOR, hours=99),
        _own("play", "parents", settings=[Setting.PRIMARY]),
        _own("large", "parents", sizes=RollRange(500, 20_000)),
        _own("strange", "discipline"),
        _own("strange-too", "rutines", "visions"),
        _own("bare"),
    ]
    arrow = PatternArrow(of="teach-routines", step="watch-lessons", reason="see first")
    pattern = PlanPattern(
        id="september", title="September", text="t", include=["call-home", "first-audit", "bare"],
        starts={"teach-routines": bc.model.StartRule.HALF_TERM_START}, arrows=[arrow],
    )  # fmt: skip
    beside = ObjectiveIndicator(indicator="incidents", name="Incidents", direction=Direction.LOWER)
    return bc.StepCatalogue(
        id="small-steps", name="Small steps", framework="small", edition="1",
        audit_step="first-audit", steps=steps, patterns=[pattern],
        indicators={"routines": beside},
        aliases={"old-rules": "write-rules", "older-rules": "write-rules", "hello": "greet-pupils"},
        roles=[bc.model.RoleTitle(id="head", title="Head teacher")],
    )  # fmt: skip


def _draft(result: bc.AuditResult | None = None, **options: Any) -> ActionPlan:
    made = _weak() if result is None else result
    return bc.draft_plan(made, **({"catalogue": _catalogue()} | options))


def _school(**fields: Any) -> bc.School:
    return bc.School(id="elm", name="Elm School", illustrative=True, **fields)


def draft_small() -> Any:
    return _brief(_draft())


def draft_with_a_start() -> Any:
    found = {}
    for day in (_SEPTEMBER, dt.date(2027, 2, 1)):
        plan, told = _draft(starts=day), _brief(_draft())
        found[str(day)] = {k: v for k, v in _brief(plan).items() if v != told[k]}
    return found


def draft_priorities() -> Any:
    return {
        f"{many} x {each}": _against(
            _draft(priorities=many, steps_per_priority=each), _draft(priorities=3)
        )
        for many, each in ((1, 1), (1, 2), (1, 3), (2, 1), (2, 2), (2, 3), (3, 4), (4, 3), (4, 1))
    }


def draft_by_levels() -> Any:
    """From nothing in place to all, above and below where a principle is strong."""
    found = {}
    for name, ratings in {
        "nothing": (0, 0, 0, 0),
        "one": (1, 0, 0, 0),
        "half": (1, 2, 1, 2),
        "under": (2,) * 16,
        "at three quarters": (2, 2, 2, 3) * 4,
        "all but one": (3, 3, 3, 2),
        "all": (3, 3, 3, 3),
        "not seen": (1, None, None, None),
        "not seen at all": (3, None, 3, None),
    }.items():
        plan = _draft(_rated(*ratings))
        found[name] = {
            "steps": _against(plan, _draft(_rated(0, 0, 0, 0))),
            "warnings": [str(w) for w in plan.warnings if w.about],
            "hours": plan.hours(),
        }
    return found


def draft_where_all_is_strong() -> Any:
    """What is kept up is what monitors, or else the first step of each of the first principles."""
    monitors = [_own("watch", "staff", phase=_MONITOR), _own("look", "parents", phase=_MONITOR)]
    plain = [
        _own("plain", "staff"),
        _own("also", "staff", hours=2),
        _own("far", "parents", "staff"),
        _own("other", "routines"),
    ]
    of = {"id": "c", "name": "C", "framework": "small", "edition": "1"}
    best = _rated(3, 3, 3, 3)
    return {
        name: {i.step: str(i) for i in plan.inclusions} | {s.step: s.reason for s in plan.skipped}
        for name, steps, options in (
            ("monitors", monitors + plain, {}),
            ("plain", plain, {}),
            ("first two", plain, {"priorities": 2}),
            ("none", [_own("bare")], {}),
            ("met", monitors, {"progress": [_report("watch", bc.StepStatus.COMPLETE)]}),
            ("no time", plain, {"school": _school(capacity=people(other=1))}),
        )
        if (plan := _draft(best, catalogue=bc.StepCatalogue(steps=steps, **of), **options))
    }  # fmt: skip


def _report(key: str, status: bc.StepStatus, **fields: Any) -> bc.StepProgress:
    return bc.StepProgress(step=key, status=status, **fields)


def draft_after_progress() -> Any:
    """Each status, with and without days, under present and former ids."""
    done, day = bc.StepStatus.COMPLETE, dt.date(2026, 10, 5)
    found = {}
    for name, reports in {
        **{s.value: [_report("greet-pupils", s)] for s in bc.StepStatus},
        "dated": [
            _report("meet-parents", done, started=day, finished=dt.date(2026, 10, 9)),
            _report("watch-lessons", bc.StepStatus.AT_RISK, started=day),
        ],
        "stopped and needed": [_report("agree-vision", bc.StepStatus.STOPPED)],
        "former": [_report("old-rules", done), _report("hello", bc.StepStatus.ON_TRACK)],
        "formers": [_report("old-rules", done), _report("older-rules", done, finished=day)],
        "former, moved": [_report("hello", done, note="by Ann")],
    }.items():
        plan = _draft(progress=reports)
        found[name] = {
            "steps": _against(plan, _draft()),
            "progress": [f"{p} {p.note}" for p in plan.progress],
        }
    return found


def draft_for_schools() -> Any:
    """What is in place, who it is for, and the hours of its people."""
    rules = bc.model.SchoolSystem(id="r", name="Our rules", kind="rules", status=_IN_PLACE)
    partly = evolve(rules, status=bc.model.SystemStatus.PARTIAL)
    primary = {"phase": bc.Phase.PRIMARY, "roll": 500, "low_age": 5, "high_age": 11}
    found = {}
    for name, fields in {
        "in place": {"systems": [rules]},
        "partly": {"systems": [partly]},
        "small": primary | {"roll": 499},
        "large": primary,
        "secondary": {"phase": bc.Phase.SECONDARY},
        "an hour": {"capacity": people(head=1)},
        "two hours": {"capacity": people(head=2)},
        "many": {"capacity": people(head=40)},
        "nobody": {"capacity": people(teacher=9)},
    }.items():
        plan = _draft(school=_school(**fields))
        found[name] = {
            "head": f"{plan.title} {plan.school}",
            "steps": _against(plan, _draft()),
        }
    return found


def draft_where_it_is_in_place() -> Any:
    """Steps that only led to what is in place are met as well, where they are of its principle."""
    rules = bc.model.SchoolSystem(id="r", name="Our rules", kind="rules", status=_IN_PLACE)
    steps = [
        _own("talk", "routines"),
        _own("agree", "vision"),
        _own("draw-up", "routines", after=["talk", "agree"]),
        _own("rules", "routines", after=["draw-up"], system="rules"),
        _own("ours", "routines", system="rules"),
        _own("check", "routines", system="rules", marks=[StepMark.MONITORING]),
    ]
    catalogue = bc.StepCatalogue(id="c", name="C", framework="small", edition="1", steps=steps)
    done = [_report("talk", bc.StepStatus.COMPLETE)]
    return {
        name: {m.step: m.reason for m in plan.met}
        for name, result, options in (
            ("doubt", _rated(1, 1, 1, 1), {}),
            ("none at a half", _rated(*(1, 2, 1, 2) * 4), {}),
            ("told", _rated(1, 1, 1, 1), {"progress": done}),
        )
        if (plan := _draft(result, catalogue=catalogue, school=_school(systems=[rules]), **options))
    }


def draft_own_steps_and_pattern() -> Any:
    own = [_own("ours", "parents"), _own("ours-too", "routines", after=["ours"], hours=50)]
    ways: dict[str, dict[str, Any]] = {
        "own": {"own_steps": own, "id": "another"},
        "own done": {"own_steps": own, "progress": [_report("ours", bc.StepStatus.COMPLETE)]},
        "pattern": {"pattern": "september"},
        "stopped": {
            "pattern": "september", "progress": [_report("bare", bc.StepStatus.STOPPED)]
        },
    }  # fmt: skip
    found = {}
    for name, options in ways.items():
        plan = _draft(**options)
        words = {s.id: _step_words(s) for s in plan.steps}
        usual = {s.id: _step_words(s) for s in _draft().steps}
        found[name] = {
            "head": f"{plan.id} {plan.pattern}",
            "why": _against(plan, _draft()),
            "steps": {k: v for k, v in words.items() if usual.get(k) != v},
        }
    return found


def draft_first_fortnight() -> Any:
    """One launch that is quick, waits for nothing and is of a principle that was rated."""
    quick = {"payoff": _QUICK, "phase": _LAUNCH, "hours": 30}
    steps = [
        _own("wide", "routines", reach=0.9, **quick),
        _own("a-wide", "routines", reach=0.9, **quick),
        _own("wider", "staff", **(quick | {"payoff": _EMBEDS})),
        _own("widest", "staff", **(quick | {"phase": _MONITOR})),
        _own("unrated", "discipline", **quick),
        _own("strong", "parents", **quick),
        _own("waits", "routines", after=["wide"], **quick),
        _own("cheap", "routines", payoff=_QUICK),
        _own("dear", "routines"),
    ]
    catalogue = bc.StepCatalogue(id="c", name="C", framework="small", edition="1", steps=steps)
    done, stopped = bc.StepStatus.COMPLETE, bc.StepStatus.STOPPED
    return {
        name: {i.step: str(i) for i in plan.inclusions}
        for name, options in (
            ("first by id", {}),
            ("after it", {"progress": [_report("a-wide", stopped)]}),
            ("what waited", {"progress": [_report("a-wide", done), _report("wide", done)]}),
            ("no time", {"school": _school(capacity=people(head=5))}),
        )
        if (plan := _draft(catalogue=catalogue, priorities=1, steps_per_priority=1, **options))
    }


def draft_by_worth() -> Any:
    """What decides among steps: benefits, effects, hours, ids; one quick and one embedding."""
    a = EffectLink(parameter="a", grade="A", reason="r", settings=[Setting.PRIMARY])
    b = EffectLink(parameter="b", grade="B", reason="r", settings=[Setting.SECONDARY])
    steps = [
        _own("aside", "staff", "routines"),
        _own("b-plain", "routines"),
        _own("a-plain", "routines"),
        _own("cheaper", "routines", hours=0.5),
        _own("graded", "routines", effects=[b], hours=9),
        _own("better", "routines", effects=[b, a], hours=9),
        _own("quick-one", "routines", payoff=_QUICK, hours=20),
        _own("quick-two", "routines", payoff=_QUICK, hours=21),
        _own("both", "routines", "staff", hours=40),
    ]
    catalogue = bc.StepCatalogue(id="c", name="C", framework="small", edition="1", steps=steps)
    ways: dict[str, dict[str, Any]] = {
        "by gaps": {},
        "one": {"steps_per_priority": 1},
        "two": {"steps_per_priority": 2},
        "three": {"steps_per_priority": 3},
        "benefits": {"benefits": {"b-plain": 2.0, "quick-two": 0.5, "both": -1.0}},
        "no benefits": {"benefits": {}},
        "alike": {"benefits": dict.fromkeys([s.id for s in steps], 1)},
        "scorer": {"scorer": _by_place},
        "two priorities": {"priorities": 2},
    }
    return {
        name: {i.step: f"{i.kind.value}: {i.reason}" for i in plan.inclusions}
        for name, options in ways.items()
        if (
            plan := _draft(
                **({"catalogue": catalogue, "priorities": 1, "steps_per_priority": 4} | options)
            )
        )
    }


def _by_place(plan: ActionPlan, result: bc.AuditResult, *, draws: int, seed: int) -> Any:
    """Later steps are better: two halves of draws whose mean decides."""
    del result, seed
    worth = np.arange(len(plan.steps), dtype=float)
    return np.where(np.arange(draws)[:, None] % 2, 3 * worth, -worth)


def draft_within_hours() -> Any:
    """Steps that do not fit: of one role, of several, with what they wait for, or in the year."""
    steps = [
        _own("base", "routines", lead="senco", hours={"senco": 2}, weeks=4),
        _own("top", "routines", after=["base"], hours={"head": 3, "senco": 1}),
        _own("lone", "routines", hours={"head": 30}),
        _own("other-role", "routines", lead="trust"),
        _own("kept", "routines", running_hours={"head": 4}),
        _own("long", "staff", weeks=27),
        _own("fits", "staff", lead="head", lead_options=["senco"], hours=60, weeks=(1, 1, 30)),
    ]
    catalogue = bc.StepCatalogue(
        id="c", name="C", framework="small", edition="1", steps=steps,
        roles=[bc.model.RoleTitle(id=k, title=f"The {k}") for k in ("head", "senco", "trust")],
    )  # fmt: skip
    post = bc.Role(id="head", title="Headteacher", hours_per_week=2, people=2, holds=["trust"])
    posts = bc.Capacity(roles=[post, bc.Role(id="senco", title="Senco", hours_per_week=1)])
    found = {}
    for name, capacity in {
        "little": people(head=1, senco=1),
        "some": people(head=3, senco=2),
        "kept going": people(head=3, senco=2, kept=0.5),
        "posts": posts,
        "tiny": people(head=0.01, senco=0.01),
    }.items():
        plan = _draft(_rated(1, 0, 1, 1), catalogue=catalogue, school=_school(capacity=capacity))
        found[name] = {
            "in": {i.step: i.reason for i in plan.inclusions},
            "skipped": {s.step: s.reason for s in plan.skipped},
            "warnings": [*map(str, plan.warnings)],
        }
    return found


def draft_with_what_was_counted() -> Any:
    told = Redraws(first=1, raters=3, share=0.875)
    counted = {"incidents": estimate(4.5, 1.0)}
    plan = _draft(baselines=counted, redraws={"routines": told, "nobody": told}, priorities=2)
    return {"lines": str(plan).splitlines(), "objectives": list(plan.objectives)}


def draft_audited_on_a_day() -> Any:
    plan = _draft(_weak(date=dt.date(2026, 6, 1)))
    return [f"{m.step}: {m.reason}" for m in plan.met]


def draft_refused() -> Any:
    other = framework_of({"x": [1.0]})
    twice = [_report("bare", bc.StepStatus.ON_TRACK)] * 2
    wrong: dict[str, dict[str, Any]] = {
        "numbers": {"priorities": 0, "steps_per_priority": 0, "draws": 0, "seed": -1},
        "more numbers": {"priorities": 1.5, "steps_per_priority": True, "draws": 10**9},
        "seed": {"seed": 2**63},
        "late": {"starts": dt.date(9000, 1, 1)},
        "no day": {"starts": "soon"},
        "id": {"id": "No Id"},
        "own": {"own_steps": [_own("bare"), _own("x"), _own("x")]},
        "own of another class": {"own_steps": ["bare"], "progress": [1]},
        "progress": {"progress": [*twice, _report("bear", bc.StepStatus.ON_TRACK)]},
        "benefits": {"benefits": {"bear": 1.0, "bare": nan, "play": "much", "large": 1e300}},
        "bounds of benefits": {"benefits": {"bare": -1e300, "play": inf, "large": 9.99e299}},
        "both": {"benefits": {}, "scorer": _by_place},
        "scorer": {"scorer": 3},
        "shape": {"scorer": lambda *_, draws, **__: np.zeros((draws, 2))},
        "baselines": {"baselines": {"incident": estimate(1.0), "incidents": 3}},
        "redraws": {"redraws": {"routines": 1}},
        "framework": {"framework": other},
        "pattern": {"pattern": "octobre"},
        "catalogue": {"catalogue": 3},
        "no catalogue": {"catalogue": "bennet-2017"},
        "other catalogue": {"catalogue": "bennett-2017"},
        "school": {"school": 3},
        "crosswalk": {"crosswalk": 3},
        "stop": {"stop": 3},
        "odd system": {
            "framework": _framework(),
            "catalogue": bc.StepCatalogue(
                id="c", name="C", framework="small", edition="1", steps=[_own("a", "staff")]
            ),
            "school": _school(systems=[bc.model.SchoolSystem(id="z", name="Z", kind="zebra")]),
        },
        "unfit": {"framework": _framework()},
    }
    return {name: _told(partial(_draft, **options)) for name, options in wrong.items()}


def draft_bounds_that_are_kept() -> Any:
    """The last values that are not refused."""
    last = {
        "starts": dt.date(8999, 12, 31), "seed": 2**63 - 1, "draws": 1, "priorities": 1,
        "benefits": {"bare": 9e299, "play": -9e299, "large": 1},
    }  # fmt: skip
    plan = _draft(**last)
    return [[str(m.date) for m in plan.milestones], len(plan.steps)]


# -- crosswalks ------------------------------------------------------------------------------


def _crosswalk(**fields: Any) -> bc.model.Crosswalk:
    def link(source: str, target: str, strength: str, **more: Any) -> CrosswalkLink:
        return CrosswalkLink(
            source=source, target=target, relation=Relation.EQUAL, strength=Strength(strength),
            said_by="us", provenance=INFERRED, **more,
        )  # fmt: skip

    usual: dict[str, Any] = {
        "id": "walk", "name": "Walk", "source_framework": "small", "source_edition": "1",
        "target_framework": "other", "target_edition": "2",
        "links": [
            link("routines", "habits", "part", hops=3),
            link("routines", "manners", "part", hops=2),
            link("routines", "order", "full", hops=4),
            link("staff", "habits", "full"),
            link("parents", "home", "part"),
        ],
    }  # fmt: skip
    return bc.model.Crosswalk(**(usual | fields))


def draft_through_a_crosswalk() -> Any:
    made = framework_of({p: [1.0] * 2 for p in ("habits", "manners", "order", "home", "sky")})
    framework = evolve(made, id="other", edition="2", name="Other")
    result = bc.score_audit(audit_of(framework, 1, 0), framework)
    walk = _crosswalk()
    seen = through_crosswalk(_catalogue(), walk, result)
    return {
        "principles": {s.id: ", ".join(s.principles) for s in seen.steps},
        "left out": {key: s.reason for key, s in seen.left_out.items()},
        "rest": f"{seen.framework} {seen.edition} {seen.audit_step} {[*seen.indicators]}",
        "pattern": seen.patterns[0],
        "plan": _brief(_draft(result, crosswalk=walk, priorities=2)),
        "back": _brief(_draft(result, crosswalk=walk.reversed(), framework=framework))["loss"],
        "another": _told(
            lambda: _draft(result, crosswalk=_crosswalk(source_framework="third", links=[]))
        ),
        "another audit": _told(lambda: _draft(crosswalk=walk)),
    }


# -- parts of a draft ------------------------------------------------------------------------


def checks_of_what_is_strong() -> Any:
    """The short step, and the words where the interval leaves doubt."""
    long = _own(
        "rules", "routines", "staff", weeks=(2, 4, 6), hours={"head": 3, "senco": 2},
        running_hours={"senco": 1}, after=["talk"], system="rules", reach=0.4,
        lead_options=["senco"], cost_gbp=bc.model.CostRange(1, 2), success_criteria=["seen"],
    )  # fmt: skip

    def score(value: float, lower: float) -> Score:
        made = bc.Estimate(value=value, lower=lower, upper=0.95, level=0.9, method="m")
        return Score(
            kind="principle", id="p", name="P", estimate=made, items=2, assessed=2, ratings=2,
            raters=1, lowest=0.1, highest=0.9,
        )  # fmt: skip

    return {
        "step": confirming_step(long),
        "words": [evidence_words(score(0.75, low)) for low in (0.4999, 0.5, 0.6)],
        "lawful": {mark.value: is_lawful_order(_own("s", marks=[mark])) for mark in StepMark},
        "no mark": is_lawful_order(_own("s")),
    }


def hours_left_by_role() -> Any:
    """Steps taken one after the other, up to a bound and just above it."""

    def taken(capacity: bc.Capacity | None, *steps: bc.ActionStep, **options: Any) -> Any:
        always = options.pop("always", False)
        left = HoursLeft(capacity, **options)
        words = []
        for one in steps:
            short = left.take([one], always=always)
            words.append("; ".join(s.words(str.upper) for s in short) or "fits")
        return {
            "words": words, "work": dict(sorted(left.work.items())), "running": left.running,
            "ends": left.ends, "taken": left.taken,
        }  # fmt: skip

    one, two = people(head=1), people(head=1, senco=2)
    kept = people(head=1, kept=3)
    post = bc.Role(id="head", title="Head", hours_per_week=2, people=3)
    many = bc.Capacity(roles=[post])
    wide = {"longest_weeks": 200}
    return {
        "no capacity": taken(None, step("a", hours=160)),
        "at 0.8 of 26 weeks": taken(one, step("a", hours=20.8, weeks=(1, 1, 60))),
        "above": taken(one, step("a", hours=20.81, weeks=(1, 1, 60)), step("b")),
        "a week": taken(one, step("a", hours=1), step("b", hours=1.01)),
        "longest": taken(one, step("a", hours=2, longest_weeks=2), step("b", hours=2)),
        "26 weeks": taken(one, step("a", hours=0.5, weeks=26), step("b", hours=0.1, weeks=27)),
        "always": taken(one, step("b", hours=0.1, weeks=27), step("c", hours=90), always=True),
        "chain": taken(
            one, step("a", hours=0.2, weeks=20), step("b", "a", hours=0.2, weeks=5, lag=1),
            step("c", "a", hours=0.2, weeks=5, lag=2), step("d", "b", hours=0.1),
        ),
        "after what is met": taken(one, step("b", "z", hours=0.1, weeks=26)),
        "later than what is met": taken(one, step("b", "z", hours=0.1, weeks=25, lag=2)),
        "stretched": taken(one, step("a", hours=10, **wide), step("b", "a", hours=5, **wide)),
        "running": taken(
            one, step("a", running_hours={"head": 0.8}), step("b", running_hours={"head": 0.01})
        ),
        "running eats": taken(one, step("a", hours=0.1, running_hours={"head": 0.7}),
                              step("b", hours=11, **wide), step("c", hours=0.6)),
        "set aside": taken(
            kept, step("a", running_hours={"head": 3}), step("b", hours=20, **wide),
            step("c", hours=0.1, running_hours={"head": 0.5}),
        ),
        "no running role": taken(one, step("a", running_hours={"clerk": 9, "head": 0})),
        "people": taken(
            many, step("a", hours=2, weeks=20), step("b", hours=2, weeks=1),
            step("c", hours=2.5, running_hours={"head": 1}),
        ),
        "options": taken(
            two, step("a", hours=2, lead_options=["senco"]), step("b", hours=1.5),
            step("c", hours=2.5, lead_options=["clerk"]),
            step("d", hours=2, lead="clerk", lead_options=["clerk", "senco"]),
        ),
        "missing": taken(one, step("a", lead="clerk"), step("b", hours={"clerk": 0.5, "head": 7})),
        "whole": taken(one, step("a"), step("b"), step("c"), most=2.0),
        "whole, fallen": taken(one, step("a"), most=2.0, taken=3.0),
        "whole, always": taken(one, step("a"), most=0.5, always=True),
        "all hours": [
            all_hours(step("a", hours={"head": 2, "senco": 1}, weeks=3), c) for c in (None, many)
        ],
    }  # fmt: skip


def hours_left_together() -> Any:
    """Steps that go together fall short together, and then nothing is taken."""
    left = HoursLeft(people(head=1, senco=1))
    both = [step("a", hours=3), step("b", hours=4), step("c", lead="senco", hours=2)]
    short = left.take(both)
    return {
        "short": [*short],
        "words": [s.words() for s in short],
        "left": [left.work, left.ends, left.taken],
    }


def shortages_in_words() -> Any:
    made = {
        "whole": Shortage(None, 12.4, 3.6, whole=True),
        "weeks": Shortage(None, 27, 26),
        "missing": Shortage("head", 1, 0, missing=True),
        "a week": Shortage("head", 1.001, 1.0, weekly=True),
        "going": Shortage("head", 2.5, -1, running=True),
        "both": Shortage("head", 2.005, 2.004),
        "one": Shortage("head", 1, 1),
        "exact": Shortage("head", 0.3, 0.29),
        "near": Shortage("head", 0.29 + 1e-12, 0.57 - 1e-12),
    }
    return {name: some.words(str.upper) for name, some in made.items()}


def days_and_months() -> Any:
    days = [dt.date(2026, 8, 31), dt.date(2027, 12, 1), dt.date(2028, 2, 29), dt.date(2026, 1, 30)]
    around = [
        dt.date(2027, 1, 31), dt.date(2027, 2, 1), dt.date(2027, 2, 2), dt.date(2026, 9, 1),
        dt.date(2026, 10, 31), dt.date(2027, 1, 1), dt.date(2027, 5, 31), dt.date(2027, 6, 2),
    ]  # fmt: skip
    return {
        "months": {str(d): [str(add_months(d, m)) for m in (0, 1, 4, 5, 12, 18, 24)] for d in days},
        "again": {str(d): str(audit_again_from(d)) for d in around},
    }


def milestones_of_two_objectives() -> Any:
    result = _weak()
    gaps = sorted(result.gaps, key=lambda g: g.rank)[:2]

    def made(starts: dt.date | None, again: str | None) -> list[str]:
        goals = [objective(gap, result, starts, None, {}) for gap in gaps]
        return [
            f"{m.id} {m.months} {m.date} {m.objective} {m.step} {m.statement}"
            for m in milestones(goals, starts, again)
        ]

    return {
        f"{starts} {again}": made(starts, again)
        for starts in (None, dt.date(2026, 9, 1), dt.date(2026, 9, 2), dt.date(2027, 1, 31),
                       dt.date(2027, 2, 15))
        for again in (None, "audit-again")
    }  # fmt: skip


def objectives_by_score() -> Any:
    """A level more in a year, at most the whole; criteria by the next level of the weakest."""
    result = _rated(0, 0, 1, 3, 2, 2, 3, 3, 3, 3, 3, 2, 0, 0, 0, 0)
    made = [objective(gap, result, _SEPTEMBER, None, {}) for gap in result.gaps]
    return {
        o.id: [o.target, o.by, list(o.success_criteria), o.reason, half_way_statement(o)]
        for o in made
    } | {"whole": made[0]}


def reports_under_present_ids() -> Any:
    of = {"id": "c", "name": "C", "framework": "f", "edition": "1"}
    catalogue = bc.StepCatalogue(
        steps=[_own("rules"), _own("plan")], aliases={"a": "rules", "b": "rules", "c": "plan"}, **of
    )
    done, on, first = bc.StepStatus.COMPLETE, bc.StepStatus.ON_TRACK, dt.date(2026, 9, 7)
    later = dt.date(2026, 10, 9)
    given = {
        "one of two, done": [_report("a", done, started=first, finished=later, fidelity=0.5)],
        "one of two, on track": [_report("a", on, started=first, note="ours")],
        "one of one": [_report("c", done, started=first, finished=later, reach=0.5, note="n")],
        "both": [
            _report("b", done, started=later, finished=later, note="x"),
            _report("a", done, started=first, finished=first),
        ],
        "both without days": [_report("b", done), _report("a", done)],
        "one stopped": [_report("a", done), _report("b", bc.StepStatus.STOPPED, note="no")],
        "present wins": [_report("rules", on), _report("a", done)],
        "others": [_report("plan", on), _report("z", on), _report("a", done), _report("c", on)],
        "none": [],
    }
    return {name: list(under_present_ids(reports, catalogue)) for name, reports in given.items()}


def scorers() -> Any:
    """Names, the arrays that are taken, and those that are refused."""

    class Named:
        name = "our_own"

        def __call__(self, *_: Any, **__: Any) -> Any: ...

    class Plain:
        def __call__(self, *_: Any, **__: Any) -> Any: ...

    def checked(numbers: Any, steps: int = 2, **options: Any) -> Any:
        faults: list[Fault] = []
        found = step_draws(numbers, steps, "scorer(...)", faults, **options)
        return [found.shape, found, [f"{f.path}: {f.message}" for f in faults]]

    return {
        "names": [
            scorer_name(s)
            for s in (_by_place, partial(_by_place, seed=1), Named(), Plain(), lambda: None)
        ],
        "faults": [[str(f) for f in scorer_faults("s", s)] for s in (_by_place, 3)],
        "one row": checked([1, 2]),
        "rows": checked([[1, 2], [3, 4]]),
        "as many": checked([[1, 2], [3, 4]], draws=2),
        "one row, asked": checked([1, 2], draws=1),
        "too few": checked([[1, 2]], draws=2),
        "too few steps": checked([[1], [2]]),
        "no rows": checked(np.zeros((0, 2))),
        "too deep": checked(np.zeros((1, 1, 2))),
        "words": checked("much"),
        "not finite": checked([[1, 2], [inf, nan]]),
        "not finite, first": checked([[1, nan], [3, 4]], draws=2),
    }


def scorers_that_can_stop() -> Any:
    """A scorer that takes ``stop`` is given the caller's; one that does not is not."""
    heard: list[str] = []

    def with_stop(plan: Any, _result: Any, *, draws: int, seed: int, stop: Any = None) -> Any:
        heard.append(f"{draws} {seed} {stop and stop()}")
        return np.ones((draws, len(plan.steps)))

    def without(plan: Any, _result: Any, *, draws: int, seed: int) -> Any:
        heard.append(f"{draws} {seed}")
        return np.ones((draws, len(plan.steps)))

    plan, result = _plan(), _weak()

    def stops_after(asked: int) -> Callable[[], bool]:
        left = iter([False] * asked)
        return lambda: next(left, True)

    def tried(scorer: Any, stop: Any) -> str:
        watch, faults = Watch(stop=stop), list[Fault]()
        more: dict[str, Any] = {"draws": 2, "seed": 5, "path": "s", "faults": faults}
        found = _told(lambda: steps_scored(scorer, plan, result, watch=watch, **more).shape)
        heard.append(f"{found} {[str(f) for f in faults]}")
        return heard[-1]

    given: list[Any] = [None, lambda: False, stops_after(0), stops_after(1)]
    for stop in given:
        tried(with_stop, stop)
        tried(without, stop)
    tried(lambda *_, **__: 1, None)
    tried(_Unsigned(), lambda: False)
    return heard


class _Unsigned:
    """A scorer of whose arguments nobody can tell."""

    __signature__ = "odd"

    def __call__(self, plan: ActionPlan, _result: Any, *, draws: int, seed: int) -> Any:
        return np.full((draws, len(plan.steps)), seed)


def candidates() -> Any:
    return candidate_plan(_weak(), [step("b"), step("a", "z")], catalogue="c",
                          met=[MetStep(step="z", title="Z", reason="r")])  # fmt: skip


def lists_in_words() -> Any:
    return [listed(some) for some in (["a"], ["a", "b"], ["a", "b", "c"])]


# -- graphs ----------------------------------------------------------------------------------


def _graph() -> bc.planning.StepGraph:
    return bc.planning.StepGraph(
        [
            step("e", "c", "d", weeks=2),
            step("d", "a", weeks=1, lag=3, reason="it takes time"),
            step("c", "b", "done", weeks=(1, 3, 5)),
            step("b", "a", weeks=2),
            step("a", weeks=2, title='A "first" <step> & `more` #1'),
            step("f", "a", lag=9),
            step("g", "a", "b", lag=1),
            step("lone"),
        ],
        met=["done"],
    )


def _graph_told(graph: bc.planning.StepGraph) -> dict[str, Any]:
    drawn = graph.to_networkx()
    return {
        "order": graph.order(),
        "waves": list(graph.waves()),
        "earliest": graph.earliest(),
        "tails": graph.tails(),
        "path": graph.critical_path(),
        "length": graph.length_weeks(),
        "reduced": graph.reduced(),
        "before": {key: graph.ancestors(key) for key in graph},
        "after": {key: graph.descendants(key) for key in graph},
        "needs": {key: [p.step for p in graph.prerequisites(key)] for key in graph},
        "why": {key: [*graph.explain(key)] for key in graph},
        "mermaid": graph.to_mermaid().splitlines(),
        "nodes": [f"{n} {sorted(d.items())}" for n, d in sorted(drawn.nodes(data=True))],
        "edges": [f"{a} {b} {sorted(d.items())}" for a, b, d in sorted(drawn.edges(data=True))],
        "rows": graph.to_rows(),
        "words": [*str(graph).splitlines(), repr(graph), len(graph)],
    }


def graph_with_lags() -> Any:
    graph = _graph()
    others = [pickled(graph), copy.copy(graph), bc.planning.StepGraph([]), _graph_of("a b")]
    return {
        **_graph_told(graph),
        "equal": [graph == other for other in others],
        "hash": [hash(graph) == hash(other) for other in others],
        "another class": graph == 3,
        "has": ["a" in graph, "done" in graph, 3 in graph],
        "met is part of it": graph == bc.planning.StepGraph(graph.steps.values(), ["done", "x"]),
        "step": _told(lambda: graph.step("b").title),
        "unknown": [_told(lambda key=key: graph.step(key)) for key in ("Step b", "bb", "lome")],
        "unknown before": _told(lambda: graph.prerequisites("done")),
    }


def _graph_of(text: str) -> bc.planning.StepGraph:
    """``a b<a c<a+2`` is a before b, and two weeks and more before c; a number is weeks."""
    steps = []
    for word in text.split():
        key, *before = word.split("<")
        name, _, weeks = key.partition(":")
        requires = []
        for one in before:
            first, _, lag = one.partition("+")
            requires.append(bc.Prerequisite(step=first, reason="r", lag_weeks=int(lag or 0)))
        low, likely = _two(weeks)
        steps.append(step(name, weeks=(low, likely, max(low, likely)), requires=requires))
    return bc.planning.StepGraph(steps)


def _two(weeks: str) -> tuple[int, int]:
    low, _, likely = (weeks or "1").partition("/")
    return int(low), int(likely or low)


def graphs_of_all_shapes() -> Any:
    """Ties of the longest chain, implied arrows, lags that a chain is as long as or not."""
    return {
        text: _graph_told(_graph_of(text))
        | {"nodes": (), "edges": (), "rows": (), "before": (), "after": ()}
        for text in (
            "",
            "a",
            "b a c",
            "a b<a c<b<a",
            "a:2 b:2 c<a d<b",
            "a b:1/5<a c<b<a+1",
            "a b:1/5<a c<b<a+2",
            "a b:2/5<a c<b<a+2",
            "a b:2<a+1 c<b+1<a+4",
            "a b:2<a+1 c<b+1<a+5",
            "a b<a c<a d<b<c<a+3",
            "a b:3<a c<b d<c<a+4 e<d<a+6",
            "x y z<x<y w<z<x<y+7",
        )
    }


def graphs_refused() -> Any:
    make = bc.planning.StepGraph
    return {
        "twice": _told(lambda: make([step("a"), step("a")])),
        "unknown": _told(lambda: make([step("a", "b", "cc"), step("ccc")])),
        "circle": _told(lambda: make([step("a", "b"), step("b", "a"), step("c")])),
    }


# -- plans that people change ----------------------------------------------------------------


def _plan(**fields: Any) -> ActionPlan:
    goals = [
        Objective(
            id=f"goal-{p}", title=p.upper(), principle=p, measure="m", baseline=estimate(0.25),
            target=0.5, target_basis="b",
        )
        for p in ("p", "q")
    ]  # fmt: skip
    usual: dict[str, Any] = {
        "objectives": goals,
        "people": {"b": "Ann"},
        "not_before": {"b": dt.date(2026, 9, 14)},
        "not_after": {"b": dt.date(2026, 12, 1), "c": dt.date(2027, 1, 5)},
        "progress": [_report("c", bc.StepStatus.ON_TRACK), _report("b", bc.StepStatus.AT_RISK)],
        "met": [MetStep(step="z", title="Z", reason="it is in place")],
        "skipped": [SkippedStep(step="y", title="Y", reason="too dear")],
        "numbers": {"a": 1, "b": 2, "c": 3},
        "warnings": [PlanWarning(kind=PlanWarningKind.ONE_RATER)],
    }
    steps = [
        step("c", "b", "z", principles=["p", "q"], weeks=2, hours={"head": 2, "senco": 1}),
        step("b", "a", principles=["p"], payoff=_QUICK),
        step("a", lead_options=["senco"]),
    ]
    return plan_of(*steps, **(usual | fields))


def plan_told() -> Any:
    kind = InclusionKind.PRIORITY
    why = [
        Inclusion(step="c", kind=kind, objectives=["goal-p", "goal-q"], reason="both"),
        Inclusion(step="b", kind=kind, objectives=["goal-p"], reason="one"),
        Inclusion(step="a", kind=InclusionKind.PREREQUISITE, reason="needed"),
    ]
    plan = _plan(inclusions=why)
    return {
        "plan": plan,
        "lines": str(plan).splitlines(),
        "repr": repr(plan),
        "rows": plan.to_rows(),
        "why": {key: plan.why(key) for key in "abczy"},
        "no why": _told(lambda: plan.why("x")),
        "status": {key: plan.status(key).value for key in "abc"},
        "no status": _told(lambda: plan.status("z")),
        "no objective": _told(lambda: plan.objective("goal")),
        "objective": plan.objective("goal-q").title,
        "no inclusion": _told(lambda: plan.inclusion("z")),
        "quick": [s.id for s in plan.quick],
        "embedding": [s.id for s in plan.embedding],
        "hours": [plan.hours(), plan.hours({"head": 2}), plan.hours({"senco": 3}), plan.hours({})],
    }


def plan_changed() -> Any:
    """Each change, its words, what is undone."""
    plan, day = _plan(), dt.date(2026, 10, 1)
    free = plan.drop("c", reason="next year")
    ways: dict[str, Callable[[], ActionPlan]] = {
        "drop": lambda: free,
        "drop, no reason": lambda: free.drop("b"),
        "drop again": lambda: free.add(step("c", "b")).drop("c"),
        "add": lambda: plan.add(step("y", "a", "z", principles=["q"])),
        "add, reason": lambda: plan.add(step("n", principles=["r"]), reason="we like it"),
        "rename": lambda: plan.rename("a", title="New", reason="clearer"),
        "assign": lambda: plan.assign("a", person="Bo"),
        "assign another": lambda: plan.assign("b", person="Bo", reason="she left"),
        "assign nobody": lambda: plan.assign("b", person=None),
        "move": lambda: plan.move("a", not_before=day),
        "move another": lambda: plan.move("b", not_before=day, reason="later"),
        "move free": lambda: plan.move("b", not_before=None),
        "deadline": lambda: plan.deadline("a", not_after=day),
        "deadline free": lambda: plan.deadline("c", not_after=None, reason="no hurry"),
        "lead": lambda: plan.lead("c", role="senco", reason="away"),
        "lead of many": lambda: plan.lead("c", role="clerk", people={"head": 2, "clerk": 4}),
        "lead the same": lambda: plan.lead("a", role="head"),
    }
    found: dict[str, Any] = {}
    for name, make in ways.items():
        made = make()
        last = made.changes[-1]
        found[name] = {
            "words": str(last),
            "steps": {s.id: f"{_step_words(s)} {s.lead_options}" for s in made.steps},
            "in": [f"{i} {i.kind.value} {i.objectives}" for i in made.inclusions],
            "skipped": [str(s) for s in made.skipped],
            "days": [made.people, made.not_before, made.not_after],
            "progress": [str(p) for p in made.progress],
            "undone": made.undo() in {plan, free, free.add(step("c", "b"))},
            "to go": len(made.undo().changes),
        }
    return found


def plan_dropped_keeps_all() -> Any:
    """What a drop took out comes back: person, days, progress, and none where there was none."""
    plan = _plan()
    without = plan.drop("c").drop("b")
    bare = _plan(people={}, not_before={}, not_after={}, progress=()).drop("c").drop("b")
    return {
        "change": without.changes[-1],
        "bare change": bare.changes[-1],
        "back": without.undo().undo() == plan,
        "bare back": [bare.undo().people, bare.undo().not_before, bare.undo().not_after],
    }


def plan_changes_refused() -> Any:
    plan, word = _plan(), "soon"
    return {
        "needed": _told(lambda: plan.drop("a")),
        "needed once": _told(lambda: plan.drop("b")),
        "unknown": [_told(lambda f=f: f("x")) for f in (plan.drop, plan.step)],
        "add there": _told(lambda: plan.add(step("a"))),
        "add met": _told(lambda: plan.add(step("z"))),
        "add too early": _told(lambda: plan.add(step("n", "a", "m", "k"))),
        "add nothing": _told(lambda: plan.add("n")),  # type: ignore[arg-type]
        "rename": _told(lambda: plan.rename("a", title=" ")),
        "rename unknown": _told(lambda: plan.rename("x", title="X")),
        "assign": _told(lambda: plan.assign("a", person=3)),  # type: ignore[arg-type]
        "assign unknown": _told(lambda: plan.assign("x", person="Bo")),
        "move": _told(lambda: plan.move("a", not_before=word)),  # type: ignore[arg-type]
        "move unknown": _told(lambda: plan.move("x", not_before=None)),
        "deadline": _told(lambda: plan.deadline("a", not_after=3)),  # type: ignore[arg-type]
        "lead": _told(lambda: plan.lead("a", role="No Role", people=3)),  # type: ignore[arg-type]
        "lead unknown": _told(lambda: plan.lead("x", role="head")),
        "lead too long": _told(lambda: plan.lead("a", role="clerk", people={"head": 999})),
        "undo": _told(plan.undo),
        "undo no more": _told(evolve(plan.add(step("n")), steps=[], inclusions=[], people={},
                                     not_before={}, not_after={}, progress=[], objectives=[]).undo),
    }  # fmt: skip


def plans_refused() -> Any:
    kind = InclusionKind.OWN
    inclusions = [
        Inclusion(step=k, kind=kind, objectives=[o], reason="r")
        for k, o in (("a", "goal-p"), ("b", "goal"), ("x", "goal-q"))
    ]
    stone = Milestone(id="m", statement="s", months=1, objective="gaol-p")
    free = Milestone(id="n", statement="s", months=1)
    day = dt.date(2026, 9, 7)
    wrong: dict[str, dict[str, Any]] = {
        "references": {"inclusions": inclusions, "milestones": [stone, free]},
        "met": {"met": [MetStep(step="a", title="A", reason="r")]},
        "before": {"met": ()},
        "progress": {"progress": [_report(k, bc.StepStatus.ON_TRACK) for k in "azx"]},
        "of steps": {"people": {"x": "Ann", "z": "Bo"}, "not_before": {"z": day},
                     "not_after": {"y": day}},
        "numbers": {"numbers": {"a": 1, "b": 1, "gone": 1, "c": 0}},
        "same numbers": {"numbers": {"a": 7, "b": 7, "gone": 7, "c": 8}},
        "large number": {"numbers": {"a": 10_000, "b": 10_001}},
        "twice": {"objectives": [*_plan().objectives] * 2},
        "texts": {"id": "A", "title": "", "starts": 3},
    }  # fmt: skip
    return {name: _told(partial(_plan, **fields)) for name, fields in wrong.items()} | {
        "circle": _told(lambda: plan_of(step("a", "b"), step("b", "a"))),
    }


def plan_without_anything() -> Any:
    plan = plan_of()
    return {"plan": plan, "lines": str(plan).splitlines(), "hours": plan.hours()}


def demo_draft_gaps() -> Any:
    """The kinds of origin, and the ranked gaps on which all rests."""
    gaps: Mapping[str, Gap] = {g.principle: g for g in _weak().gaps}
    return {
        "gaps": {key: f"{g} {g.priority:.6g}" for key, g in gaps.items()},
        "origins": {o.id: o.target_origin is TargetOrigin.RULE for o in _draft().objectives},
        "weeks": Weeks(1, 2, 3),
    }
