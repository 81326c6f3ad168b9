"""What steps can be expected to add: the index, choices, analyses, forecasts and scenarios."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from functools import cache, partial
from typing import Any

import numpy as np

import behaviour_culture as bc
from behaviour_culture import impact
from behaviour_culture._watch import Watch
from behaviour_culture.arguments import Arguments
from behaviour_culture.impact import (
    catalogue_benefits,
    efficient_frontier,
    leave_one_out,
    pool_effects,
    rank_acceptability,
    rank_steps,
    scenario_grid,
    sobol_indices,
    tornado,
    value_of_information,
    what_drives,
)
from behaviour_culture.impact.analysis.pooling import paule_mandel, spread_of
from behaviour_culture.impact.assumptions import RANGES, read_assumptions
from behaviour_culture.impact.choosing.problem import ChoiceLimits, ChoiceProblem
from behaviour_culture.impact.choosing.problem import build_choice_problem as build_problem
from behaviour_culture.impact.choosing.search import Goal, search_choice, upper_bound
from behaviour_culture.impact.choosing.timing import earliest_weeks, keeps_limits, place_steps
from behaviour_culture.impact.diminishing import diminish, diminished_sum, share_of_one
from behaviour_culture.impact.effect import StepEffect, cited_effects, graded_effect, why_no_effect
from behaviour_culture.impact.fidelity import draw_share, fidelity_worth, unlocked_share
from behaviour_culture.impact.forecasting.drawing import draw_chunk, draw_kept
from behaviour_culture.impact.forecasting.expected import expected_change
from behaviour_culture.impact.forecasting.model import decay, step_benefits
from behaviour_culture.impact.forecasting.tally import Tally
from behaviour_culture.impact.forecasting.targets import propose_targets
from behaviour_culture.impact.forecasting.times import half_term_ends
from behaviour_culture.impact.gap import draw_gap, mean_answered
from behaviour_culture.impact.hours import staff_hours
from behaviour_culture.impact.index.model import ASSUMED, conduct_effect, why_not_in_index
from behaviour_culture.impact.index.score import share_ahead
from behaviour_culture.model import EffectLink
from behaviour_culture.model.evidence import EffectScale, Outcome
from behaviour_culture.model.plan import StepProgress, StepStatus
from behaviour_culture.model.setting import Setting
from behaviour_culture.scheduling.effort import Effort
from builders import (
    DAY,
    INFERRED,
    MONDAY,
    audit_of,
    autumn,
    estimate,
    framework_of,
    people,
    pickled,
    plan_of,
    refused,
    row_lines,
    step,
)

_FEW = 200
"""Draws."""


# -- a plan, an audit and evidence -------------------------------------------------------------


@cache
def _framework() -> bc.Framework:
    return framework_of({"p": [1, 2], "q": [1], "r": [1, 1], "s": [1]})


@cache
def _result(*ratings: int | None) -> bc.AuditResult:
    given = ratings or (1, 0, 2, 3, 1, None)
    return bc.score_audit(audit_of(_framework(), *given), _framework())


@cache
def _evidence(**assumed: float) -> bc.model.EvidenceBase:
    """Six effects made up, and the shipped assumptions but for those given."""
    base = bc.load_evidence()
    values = {
        key.replace("_", "-"): value for key, value in ({"diminishing_rho": 0.6} | assumed).items()
    }

    def effect(key: str, outcome: Outcome, scale: EffectScale, *numbers: float, **more: Any) -> Any:
        mean, error, tau = numbers
        return bc.model.EffectParameter(
            id=key, name=f"Work of kind {key}", outcome=outcome, scale=scale, mean=mean,
            standard_error=error, tau=tau, grade="B", standard_error_basis="made up",
            tau_basis="made up", provenance=INFERRED, **more,
        )  # fmt: skip

    smd, rate, odds = EffectScale
    return base.evolve(
        id="made-up",
        edition="1",
        findings=(),
        attainment=(),
        grades=[
            base.grades[0].evolve(id="A", discount=1.0, tau_factor=1.0),
            base.grades[0].evolve(id="B", discount=0.5, tau_factor=1.5),
        ],
        parameters=[
            effect("class", Outcome.CONDUCT, smd, -0.3, 0.1, 0.2),
            effect("coach", Outcome.CONDUCT, smd, -0.5, 0.06, 0.15, setting=-0.04),
            effect("harm", Outcome.CONDUCT, smd, 0.1, 0.05, 0.0),
            effect("letters", Outcome.ABSENCE, rate, -0.1, 0.03, 0.02),
            effect("kind", Outcome.BULLIED, odds, -0.2, 0.05, 0.1, settings=[Setting.PRIMARY]),
            effect("few", Outcome.CONDUCT, rate, -0.4, 0.1, 0.1, most_reach=0.1),
        ],
        assumptions=[
            a.evolve(value=values[a.id], low=values[a.id], high=values[a.id])
            if a.id in values
            else a
            for a in base.assumptions
        ],
    )


def _link(parameter: str, grade: str = "B", **fields: Any) -> EffectLink:
    return EffectLink(parameter=parameter, grade=grade, reason="nearest", **fields)


def _step(key: str, principles: Sequence[str], *effects: str, **fields: Any) -> bc.ActionStep:
    return step(
        key,
        *fields.pop("before", ()),
        principles=principles,
        effects=[_link(*e.split(":")) for e in effects],
        **fields,
    )


@cache
def _plan() -> bc.ActionPlan:
    """Steps with an effect on conduct, on others, with none; with and without upkeep."""
    return plan_of(
        _step("agree", [], hours={"head": 2}),
        _step("teach", ["p", "q"], "class:A", before=["agree"], weeks=3, reach=0.8,
              hours={"head": 1, "teacher": 2}),
        _step("coach", ["q", "r"], "coach", before=["teach", "agree"], weeks=(1, 2, 4), reach=0.5),
        _step("watch", ["q"], phase=bc.StepPhase.MONITOR, before=["coach"]),
        _step("reward", ["r"], "class:A", "letters", before=["agree"], weeks=2, hours=4),
        _step("sanction", ["p"], "harm:A", weeks=1, phase=bc.StepPhase.LAUNCH),
        _step("befriend", ["s"], "kind", weeks=1, hours=3),
        _step("idle", [], "class"),
        framework="small",
        progress=[
            StepProgress(step="teach", status=StepStatus.ON_TRACK, fidelity=0.9),
            StepProgress(step="reward", status=StepStatus.ON_TRACK, reach=0.35),
        ],
    )  # fmt: skip


@cache
def _schedule(plan: bc.ActionPlan | None = None, head: float = 6.0) -> bc.Schedule:
    return bc.schedule_plan(
        plan or _plan(), calendar=_year(), capacity=people(head=head, teacher=3)
    )


@cache
def _year() -> bc.SchoolYear:
    return autumn(12, 6)


def _shares(rows: Any) -> list[list[float]]:
    """A table of few rows, each with its numbers."""
    return [list(row) for row in np.asarray(rows).tolist()]


# -- the parts of the index --------------------------------------------------------------------


def effects_of_steps() -> Any:
    evidence, plan = _evidence(), _plan()
    lent = _step("lent", ["p"], "few", reach=0.2).evolve(
        effects=[
            _link("few"),
            _link("class", outcome=Outcome.ABSENCE),
            _link("kind", settings=[*Setting]),
            _link("harm", settings=[Setting.SECONDARY]),
        ]
    )
    rate = _step("rate", ["p"], "few", reach=0.1)
    fits = _step("fits", ["p"], "kind").evolve(
        effects=[_link("kind", settings=[Setting.PRIMARY]), _link("letters")]
    )
    ones = np.array([1.0, -1.0])
    return {
        "cited": {s.id: [e.graded for e in cited_effects(s, evidence)] for s in plan.steps},
        "why": {s.id: why_not_in_index(s, evidence) for s in (*plan.steps, rate, fits)},
        "none": [why_no_effect(s) for s in plan.steps],
        "conduct": [
            e.parameter.id if (e := conduct_effect(s, evidence)) else "" for s in plan.steps
        ],
        "lent": refused(cited_effects, lent, evidence),
        "graded": graded_effect(evidence.parameter("coach"), 0.5, 0.75),
        "drawn": StepEffect(0.1, 0.2, 0.4).draw(ones, ones / 2).tolist(),
        "unknown": refused(cited_effects, _step("x", ["p"], "clas"), evidence),
        "grade": refused(cited_effects, _step("x", ["p"], "class:C"), evidence),
    }


def assumptions_out_of_range() -> Any:
    base = _evidence()
    beyond = {
        name: refused(
            read_assumptions, _evidence(**{name.replace("-", "_"): high * 1.01 + 0.01}), [name]
        )
        for name, (_, high) in RANGES.items()
    }
    both = {"fidelity_floor": 0.5, "fidelity_full": 0.5}
    three = ["fidelity-floor", "unlock-slope", "ramp-months"]
    below = _evidence(fidelity_floor=-0.1, unlock_slope=0.0009, ramp_months=0.2)
    return {
        "beyond": beyond,
        "below": refused(read_assumptions, below, three),
        "at the ends": read_assumptions(
            _evidence(fidelity_floor=0.0, fidelity_full=1.0, ramp_months=0.25),
            ["fidelity-floor", "fidelity-full", "ramp-months"],
        ),
        "equal": refused(read_assumptions, _evidence(**both), ["fidelity-floor", "fidelity-full"]),
        "one of them": read_assumptions(_evidence(**both), ["fidelity-floor"]),
        "unknown": refused(read_assumptions, base, ["fidelity"]),
    }  # fmt: skip


def shares_and_gaps() -> Any:
    assumed = {
        "fidelity-floor": 0.2, "fidelity-full": 0.8,
        "unlock-threshold": 0.5, "unlock-slope": 0.1, "unlock-minimum": 0.25,
    }  # fmt: skip
    at = np.array([0.0, 0.2, 0.35, 0.5, 0.8, 0.9, 1.0])
    rng = np.random.default_rng(3)
    return {
        "worth": fidelity_worth(at, assumed),
        "unlocked": unlocked_share(at, assumed),
        "steep": unlocked_share(at, {**assumed, "unlock-slope": 1e-3}),
        "drawn": [draw_share(rng, mean, 10.0, 3) for mean in (0.0, 0.3, 1.0)],
        "gaps": [
            draw_gap(rng, *given, 4) for given in ((float("nan"), 0.0), (0.5, 0.4), (0.9, 0.0))
        ],
        "answered": [
            mean_answered(gaps, rho)
            for gaps in (
                [(0.4, 0.0)],
                [(0.4, 0.1), (0.8, 0.0)],
                [(float("nan"), 0.0), (0.02, 0.3), (0.99, 0.05)],
                [(0.0, 0.0), (1.0, 0.0)],
            )
            for rho in (0.0, 0.5, 1.0)
        ],
    }


def diminishing_returns() -> Any:
    rows = np.array([[1.0, -3.0, 0.0], [4.0, 3.0, 0.0], [-2.0, 1.0, 0.5], [2.0, 2.0, -7.0]])
    rng = np.random.default_rng(1)
    return {
        "kept": [_shares(diminish(rows, rho)) for rho in (0.0, 0.5, 1.0)],
        "sums": [diminished_sum(rng.normal(size=(many, 3)), 0.6).tolist() for many in range(1, 10)],
        "ones": [[share_of_one(rho, many) for many in (1, 2, 9)] for rho in (0.0, 0.5, 1.0)],
    }


def hours_of_steps() -> Any:
    school = bc.School(
        id="x", name="Illustrative School", phase=bc.model.Phase.PRIMARY, roll=100,
        capacity=bc.Capacity(roles=[
            bc.Role(id="head", title="Head", hours_per_week=1),
            bc.Role(id="teacher", title="Teacher", hours_per_week=1, people=12),
        ]),
    )  # fmt: skip
    one = _plan().step("teach")
    return [
        staff_hours(one, None),
        staff_hours(one, school),
        staff_hours(one.evolve(shared_roles=["teacher"]), school),
    ]


# -- the index ---------------------------------------------------------------------------------


def _index(plan: bc.ActionPlan | None = None, **options: Any) -> bc.impact.ImpactResult:
    usual: dict[str, Any] = {"draws": _FEW, "seed": 2, "evidence": _evidence()}
    return bc.score_impact(plan or _plan(), _result(), **{**usual, **options})


def index() -> Any:
    told: list[Any] = []
    made = _index(progress=lambda *now: told.append(list(now)), level=0.9)
    school = bc.model.School(
        id="x", name="Illustrative School", phase=bc.model.Phase.PRIMARY, roll=100,
        capacity=bc.Capacity(roles=[
            bc.Role(id="teacher", title="Teacher", hours_per_week=1, people=4),
            bc.Role(id="head", title="Head", hours_per_week=1),
        ]),
    )  # fmt: skip
    return {
        "words": str(made).splitlines(),
        "short": repr(made),
        "steps": made.steps[:2],
        "drivers": [
            (f"{d} {d.name}", [d.swing.value, d.swing.lower, d.swing.upper]) for d in made.drivers
        ],
        "total": made.total,
        "facts": [made.draws, made.seed, made.p_benefit, made.p_capped, made.mc_error],
        "one": (repr(made.steps[0]), str(made.steps[0])),
        "clear": [s.step for s in made.steps if s.clear],
        "benefits": dict(made.benefits),
        "rows": row_lines(made.to_rows()),
        "told": told,
        "per hour": [s.per_100_hours for s in _index(school=school).steps],
        "unknown": refused(made.step, "teac"),
    }


def index_at_the_ends() -> Any:
    """One step, none with an effect, no steps, a cap that binds, no time, a sure effect."""
    one = plan_of(_step("only", ["p"], "class:A"), framework="small")
    alike = plan_of(*(_step(f"s{i}", ["p"], "class:A") for i in range(4)), framework="small")
    none = plan_of(_step("agree", []), framework="small")
    free = plan_of(_step("free", ["p"], "class:A", hours=0), framework="small")
    capped = _index(evidence=_evidence(plan_cap=0.05), id="capped")
    made = {
        "one": _index(one),
        "alike": _index(alike),
        "none": _index(none),
        "empty": _index(plan_of(framework="small")),
        "free": _index(free),
        "capped": capped,
    }
    return {
        name: {
            "words": str(result).splitlines(),
            "short": repr(result),
            "rows": row_lines(result.to_rows()),
            "totals": [
                result.total.value, result.total.lower, result.total.upper, result.p_benefit,
                result.p_capped, result.mc_error,
            ],
            "drivers": [(d.name, [d.swing.value, d.swing.lower]) for d in result.drivers],
            "unscored": result.unscored,
            "id": result.id,
        }
        for name, result in made.items()
    }  # fmt: skip


def refused_index() -> Any:
    wrong: Any = "x"
    many = plan_of(*(step(f"s{i}") for i in range(12)), framework="small")
    return {
        "kinds": refused(bc.score_impact, wrong, wrong, evidence=wrong, school=wrong),
        "options": refused(
            bc.score_impact, _plan().evolve(edition="2"), _result(), draws=99, seed=-1, level=1
        ),
        "memory": refused(bc.score_impact, many, _result(), draws=10_000_000),
        "many": refused(bc.score_impact, _plan(), _result(), draws=10_000_001, seed=2**63 + 1),
        "id": refused(bc.score_impact, _plan(), _result(), id="A b"),
        "stopped": refused(_index, stop=lambda: True),
        "school": refused(impact.benefit_per_hour, _plan(), _result(), school=wrong),
    }


def scorers() -> Any:
    options: dict[str, Any] = {"draws": _FEW, "seed": 2, "evidence": _evidence()}
    plan, result, one = _plan(), _result(), _result(1, None, None, None, None, None)
    found = {
        scorer.__name__: scorer(plan, result, **options)
        for scorer in (
            impact.planning_index,
            impact.benefit_per_hour,
            impact.gap_closed,
            impact.unlock_value,
        )
    }
    capped = impact.planning_index(
        plan, result, **{**options, "evidence": _evidence(plan_cap=0.05)}
    )
    return {
        **{
            name: {"means": made.mean(axis=0), "first": made[0], "last": made[-1]}
            for name, made in found.items()
        },
        "capped": capped.mean(axis=0),
        "ahead": [share_ahead(np.array([1.0, 2, 3]), np.array([1.0, 3, 2]))],
        "not assessed": impact.gap_closed(plan, one, **options).mean(axis=0),
    }  # fmt: skip


def benefits_of_a_catalogue() -> Any:
    catalogue = bc.StepCatalogue(
        id="c", name="C", framework="small", edition="1", audit_step="agree",
        steps=[s.evolve(effects=s.effects) for s in _plan().steps],
    )  # fmt: skip
    ends = {"fidelity_mean": 1.0}, {"fidelity_mean": 0.0}, {"diminishing_rho": 1.0}
    wrong: Any = "x"
    return {
        "usual": dict(catalogue_benefits(catalogue, _result(), evidence=_evidence())),
        "all one": dict(
            catalogue_benefits(catalogue.evolve(audit_step=None), _result(), evidence=_evidence())
        ),
        "ends": [
            dict(catalogue_benefits(catalogue, _result(), evidence=_evidence(**end)))
            for end in ends
        ],
        "one assessed": dict(
            catalogue_benefits(
                catalogue, _result(1, None, None, None, None, None), evidence=_evidence()
            )
        ),
        "kinds": refused(catalogue_benefits, wrong, wrong, evidence=wrong),
        "other": refused(catalogue_benefits, catalogue.evolve(edition="2"), _result()),
    }


_GAP = partial(impact.gap_closed, evidence=_evidence())


# -- choosing ----------------------------------------------------------------------------------


@cache
def _book() -> bc.StepCatalogue:
    def one(key: str, *before: str, **fields: Any) -> bc.ActionStep:
        lead = "teacher" if fields.get("hours") in ({"teacher": 3}, {"teacher": 1}) else "head"
        return step(key, *before, lead=lead, **fields)

    launch = bc.StepPhase.LAUNCH
    return bc.StepCatalogue(
        id="book", name="Book", framework="f", edition="1",
        steps=[
            one("a", hours={"head": 2}, weeks=3),
            one("b", "a", hours={"head": 1, "teacher": 2}, weeks=4, phase=launch),
            one("c", "a", hours={"teacher": 3}, weeks=2, phase=launch,
                cost_gbp=bc.model.CostRange(100, 300)),
            one("d", hours={"head": 5}, weeks=6, phase=launch, cost_gbp=bc.model.CostRange(50, 50)),
            one("e", "b", "c", lag=5, hours={"head": 1}, weeks=10),
            one("f", "e", hours={"head": 1}, weeks=20),
            one("g", hours=0, weeks=1, cost_gbp=bc.model.CostRange(1_000, 3_000)),
            one("h", hours={"teacher": 1}, weeks=1),
        ],
    )  # fmt: skip


_WORTH = {"a": 1.0, "b": 4.0, "c": 3.0, "d": 6.0, "e": 5.0, "f": 9.0, "g": 2.0, "h": -1.0}


def _chosen(choice: bc.impact.StepChoice) -> Any:
    return {
        "words": str(choice).splitlines(),
        "short": repr(choice),
        "numbers": [
            choice.value, choice.bound, choice.gap, choice.total_hours, choice.cost_gbp,
            choice.benefit.value, choice.benefit.lower, choice.benefit.upper,
        ],
        "facts": f"{choice.engine} {choice.status} {choice.quantile} {choice.solver_fault}",
        "hours": ", ".join(f"{role} {hours:.9g}" for role, hours in choice.hours.items()),
        "why": [choice.why(key) for key in (*choice.steps, *choice.left_out)[:: 7]],
        "rows": row_lines(choice.to_rows()[::7]),
    }  # fmt: skip


def choices() -> Any:
    limits: dict[str, dict[str, Any]] = {
        "nothing limited": {},
        "hours": {"hours": 40},
        "hours exactly": {"hours": 6 + 12},
        "just short": {"hours": 6 + 12 - 0.001},
        "roles": {"hours": {"head": 12, "teacher": 8}},
        "money": {"cost_gbp": 250},
        "money left": {"cost_gbp": 2_100},
        "launches": {"launches": 1},
        "no launches": {"launches": 0},
        "no hours": {"hours": 0},
        "small budget": {"hours": 40, "budget": 1},
    }
    return {
        name: _chosen(bc.choose_steps(_book(), _WORTH, **{"budget": 40, **given}))
        for name, given in limits.items()
    }


def choices_in_bad_draws() -> Any:
    rng = np.random.default_rng(5)
    means = np.array([_WORTH[s.id] for s in _book().steps])
    draws = means + rng.normal(size=(40, len(means))) * np.abs(means) * np.linspace(0.2, 1.6, 8)
    made = {
        str(q): bc.choose_steps(_book(), draws, quantile=q, hours=60, budget=60, seed=1)
        for q in (0.05, 0.2, 0.5)
    }
    harm = -np.abs(draws)
    return {
        **{name: _chosen(choice) for name, choice in made.items()},
        "exact": _chosen(
            bc.choose_steps(_book(), draws, quantile=0.2, hours=60, engine="exact", budget=60)
        ),
        "nothing is surest": _chosen(bc.choose_steps(_book(), harm, quantile=0.2, budget=10)),
        "many draws": _chosen(
            bc.choose_steps(
                _book(), np.tile(draws, (11, 1)), quantile=0.2, hours=60, engine="exact", budget=5
            )
        ),
        "rank": [[Goal(q).rank(n) for n in (1, 5, 10, 11)] for q in (None, 0.1, 0.2, 0.999)],
        "of": [float(Goal(q).of(np.array([3.0, 1.0, 2.0, 5.0]))) for q in (None, 0.25, 0.26, 0.75)],
    }


def exact_choices() -> Any:
    limits: tuple[dict[str, Any], ...] = (
        {}, {"hours": 40}, {"hours": {"head": 12}}, {"cost_gbp": 250, "launches": 1},
        {"launches": 0},
    )  # fmt: skip
    return [
        _chosen(bc.choose_steps(_book(), _WORTH, engine="exact", budget=20, **given))
        for given in limits
    ]


def choices_where_the_first_is_not_the_best() -> Any:
    """Two that fit together beat the one that gives most for its hours."""
    book = bc.StepCatalogue(
        id="three", name="Three", framework="f", edition="1",
        steps=[step("x", hours=6), step("y", hours=5), step("z", hours=5)],
    )  # fmt: skip
    worth = {"x": 10.0, "y": 7.0, "z": 7.0}
    pounds = bc.StepCatalogue(
        id="pounds", name="Pounds", framework="f", edition="1",
        steps=[step(k, cost_gbp=bc.model.CostRange(c, c)) for k, c in (("a", 60), ("b", 1e10))],
    )  # fmt: skip
    solved = [
        bc.choose_steps(book, worth, hours=10, engine=engine, **given)
        for engine, given in (
            ("heuristic", {"budget": 1}),
            ("heuristic", {"budget": 60}),
            ("exact", {"budget": 1}),
            ("exact", {"budget": 1, "time_limit": 500}),
            ("exact", {"budget": 1, "time_limit": 0}),
        )
    ]
    many = np.tile([[10.0, 7.0, 7.0]], (401, 1)) + np.arange(401)[:, None] % 5
    proven = [
        bc.choose_steps(book, rows, hours=10, quantile=0.2, engine="exact", budget=20).engine
        for rows in (many[:400], many)
    ]
    alike = bc.StepCatalogue(
        id="two", name="Two", framework="f", edition="1", steps=[step("x", hours=5), step("y")]
    )  # fmt: skip
    nearly = {"x": 1e6, "y": 1e6 + 1e-7}
    apart = {"x": 1e6, "y": 1e-4}
    ties = [
        bc.choose_steps(alike.evolve(steps=[step("x", hours=h), step("y", hours=6)]), w, hours=6)
        for h, w in ((6, {"x": 5.0, "y": 5.0}), (5, nearly), (6, {"x": 5.0, "y": 5.1}))
    ]
    flat = efficient_frontier(alike, apart, hours=[5, 6], budget=5)
    lied = solved[0].evolve(solver_fault=True)
    cheap = bc.choose_steps(pounds.evolve(steps=pounds.steps[:1]), {"a": 1.0}, cost_gbp=59)
    return {
        "solved": [_chosen(choice) for choice in solved],
        "most draws": proven,
        "ties": [" ".join(choice.steps) for choice in ties],
        "worth no more": [len(flat.choices), str(flat).splitlines()[-1]],
        "lied": str(lied).splitlines()[1],
        "pounds": str(cheap).splitlines(),
        "too much": refused(bc.choose_steps, pounds, {}, cost_gbp=1),
        "kinds": refused(solved[0].evolve, steps=3),
    }


def benefits_in_other_forms() -> Any:
    import pandas as pd

    worth = pd.Series(_WORTH)
    draws = np.array([[*_WORTH.values()], [*reversed(_WORTH.values())]])
    frame = pd.DataFrame(draws, columns=[*_WORTH])
    plain = pd.Series([*_WORTH.values()])

    def value(given: Any) -> Any:
        choice = bc.choose_steps(_book(), given, hours=30, budget=20)
        return f"{choice.value:.9g} of {' '.join(choice.steps)}"

    return {
        "series": value(worth[::-1]),
        "no names": value(plain),
        "frame": value(frame),
        "turned round": value(frame[frame.columns[::-1]]),
        "numbered": value(pd.DataFrame(draws)),
        "refused": [
            refused(value, frame.drop(columns="a")),
            refused(value, frame[["a", *frame.columns]]),
            refused(value, frame.rename(columns={"a": "z"})),
            refused(value, pd.Series({"z": 1.0})),
        ],
    }


def choices_from_results() -> Any:
    plan, result = _plan(), _index()
    told: list[Any] = []
    capacity = bc.Capacity(roles=[
        bc.Role(id="head", title="Head", hours_per_week=1),
        bc.Role(id="teacher", title="Teacher", hours_per_week=1, people=3),
    ])  # fmt: skip
    school = bc.School(
        id="x",
        name="Illustrative School",
        phase=bc.model.Phase.PRIMARY,
        roll=100,
        capacity=capacity,
    )
    scored: dict[str, Any] = {
        "scorer": _GAP, "result": _result(), "draws": _FEW, "budget": 10,
    }  # fmt: skip
    book = bc.StepCatalogue(
        id="c", name="C", framework="small", edition="1", steps=tuple(reversed(plan.steps))
    )
    return {
        "index": _chosen(
            bc.choose_steps(
                plan, result, hours=20, budget=7, progress=lambda *now: told.append(list(now))
            )
        ),
        "told": told,
        "school": _chosen(bc.choose_steps(plan, result, hours=20, school=school, budget=10)),
        "year": _chosen(bc.choose_steps(plan, result, calendar=_year(), budget=10)),
        "scorer": _chosen(bc.choose_steps(plan, hours=12, **scored)),
        "scorer of a catalogue": _chosen(bc.choose_steps(book, hours=12, **scored)),
        "starts": _chosen(
            bc.choose_steps(
                plan.evolve(starts=MONDAY + 70 * DAY), result, calendar=_year(), budget=10
            )
        ),
        "met": _chosen(
            bc.choose_steps(
                plan_of(
                    _step("b", ["p"], "class", before=["a"]), framework="small",
                    met=[bc.model.MetStep(step="a", title="A", reason="done")],
                ),
                {"b": 1.0}, hours=1,
            )
        ),
    }  # fmt: skip


def refused_choices() -> Any:
    wrong: Any = "x"
    made = bc.choose_steps(_book(), _WORTH, hours=40, budget=5)
    nan = float("nan")
    return {
        "kinds": refused(bc.choose_steps, wrong, {}, school=wrong, engine="exakt", budget=0),
        "options": refused(
            bc.choose_steps, _book(), _WORTH, hours=-1, cost_gbp=1e9 + 1, launches=-1, quantile=1,
            budget=-1, time_limit=-1, workers=0, seed=-1,
        ),
        "benefits": refused(bc.choose_steps, _book(), {"a": nan, "z": 1.0, "b": wrong}),
        "roles": refused(bc.choose_steps, _book(), _WORTH, hours={"head": -1, "haed": 1}),
        "neither": refused(bc.choose_steps, _book()),
        "both": refused(bc.choose_steps, _book(), _WORTH, scorer=impact.gap_closed),
        "scorer": refused(bc.choose_steps, _plan(), scorer=wrong, draws=0),
        "scorer of no plan": refused(bc.choose_steps, wrong, scorer=_GAP),
        "shape": refused(bc.choose_steps, _book(), np.zeros((3, 7))),
        "nan": refused(bc.choose_steps, _book(), np.full((3, 8), nan)),
        "other plan": refused(bc.choose_steps, _plan().evolve(id="other"), _index()),
        "other audit": refused(
            bc.choose_steps, _plan().evolve(edition="2"), scorer=impact.gap_closed, result=_result()
        ),
        "too late": refused(
            bc.choose_steps, _plan().evolve(starts=dt.date(2030, 1, 7)), {}, calendar=_year()
        ),
        "too long": refused(
            bc.choose_steps, plan_of(step("a", hours=168.0, weeks=52)), {}, hours={"head": 1e10}
        ),
        "why": refused(made.why, "z"),
        "bound": refused(made.evolve, bound=made.value - 1),
        "steps": refused(made.evolve, steps=made.steps[1:]),
        "left out": refused(made.evolve, left_out={made.steps[0]: "no"}),
        "titles": refused(made.evolve, titles={}),
    }  # fmt: skip


def _problem(**limits: Any) -> ChoiceProblem:
    usual: dict[str, Any] = {"hours": None, "cost_gbp": None, "launches": None}
    return build_problem(
        _book(), _WORTH, ChoiceLimits(**{**usual, **limits}), None, None, Arguments("x")
    )


def problem_of_a_choice() -> Any:
    problem = _problem(hours={"head": 12.00004, "teacher": 8}, cost_gbp=250, launches=1)
    arrays = ("draws", "needs", "demand", "limit", "hours", "cost")
    return {
        **{k: v for k, v in problem._asdict().items() if k not in arrays and k != "role_hours"},
        **{k: np.atleast_2d(getattr(problem, k).astype(float)).tolist() for k in arrays},
        "horizon": problem.horizon,
        "half-terms": [problem.half_term(week) for week in (0, 6, 7, 13, 14, 31, 32, 38)],
        "earliest": earliest_weeks(problem),
        "role_hours": [dict(r) for r in problem.role_hours],
    }


def times_of_a_choice() -> Any:
    every = np.ones(8, dtype=bool)
    some = np.array([k in "abcd" for k in "abcdefgh"])
    early, free = _problem(launches=1), _problem()
    begins = place_steps(early, some) or {}
    late = {**begins, 3: 36}
    return {
        "all": place_steps(free, every) or "no place",
        "all but f": place_steps(free, every & (np.arange(8) != 5)),
        "one launch": begins,
        "two launches": place_steps(_problem(launches=2), some),
        "no launch": place_steps(_problem(launches=0), some) or "no place",
        "keeps": [
            keeps_limits(early, some, begins),
            keeps_limits(early, some, late),
            keeps_limits(early, some, {**begins, 3: 33}),
            keeps_limits(early, some, {**begins, 3: begins[1]}),
            keeps_limits(early, some & (np.arange(8) != 0), begins),
            keeps_limits(early, some, {**begins, 1: 2}),
            keeps_limits(_problem(hours=1), some, begins),
            keeps_limits(free, some, begins),
        ],
        "bounds": [
            upper_bound(_problem(**limits), Goal())
            for limits in ({}, {"hours": 40}, {"hours": 0}, {"hours": {"head": 12}, "cost_gbp": 50})
        ],
        "searched": [
            "".join(k for k, c in zip("abcdefgh", search_choice(
                _problem(hours=40), Goal(), Effort(budget=budget, seed=seed)), strict=True) if c)
            for budget in (0, 1, 3, 20) for seed in (0, 1)
        ],
    }  # fmt: skip


def frontiers() -> Any:
    told: list[Any] = []
    made = {
        "points": efficient_frontier(
            _book(), _WORTH, points=6, budget=15, progress=lambda *now: told.append(list(now))
        ),
        "amounts": efficient_frontier(_book(), _WORTH, hours=[40, 0, 40, 18], budget=15),
        "money": efficient_frontier(_book(), _WORTH, points=3, cost_gbp=50, launches=1, budget=5),
        "nothing": efficient_frontier(_book(), {}, points=2, budget=2),
    }
    front = made["points"]
    return {
        **{
            name: {
                "words": str(f).splitlines(),
                "short": repr(f),
                "rows": row_lines(f.to_rows()),
            }
            for name, f in made.items()
        },
        "told": told,
        "order": refused(front.evolve, choices=front.choices[::-1]),
        "kinds": refused(front.evolve, choices=3),
        "refused": refused(
            efficient_frontier, _book(), _WORTH, hours=["x", -1], points=1, budget=0, quantile=0
        ),
        "none": refused(efficient_frontier, _book(), _WORTH, hours=[]),
        "text": refused(efficient_frontier, _book(), _WORTH, hours="12"),
        "stopped": refused(efficient_frontier, _book(), _WORTH, stop=lambda: True),
    }


# -- ranking -----------------------------------------------------------------------------------


def ranked() -> Any:
    def gain(plan: Any, _result: Any, *, draws: int, **_more: Any) -> Any:
        return np.arange(draws * len(plan.steps)).reshape(draws, -1) % 7 / 7

    def cost(plan: Any, _result: Any, *, draws: int, **_more: Any) -> Any:
        return -gain(plan, None, draws=draws)

    def flat(plan: Any, _result: Any, *, draws: int, **_more: Any) -> Any:
        return np.ones((draws, len(plan.steps)))

    plan, result = _plan(), _result()
    told: list[Any] = []
    two = rank_steps(
        plan, result, {"gap": _GAP, "ours": gain}, draws=120, seed=3,
        progress=lambda *now: told.append(list(now)),
    )  # fmt: skip
    wrong: Any = "x"

    def short(_plan: Any, _result: Any, *, draws: int, **_more: Any) -> Any:
        return np.zeros((draws, 2))

    return {
        "words": str(two).splitlines(),
        "short": repr(two),
        "rows": row_lines(two.to_rows()),
        "order": [" ".join(group) for group in two.order],
        "first": two.first("teach"),
        "weights": _shares(two.acceptability.central_weights),
        "pairwise": _shares(two.acceptability.pairwise),
        "told": told,
        "costs": str(rank_steps(plan, result, [cost], draws=120)).splitlines(),
        "flat": str(rank_steps(plan, result, [flat], draws=120)).splitlines(),
        "refused": refused(
            rank_steps, plan.evolve(edition="2"), result, [gain, gain, wrong], draws=0
        ),
        "empty": refused(rank_steps, plan_of(framework="small"), result, [], seed=-1),
        "wrong": refused(rank_steps, plan, result, {"short": short, " ": gain}),
        "shape": refused(rank_steps, plan, result, [short]),
        "unknown": refused(two.first, "teac"),
        "scores": refused(two.evolve, scorers=["one"]),
        "kinds": refused(two.evolve, steps=3),
        "step": repr(two.steps[0]),
        "no scorers": refused(rank_steps, plan, result, 3),
        "costs and gains": str(rank_steps(plan, result, [gain, cost], draws=120)).splitlines(),
    }


def acceptability() -> Any:
    tables: dict[str, Any] = {
        "two criteria": [[0.9, 0.2], [0.5, 0.5], [0.1, 0.1]],
        "ties": [[1, 1], [1, 1], [0, 2]],
        "draws": [[[1, 0], [0, 1]], [[2, 1], [1, 3]], [[-1, -1], [0, -2]]],
        "one": [[1.0]],
        "rounding": [[0.1 + 0.2, 0.3], [0.3, 0.1 + 0.2]],
    }
    told: list[Any] = []
    made = {
        name: rank_acceptability(table, draws=256, seed=1, idle=idle)
        for name, table in tables.items()
        for name, idle in ((name, False), (f"{name}, idle", True))
    }
    many = rank_acceptability(
        np.arange(2_000.0).reshape(1_000, 2), draws=5, progress=lambda *now: told.append(list(now))
    )
    return {
        **{
            name: {
                "words": str(found).splitlines(), "order": found.order,
                "shares": _shares(found.acceptability), "weights": _shares(found.central_weights),
                "pairwise": _shares(found.pairwise),
            }
            for name, found in made.items()
        },
        "rows": row_lines(made["two criteria"].to_rows()),
        "many": (many.order[0], told, repr(many)),
        "refused": [
            refused(rank_acceptability, [1, 2], draws=0, seed=-1, idle=1),
            refused(rank_acceptability, [[float("nan")]]),
        ],
    }  # fmt: skip


# -- analyses ----------------------------------------------------------------------------------


def pooled_effects() -> Any:
    methods: Any = ("hartung-knapp", "dersimonian-laird", "paule-mandel")
    studies = {
        "four": ([-0.3, -0.1, -0.22, 0.05], [0.08, 0.06, 0.1, 0.09]),
        "two": ([0.1, 0.5], [0.1, 0.2]),
        "alike": ([0.25, 0.25, 0.25], [0.5, 0.25, 0.125]),
        "one far": ([0.0, 0.0, 0.0, 3.0], [0.5, 0.5, 0.5, 0.1]),
    }
    arrays = [(np.array(a), np.array(b)) for a, b in studies.values()]
    strange: Any = "fixed"
    with np.errstate(over="ignore"):  # that is what it is about
        far = paule_mandel(np.array([0.0, 1e60]), np.array([1e-60, 1e-60]))
    return {
        **{
            f"{name}, {method}": pool_effects(*given, method=method)
            for name, given in studies.items()
            for method in methods
        },
        "words": [str(pool_effects(*given)).splitlines() for given in studies.values()],
        "short": repr(pool_effects(*studies["four"])),
        "between": [paule_mandel(*pair) for pair in arrays],
        "too far apart": far,
        "spread": [spread_of(a, b**-2) for a, b in arrays],
        "refused": [
            refused(pool_effects, [0.1], [0.1], method=strange),
            refused(pool_effects, [0.1, 0.2], [0.1]),
            refused(pool_effects, [0.1, 1e6 + 1], [1e-7, 1e6 + 1]),
            refused(pool_effects(*studies["two"]).evolve, effects=[1.0]),
        ],
    }


def evidence_pools() -> Any:
    base = bc.load_evidence()
    rows = [f for f in base.findings if f.pool == "conduct"]
    four = base.evolve(findings=rows[:4])
    other = base.evolve(
        findings=[
            *rows[:4],
            rows[4].evolve(scale="log-odds-ratio"),
            rows[5].evolve(study=rows[0].study),
        ]
    )
    alike = base.evolve(
        findings=[
            r.evolve(estimate=-0.1, lower=None, upper=None, standard_error=r.error)
            for r in rows[:7]
        ]
    )
    made = {
        "conduct": leave_one_out(base, outcome="conduct"),
        "bullied": leave_one_out(base, outcome="bullied"),
        "four": leave_one_out(four, outcome="conduct"),
        "alike": leave_one_out(alike, outcome="conduct"),
        "independent": leave_one_out(base, outcome="conduct", evaluator="independent"),
        "secondary": leave_one_out(base, outcome="absence-smd"),
    }
    wrong: Any = "x"
    return {
        **{
            name: {
                "words": str(found).splitlines(), "pooled": str(found.pooled).splitlines(),
                "rows": row_lines(found.to_rows()),
                "numbers": [
                    found.inside, found.total, found.width, found.pooled.i2,
                    *(round(x, 6) for e in of for x in (e.value, e.lower, e.upper, e.level)),
                ],
                "ways": [e.method for e in of],
            }
            for name, found in made.items()
            for of in [(found.pooled.estimate, found.pooled.tau, found.pooled.prediction)]
        },
        "settings": [
            refused(leave_one_out, base, outcome="conduct", settings=given)
            for given in ("special", ["primry", "x"])
        ],
        "some": leave_one_out(base, outcome="conduct", settings=["primary"]).total,
        "refused": [
            refused(leave_one_out, wrong, outcome="x"),
            refused(leave_one_out, base, outcome="conduc"),
            refused(leave_one_out, base.evolve(findings=rows[:3]), outcome="conduct"),
            refused(leave_one_out, other, outcome="conduct"),
            refused(leave_one_out, base, outcome="conduct", evaluator="nobody"),
        ],
    }  # fmt: skip


def information() -> Any:
    rng = np.random.default_rng(4)
    effect, cost, noise = rng.normal(size=(3, 1_000))
    benefits = np.stack([0 * effect, effect - 0.1 * cost, 0.3 * effect + 0.2 * noise], axis=1)
    level = np.repeat([0.0, 1.0], 500)
    told: list[Any] = []
    several = value_of_information(
        benefits, np.stack([effect, cost, noise], axis=1), names=["effect", "cost", "noise"],
        progress=lambda *now: told.append(list(now)),
    )  # fmt: skip
    strange: Any = [["x"]]
    return {
        "words": str(several).splitlines(),
        "several": several,
        "told": told,
        "one": value_of_information(benefits, effect),
        "two levels": value_of_information(benefits * (1 + level[:, None]), level).each,
        "constant": value_of_information(benefits, np.ones(1_000)).each,
        "fewest": value_of_information(benefits[:80], effect[:80]).each,
        "one alternative": value_of_information(benefits[:, :1], effect),
        "refused": [
            refused(value_of_information, benefits[:79], effect[:78], names=["a", "b"]),
            refused(value_of_information, benefits, effect, names=["a", "b"]),
            refused(value_of_information, strange, [float("inf")]),
            refused(several.evolve, names=["a"]),
        ],
    }


def what_moves_an_output() -> Any:
    def curved(u: Any) -> Any:
        return 3 * u[:, 0] + u[:, 1] ** 2 + 2 * u[:, 0] * u[:, 2]

    def steps(u: Any) -> Any:
        return (u[:, 0] > 0.3).astype(float)

    told: list[Any] = []
    made = sobol_indices(
        curved,
        inputs=["a", "b", "c"],
        draws=64,
        seed=3,
        progress=lambda *now: told.append(list(now)),
    )
    wrong: Any = "x"
    return {
        "words": str(made).splitlines(),
        "rows": row_lines(made.to_rows()),
        "facts": [made.variance, made.draws, made.seed],
        "told": told,
        "few values": row_lines(sobol_indices(steps, inputs=2, draws=32).to_rows()),
        "small": row_lines(sobol_indices(lambda u: 1e-9 * u[:, 0], inputs=1, draws=8).to_rows()),
        "tornado": str(tornado(curved, inputs=["a", "b", "c"])).splitlines(),
        "bars": row_lines(tornado(lambda u: u.sum(axis=1), inputs=3).to_rows()),
        "flat": tornado(lambda u: np.ones(len(u)), inputs=2).order,
        "refused": [
            refused(sobol_indices, wrong, inputs=0, draws=1, seed=-1),
            refused(sobol_indices, curved, inputs=3, draws=96),
            refused(sobol_indices, lambda u: np.ones(len(u)), inputs=1, draws=8),
            refused(sobol_indices, lambda u: 1e101 * u[:, 0], inputs=1, draws=8),
            refused(sobol_indices, lambda u: 1e-101 * u[:, 0], inputs=1, draws=8),
            refused(sobol_indices, lambda u: (u[:, 0] + 1e9) - 1e9 - u[:, 0], inputs=1, draws=64),
            refused(sobol_indices, lambda u: u[:1, 0], inputs=1, draws=8),
            refused(sobol_indices, curved, inputs=["a", "a"], draws=8_388_609),
            refused(tornado, wrong, inputs=wrong),
            refused(tornado, lambda u: u[:, 0], inputs=20_000),
            refused(tornado, curved, inputs=3, stop=lambda: True),
        ],
    }


def _moving(base: bc.model.EvidenceBase, *names: str) -> bc.model.EvidenceBase:
    """The evidence with all assumptions certain but for some."""
    return base.evolve(
        assumptions=[
            a if a.id in names else a.evolve(low=a.value, high=a.value) for a in base.assumptions
        ]
    )


def _close_steps(evidence: bc.model.EvidenceBase) -> Any:
    """Two steps of which one or the other is first, as an assumption goes; none is still."""
    plan = plan_of(
        _step("agree", [], hours={"head": 2}),
        _step("after", ["p"], "class:A", before=["agree"], reach=0.6),
        _step("alone", ["p"], "class:A", reach=0.5),
        framework="small",
    )
    moving = ("fidelity-mean", "unlock-minimum", "diminishing-rho", "unlock-threshold")
    wide = evidence.evolve(
        assumptions=[
            a.evolve(low=0.05, high=0.95, value=0.5) if a.id in moving else a
            for a in evidence.assumptions
            if a.id in moving or a.id in {"plan-cap", "fidelity-floor", "fidelity-full"}
            or a.id.endswith(("strength", "slope"))
        ]
    )  # fmt: skip
    made = what_drives(plan, _result(), evidence=wide, draws=100, combinations=8)
    return {
        "words": str(made).splitlines(),
        "changes": [d.assumption for d in made.changes_first],
        "rows": row_lines(made.to_rows()),
        "all move": str(made.evolve(still=())).splitlines(),
        "one": str(made.drivers[0]),
    }


def assumptions_that_drive() -> Any:
    base = _evidence()
    of_index = base.evolve(assumptions=[a for a in base.assumptions if a.id in ASSUMED])
    small = _moving(of_index, "fidelity-mean", "unlock-minimum", "diminishing-rho", "plan-cap")
    told: list[Any] = []
    made = what_drives(
        _plan(), _result(), evidence=small, draws=100, combinations=8, seed=1,
        progress=lambda *now: told.append(list(now)),
    )  # fmt: skip
    none = plan_of(_step("agree", []), framework="small")
    without = what_drives(none, _result(), evidence=small, draws=100, combinations=8)
    wrong: Any = 1
    return {
        "words": str(made).splitlines(),
        "short": repr(made),
        "made": made,
        "rows": row_lines(made.to_rows()),
        "close": _close_steps(small),
        "told": (told[0], told[-1], len(told)),
        "without": (str(without).splitlines()[:1], str(without).splitlines()[-2:], repr(without)),
        "unknown": refused(made.driver, "fidelity"),
        "refused": [
            refused(what_drives, wrong, wrong, wrong, evidence=wrong, outcome="A b", draws=99),
            refused(what_drives, _plan(), _result(), combinations=12),
            refused(what_drives, _plan(), _result(), combinations=4, draws=4_097, seed=-1),
            refused(what_drives, plan_of(framework="g"), _result(), combinations=8),
        ],
    }


def assumptions_that_drive_a_forecast() -> Any:
    small = _moving(_evidence(), "ramp-months", "decay-year")
    plan = plan_of(_step("write", ["r"], "letters"), framework="small")
    asked: dict[str, Any] = {"evidence": small, "draws": 100, "combinations": 8}
    made = what_drives(plan, _result(), _schedule(plan), outcome="absence", **asked)
    return {
        "words": str(made).splitlines(),
        "rows": row_lines(made.to_rows()),
        "unknown": refused(
            what_drives, plan, _result(), _schedule(plan), outcome="on-task", **asked
        ),
        "other": refused(
            what_drives, plan.evolve(id="other"), _result(), _schedule(plan), evidence=small
        ),
    }


# -- forecasts ---------------------------------------------------------------------------------


@cache
def _forecast(plan: bc.ActionPlan | None = None, **options: Any) -> bc.Forecast:
    usual: dict[str, Any] = {
        "draws": _FEW, "half_terms": 4, "seed": 3, "evidence": _evidence(), "calendar": _year(),
    }  # fmt: skip
    return bc.forecast(
        plan or _plan(), _result(), _schedule(plan or _plan()), **{**usual, **options}
    )


def _seen(made: bc.Forecast) -> dict[str, Any]:
    return {
        "words": str(made).splitlines(),
        "short": repr(made),
        "means": {s.id: list(s.mean) for s in (*made.outcomes, *made.maturity)},
        "deviations": {s.id: list(s.deviation) for s in (*made.outcomes, *made.maturity)},
        "intervals": {s.id: _shares(s.intervals[:, -1]) for s in (*made.outcomes, *made.maturity)},
        "better": {s.id: list(s.p_benefit) for s in (*made.outcomes, *made.maturity)},
        "worse": {s.id: list(s.p_worse) for s in (*made.outcomes, *made.maturity)},
        "running": list(made.running),
        "left_out": dict(made.left_out),
        "kinds": [str(k) for k in made.kinds],
        "unscheduled": made.unscheduled,
        "errors": dict(made.mc_error),
        "ends": [f"{label} {end}" for label, end in zip(made.half_terms, made.ends, strict=True)],
    }


def forecasts() -> Any:
    made = _forecast()
    at = made.outcome("conduct")
    return {
        **_seen(made),
        "rows": row_lines(made.to_rows()[:2]),
        "at": [at.at(1), at.at(4, level=0.5)],
        "words of one": [str(s) for s in (*made.outcomes, *made.maturity)],
        "inputs": made.inputs,
        "refused": [
            refused(at.at, 0), refused(at.at, 5), refused(at.interval, 0.9),
            refused(made.outcome, "conduc"), refused(made.principle, "x"),
        ],
    }  # fmt: skip


def forecasts_in_other_cases() -> Any:
    kept = bc.Scenario(
        id="kept", name="Kept", maintenance=True, dropout=0.0,
        basis={"maintenance": "judgement", "dropout": "judgement"},
    )  # fmt: skip
    none = plan_of(_step("agree", ["p"]), framework="small")
    one = plan_of(_step("only", ["p"], "class:A"), framework="small")
    wanted = ("words", "means", "running", "left_out", "unscheduled", "ends")
    tight = bc.schedule_plan(_plan(), calendar=_year(), capacity=people(head=2, teacher=3))
    return {
        name: {key: seen[key] for key in wanted}
        for name, made in {
            "kept": _forecast(scenario=kept),
            "no effect": _forecast(none, half_terms=2),
            "one step": _forecast(one, half_terms=1),
            "no calendar": _forecast(calendar=None, half_terms=3),
            "two chunks": _forecast(one, half_terms=2, draws=4_196),
            "tight": bc.forecast(
                _plan(), _result(), tight, calendar=_year(), evidence=_evidence(), draws=_FEW,
                half_terms=3,
            ),
        }.items()
        for seen in [_seen(made)]
    }  # fmt: skip


def forecasts_with_little_in_them() -> Any:
    """A ramp that is certain, a step done before, nothing that fits, and nothing measured."""
    one = plan_of(
        _step("only", ["p"], "class:A", before=["done"]), framework="small",
        met=[bc.model.MetStep(step="done", title="Done", reason="last year")],
    )  # fmt: skip
    never = _schedule(_plan(), 0.5)
    none = plan_of(_step("agree", ["p"]), framework="small")
    asked = _asked(draws=100, half_terms=2)
    whole = _schedule()
    without = whole.evolve(
        steps=[s for s in whole.steps if s.step != "agree"],
        left_out={"agree": whole.steps[0].reasons},
    )
    cut = bc.forecast(_plan(), _result(), without, **asked)
    empty = bc.run_scenarios(none, _result(), _schedule(none), [_LATE], **asked)
    idle = bc.run_scenarios(_plan(), _result(), never, [_LATE], **asked)
    return {
        "a step left out": [
            [list(row) for row in cut.inputs.needs.tolist()],
            cut.inputs.missing,
            cut.outcome("conduct").mean,
            cut.unscheduled,
        ],
        "sure ramp": _seen(_forecast(one, evidence=_evidence(ramp_months=6.0), half_terms=2)),
        "index": row_lines(_index(one).to_rows()),
        "nothing measured": str(empty).splitlines(),
        "little fits": str(idle).splitlines(),
        "one run": (repr(idle.runs[0]), str(idle.runs[0]).splitlines()),
        "compared": repr(idle.comparison.differences[0]),
        "difference": idle.scenario("late").difference("conduct").mean,
        "outcome": idle.scenario("late").outcome("conduct").mean,
        "twice": refused(idle.evolve, runs=[idle.runs[0], idle.runs[0]]),
        "kinds": [
            refused(idle.evolve, runs=3),
            refused(_forecast().evolve, outcomes=3),
            refused(_forecast().inputs.evolve, acting="x", pairs="x"),
        ],
        "other calendar": refused(
            bc.forecast, _plan(), _result(), _schedule(), calendar=_year().evolve(id="other")
        ),
    }


def refused_forecasts() -> Any:
    wrong: Any = "x"
    half = bc.Scenario(id="half", name="Half", capacity=0.5, basis={"capacity": "judgement"})
    plan, result, schedule = _plan(), _result(), _schedule()
    early = autumn(5, 2)
    return {
        "kinds": refused(
            bc.forecast, wrong, wrong, wrong, evidence=wrong, scenario=wrong, id="A b"
        ),
        "options": refused(
            bc.forecast, plan, result, schedule, draws=99, half_terms=61, seed=-1, workers=0,
            executor=wrong, calendar=wrong,
        ),
        "fit": refused(
            bc.forecast, plan.evolve(id="y", edition="2"), result, schedule, calendar=early
        ),
        "short": refused(bc.forecast, plan, result, schedule, calendar=early),
        "empty": refused(bc.forecast, plan_of(framework="small"), result, schedule),
        "no hours": refused(
            bc.forecast, plan, result, schedule.evolve(capacity=None), scenario=half,
            calendar=_year(),
        ),
        "no calendar": refused(bc.forecast, plan, result, schedule, scenario=half),
        "scenarios": refused(bc.compare_forecasts, [half, half], plan, result, schedule),
        "none": refused(bc.compare_forecasts, [], plan, result, schedule),
        "words": refused(bc.compare_forecasts, "late", plan, result, schedule),
    }  # fmt: skip


def half_terms() -> Any:
    whole = bc.load_calendar("illustrative-2026-27")
    return {
        name: [(e.label, e.end, [e.months]) for e in half_term_ends(starts, many, year)]
        for name, starts, many, year in (
            ("none", dt.date(2026, 12, 31), 4, None),
            ("of a term", MONDAY, 4, _year()),
            ("later in the term", MONDAY + 49 * DAY, 2, _year()),
            ("of a year", dt.date(2027, 5, 3), 6, whole),
            ("on the last day", whole.end, 2, whole),
        )
    }


def decays() -> Any:
    ages = np.array([float("nan"), -3.0, 0.0, 6.0, 7.0, 12.0, 18.0, 24.0, 40.0])
    return [decay(ages, *given) for given in ((6, 0.5, 0.25), (12, 0.5, 0.25), (0, 1.0, 1.0))]


_LATE = bc.Scenario(
    id="late", name="Late", start_delay_weeks=6, basis={"start_delay_weeks": "judgement: made up"}
)
_HARD = bc.Scenario(
    id="hard", name="Hard year", capacity=0.5, staff_turnover=0.4, leader_leaves=1, dropout=0.3,
    maintenance=False,
    basis=dict.fromkeys(
        ("capacity", "staff_turnover", "leader_leaves", "dropout", "maintenance"), "judgement"
    ),
)  # fmt: skip


def _asked(**options: Any) -> dict[str, Any]:
    usual = {
        "draws": _FEW, "half_terms": 3, "evidence": _evidence(), "calendar": _year(), "seed": 1,
    }  # fmt: skip
    return {**usual, **options}


def compared_forecasts() -> Any:
    told: list[Any] = []
    made = bc.compare_forecasts(
        [_LATE, _HARD], _plan(), _result(), _schedule(),
        **_asked(progress=lambda *now: told.append(list(now))),
    )  # fmt: skip
    return {
        "words": str(made).splitlines(),
        "short": repr(made),
        "rows": row_lines(made.to_rows()[::4]),
        "delivered": [d.delivered for d in made.differences],
        "clear": [[d.clear for d in each.delivered] for each in made.differences],
        "unscheduled": [d.unscheduled for d in made.differences],
        "told": told,
        "unknown": refused(made.scenario, "lat"),
        "no outcome": refused(made.scenario("late").outcome, "x"),
    }


def compared_deliveries() -> Any:
    full = _forecast()
    less = plan_of(*(_plan().step(key) for key in ("agree", "teach", "coach")), framework="small")
    other = _forecast(less)
    full_less = bc.impact.compare_deliveries(other, full)
    return {
        "less": [(str(d), d) for d in bc.impact.compare_deliveries(other, full)],
        "more": [str(d) for d in bc.impact.compare_deliveries(full, other)],
        "ratios": [str(full_less[0].evolve(ratio=estimate(ratio))) for ratio in (1.194, 1.2, 1.25)],
        "nothing in common": list(
            bc.impact.compare_deliveries(
                full, _forecast(plan_of(_step("agree", ["p"]), framework="small"))
            )
        ),
        "refused": [
            refused(bc.impact.compare_deliveries, full, _forecast(seed=4, half_terms=3, draws=300)),
            refused(bc.impact.compare_deliveries, full, 1),
        ],
    }


def scenarios_in_a_grid() -> Any:
    grid = scenario_grid(
        hours=[0.5, 1], turnover=[None, 0.333], delay_weeks=[0, 1], maintenance=[True, None]
    )
    rest = scenario_grid(
        leader_leaves=[None, 2], dropout=[0.125, None], maintenance=[False], basis="ours"
    )
    wrong: Any = "x"
    return {
        "grid": [(s.id, s.name, s.changes, str(s)) for s in (*grid, *rest)],
        "basis": [dict(s.basis) for s in rest[:2]],
        "refused": [
            refused(scenario_grid),
            refused(scenario_grid, hours=[0.5, 0.5], turnover=wrong, dropout=3),
            refused(scenario_grid, hours=[3.0]),
            refused(
                scenario_grid,
                hours=[i / 500 for i in range(1, 400)],
                turnover=[i / 500 for i in range(400)],
            ),
        ],
    }


def scenario_runs() -> Any:
    kept: dict[str, Any] = {}
    told: list[Any] = []

    def run(*scenarios: bc.Scenario, **options: Any) -> Any:
        return bc.run_scenarios(
            _plan(), _result(), _schedule(), scenarios, kept=kept,
            **_asked(progress=lambda *now: told.append(list(now)), **options),
        )  # fmt: skip

    made = run(_LATE, _HARD)
    again = run(_HARD, _LATE, id="again")
    grid = scenario_grid(delay_weeks=range(12))
    wrong: Any = 1
    return {
        "words": str(made).splitlines(),
        "short": repr(made),
        "rows": row_lines(made.to_rows()[::9]),
        "deliveries": row_lines(made.delivery_rows()),
        "again": (again.id, [r.scenario.id for r in again.runs], len(kept)),
        "told": told,
        "comparison": str(made.comparison).splitlines()[0],
        "many": str(run(*grid, draws=100)).splitlines(),
        "as many as are shown": [
            len(str(run(*grid[:number], draws=100)).splitlines()) for number in (10, 11)
        ],
        "unknown": refused(made.scenario, "lat"),
        "of one": [
            refused(made.scenario("late").outcome, "x"),
            refused(made.scenario("late").difference, "x"),
        ],
        "refused": refused(
            bc.run_scenarios, _plan(), _result(), _schedule(),
            [_LATE.evolve(id="as-planned")], kept=wrong, id="A b",
        ),
    }  # fmt: skip


def expected_counts() -> Any:
    made = _forecast()
    week = 7 * DAY

    def period(label: str, start: dt.date, count: float | None, exposure: float | None) -> Any:
        return bc.model.SeriesPeriod(
            label=label, start=start, end=start + 27 * DAY, count=count, exposure=exposure,
        )  # fmt: skip

    before = [
        period(f"before {i}", MONDAY - 52 * week + 6 * i * week, 30 + 5 * i, 4_000)
        for i in range(6)
    ]
    hidden = before[2].evolve(count=None, masked="fewer than five")
    later = [
        period("next", MONDAY + 2 * week, 0, 4_100),
        period("end", MONDAY + 6 * week, 0, 4_200),
    ]
    kind = bc.model.ExposureKind.PUPIL_DAYS

    def series(indicator: str, *periods: Any, **fields: Any) -> bc.Series:
        return bc.Series(
            id="x", indicator=indicator, periods=periods,
            **{"exposure_kind": kind, **fields},
        )  # fmt: skip

    incidents = series("low-level-incidents", *before)
    answers = series(
        "good-behaviour-staff", *before, later[1], exposure_kind=bc.model.ExposureKind.ANSWERS
    )
    changed = incidents.evolve(
        recording_changes=[bc.model.RecordingChange(day=MONDAY - 30 * week, what="a new form")]
    )
    wrong: Any = 3
    return {
        "a year on": dict(made.expected(incidents)),
        "given": dict(made.expected(series("low-level-incidents", *before, later[1]), level=0.5)),
        "absence": dict(made.expected(incidents, outcome="absence")),
        "bullied": dict(made.expected(incidents, outcome=Outcome.BULLIED)),
        "on task": dict(made.expected(incidents, outcome="on-task")),
        "answers": dict(made.expected(answers)),
        "share": dict(made.expected((0.55, 210), outcome="climate-pupils")),
        "sure share": dict(made.expected((1, 10), outcome="conduct")),
        "changed": dict(made.expected(changed)),
        "one hidden": dict(made.expected(series("low-level-incidents", *before[:2], hidden))),
        "refused": [
            refused(made.expected, (0.5, 10)),
            refused(made.expected, (1.1, 0), outcome="conduct", level=1),
            refused(made.expected, wrong, outcome="conduc"),
            refused(made.expected, series("low-level-incidents", later[1])),
            refused(made.expected, series("low-level-incidents", before[0].evolve(
                start=MONDAY - 10 * week, end=MONDAY - 9 * week))),
        ],
    }  # fmt: skip


def parts_of_forecasts() -> Any:
    made = _forecast()
    case, at = made.inputs, made.outcome("conduct")
    line = made.timeline
    tally = Tally(np.array([-1.0, 0.0]), np.array([1.0, 2.0]))
    spare = np.empty(4)
    tally.add(0, np.array([-0.5, 0.25, 0.5, 3.0]), spare)
    tally.add(1, np.array([0.0, 0.0, 0.0, 0.0]), spare)
    tally.draws += 4
    other = Tally(np.array([-1.0, 0.0]), np.array([1.0, 2.0]))
    other.add(0, np.array([-2.0, 0.0, 0.1, 0.1]), spare)
    other.add(1, np.array([0.5, 0.5, 0.5, 2.0]), spare, np.array([0.0, 0.5, 1.0, 1.0]))
    other.draws += 4
    tally.merge(pickled(other))
    draws = draw_chunk(case, 3, 0, 4)
    months = case.months.tolist()
    return {
        "tally": {
            "means": tally.means(), "deviations": tally.deviations(), "median": tally.median(),
            "intervals": _shares(tally.intervals().reshape(-1, 2)),
            "better": tally.better.tolist(), "worse": tally.worse.tolist(),
            "filled": np.argwhere(tally.counts).tolist(),
        },
        "drawn": {name: _shares(np.atleast_2d(rows)) for name, rows in draws._asdict().items()},
        "kept": [draw_kept(hazard, 1, 0, 5) for hazard in (0.0, 0.5, 1e6)],
        "benefits": {
            key: _shares(step_benefits(case, draws, key)) for key in ("conduct", "absence", "x")
        },
        "caps": [case.cap(name) for name in case.names],
        "change": [expected_change(line, "conduct", 0.5, k, 0.8) for k in (1, 4)],
        "windows": [line.window(k) for k in range(4)],
        "labels": [repr(at), repr(case), repr(made.kinds[0])],
        "sure": [
            str(k) for k in made.evolve(
                inputs=case.evolve(
                    effect_error=[0.0] * 6, effect_spread=[0.0] * 6,
                    effect_mean=[0.1, -0.2, 0.0, 0.3, 0.5, 0.0],
                )
            ).kinds
        ],
        "wrong inputs": [
            refused(case.evolve, pairs=[[0, 4]], needs=[[8, 0]], acting=[0], study=[9] * 6),
            refused(case.evolve, pairs=[[0.5, 1]], grades=["A"], outcome=[3] * 6),
            refused(case.evolve, months=months[::-1]),
            refused(case.evolve, constants={}),
            refused(case.evolve, constants={**case.constants, "fidelity-full": 0.3}),
            refused(case.evolve, constants={**case.constants, "ramp-months": 13, "leavers": 2}),
            refused(case.evolve, constants={**case.constants, "ramp-low": 9.5}),
        ],
        "wrong series": [
            refused(at.evolve, intervals=np.array(at.intervals)[..., ::-1]),
            refused(at.evolve, mean=[], deviation=[], p_benefit=[], p_worse=[], intervals=[]),
        ],
        "wrong forecasts": [
            refused(made.evolve, ends=made.ends[::-1]),
            refused(made.evolve, half_terms=made.half_terms[1:]),
            refused(made.evolve, running=made.running[1:], outcomes=made.outcomes[1:]),
            refused(made.evolve, ends=made.ends[1:], half_terms=made.half_terms[1:]),
            refused(made.evolve, outcomes=_forecast(half_terms=2).outcomes),
        ],
    }  # fmt: skip


def stopped() -> Any:
    """All that can take long stops when it is asked to."""
    plan, result, schedule, made = _plan(), _result(), _schedule(), _forecast()
    evidence, square = _evidence(), np.ones((100, 2))

    def halves(u: Any) -> Any:
        return u[:, 0] / 2

    calls: dict[str, Any] = {
        "score_impact": (bc.score_impact, plan, result),
        "planning_index": (impact.planning_index, plan, result),
        "benefit_per_hour": (impact.benefit_per_hour, plan, result),
        "gap_closed": (impact.gap_closed, plan, result),
        "unlock_value": (impact.unlock_value, plan, result),
        "what_drives": (what_drives, plan, result),
        "forecast": (bc.forecast, plan, result, schedule),
        "compare_forecasts": (bc.compare_forecasts, [_LATE], plan, result, schedule),
        "run_scenarios": (bc.run_scenarios, plan, result, schedule, [_LATE]),
    }
    others: dict[str, Any] = {
        "rank_steps": (rank_steps, plan, result, [_GAP]),
        "rank_acceptability": (rank_acceptability, square),
        "sobol_indices": (partial(sobol_indices, inputs=1), halves),
        "tornado": (partial(tornado, inputs=1), halves),
        "value_of_information": (value_of_information, square, square),
        "compare_deliveries": (impact.compare_deliveries, made, made),
        "choose_steps": (partial(bc.choose_steps, scorer=_GAP, result=result), plan),
    }
    cut = bc.choose_steps(_book(), _WORTH, hours=40, stop=lambda: True)
    return {
        **{k: refused(*call, evidence=evidence, stop=lambda: True) for k, call in calls.items()},
        **{k: refused(*call, stop=lambda: True) for k, call in others.items()},
        "a choice so far": _chosen(cut),
        "bound": upper_bound(_problem(hours=40), Goal(), Watch(stop=lambda: True)),
    }


def _drawn(axes: Any) -> dict[str, Any]:
    """What stands on axes: lines, areas, texts and limits, with their looks."""
    from matplotlib.colors import to_hex

    def looks(artist: Any) -> str:
        return f"{artist.get_label()} {artist.get_zorder():g} {artist.get_alpha()}"

    legend = axes.get_legend()
    return {
        "title": axes.get_title(loc="left") + axes.get_title(),
        "labels": (axes.get_xlabel(), axes.get_ylabel()),
        "limits": [*axes.get_xlim(), *axes.get_ylim()],
        "turned": [
            f"{t.get_text()} {t.get_rotation():g} {t.get_ha()} {t.get_fontsize():g}"
            for t in axes.get_xticklabels()
            if t.get_rotation()
        ],
        "lines": [
            (
                f"{looks(x)} {to_hex(x.get_color())} {x.get_linestyle()} {x.get_linewidth():g} "
                f"{x.get_marker()} {x.get_markersize():g} {to_hex(x.get_markerfacecolor())} "
                f"{x.get_drawstyle()}",
                np.asarray(x.get_xdata(), dtype=float),
                np.asarray(x.get_ydata(), dtype=float),
            )
            for x in axes.lines
        ],
        "areas": [
            (
                f"{looks(x)} {[to_hex(c) for c in x.get_facecolor()]} {x.get_linewidth()}",
                np.unique(np.vstack([p.vertices for p in x.get_paths()]).round(9), axis=0).ravel(),
            )
            for x in axes.collections
        ],
        "texts": [
            f"{t.get_text()} at {[float(v) for v in t.get_position()]} {t.get_ha()} {t.get_va()} "
            f"{t.get_fontsize():g}"
            for t in axes.texts
        ],
        "legend": [t.get_text() for t in legend.get_texts()] if legend else [],
    }


def charts() -> Any:
    """The charts of a frontier, narrow, certain, wide and empty, and of a forecast."""
    from matplotlib import pyplot as plt

    rng = np.random.default_rng(8)
    means = np.array([_WORTH[s.id] for s in _book().steps])
    some = means + 0.1 * rng.normal(size=(40, 8))
    wide = means + 60 * rng.normal(size=(40, 8))
    fronts = {
        "certain": efficient_frontier(_book(), _WORTH, hours=[12, 34, 54], budget=5),
        "narrow": efficient_frontier(_book(), some, hours=[12, 34], budget=5, quantile=0.2),
        "wide": efficient_frontier(_book(), wide, hours=[12, 34], budget=5),
        "points": efficient_frontier(_plan(), _index(), points=2, budget=5),
    }
    fronts["empty"] = fronts["wide"].evolve(choices=())
    found = {}
    for name, front in fronts.items():
        found[name] = _drawn(front.plot())
    for outcome in ("conduct", "p"):
        found[outcome] = _drawn(_forecast().plot(outcome=outcome))
    plt.close("all")
    return {
        **found,
        "refused": refused(_forecast().plot, outcome="x"),
    }


def pictures_in_words() -> Any:
    made, plan = _forecast(), _plan()
    runs = bc.run_scenarios(plan, _result(), _schedule(), [_LATE, _HARD], **_asked())
    values = np.array([[0.9, 0.2], [0.5, 0.5], [0.1, 0.1]])
    shown = {
        "index": _index(),
        "nothing": _index(plan_of(_step("agree", []), framework="small")),
        "forecast": made,
        "compared": runs.comparison,
        "runs": runs,
        "ranking": rank_steps(plan, _result(), [_GAP], draws=100),
        "frontier": efficient_frontier(_book(), _WORTH, points=3, budget=5),
        "no frontier": efficient_frontier(_book(), _WORTH, points=3, budget=5).evolve(choices=()),
        "ranks": rank_acceptability(values, draws=100),
        "tornado": tornado(lambda u: u[:, 0] - 2 * u[:, 1], inputs=["a", "b"]),
        "sobol": sobol_indices(lambda u: u[:, 0] - 2 * u[:, 1], inputs=["a", "b"], draws=16),
        "forest": pool_effects([-0.3, -0.1, 0.05], [0.08, 0.06, 0.09]),
        "two studies": pool_effects([-0.3, -0.1], [0.08, 0.06]),
    }
    return {
        f"{name}, {kind}": (
            of.plot.describe(kind), row_lines(of.plot.rows(kind)[:2])
        )
        for name, of in shown.items()
        for kind in of.plot.kinds
    }  # fmt: skip


def proposed_targets() -> Any:
    def goal(key: str, today: float, target: float, **fields: Any) -> bc.model.Objective:
        usual: dict[str, Any] = {
            "principle": key, "scale": "audit", "target_origin": "rule", "months": 2,
        }  # fmt: skip
        return bc.model.Objective(
            id=f"goal-{fields.pop('name', key)}", title=key, measure="score", target=target,
            baseline=estimate(today), target_basis="a level", **{**usual, **fields},
        )  # fmt: skip

    today = {s.id: s.estimate.value for s in _result().principles}
    plan = _plan().evolve(
        objectives=[
            goal("p", today["p"], 0.9),
            goal("q", today["q"], 0.9, months=12),
            goal("r", today["r"], 0.9, by=MONDAY + 30 * DAY),
            goal("s", 0.4567, 0.9, name="s-first", by=MONDAY),
            goal("p", today["p"], 0.5, name="agreed", target_origin="people"),
            goal("q", today["q"], 0.99, name="high", target_origin="people"),
            goal("q", 3.0, 5.0, name="own", scale="own"),
        ]
    )
    steps = [s for s in plan.steps if s.id != "befriend"]
    ahead = _forecast()
    without = _forecast(plan_of(*steps, framework="small"))
    fields = ("target", "target_origin", "chance", "stretch", "stretch_chance", "target_basis")
    wrong: Any = "x"

    def said(made: bc.ActionPlan) -> list[str]:
        return row_lines(
            [
                {"id": o.id, "today": o.baseline.value, **{f: getattr(o, f) for f in fields}}
                for o in made.objectives
            ]
        )

    agreed = propose_targets(plan, ahead)
    return {
        "proposed": said(agreed),
        "nobody works on s": said(propose_targets(plan, without)),
        "again": propose_targets(agreed, ahead) == agreed,
        "refused": [
            refused(propose_targets, wrong, wrong),
            refused(propose_targets, plan.evolve(id="other"), ahead),
        ],
    }
