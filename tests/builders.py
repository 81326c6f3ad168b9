"""Objects that tests build by hand: plans of few steps, a short year, frameworks and audits."""

from __future__ import annotations

import datetime as dt
import enum
import os
import pickle
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from importlib import import_module
from itertools import cycle
from math import ceil
from pkgutil import walk_packages
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import settings

import behaviour_culture as bc
from behaviour_culture.errors import BehaviourCultureError, Fault, InvalidInputError
from behaviour_culture.journey import JourneyResult, demo_folder

DAY = dt.timedelta(days=1)
FRIDAY = 4 * DAY
"""From the Monday of a week to its Friday."""
MONDAY = dt.date(2026, 9, 7)
"""The first day of `autumn`."""
HOURS: Mapping[str, float] = MappingProxyType(
    {
        "head": 2,
        "behaviour-lead": 6,
        "pastoral-lead": 5,
        "senco": 3,
        "middle-leader": 2,
        "teacher": 1,
        "support-staff": 1,
        "data-manager": 2,
        "office": 2,
        "governor": 0.5,
        "safeguarding-lead": 2,
        "attendance-champion": 2,
        "clerk": 1,
        "trust": 1,
        "site-manager": 2,
    }
)
"""Hours a week of all roles of the shipped catalogue."""


# -- how much is tried ------------------------------------------------------------------------


def examples(number: int, **more: Any) -> settings:
    """So many examples of a property with HYPOTHESIS_PROFILE, a third of them in the suite."""
    whole = "HYPOTHESIS_PROFILE" in os.environ
    return settings(max_examples=number if whole else ceil(number / 3), **more)


def first_of(values: Iterable[Any], number: int = 1) -> list[Any]:
    """Rows of a parameter, of which the suite takes the first and the thorough session all."""
    rows = [v if type(v) is tuple else (v,) for v in values]
    slow = pytest.mark.slow
    return [pytest.param(*row, marks=() if i < number else slow) for i, row in enumerate(rows)]


@cache
def example_journey() -> JourneyResult:
    """The whole journey of the illustrative school; nothing can change it, so it runs once."""
    return bc.run_journey(demo_folder() / "illustrative_journey.toml")


# -- plans -----------------------------------------------------------------------------------


def step(
    key: str,
    *before: str,
    weeks: int | tuple[int, int, int] = 1,
    hours: float | Mapping[str, float] = 1,
    lag: int = 0,
    reason: str = "it rests on it",
    **fields: Any,
) -> bc.ActionStep:
    """A step of one week and one hour of its lead, the head, after others."""
    lead = fields.get("lead", "head")
    usual: dict[str, Any] = {
        "title": f"Step {key}",
        "lead": lead,
        "hours_per_week": hours if isinstance(hours, Mapping) else {lead: hours},
        "weeks": bc.Weeks(*((1, weeks, weeks) if isinstance(weeks, int) else weeks)),
        "requires": [bc.Prerequisite(step=b, reason=reason, lag_weeks=lag) for b in before],
    }
    return bc.ActionStep(id=key, **(usual | fields))


def plan_of(*steps: bc.ActionStep, **fields: Any) -> bc.ActionPlan:
    """A plan of some steps, all of the school's own choice."""
    why = [
        bc.model.Inclusion(step=s.id, kind=bc.model.InclusionKind.OWN, reason="ours") for s in steps
    ]
    usual: dict[str, Any] = {
        "id": "plan",
        "title": "Plan",
        "framework": "f",
        "edition": "1",
        "catalogue": "c",
        "objectives": [],
        "inclusions": why,
    }
    return bc.ActionPlan(steps=steps, **(usual | fields))


def people(*, kept: float | None = None, **hours: float) -> bc.Capacity:
    """Roles with so many hours a week, and so many more to keep going what is set up."""
    return bc.Capacity(
        roles=[
            bc.Role(id=k, title=k, hours_per_week=v, running_hours_per_week=kept)
            for k, v in hours.items()
        ]
    )


# -- a short year ----------------------------------------------------------------------------


def mondays(weeks: int, gap: int) -> list[dt.date]:
    """The weeks of `autumn`, but for the break."""
    return [MONDAY + 7 * i * DAY for i in range(weeks) if i != gap]


def autumn(weeks: int, gap: int, **fields: Any) -> bc.SchoolYear:
    """One term of so many weeks, of which one, counted from 0, is the break."""
    away = MONDAY + 7 * gap * DAY
    term = bc.model.Term(
        name="Autumn",
        start=MONDAY,
        end=MONDAY + 7 * (weeks - 1) * DAY + FRIDAY,
        half_term=bc.model.DateRange(start=away, end=away + FRIDAY),
    )
    return bc.SchoolYear(id="year", name="Year", terms=[term], **fields)


# -- audits and estimates --------------------------------------------------------------------

INFERRED = bc.model.Provenance(mark=bc.model.Mark.INFERRED)


def framework_of(  # noqa: PLR0913  (what a framework varies in)
    items: Mapping[str, Sequence[float]],
    *,
    values: Sequence[int] = (0, 1, 2, 3),
    labels: Sequence[str] = (),
    weights: Mapping[str, float] | None = None,
    after: Mapping[str, Iterable[str]] | None = None,
    domains: Mapping[str, str] | None = None,
) -> bc.Framework:
    """A framework with items of these weights, by principle; ``after`` says what each requires."""
    names = labels or [f"level {v}" for v in values]
    domain_of = {p: (domains or {}).get(p, "all") for p in items}
    return bc.Framework(
        id="small",
        name="Small",
        edition="1",
        scale=bc.model.RatingScale(
            id="s",
            name="S",
            levels=[
                bc.model.RatingLevel(value=v, label=label)
                for v, label in zip(values, names, strict=True)
            ],
        ),
        domains=[
            bc.model.Domain(id=d, name=d, provenance=INFERRED)
            for d in sorted({*domain_of.values()})
        ],
        principles=[
            bc.Principle(
                id=p,
                name=p.upper(),
                domain=domain_of[p],
                text="text",
                weight=(weights or {}).get(p, 1.0),
                provenance=INFERRED,
                prerequisites=[
                    bc.model.PrinciplePrerequisite(
                        principle=q, basis=bc.model.Basis.INFERRED, reason="r", provenance=INFERRED
                    )
                    for q in (after or {}).get(p, ())
                ],
            )
            for p in items
        ],
        items=[
            bc.AuditItem(id=f"{p}-{i}", principle=p, text=f"{p} {i}", weight=w)
            for p, ws in items.items()
            for i, w in enumerate(ws)
        ],
    )


def audit_of(framework: bc.Framework, /, *ratings: int | None, **fields: Any) -> bc.Audit:
    """An audit of every item by the head: these ratings, over and over."""
    responses = [
        bc.Response(rater="head", item=item.id, rating=rating)
        for item, rating in zip(framework.items, cycle(ratings), strict=False)
    ]
    usual = {"id": "a", "framework": framework.id, "edition": framework.edition}
    return bc.Audit(**{**usual, "responses": responses, **fields})


def estimate(value: float, half: float = 0.0, **fields: Any) -> bc.Estimate:
    """A number with an interval of so much to each side."""
    return bc.Estimate(
        value=value, lower=value - half, upper=value + half, method="given", **fields
    )


# -- looking ---------------------------------------------------------------------------------


def pickled(value: Any) -> Any:
    """The value, there and back."""
    return pickle.loads(pickle.dumps(value))  # noqa: S301  (made on this line)


def faults_of(make: Callable[[], object]) -> dict[str, Fault]:
    """The faults for which a call is refused, by their path."""
    with pytest.raises(InvalidInputError) as caught:
        make()
    return {fault.path: fault for fault in caught.value.faults}


def refused(call: Callable[..., object], *given: Any, **options: Any) -> Any:
    """What a call is refused with: all of its faults, or the name and the words of the error."""
    with pytest.raises(BehaviourCultureError) as caught:
        call(*given, **options)
    error = caught.value
    return error if isinstance(error, InvalidInputError) else f"{type(error).__name__}: {error}"


def row_lines(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """Rows in a line each, with as many digits as all processors agree on."""
    return [
        ", ".join(f"{k} {v:.9g}" if isinstance(v, float) else f"{k} {v}" for k, v in row.items())
        for row in rows
    ]


def outcome_of(make: Callable[[], Any]) -> Any:
    """What a call returns, or else what it is refused with."""
    try:
        return make()
    except InvalidInputError as error:
        return error
    except bc.BehaviourCultureError as error:
        return f"{type(error).__name__}: {error}"


@cache
def public_classes() -> list[type[Any]]:
    """Every class that a package offers, by name, but for enums, protocols, errors, mappings."""
    packages = [m.name for m in walk_packages(bc.__path__, "behaviour_culture.") if m.ispkg]
    found: list[Any] = []
    for name in ("behaviour_culture", "behaviour_culture.disclosure", *packages):
        package = import_module(name)
        found += [getattr(package, public) for public in getattr(package, "__all__", ())]
    classes = {thing for thing in found if isinstance(thing, type) and not _is_other(thing)}
    return sorted(classes, key=lambda cls: cls.__name__)


def _is_other(cls: type[Any]) -> bool:
    return issubclass(cls, (enum.Enum, BaseException, Mapping)) or getattr(
        cls, "_is_protocol", False
    )


# -- solvers -----------------------------------------------------------------------------------


class LyingSolver:
    """A solver of OR-Tools that has another ``status``, ``bound`` or ``value`` than it found."""

    def __init__(self, solver: Any, **lies: Any) -> None:
        self._solver, self._lies = solver, lies

    def __getattr__(self, name: str) -> Any:
        return getattr(self._solver, name)

    @property
    def best_objective_bound(self) -> float:
        return float(self._lies.get("bound", self._solver.best_objective_bound))

    def solve(self, model: Any) -> Any:
        status = self._solver.solve(model)
        return self._lies.get("status", status)

    def value(self, x: Any) -> int:
        return int(self._lies.get("value", self._solver.value(x)))
