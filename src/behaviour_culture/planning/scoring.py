"""The call of a scorer of steps, and the check of its answer."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from inspect import signature
from typing import TYPE_CHECKING, Any

from behaviour_culture._watch import NOBODY, Watch
from behaviour_culture.audit.result import AuditResult
from behaviour_culture.errors import Fault, shorten
from behaviour_culture.fields import derived_id
from behaviour_culture.model.plan import Inclusion, InclusionKind, MetStep, StepProgress
from behaviour_culture.model.step import ActionStep
from behaviour_culture.planning.plan import ActionPlan
from behaviour_culture.typing import Engine, Scorer

if TYPE_CHECKING:
    from behaviour_culture.typing import FloatArray

__all__ = ["candidate_plan", "scorer_faults", "scorer_name", "step_draws", "steps_scored"]

_STAGE = "scoring steps"


def candidate_plan(  # noqa: PLR0913  (the parts of a plan that a scorer may use)
    result: AuditResult,
    steps: Iterable[ActionStep],
    *,
    catalogue: str,
    school: str | None = None,
    starts: date | None = None,
    met: Iterable[MetStep] = (),
    progress: Iterable[StepProgress] = (),
) -> ActionPlan:
    """Return a plan of all steps that can be chosen, for a scorer to score.

    It has no objectives. Each prerequisite of a step must be among the steps or met.
    """
    candidates = tuple(steps)
    return ActionPlan(
        id=derived_id(None, result.id, "plan"),
        title="Candidate steps",
        framework=result.framework,
        edition=result.edition,
        catalogue=catalogue,
        school=school,
        starts=starts,
        objectives=(),
        steps=candidates,
        inclusions=[
            Inclusion(step=s.id, kind=InclusionKind.PRIORITY, reason="a candidate")
            for s in candidates
        ],
        met=met,
        progress=progress,
    )


def scorer_name(scorer: Scorer | Engine) -> str:
    """Return the ``name`` of a scorer or an engine, or that of its function or class.

    Examples
    --------
    >>> def quick_first(plan, result, *, draws, seed): ...
    >>> scorer_name(quick_first)
    'quick first'
    """
    plain: Any = getattr(scorer, "func", scorer)  # functools.partial
    name = getattr(plain, "name", None) or getattr(plain, "__name__", type(plain).__name__)
    return str(name).replace("_", " ").strip()


def scorer_faults(path: str, scorer: object) -> list[Fault]:
    """Return a fault if an argument is not a scorer."""
    if callable(scorer):
        return []
    message = f"expected a function scorer(plan, result, *, draws, seed), got {shorten(scorer)}"
    return [Fault(path, message, shorten(scorer))]


def steps_scored(  # noqa: PLR0913  (how a scorer is called, and where a fault goes)
    scorer: Scorer,
    plan: ActionPlan,
    result: AuditResult,
    *,
    draws: int,
    seed: int,
    path: str,
    faults: list[Fault],
    watch: Watch = NOBODY,
) -> FloatArray:
    """Return a scorer's draws of the steps of a plan, checked by `step_draws`.

    A scorer that takes ``stop`` is given that of the caller, if there is one.
    """
    watch.check(_STAGE)
    more: dict[str, Any] = {}
    if watch.stop is not None and _takes_stop(scorer):
        more["stop"] = watch.stop
    scores = scorer(plan, result, draws=draws, seed=seed, **more)
    watch.check(_STAGE)
    return step_draws(scores, len(plan.steps), f"{path}(...)", faults, draws=draws)


def _takes_stop(scorer: Scorer) -> bool:
    try:
        return "stop" in signature(scorer).parameters
    except (TypeError, ValueError):  # nobody can tell
        return False


def step_draws(
    numbers: Any,  # noqa: ANN401  (from code of the user's)
    steps: int,
    path: str,
    faults: list[Fault],
    *,
    draws: int | None = None,
) -> FloatArray:
    """Return finite numbers of the shape (draws, steps), or zeros if there is a fault.

    Without ``draws`` any number of rows is allowed, and a single row may have one dimension.
    """
    import numpy as np  # noqa: PLC0415  (keeps import behaviour_culture light)

    from behaviour_culture._arrays import plain_array  # noqa: PLC0415

    array = plain_array(numbers, masked=False)
    if draws is None and array is not None and array.ndim == 1:
        array = array[None]
    if array is None or array.ndim != 2:  # noqa: PLR2004
        message = f"expected an array of numbers, draws x steps, got {shorten(numbers)}"
        faults.append(Fault(path, message, shorten(numbers)))
    elif array.shape != (draws or max(1, len(array)), steps):
        rows = "at least one row" if draws is None else f"{draws} rows"
        message = (
            f"has the shape {array.shape}, expected {rows} and {steps} columns: one for each "
            "draw, and one for each step as in plan.steps"
        )
        faults.append(Fault(path, message))
    elif not np.isfinite(array).all():
        bad = np.argwhere(~np.isfinite(array))
        row, column = bad[0].tolist()
        message = f"{array[row, column]} is not a finite number ({len(bad)} such numbers in all)"
        faults.append(Fault(f"{path}[{row}, {column}]", message))
    else:
        return array.astype(np.float64)
    return np.zeros((draws or 1, steps))
