"""How hard to search, and with what: for schedules and for choices of steps."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, NamedTuple

from behaviour_culture._watch import NOBODY, Watch
from behaviour_culture.checks import Check
from behaviour_culture.errors import shorten, suggest
from behaviour_culture.fields import within
from behaviour_culture.typing import Engine

__all__ = ["ENGINES", "Effort"]

ENGINES = ("auto", "exact", "heuristic")
_Seconds = Annotated[float, within("seconds", 0)]


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
        Seconds by the clock on the wall after which the search stops, from 0.
    cpu_limit : float or None
        Seconds of the processor in this thread after which the heuristic stops, from 0; not for
        the exact engine.
    workers : int
        Threads of the exact engine, from 1.
    seed : int
    watch : Watch
        Told along the way, and asked again and again; the search ends, with the best answer so
        far, once it is stopped.
    """

    engine: str | Engine = "heuristic"
    budget: int | None = None
    time_limit: float | None = None
    workers: int = 1
    seed: int = 0
    watch: Watch = NOBODY
    cpu_limit: float | None = None

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
            check.within("budget", self.budget, "budget")
        check.within("workers", self.workers, "workers")
        check.whole("seed", self.seed, 0)
        check.watch(*self.watch)
        if self.cpu_limit is not None and self.engine != "heuristic":
            message = "only the heuristic counts its processor time: give time_limit or budget"
            check.fault("cpu_limit", message, self.cpu_limit)
        for name in ("time_limit", "cpu_limit"):
            check.value(name, getattr(self, name), _Seconds | None)
