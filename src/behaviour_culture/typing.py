"""Types for your own code: scorers, progress, stopping, tuples of objects, and arrays."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

from behaviour_culture._entries import Entries

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import ArrayLike, NDArray

__all__ = [
    "BoolArray",
    "Engine",
    "Entries",
    "FloatArray",
    "IntArray",
    "Progress",
    "Scorer",
    "Stop",
]

FloatArray: TypeAlias = "NDArray[np.float64]"
"""An array of 64-bit floats; its shape is documented where it is used."""
IntArray: TypeAlias = "NDArray[np.int64]"
"""An array of 64-bit whole numbers."""
BoolArray: TypeAlias = "NDArray[np.bool_]"
"""An array of truth values."""


Stop: TypeAlias = Callable[[], bool]
"""A function without arguments that is asked again and again while work goes on, such as
``threading.Event().is_set``. Once it says True the work ends, in under a second."""


class Progress(Protocol):
    """A function, or another callable object, that is told how far work has come.

    It is called with the name of a stage, such as ``"forecasting"``, the amount of it that is
    done and the whole amount, whose unit depends on the stage. An exception that it raises ends
    the work and is yours.

    Examples
    --------
    >>> told: list[str] = []
    >>> def note(stage: str, done: int, total: int) -> None:
    ...     told.append(f"{stage}: {done} of {total}")
    >>> progress: Progress = note
    """

    def __call__(self, stage: str, done: int, total: int, /) -> object:
        """Hear how far a stage has come."""
        ...


class Engine(Protocol):
    """A function, or another callable object, that finds the week of each step of a plan.

    It takes a `behaviour_culture.scheduling.project.Project`, whole numbers without names, and
    returns for each step its first week and the number of the way in which it is staffed, or None
    where it leaves the step out. The same seed must give the same answer. ``stop`` says True once
    nobody waits for it any more. Its name in a schedule is its ``name`` if it has one, else that
    of the function.

    `schedule_plan` takes an engine. It checks the answer, places what was left out and still has
    room, and works out the reasons.
    """

    def __call__(
        self,
        project: Any,  # noqa: ANN401  (protocols of a layer below plans)
        /,
        *,
        seed: int,
        stop: Stop,
    ) -> Sequence[tuple[int, int] | None]:
        """Return the first week and the way of each step, in the order of the project."""
        ...


class Scorer(Protocol):
    """A function, or another callable object, that scores each step of a plan.

    It takes an `ActionPlan` and an `AuditResult` and returns numbers of the shape
    (draws, steps): a row for each draw, a column for each step in the order of ``plan.steps``,
    larger is better. Numbers of one row belong together. The same seed must give the same
    numbers; a scorer without chance returns the same row ``draws`` times. Its name in tables
    is its ``name`` if it has one, else that of the function. A scorer with a further argument
    ``stop`` is given that of its caller, where there is one.

    `draft_plan`, `choose_steps` and `impact.rank_steps` take scorers.

    Examples
    --------
    >>> import numpy as np
    >>> def quick_first(plan, result, *, draws, seed):
    ...     weeks = np.array([step.weeks.likely for step in plan.steps])
    ...     return np.tile(-weeks, (draws, 1))
    >>> scorer: Scorer = quick_first
    """

    def __call__(self, plan: Any, result: Any, /, *, draws: int, seed: int) -> ArrayLike:  # noqa: ANN401  (protocols of a layer below plans)
        """Return the score of each step in each draw."""
        ...
