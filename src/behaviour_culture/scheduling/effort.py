"""How hard to search, and with what: for schedules and for choices of steps."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from behaviour_culture.checks import Check
from behaviour_culture.errors import FaultCode, shorten, suggest
from behaviour_culture.typing import Engine

__all__ = ["ENGINES", "Effort"]

ENGINES = ("auto", "exact", "heuristic")


class Effort(NamedTuple):
    """How hard to search, and with what.

    Attributes
    ----------
    engine : str or Engine
        One of ours by its name, or for schedules one of the user's.
    budget : int or None
        How many answers the heuristic builds and compares at most, from 1, and in proportion
        how long the exact engine works; None leaves it to the function that searches.
    time_limit : float or None
        Seconds after which the search stops, from 0.
    workers : int
        Threads of the exact engine, from 1.
    seed : int
    stop : callable, optional
        Asked again and again; the search ends, with the best answer so far, once it says True.
    """

    engine: str | Engine = "heuristic"
    budget: int | None = None
    time_limit: float | None = None
    workers: int = 1
    seed: int = 0
    stop: Callable[[], bool] | None = None

    def check(
        self, check: Check, engines: Sequence[str] = ENGINES, *, others: bool = False
    ) -> None:
        """Record all faults; ``engines`` are those to choose from, besides ``others`` if true."""
        if self.engine not in engines and not (others and callable(self.engine)):
            hint = suggest(self.engine, engines)
            own = ", or a function engine(project, *, seed, stop)" if others else ""
            known = f"known: {', '.join(engines)}{own}"
            message = f"no engine {shorten(self.engine)}{hint}; {known}"
            check.fault("engine", message, self.engine)
        if self.budget is not None:
            check.whole("budget", self.budget, 1)
        check.whole("workers", self.workers, 1)
        check.whole("seed", self.seed, 0)
        if self.stop is not None and not callable(self.stop):
            message = f"expected a function without arguments, got {shorten(self.stop)}"
            check.fault("stop", message, self.stop, FaultCode.WRONG_TYPE)
        seconds: object = 1 if self.time_limit is None else self.time_limit
        if isinstance(seconds, bool) or not isinstance(seconds, (int, float)) or not seconds >= 0:
            message = f"expected seconds from 0, got {shorten(self.time_limit)}"
            check.fault("time_limit", message, self.time_limit)
