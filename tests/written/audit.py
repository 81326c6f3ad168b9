"""Audits: read, scored, compared, carried; and the forms that people fill in."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import openpyxl

import behaviour_culture as bc
from behaviour_culture.audit import (
    audit_from_frame,
    carry,
    cohen_kappa,
    compare_rounds,
    icc,
    krippendorff_alpha,
    profile_audit,
    redraw_gaps,
    score_groups,
)
from behaviour_culture.audit.agreement.alpha import bootstrap_alpha
from behaviour_culture.audit.agreement.kappa import observed_agreement
from behaviour_culture.audit.comparable import require_comparable
from behaviour_culture.audit.difference import clearest, difference, paired_difference
from behaviour_culture.audit.fit import audit_faults, open_answers
from behaviour_culture.audit.form_files import form_files, holds_answers
from behaviour_culture.audit.forms import HEADS
from behaviour_culture.audit.gaps import builds_on
from behaviour_culture.audit.reading import lowest_of
from behaviour_culture.audit.score import answer_weights
from behaviour_culture.disclosure import DisclosureRules
from behaviour_culture.model import Crosswalk, CrosswalkLink, Relation, Strength
from behaviour_culture.model.applied_change import AppliedChange, TailoringKind
from behaviour_culture.model.framework import RetiredItem
from behaviour_culture.model.reading import Doubt
from behaviour_culture.model.scoring import Aggregation, Criterion, Threshold
from builders import INFERRED, audit_of, estimate, framework_of, refused, row_lines

_FEW = DisclosureRules(least_base=3)


# -- frameworks and audits ---------------------------------------------------------------------


def _small(**fields: Any) -> bc.Framework:
    """Four principles in two domains; items of unlike weight; a chain of three."""
    made = framework_of(
        {"rules": [1, 2], "routines": [1], "rewards": [1, 1, 3], "repair": [2]},
        labels=("absent", "emerging", "established", "embedded"),
        weights={"rules": 2, "repair": 0.5},
        after={"routines": ["rules"], "rewards": ["routines"], "repair": ["rules"]},
        domains={"rules": "lead", "routines": "lead", "rewards": "teach", "repair": "teach"},
    )
    return made.evolve(**fields)


def _changed(framework: bc.Framework, **items: Mapping[str, Any]) -> bc.Framework:
    """The framework with other fields of some items; ``_`` stands for the dash of an id."""
    changes = {key.replace("_", "-"): fields for key, fields in items.items()}
    return framework.evolve(items=[i.evolve(**changes.get(i.id, {})) for i in framework.items])


def _threshold(key: str, **percents: float) -> Threshold:
    return Threshold(
        id=key,
        name=key.upper(),
        criteria=[Criterion(of=of, percent=percent) for of, percent in percents.items()],
        provenance=INFERRED,
    )


def _answers(
    framework: bc.Framework, people: Mapping[str, tuple[str, Sequence[int | None]]], **fields: Any
) -> bc.Audit:
    """An audit: each rater's group, and ratings of the items in turn; -1 is "not applicable"."""
    responses = [
        bc.Response(
            rater=rater,
            group=group,
            item=item.id,
            rating=None if rating == -1 else rating,
            not_applicable=rating == -1,
        )
        for rater, (group, ratings) in people.items()
        for item, rating in zip(framework.items, ratings, strict=False)
    ]
    usual = {"id": "autumn", "framework": framework.id, "edition": framework.edition}
    return bc.Audit(**{**usual, "responses": responses, **fields})


_MIXED: Mapping[str, tuple[str, Sequence[int | None]]] = {
    "head": ("leaders", [3, 2, 1, 0, 2, 3, None]),
    "deputy": ("leaders", [3, 1, 2, None, 2, 2, None]),
    "teacher-1": ("teachers", [1, 0, 0, 1, 1, 2]),
    "teacher-2": ("teachers", [2, 0, 1, 1, None, 1]),
    "teacher-3": ("teachers", [0, 1, 0, 2, 1]),
}


def _of_pupils(number: int, ratings: Sequence[int | None]) -> dict[str, Any]:
    return {f"pupil-{i}": ("pupils", [*ratings[i:], *ratings[:i]]) for i in range(number)}


def _seen(audit: bc.Audit) -> dict[str, Any]:
    """An audit in few lines."""
    return {
        "facts": (audit.id, audit.framework, audit.edition, audit.school, audit.date),
        "responses": [
            f"{r.group} {r} {r.not_applicable} {r.note} {r.evidence}" for r in audit.responses
        ],
        "doubts": audit.doubts,
    }


# -- scores ------------------------------------------------------------------------------------


def _said(result: bc.AuditResult) -> dict[str, Any]:
    return {
        "words": str(result).splitlines(),
        "short": repr(result),
        "basis": [s.basis for s in result.scores],
        "rests_on": result.rests_on,
        "result": result,
    }


def scored() -> Any:
    framework = _small(
        thresholds=[
            _threshold("half", whole=50),
            _threshold("both", whole=30, lead=60),
            _threshold("low", rules=10),
            _threshold("open", repair=50),
            _threshold("open-in-part", repair=50, whole=20),
            _threshold("lost", rules=99, repair=50),
        ]
    )
    result = bc.score_audit(
        _answers(framework, _MIXED, school="Illustrative School", date=dt.date(2026, 9, 7)),
        framework,
    )
    return {
        **_said(result),
        "rows": result.to_rows()[:2],
        "items_of": [s.id for s in result.items_of("rewards")],
        "score": result.score("rewards").id,
        "gap": str(result.gap("rules")),
        "unknown": refused(lambda: result.score("repair")),
        "labels": [repr(result.scores[0]), str(result.scores[0]), repr(result.gaps[0])],
        "no scores": refused(result.evolve, scores=3),
        "two wholes": refused(result.evolve, scores=[*result.scores, result.whole]),
        "unknown_gap": refused(lambda: result.gap("rule")),
    }


def added_up_in_each_way() -> Any:
    framework = _small(thresholds=[_threshold("half", whole=50)])
    audit = _answers(framework, _MIXED)
    return {
        way.value: {
            "scores": [
                (s.id, [s.estimate.value, s.estimate.lower, s.estimate.upper, s.lowest, s.highest])
                for s in made.scores
            ],
            "method": made.method,
            "thresholds": made.thresholds,
            "gaps": [(g.principle, g.priority) for g in made.gaps],
        }
        for way in (Aggregation.MEAN, Aggregation.POINTS, Aggregation.MEAN_OF_DOMAINS)
        for made in [bc.score_audit(audit, framework, aggregation=way)]
    }


def options_of_scores() -> Any:
    framework = _small()
    audit = _answers(framework, _MIXED)
    ways = ({"level": 0.8}, {"rater_correlation": 0}, {"rater_correlation": 1}, {"level": 0.99})
    return {
        str(way): [
            (s.id, [s.estimate.lower, s.estimate.upper, s.estimate.standard_error])
            for s in bc.score_audit(audit, framework, **way).scores
            if s.kind != "item"
        ]
        for way in ways
    }


def at_either_end() -> Any:
    """Every item at the lowest and the highest level; one of them alone."""
    framework = _small(thresholds=[_threshold("all", whole=100), _threshold("some", whole=25)])
    one = audit_of(framework, 2, responses=[bc.Response(rater="head", item="repair-0", rating=2)])
    return {
        name: {
            "words": str(made).splitlines(),
            "thresholds": [str(t) for t in made.thresholds],
            "scores": [
                (s.id, [s.estimate.value, s.estimate.lower, s.estimate.upper, s.lowest, s.highest])
                for s in made.scores
            ],
            "gaps": [(str(g), [g.priority, len(g.holds_up)]) for g in made.gaps],
        }
        for name, audit in (
            ("lowest", audit_of(framework, 0)),
            ("highest", audit_of(framework, 3)),
            ("one", one),
        )
        for made in [bc.score_audit(audit, framework)]
    }


def exactly_at_a_threshold() -> Any:
    framework = framework_of({"a": [1, 1, 1]}, values=(0, 1)).evolve(
        thresholds=[_threshold("at", whole=66.666666666667), _threshold("above", whole=66.6667)]
    )
    result = bc.score_audit(audit_of(framework, 1, 0, 1), framework)
    return {"words": str(result), "thresholds": result.thresholds}


def not_applicable() -> Any:
    framework = _changed(
        _small(),
        rules_0={"not_applicable": "No rules are written down."},
        routines_0={"not_applicable": "There are none."},
        repair_0={"not_applicable": "There is none."},
    )
    audit = _answers(
        framework,
        {
            "head": ("leaders", [-1, 2, -1, None, 2, 3, -1]),
            "deputy": ("leaders", [1, 2, -1, None, 1, 3]),
        },
    )
    return {**_said(bc.score_audit(audit, framework)), "profile": profile_audit(audit, framework)}


def short_form() -> Any:
    framework = _small(short_form=["rules-0", "rewards-0", "rewards-2"])
    asked = [i for i in framework.items if i.id in framework.short_form]
    audit = audit_of(framework, responses=[
        bc.Response(rater="head", item=i.id, rating=n) for n, i in enumerate(asked)
    ])  # fmt: skip
    part = audit_of(framework, responses=[
        bc.Response(rater="head", item=i.id, rating=n)
        for n, i in enumerate(framework.items[:2])
    ])  # fmt: skip
    old = bc.score_audit(audit, framework)
    old = old.evolve(scores=[s.evolve(asked=None) for s in old.scores])
    return {
        "short": _said(bc.score_audit(audit, framework)),
        "part": _said(bc.score_audit(part, framework)),
        "written before this was kept": (old.rests_on, [s.basis for s in old.scores]),
    }


def answers_left_out() -> Any:
    framework = _changed(
        _small(retired=[
            RetiredItem(id="old-1", reason="it asked twice", now=["rules-0", "rules-1"]),
            RetiredItem(id="old-2", reason="nobody could see it"),
        ]),
        repair_0={"raters": ["leaders", "governors"]},
    )  # fmt: skip
    rows = [
        ("head", "leaders", "rules-0", 2),
        ("head", "leaders", "old-1", 2),
        ("head", "leaders", "old-2", None),
        ("t-1", "teachers", "repair-0", 1),
        ("t-2", "teachers", "repair-0", None),
        ("t-3", "teachers", "repair-0", 0),
        ("t-4", "teachers", "repair-0", 0),
        ("t-5", "teachers", "repair-0", 0),
        ("x", "", "repair-0", 3),
    ]
    audit = audit_of(framework, responses=[
        bc.Response(rater=who, group=group, item=item, rating=rating)
        for who, group, item, rating in rows
    ])  # fmt: skip
    only = audit_of(framework, responses=audit.responses[1:2])
    other = audit.evolve(edition="2")
    return {
        "opened": _seen(open_answers(audit, framework)),
        "scored": bc.score_audit(audit, framework).doubts,
        "nothing else": open_answers(only, framework).doubts,
        "refused": [str(f) for f in audit_faults(only, framework)],
        "of another edition": (
            open_answers(other, framework) == other,
            [str(f) for f in audit_faults(other, framework)],
        ),
        "as they stand": [f"{f.code} {f}" for f in audit_faults(audit, framework)],
        "words": str(bc.score_audit(audit, framework)).splitlines(),
    }


def refused_scores() -> Any:
    framework = _small()
    audit = audit_of(framework, 7, 1, responses=[
        bc.Response(rater="head", item="rules-0", rating=7),
        bc.Response(rater="head", item="rule-1", rating=1),
        bc.Response(rater="head", item="repair-0", not_applicable=True),
    ])  # fmt: skip
    ordinal = bc.load_framework("ofsted-2025")
    wrong: Any = "mean"
    return {
        "all at once": refused(
            lambda: bc.score_audit(
                audit,
                framework,
                level=1.0,
                rater_correlation=1.1,
                aggregation=wrong,
                rules=wrong,
                staff_groups=wrong,
            )
        ),
        "no items": refused(lambda: bc.score_audit(audit, framework.evolve(items=()))),
        "ordinal": refused(lambda: bc.score_audit(audit_of(ordinal, 1), ordinal)),
        "none": refused(
            lambda: bc.score_audit(audit_of(framework, 1), framework, aggregation=Aggregation.NONE)
        ),
        "kinds": refused(lambda: bc.score_audit(wrong, wrong)),
        "groups": refused(
            lambda: bc.score_audit(audit_of(framework, 1), framework, staff_groups=["A b"])
        ),
    }


def weights_of_answers() -> Any:
    framework = _small(aggregation=Aggregation.MEAN_OF_DOMAINS)
    audit = _answers(framework, _MIXED)
    return {
        "mean": list(answer_weights(audit, _small()).items()),
        "domains": list(answer_weights(audit, framework).items()),
    }


def gaps_in_order() -> Any:
    """Ties go by name; a principle without a gap holds nothing up."""
    framework = framework_of(
        {key: [1] for key in ("d", "c", "b", "a")}, after={"b": ["c"], "a": ["b", "c"]}
    )
    own = framework_of({"a": [1], "b": [1], "c": [1]}, after={"b": ["a"], "c": ["b"]})
    own = own.evolve(principles=[
        p.evolve(prerequisites=[q.evolve(origin=bc.model.Origin.OWN) for q in p.prerequisites])
        for p in own.principles
    ])  # fmt: skip

    def said(framework: bc.Framework, *ratings: int) -> Any:
        return bc.score_audit(audit_of(framework, *ratings), framework).gaps

    return {
        "alike": said(framework, 1),
        "one closed": said(framework, 0, 1, 3, 2),
        "none": said(framework, 3),
        "ours": [g.reason for g in said(own, 0)],
        "builds on": {k: sorted(v) for k, v in builds_on(framework).items()},
    }


# -- groups and rounds -------------------------------------------------------------------------


def grouped() -> Any:
    framework = _small()
    people = {**_MIXED, **_of_pupils(3, [0, 1, 1, 2, 0, 1, 3]), "parent-1": ("parents", [0] * 7)}
    audit = _answers(framework, people, school="Illustrative School", date=dt.date(2026, 9, 7))
    found = score_groups(audit, framework, rules=_FEW, draws=150, level=0.9, seed=5)
    return {
        "words": str(found).splitlines(),
        "groups": [
            {"id": g.id, "words": str(g), "agreement": g.agreement, "whole": g.result.whole}
            for g in found.groups
        ],
        "gaps": found.gaps,
        "clear": [f"{g.first} {g.second} {g.id}" for g in found.gaps if g.clear],
        "between": [g.id for g in found.gaps_between("teachers", "leaders")],
        "withheld": found.withheld,
        "facts": (found.school, found.date, found.least_base, found.framework_name, found.edition),
        "rows": found.to_rows()[:2],
        "one": str(found.group("pupils")),
        "unknown": refused(lambda: found.gaps_between("leaders", "parents")),
        "pooled": _said(bc.score_audit(audit, framework, rules=_FEW)),
    }


def few_raters() -> Any:
    """One rater too few, exactly enough, and an item that fewer rated."""
    framework = _small()
    found = {}
    for number in (2, 3):
        people = {**_MIXED, **_of_pupils(number, [0, 1, None, 2, 0, 1, 3])}
        made = score_groups(_answers(framework, people), framework, rules=_FEW, draws=100)
        pooled = bc.score_audit(_answers(framework, people), framework, rules=_FEW)
        found[number] = {
            "withheld": (made.withheld, pooled.withheld),
            "scores": [f"{g.id}: {' '.join(s.id for s in g.result.scores)}" for g in made.groups],
            "pooled": [(s.id, [s.ratings, s.estimate.value]) for s in pooled.items],
        }
    named = score_groups(
        _answers(framework, {**_MIXED, **_of_pupils(2, [1] * 7)}),
        framework,
        staff_groups=("pupils", "leaders", "teachers"),
        draws=100,
    )
    return {
        "numbers": found,
        "named": [str(g) for g in named.groups],
        "all shown": str(named).splitlines()[-1],
    }


def pooled_with_others() -> Any:
    """Which answers a pooled score leaves out, so that no difference gives them away."""
    framework = _changed(_small(), rules_0={"not_applicable": "No rules."})
    staff = {"head": ("leaders", [3, 2, 1, 0, 2, 3, 1])}
    cases: dict[str, Mapping[str, Any]] = {
        "only pupils": _of_pupils(2, [1, 2, 1, 2, 1, 2, 3]),
        "small groups alone": {
            **_of_pupils(2, [1] * 7), "parent-1": ("parents", [0] * 7),
        },
        "one in no group": {**staff, **_of_pupils(2, [1] * 7), "x": ("", [2] * 7)},
        "two small groups": {
            **staff, **_of_pupils(2, [1] * 7), "parent-1": ("parents", [0, None, 0]),
        },
        "not applicable": {**staff, "pupil-1": ("pupils", [-1, 1])},
        "enough together": {
            **staff, **_of_pupils(2, [1] * 7), "parent-1": ("parents", [0] * 7),
        },
    }  # fmt: skip
    return {
        name: {
            "withheld": made.withheld,
            "raters": made.raters,
            "items": [(s.id, [s.ratings, s.estimate.value]) for s in made.items],
            "not_applicable": made.not_applicable,
        }
        for name, people in cases.items()
        for made in [bc.score_audit(_answers(framework, people), framework, rules=_FEW)]
    }


def agreement_of_groups() -> Any:
    framework = _small()
    cases: dict[str, Sequence[Sequence[int | None]]] = {
        "one rater": [[1, 2, 3]],
        "no item twice": [[1, None, 3], [None, 2]],
        "all the same": [[2, 2, 2], [2, 2]],
        "one item": [[2, None, 1], [1, 3]],
        "two items": [[2, 3], [1, 3]],
        "alike": [[0, 1, 2, 3], [0, 1, 2, 3], [0, 1, 2]],
        "against": [[0, 3, 0, 3], [3, 0, 3, 0]],
    }
    return {
        name: (str(made.groups[0].agreement), made.groups[0].agreement)
        for name, ratings in cases.items()
        for people in [{f"t-{i}": ("teachers", row) for i, row in enumerate(ratings)}]
        for made in [score_groups(_answers(framework, people), framework, draws=120, seed=3)]
    }


def refused_groups() -> Any:
    framework = _small()
    audit = _answers(framework, {f"r-{i}": ("", [1]) for i in range(12)})
    pupils = _answers(framework, {**_of_pupils(2, [1]), "t": ("teacher", [1])})
    wrong: Any = 0
    return {
        "all at once": refused(
            lambda: score_groups(
                audit, framework, level=0, rater_correlation=-1, draws=99, seed=-1, rules=wrong,
                staff_groups=wrong,
            )
        ),
        "too few": refused(lambda: score_groups(pupils, framework)),
        "no reason": refused(
            lambda: bc.audit.groups.GroupAgreement(items=0)  # type: ignore[attr-defined]
        ),
    }  # fmt: skip


def rounds() -> Any:
    framework = _small()
    before = _answers(framework, {**_MIXED, "governor": ("governors", [1])}, id="autumn")
    later = {
        "head": ("leaders", [3, 3, 2, 2, 3, 3, 3]),
        "deputy": ("leaders", [3, 3, 2, None, 3, 3, 2]),
        "teacher-1": ("teachers", [3, 3, 3, 3, 3, 3]),
        "teacher-2": ("teachers", [3, 2, 3, 3, None, 3]),
        "teacher-9": ("teachers", [0, 1, 0, 2, 1]),
        **_of_pupils(2, [1] * 7),
    }
    after = _answers(framework, later, id="summer")
    open_ = compare_rounds(before, after, framework, level=0.8)
    paired = compare_rounds(before, after, framework, paired=True, rater_correlation=0.5)
    return {
        "open": (str(open_).splitlines(), open_),
        "paired": (str(paired).splitlines(), paired),
        "clear": [f"{c.group} {c.id}" for c in open_.changes if c.clear],
        "rows": open_.to_rows()[0],
    }


def paired_rounds_of_many() -> Any:
    """Five raters of a part have their own differences; four have not."""
    framework = _small()

    def seen(key: str, *more: int) -> bc.Audit:
        rows = {
            f"t-{i}": ("teachers", [min(3, (i + k) % 3 + more[i]) for k in range(7 - 3 * (i == 4))])
            for i in range(5)
        }
        return _answers(framework, rows, id=key)

    return {
        name: compare_rounds(
            seen("before", 0, 0, 0, 0, 0), seen("after", *more), framework, paired=True
        ).changes
        for name, more in (("unlike", (0, 1, 0, 1, 1)), ("alike", (1, 1, 1, 1, 1)))
    }


def refused_rounds() -> Any:
    framework = _small()
    before = audit_of(framework, 1, school="A", date=dt.date(2026, 9, 8))
    after = audit_of(framework, 2, school="B", date=dt.date(2026, 9, 7))
    wrong: Any = "yes"
    strange = audit_of(
        framework, responses=[bc.Response(rater="head", item="rule-0", rating=9)], id="strange"
    )
    return {
        "all at once": refused(
            lambda: compare_rounds(before, after, framework, paired=wrong, level=2, rules=wrong)
        ),
        "answers of both": refused(lambda: compare_rounds(strange, strange, framework)),
        "frameworks": refused(
            lambda: compare_rounds(before, after.evolve(framework="g"), framework)
        ),
        "both differ": refused(
            lambda: compare_rounds(before, after.evolve(framework="g", edition="2"), framework)
        ),
        "nothing in common": [
            refused(compare_rounds, first, second, framework, paired=paired)
            for paired in (False, True)
            for first, second in [(
                _answers(framework, {"a": ("teachers", [1])}),
                _answers(framework, {"b": ("teachers", [None, 1])}),
            )]
        ],
        "the same day": str(
            compare_rounds(
                before, before.evolve(id="b"), framework, rules=_FEW, staff_groups=("x",)
            )
        ),
    }  # fmt: skip


def comparable() -> Any:
    framework = _small()
    result = bc.score_audit(audit_of(framework, 1), framework)
    tailored = result.evolve(tailorings=["ours"])
    return [
        require_comparable(result, result),
        refused(lambda: require_comparable(result, result.evolve(framework="g", edition="2"))),
        refused(lambda: require_comparable(result, result.evolve(edition="2"))),
        refused(
            lambda: require_comparable(
                tailored, result.evolve(level_labels=["a"], aggregation="points")
            )
        ),
    ]


def differences() -> Any:
    pairs = [
        (estimate(0.6, 0.1), estimate(0.8, 0.05)),
        (estimate(0.9, 0.1, level=0.8), estimate(0.05, 0.04)),
        (estimate(0.0, 1.0), estimate(1.0, 1.0)),
        (estimate(0.5), estimate(0.5)),
    ]
    rows = {"a": 0.1, "b": 0.05, "c": 0.15, "d": 0.1, "e": 0.12}
    alike = dict.fromkeys(rows, 0.2)
    far = dict.fromkeys(rows, -0.2)
    return {
        "independent": [difference(*pair) for pair in pairs],
        "paired": [
            paired_difference(changes, shares, level, rounding)
            for changes, shares, level, rounding in (
                (rows, alike, 0.95, 0.0),
                (rows, alike, 0.8, 0.5),
                (rows, {**alike, "a": 0.4, "b": 0.0}, 0.95, 0.0),
                (far, alike, 0.95, 0.01),
            )
        ],
    }


def clearest_differences() -> Any:
    """The widest of those whose intervals leave out 0, five at most, principles only."""

    def one(key: str, kind: str, value: float, half: float) -> Any:
        return bc.audit.difference.ScoreDifference(  # type: ignore[attr-defined]
            kind=kind, id=key, name=key, first="a", second="b", first_score=0.2, second_score=0.4,
            estimate=estimate(value, half), items=1,
        )  # fmt: skip

    many = [one(f"p-{i}", "principle", (-1) ** i * i / 20, 0.1) for i in range(10)]
    edge = [one("at", "principle", 0.25, 0.25), one("whole", "whole", 0.9, 0.1)]
    return {
        "many": clearest([*many, *edge], "Clearest"),
        "none": clearest(edge, "Clearest"),
        "by chance": clearest(many * 3, "Clearest"),
        "clear": [d.id for d in [*many, *edge] if d.clear],
    }


# -- redraws and agreement ---------------------------------------------------------------------


_TORN: Mapping[str, tuple[str, Sequence[int | None]]] = {
    "a": ("leaders", [0, 0, 3, 3, 3, 3, 3]),
    "b": ("leaders", [3, 3, 0, 2, 3, 3, 2]),
    "c": ("teachers", [3, 3, 3, 0, 0, 0, 2]),
    "d": ("teachers", [3, 3, 3, 3, 1, None, 0]),
    "e": ("teachers", [3, 3, 3, 0, 3]),
}
"""Raters who put other principles first."""


def redrawn() -> Any:
    framework = _changed(_small(), rules_0={"not_applicable": "No rules."})
    audit = _answers(framework, _TORN)
    alone = _answers(framework, {"head": ("leaders", [1, 2, 1, 0])})
    told: list[Any] = []
    found = redraw_gaps(
        audit, framework, first=2, draws=600, seed=4, progress=lambda *now: told.append(now)
    )
    some = {k: (v[0], v[1][:5]) for k, v in _TORN.items()}
    cases = {
        "two": found,
        "one": redraw_gaps(audit, framework, first=1, draws=256, seed=1),
        "usual": redraw_gaps(audit, framework),
        "all": redraw_gaps(audit, framework, draws=3),
        "alone": redraw_gaps(alone, framework),
        "without repair": redraw_gaps(_answers(framework, some), framework, first=1, draws=100),
        "nowhere": redraw_gaps(
            _answers(framework, {k: (v[0], [-1, *v[1][1:]]) for k, v in _TORN.items()}),
            framework, first=1, draws=200,
        ),
        "and pupils": redraw_gaps(
            _answers(framework, {**_TORN, **_of_pupils(2, [0] * 7)}), framework, first=1, draws=50
        ),
        "highest": redraw_gaps(
            _answers(framework, {f"r-{i}": ("leaders", [3] * 7) for i in range(3)}),
            framework, first=1, draws=10,
        ),
    }  # fmt: skip
    return {
        "told": told,
        "words": {k: str(v) for k, v in found.items()},
        "alone": [str(v) for v in cases["alone"].values()],
        "shares": {
            name: {k: [v.first, v.raters, v.share or 0] for k, v in made.items()}
            for name, made in cases.items()
        },
    }


def stopped() -> Any:
    framework = _small()
    audit = _answers(framework, _MIXED)
    return [
        refused(score_groups, audit, framework, stop=lambda: True),
        refused(redraw_gaps, audit, framework, stop=lambda: True),
    ]


def refused_redraws() -> Any:
    framework, ordinal = _small(), bc.load_framework("ofsted-2025")
    audit = audit_of(framework, 1)
    return {
        "all at once": refused(lambda: redraw_gaps(audit, framework, first=0, draws=0, seed=-1)),
        "too large": refused(
            lambda: redraw_gaps(audit, framework, draws=1_000_000_001, seed=2**63 + 1)
        ),
        "ordinal": refused(lambda: redraw_gaps(audit_of(ordinal, 1), ordinal)),
        "of another": refused(lambda: redraw_gaps(audit.evolve(edition="2"), framework)),
    }


_TABLE = [[1, 2, 3, 3, None, 1], [1, 2, 3, 2, 4, None], [None, 3, 3, 3, 4, None]]


def alpha() -> Any:
    levels: Any = ("nominal", "ordinal", "interval", "ratio")
    negative = [[-1, 2, 3], [-1, 2, 2]]
    tables = {
        "some": _TABLE,
        "two": [[0, 1], [1, 0]],
        "large": [[1e9, 1e9 + 1, 3], [1e9, 1e9, 3]],
        "with 0": [[0, 0, 2, 1], [0, 1, 2, 1]],
    }
    return {
        "values": {
            name: [krippendorff_alpha(table, level=level) for level in levels]  # type: ignore[arg-type]
            for name, table in tables.items()
        },
        "negative": krippendorff_alpha(negative, level="interval"),
        "refused": [
            refused(krippendorff_alpha, table, level=level)
            for table, level in (
                (negative, "ratio"),
                ([[1, None], [None, 1]], "nominal"),
                ([[1, 1], [1, 1]], "ordinal"),
                ([[0.1 + 0.2, 1], [0.3, None]], "interval"),
                ([1, 2], "strange"),
            )
        ],
        "redrawn": [
            bootstrap_alpha([[1, 2], [3, 3, 1], [2, 2], [0, 1]], 0.9, 300, (1, 2)),
            bootstrap_alpha([[1, 1], [2, 2]], 0.95, 100, (0,)),
            bootstrap_alpha([[1, 2, 2]], 0.95, 10, (0,)),
            *(bootstrap_alpha([[1, 1], [2, 2]], 0.95, 1, (seed,)) for seed in range(6)),
        ],
    }


def correlation_of_raters() -> Any:
    forms: Any = ("ICC(1,1)", "ICC(2,1)", "ICC(3,1)", "ICC(1,k)", "ICC(2,k)", "ICC(3,k)")
    tables = {
        "judges": [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6]],
        "two by two": [[1, 2], [3, 5]],
        "negative": [[-1, 1], [2, 2.5], [0, -1]],
    }
    flat: Any = [[1, 1], [1, 1]]
    contrary: Any = [[1, 2], [2, 1]]
    return {
        "values": {n: [icc(t, form=f) for f in forms] for n, t in tables.items()},
        "contrary": [icc(contrary, form=f) for f in ("ICC(1,1)", "ICC(3,1)")],
        "alike": icc([[1, 1], [2, 2], [4, 4]], form="ICC(1,1)"),
        "refused": [
            *(refused(icc, flat, form=f) for f in forms),
            *(refused(icc, contrary, form=f) for f in forms if "2" in f or "k" in f),
            refused(lambda: icc([[1, 2]], form="ICC(1,1)")),
            refused(lambda: icc([[1], [2]], form="ICC(2,1)")),
            refused(lambda: icc([1], form="ICC(4,1)")),  # type: ignore[arg-type]
        ],
    }


def agreement_of_two() -> Any:
    a, b = [0, 1, 2, 2, 3, 0, 1], [0, 1, 1, 3, 3, 2, 1]
    ways: Any = (None, "linear", "quadratic")
    words = ["yes", "no", "yes"], ["yes", "yes", "yes"]
    strange: Any = "cubic"
    return {
        "values": [
            (cohen_kappa(a, b, weights=w), observed_agreement(a, b, weights=w)) for w in ways
        ],
        "words": (cohen_kappa(*words), observed_agreement(*words)),
        "one level": observed_agreement([1, 1], [1, 1]),
        "against": (cohen_kappa([0, 1], [1, 0]), cohen_kappa([-5, 5], [5, -5], weights="linear")),
        "refused": [
            refused(lambda: cohen_kappa([1, 1], [1, 1])),
            refused(lambda: cohen_kappa(a, b[1:])),
            refused(lambda: cohen_kappa(a, ["x"] * 7)),
            refused(lambda: cohen_kappa(["x"], ["y"], weights="linear")),
            refused(lambda: cohen_kappa(a, b, weights=strange)),
            refused(lambda: cohen_kappa(list(range(5_000)), [1] * 5_000)),
            refused(lambda: cohen_kappa("abc", "abd")),
            refused(lambda: cohen_kappa([], [])),
        ],
    }


# -- profiles ----------------------------------------------------------------------------------


def profile() -> Any:
    ordinal = bc.load_framework("ofsted-2025")
    audit = _answers(ordinal, {"a": ("leaders", [2, 3]), "b": ("leaders", [2, None])})
    found = profile_audit(audit, ordinal)
    small = profile_audit(_answers(_small(), _MIXED), _small())
    wrong: Any = 1
    return {
        "words": str(found).splitlines(),
        "parts": found.parts,
        "modes": [p.mode for p in found.parts],
        "lowest": [p.lowest or "nothing" for p in found.parts],
        "rows": found.to_rows()[:3],
        "raters": found.raters,
        "small": small,
        "unknown": refused(lambda: found.part("hole")),
        "no level": refused(lambda: found.parts[0].evolve(counts={})),
        "refused": refused(lambda: profile_audit(audit.evolve(framework="f"), ordinal)),
        "kinds": refused(lambda: profile_audit(wrong, wrong)),
    }


# -- carrying ----------------------------------------------------------------------------------


def _walk(*links: tuple[Any, ...]) -> Crosswalk:
    """Links of source, target, relation, strength and perhaps hops."""
    return Crosswalk(
        id="small-to-other",
        name="Small to other",
        source_framework="small",
        source_edition="1",
        target_framework="other",
        target_edition="1",
        links=[
            CrosswalkLink(
                source=link[0], target=link[1], relation=Relation(link[2]),
                strength=Strength(link[3]), hops=link[4] if len(link) > 4 else 1,
                said_by="test", provenance=INFERRED,
            )
            for link in links
        ],
    )  # fmt: skip


def _other(**fields: Any) -> bc.Framework:
    made = framework_of(
        {key: [1] for key in ("u", "v", "w", "x", "y", "z")},
        domains={"y": "far", "z": "far"},
    )
    return made.evolve(id="other", name="Other", **fields)


def _bounds(made: bc.audit.CarriedResult) -> list[str]:
    return [
        f"{s.id} {s.lower:.9g} {s.upper:.9g} {s.agree} {' '.join(s.sources)}" for s in made.scores
    ]


def carried() -> Any:
    source, target = _small(), _other()
    result = bc.score_audit(_answers(source, _MIXED), source)
    high = bc.score_audit(audit_of(source, 3), source)
    low = bc.score_audit(audit_of(source, 0), source)
    walks = {
        "each relation": _walk(
            ("rules", "u", "equal", "full"),
            ("rules", "v", "subset", "full"),
            ("rules", "w", "superset", "part"),
            ("routines", "x", "intersects", "full"),
            ("routines", "y", "intersects", "part"),
            ("repair", "z", "equal", "full"),
        ),
        "together": _walk(
            ("rules", "u", "subset", "part"),
            ("routines", "u", "subset", "part"),
            ("lead", "u", "subset", "part"),
            ("rewards", "u", "intersects", "part"),
            ("rules", "v", "superset", "full"),
            ("rewards", "v", "superset", "full"),
            ("teach", "far", "equal", "full"),
        ),
        "to the full": _walk(
            *((key, "u", "subset", "part") for key in ("rules", "routines", "rewards", "repair")),
        ),
        "in a chain": _walk(
            ("rules", "u", "intersects", "full", 2),
            ("rewards", "u", "intersects", "part", 3),
            ("rules", "v", "equal", "full", 2),
        ),
    }
    return {
        name: {
            "some": (str(made).splitlines(), made),
            "overlapping": _bounds(carry(result, walk, source, target, disjoint=False)),
            "shares": _bounds(carry(result, walk, source, target, full_share=1.0, part_share=0.5)),
            "a quarter each": _bounds(carry(high, walk, source, target, part_share=0.25)),
            "more than the whole": _bounds(carry(high, walk, source, target, part_share=0.26)),
            "high": _bounds(carry(high, walk, source, target)),
            "low": _bounds(carry(low, walk, source, target)),
            "rows": made.to_rows()[0],
        }
        for name, walk in walks.items()
        for made in [carry(result, walk, source, target)]
    }


def carried_links_that_clash() -> Any:
    """What one principle says is in place, another says is not; and bounds that just meet."""
    source, target = _small(), _other()
    ratings = {"rules-0": 3, "rules-1": 3, "routines-0": 0}
    audit = audit_of(source, responses=[
        bc.Response(rater=f"r-{n}", item=item, rating=rating)
        for item, rating in ratings.items()
        for n in range(40)
    ])  # fmt: skip
    result = bc.score_audit(audit, source, level=0.5, rater_correlation=0)
    walk = _walk(("rules", "u", "equal", "full"), ("routines", "u", "equal", "full"))
    made = carry(result, walk, source, target)
    return {"words": str(made).splitlines(), "scores": made.scores}


def refused_carrying() -> Any:
    source, target = _small(), _other()
    result = bc.score_audit(audit_of(source, 1), source)
    walk = _walk(("rules", "u", "equal", "full"))
    wrong: Any = "no"
    ordinal = bc.load_framework("ofsted-2025")
    to = walk.evolve(target_framework=ordinal.id, target_edition=ordinal.edition)
    return {
        "all at once": refused(
            lambda: carry(
                result.evolve(edition="2"), walk.evolve(target_edition="3"), source, target,
                disjoint=wrong, full_share=0, part_share=1.01,
            )
        ),
        "ordinal": refused(lambda: carry(result, to, source, ordinal)),
        "kinds": refused(lambda: carry(wrong, wrong, wrong, wrong)),
        "order": refused(
            lambda: carry(result, walk, source, target).scores[0].evolve(lower=0.9, upper=0.1)
        ),
    }  # fmt: skip


# -- pictures ----------------------------------------------------------------------------------


def pictures_in_words() -> Any:
    framework, source, target = _small(), _small(), _other()
    audit = _answers(framework, _MIXED)
    result = bc.score_audit(audit, framework)
    groups = score_groups(audit, framework, draws=100)
    changed = compare_rounds(
        audit, audit_of(framework, 3, responses=[
            r.evolve(rating=3) for r in audit.responses if r.rating is not None
        ], id="summer"), framework,
    )  # fmt: skip
    walk = _walk(("rules", "u", "equal", "full"), ("rules", "w", "superset", "part"))
    shown = {
        "profile": result,
        "groups": groups,
        "alike": score_groups(audit_of(framework, 1, responses=[
            r.evolve(rating=1) for r in audit.responses if r.rating is not None
        ]), framework, draws=100),
        "rounds": changed,
        "levels": profile_audit(audit, framework),
        "bounds": carry(result, walk, source, target),
        "links": walk,
    }  # fmt: skip
    return {
        **{name: (of.plot.describe(), row_lines(of.plot.rows()[:3])) for name, of in shown.items()},
        "by": [
            of.plot.describe(by=by)
            for of in (result, groups, changed, shown["levels"])
            for by in ("domain", "principle")
        ],
        "refused": refused(result.plot.describe, by="item"),
    }


# -- forms -------------------------------------------------------------------------------------


def _formed() -> bc.Framework:
    """A framework in which items differ in all that a form shows."""
    return _changed(
        _small(short_form=["rules-0", "repair-0"]),
        rules_0={"look_for": "Walls, planners and the website.", "raters": ["leaders"]},
        routines_0={"not_applicable": "There are none."},
        rewards_0={"not_applicable": "Nobody is rewarded.", "look_for": "Assemblies."},
        rewards_1={"text": "A long statement that takes many lines of its column. " * 6},
    )


def _tailored(framework: bc.Framework) -> bc.Framework:
    change = AppliedChange(
        tailoring="ours", kind=TailoringKind.REWORD, targets=["rules-0"], reason="r", role="head"
    )
    return framework.evolve(changes=[change, change.evolve(tailoring="theirs"), change])


def _made(framework: bc.Framework, **options: Any) -> bytes:
    target = io.BytesIO()
    bc.audit_form(framework, target, **options)
    return target.getvalue()


def _sheets(content: bytes) -> dict[str, Any]:
    """All that a workbook shows and allows."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    active = book.active
    assert active is not None
    found: dict[str, Any] = {"active": active.title, "title": book.properties.title}
    for sheet in book.worksheets:
        filled = [
            f"{c.coordinate} {'locked' if c.protection.locked else 'open'} {c.number_format} "
            f"{'wrapped ' if c.alignment.wrap_text else ''}{c.alignment.vertical} "
            f"{c.font.sz:g}{' bold' if c.font.b else ''} {c.fill.fgColor.rgb} "
            f"{c.border.left.style}: {c.value}"
            for row in sheet.iter_rows()
            for c in row
            if c.value is not None or c.has_style
        ]
        found[sheet.title] = {
            "cells": filled,
            "heights": [sheet.row_dimensions[r].height or 0 for r in range(1, sheet.max_row + 1)],
            "widths": [f"{d.min} to {d.max} {d.width}" for d in sheet.column_dimensions.values()],
            "choices": [
                f"{v.sqref} {v.type} {v.formula1} {v.promptTitle}: {v.prompt} {v.errorTitle}: "
                f"{v.error} {v.showErrorMessage} {v.allowBlank}"
                for v in sheet.data_validations.dataValidation
            ],
            "tables": [
                f"{t.name} {t.ref} {t.autoFilter is not None} {t.tableStyleInfo.name}"
                for t in sheet.tables.values()
            ],
            "print": [
                sheet.print_title_rows, str(sheet.print_area), sheet.page_setup.orientation,
                sheet.page_setup.paperSize, sheet.page_setup.fitToWidth,
                sheet.page_setup.fitToHeight, sheet.sheet_properties.pageSetUpPr.fitToPage,
                sheet.oddFooter.center.text, sheet.oddFooter.left.text, sheet.oddFooter.right.text,
            ],
            "margins": [
                getattr(sheet.page_margins, side) for side in ("left", "right", "top", "bottom")
            ],
            "frozen": sheet.freeze_panes,
            "guarded": [
                sheet.protection.sheet, sheet.protection.formatColumns,
                sheet.protection.formatRows, sheet.protection.formatCells,
            ],
        }  # fmt: skip
    return found


def form_in_excel() -> Any:
    raters = {"head": "leaders", "teacher-with-a-long-name-of-his-own": "teachers", "x": ""}
    return _sheets(_made(_formed(), raters=raters))


def form_of_one_rater() -> Any:
    plain = _small(scale=_small().scale.evolve(note="Rate what you see."))
    found = _sheets(_made(_tailored(plain), phase=bc.model.Phase.ALL_THROUGH))
    short = _sheets(_made(_formed(), form="short", raters=["head"]))
    return {"tailored": found, "short": {k: v for k, v in short.items() if k != "Read me"}}


def form_as_csv() -> Any:
    target = io.StringIO()
    name = bc.audit_form(_tailored(_formed()), target, raters={"head": "leaders", "t": "teachers"})
    with TemporaryDirectory() as folder:
        path = bc.audit_form(_formed(), Path(folder) / "FORM.CSV", form="short")
        text = path.read_text(encoding="utf-8")
    return {"name": str(name), "rows": target.getvalue().splitlines(), "file": text.splitlines()}


def refused_forms() -> Any:
    framework = _formed()
    wrong: Any = 3
    many = [f"r{i}" for i in range(101)]
    narrow = framework.evolve(items=[i.evolve(raters=["leaders"]) for i in framework.items])
    return {
        "all at once": refused(
            lambda: bc.audit_form(
                framework.evolve(items=(), short_form=()), wrong, form="short", phase=wrong,
                raters={"A b": "x", "b": "C d"},
            )
        ),
        "raters": [
            refused(bc.audit_form, framework, "form.csv", raters=raters)
            for raters in ([], "head", wrong, ["a", "a"], ["a b", "c"], many)
        ],
        "nobody asked": refused(
            lambda: bc.audit_form(narrow, "form.csv", raters={"t": "teachers", "x": ""})
        ),
        "suffix": refused(lambda: bc.audit_form(framework, "form.txt")),
        "most": len(_made(framework, raters=many[1:])) > 10_000,
    }  # fmt: skip


# -- reading -----------------------------------------------------------------------------------


def _read(text: str, framework: bc.Framework | None = None, **options: Any) -> bc.Audit:
    return bc.read_audit(io.StringIO(text), framework=framework or _formed(), **options)


def _csv(*rows: str, head: str = "rater,group,item,rating") -> str:
    return "\n".join([head, *rows, ""])


def answers_of_a_table() -> Any:
    read = _read(
        _csv(
            "head,leaders,rules-0,Embedded",
            "head,leaders,rules-1, 2.0 ",
            "head,leaders,routines-0,N/A",
            "head,leaders,rewards-0,Does not apply",
            "head,leaders,rewards-1,not assessed",
            "head,leaders,rewards-2,-",
            "head,leaders,repair-0,",
            "t-1,teachers,rules-0,2",
            "t-2,teachers,rules-0,",
            "t-3,ours,rules-1,0",
        ),
        school="Illustrative School",
        date=dt.date(2026, 9, 7),
        id="own",
    )
    switched = _read(
        _csv(
            "head,,routines-0,,true,seen,page 3",
            "head,,rules-0,1,FALSE,,",
            "head,,rules-1,1,0,,",
            "head,,rewards-0,,1,,",
            head="rater,group,item,rating,not_applicable,note,evidence",
        )
    )
    called = _small(
        scale=_small().scale.evolve(
            levels=[v.evolve(label="na" if not v.value else v.label) for v in _small().scale.levels]
        )
    )
    return {
        "read": _seen(read),
        "switched": _seen(switched),
        "a level of that name": _read(_csv("head,,rules-0,NA"), called).responses,
    }


def refused_answers() -> Any:
    changed = _csv(
        "head,leaders,rules-0,1,other words",
        "head,leaders,routines-0,1,routines_x000D_ 0",
        head="rater,group,item,rating,text",
    )
    bare = _formed().evolve(items=(), short_form=())
    named = "framework,edition,tailored,rater,item,rating"
    return {
        "all at once": refused(
            lambda: _read(
                _csv(
                    "The Head,leaders,rules-0,1",
                    ",leaders,rules-0,1",
                    "a,teacher s,rules-0,1",
                    "b,Leaders,rules-1,1",
                    "c,,rule-0,1",
                    "d,,,1",
                    "e,,rules-1,4",
                    "f,,rules-1,embeded",
                    "g,,rules-1,2.5",
                    "h,,rules-0,n/a",
                    "i,,rules-1,1",
                    "i,,rules-1,2",
                    "i,,rules-1,2",
                    "j,,rules-1,12345",
                )
            )
        ),
        "switch": refused(
            lambda: _read(
                _csv(
                    "a,rules-1,1,maybe", "b,routines-0,2,true", "c,rules-1,,1",
                    head="rater,item,rating,not_applicable",
                )
            )
        ),
        "wording": refused(lambda: _read(changed)),
        "of others": refused(
            lambda: _read(
                _csv(
                    "other,1,no,a,rules-0,1", "small,2,no,a,rules-1,1",
                    "small,2,no,a,rules-1,9", 'small,1,"yes, by x",a,rules-1,9',
                    head=named,
                )
            )
        ),
        "names itself": refused(
            lambda: bc.read_audit(io.StringIO(_csv("smal,1,no,a,rules-0,1", head=named)))
        ),
        "names none": refused(lambda: bc.read_audit(io.StringIO(_csv("a,,rules-0,1")))),
        "columns": refused(lambda: _read(_csv("a,1", head="rater,rating"))),
        "options": refused(lambda: _read(_csv("a,,rules-1,1"), id="A b")),
        "school": refused(lambda: _read(_csv("a,,rules-1,1"), school="")),
        "no items": refused(_read, _csv("a,,rules-1,1"), bare),
    }  # fmt: skip


def _edited(edit: Callable[[Any], object], **options: Any) -> io.BytesIO:
    book = openpyxl.load_workbook(
        io.BytesIO(_made(_formed(), raters={"head": "leaders", "t": "teachers"}, **options))
    )
    edit(book)
    target = io.BytesIO()
    book.save(target)
    target.seek(0)
    return target


def answers_of_a_workbook() -> Any:
    def fill(book: Any) -> None:
        first, second = book.worksheets[1:]
        for row, rating in enumerate(
            ("embedded", 2, 1.0, "not applicable", "not assessed", " Emerging ", None), 4
        ):
            first.cell(row, 5).value = rating
        first["F4"], first["G5"] = "seen", "page 3"
        second["E6"] = "absent"
        second["B1"] = "ours"

    def wrong(book: Any) -> None:
        first, second = book.worksheets[1:]
        first["E4"], first["E5"], first["E6"] = "=1+1", True, dt.date(2026, 9, 7)
        first["E7"], first["E8"], first["E9"] = 2.5, "embeded", "#N/A"
        first["E9"].data_type = "e"
        first["I5"] = "a remark"
        first["A10"] = "rules-9"
        first["E511"] = "1"
        second.merge_cells("E4:E5")
        second["E3"] = "Mark"
        book.create_sheet("Mine")["B2"] = "a list"
        book.create_sheet("Empty")

    def facts(book: Any) -> None:
        first, second = book.worksheets[1:]
        first["C2"], first["E2"] = "rater: Head", None
        second["A2"] = "framework: other"
        second["B2"] = "EDITION : 1"

    def near_the_end(book: Any) -> None:
        book.worksheets[1]["A510"], book.worksheets[1]["E510"] = "rules-1", "1"
        for row in range(4, 11):
            book.worksheets[1].cell(row, 1).value = None

    def strip(book: Any) -> None:
        for sheet in book.worksheets[1:]:
            sheet["A2"] = "a"

    def read(edit: Callable[[Any], object], **options: Any) -> Any:
        return bc.read_audit(_edited(edit), framework=_formed(), **options)

    return {
        "read": _seen(read(fill, id="own")),
        "wrong": refused(lambda: read(wrong)),
        "facts": refused(lambda: read(facts)),
        "no form": refused(lambda: read(strip)),
        "no form, no framework": refused(lambda: bc.read_audit(_edited(strip))),
        "near the end": refused(lambda: read(near_the_end)),
        "empty": refused(read, lambda _: None),
        "named": refused(lambda: bc.read_audit(_edited(fill))),
        "heads": HEADS,
    }


def several_files() -> Any:
    framework = _formed()
    one = _csv("head,leaders,rules-0,1", "head,leaders,rules-1,2", "t-0,teachers,rules-0,1")
    two = _csv("t-1,teachers,rules-1,2", "t-1,teachers,rules-0,2")

    def read(*texts: str, **options: Any) -> Any:
        return bc.read_audit([io.StringIO(t) for t in texts], framework=framework, **options)

    def shared(school: str, day: int) -> bc.Audit:
        return audit_of(
            framework, 2, school=school, date=dt.date(2026, 9, day),
            responses=[bc.Response(rater=f"r-{school.lower()}-{day}", item="rules-1", rating=1)],
        )  # fmt: skip

    def together(*audits: bc.Audit, **options: Any) -> Any:
        with TemporaryDirectory() as folder:
            paths = []
            for i, audit in enumerate(audits):
                bc.write(audit, path := Path(folder) / f"{i}.toml")
                paths.append(path)
            return bc.read_audit(paths, framework=framework, **options)

    wrong: Any = [3, io.StringIO(one)]
    return {
        "together": _seen(read(one, two, id="all")),
        "clash": refused(lambda: read(one, one + "head,leaders,routines-0,2\n", two)),
        "faults": refused(lambda: read(one.replace("rules-1", "rule-1"), two, two + "x,,x,1\n")),
        "the same school": _seen(together(shared("A", 7), shared("A", 8))),
        "the same day": _seen(together(shared("A", 7), shared("B", 7))),
        "given": _seen(
            together(shared("A", 7), shared("B", 8), school="C", date=dt.date(2027, 1, 4))
        ),
        "none": refused(lambda: bc.read_audit([], framework=framework)),
        "kinds": refused(lambda: bc.read_audit(wrong, framework=wrong[0])),
        "kind": refused(lambda: bc.read_audit(wrong[0])),
        "one in a list": read(two).id,
    }


def audit_files() -> Any:
    framework = _formed()
    audit = audit_of(framework, 1, id="whole", school="A", date=dt.date(2026, 9, 7))

    def again(audit: bc.Audit, **options: Any) -> Any:
        with TemporaryDirectory() as folder:
            bc.write(audit, path := Path(folder) / "whole.json")
            return bc.read_audit(path, **options)

    others = {
        suffix: refused(bc.read_audit, f"form{suffix}", framework=framework)
        for suffix in (".xlsm", ".XLTM", ".xlsb", ".xls", ".ods", ".txt")
    }
    shipped = bc.load_framework("tfi-2.1")
    return {
        "kept": again(audit, framework=framework) == audit,
        "replaced": [
            (made.id, made.school, made.date)
            for made in [
                again(audit, framework=framework, school="B", id="b", date=dt.date(2026, 9, 8))
            ]
        ],
        "shipped": str(again(audit_of(shipped, 1, id="tfi"))),
        "unknown": refused(lambda: again(audit)),
        "refused": refused(
            lambda: again(
                audit.evolve(responses=[bc.Response(rater="a", item="x", rating=1)]),
                framework=framework,
            )
        ),
        "suffixes": others,
    }


def answers_of_frames() -> Any:
    import polars as pl

    framework = _formed()
    rows = {"rater": ["head", "head"], "item": ["rules-0", "rules-1"], "rating": [2, None]}
    good = pl.DataFrame(rows)
    wide = pl.DataFrame({"item": ["rules-0"], "rater-1": [2], "rater-2": [1]})
    return {
        "read": _seen(audit_from_frame(good, framework=framework)),
        "given": _seen(audit_from_frame(
            good.with_columns(note=pl.lit("seen")),
            framework=framework, id="x", school="A", date=dt.date(2026, 9, 7),
        )),
        "wide": refused(lambda: audit_from_frame(wide, framework=framework)),
        "no item": refused(lambda: audit_from_frame(good.drop("item"), framework=framework)),
        "lazy": refused(lambda: audit_from_frame(wide.lazy(), framework=framework)),
        "wrong": refused(
            lambda: audit_from_frame(
                good.with_columns(rating=pl.lit(7), item=pl.lit("rules-1")), framework=framework
            )
        ),
        "column": refused(
            lambda: audit_from_frame(good.with_columns(name=pl.lit("x")), framework=framework)
        ),
    }  # fmt: skip


def lowest_ratings() -> Any:
    def one(key: str, *ratings: int | None, **fields: Any) -> bc.Audit:
        return _answers(_small(), {"team": ("leaders", ratings)}, id=key, **fields)

    note = Doubt(code="x", message="a note", count=1)
    return {
        "three": _seen(
            lowest_of(
                [
                    one("a", 2, None, -1, 3, -1, 0, doubts=[note]),
                    one("b", 1, 2, 2, 3, -1, doubts=[note, note.evolve(message="other")]),
                    one("c", 3, 1, -1, None, -1, 1),
                ],
                id="all",
            )
        ),
        "one": refused(lambda: lowest_of([one("a", 1)], id="all")),
        "kinds": refused(lambda: lowest_of([one("a", 1), 3], id="all")),  # type: ignore[list-item]
        "others": refused(
            lambda: lowest_of([one("a", 1), one("b", 1).evolve(edition="2")], id="all")
        ),
    }


def files_that_are_forms() -> Any:
    framework = _formed()
    with TemporaryDirectory() as given:
        folder = Path(given)
        blank = bc.audit_form(framework, folder / "b.csv")
        book = bc.audit_form(framework, folder / "a.xlsx", raters=["head"])
        noted = folder / "c.csv"
        noted.write_text(_csv("a,rules-0,,seen", head="rater,item,rating,note"), encoding="utf-8")
        spaces = folder / "d.csv"
        spaces.write_text(_csv("a,rules-0, ", head="rater,item,rating"), encoding="utf-8")
        (folder / "~$a.xlsx").write_bytes(b"")
        (folder / "notes.txt").write_text("x", encoding="utf-8")
        (folder / "deeper").mkdir()
        broken = folder / "deeper" / "e.xlsx"
        broken.write_bytes(b"x")
        other = folder / "deeper" / "still" / "other.xlsx"
        other.parent.mkdir()
        other.write_bytes(_edited(lambda book: book.create_sheet("Mine").append(["x"])).read())

        def names(*asked: str, **options: Any) -> Any:
            found = form_files(asked, **options)
            return [p.name for p in found.files], [p.name for p in found.locks]

        def told(*asked: str, **options: Any) -> str:
            return (
                str(refused(lambda: form_files(asked, **options)))
                .replace(given, "FOLDER")
                .replace("\\", "/")
            )

        return {
            "folder": names(given),
            "besides": names(given, besides=folder / "deeper" / ".." / "b.csv"),
            "pattern": names(str(folder / "*.csv"), str(folder / "c.csv")),
            "letters": names(str(folder / "[ab]*")),
            "question": names(str(folder / "?.xlsx")),
            "named": names(str(book), str(blank), besides=blank),
            "no folder": told(str(folder / "deeper"), besides=broken),
            "no match": told(str(folder / "*.ods")),
            "not there": names(str(folder / "missing.csv")),
            "only a lock": told(str(folder / "~$a.xlsx")),
            "filled": [holds_answers(p) for p in (blank, book, noted, spaces, broken, other)],
        }
