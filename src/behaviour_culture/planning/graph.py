"""The dependency graph of a plan: its methods return steps; inside is a networkx DiGraph."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from heapq import heapify, heappop, heappush
from operator import attrgetter
from typing import TYPE_CHECKING, Any, ClassVar

from behaviour_culture._display import Displayed, Lines, count_of
from behaviour_culture._entries import Entries
from behaviour_culture._frozenmap import FrozenMap
from behaviour_culture.checks import Check
from behaviour_culture.errors import UnknownNameError
from behaviour_culture.model.catalogue import check_steps_acyclic
from behaviour_culture.model.source import Basis
from behaviour_culture.model.step import ActionStep, Prerequisite

if TYPE_CHECKING:
    import networkx as nx

__all__ = ["StepGraph"]


class StepGraph(Displayed):
    """The order that prerequisites impose on steps, with the reasons; it has no circle.

    Parameters
    ----------
    steps : iterable of ActionStep
    met : iterable of str
        Ids of steps that need not be done, because their outcome is already in place. They
        satisfy prerequisites.

    Raises
    ------
    InvalidInputError
        Two steps have one id, or a prerequisite is neither a step nor met.
    CycleError
        The prerequisites form a circle; the error names the circle and the
        weakest of its prerequisites.

    Examples
    --------
    >>> from behaviour_culture import ActionStep, Prerequisite
    >>> first = ActionStep(id="agree", title="Agree", lead="head", hours_per_week={"head": 1})
    >>> then = ActionStep(id="teach", title="Teach", lead="head", hours_per_week={"head": 1},
    ...     requires=[Prerequisite(step="agree", reason="one cannot teach what is not agreed")])
    >>> graph = StepGraph([then, first])
    >>> list(graph.waves())
    [('agree',), ('teach',)]
    >>> graph.explain("teach")
    ['after agree (Agree): one cannot teach what is not agreed [judgement]']
    """

    __slots__ = ("_after", "_before", "_drawn", "_met", "_order", "_steps")

    def __init__(self, steps: Iterable[ActionStep], met: Iterable[str] = ()) -> None:
        steps = tuple(steps)
        self._met = frozenset(met)
        named = {s.id: s for s in sorted(steps, key=attrgetter("id"))}
        self._steps: Mapping[str, ActionStep] = FrozenMap(named)
        check = Check("step graph")
        check.unique("steps", steps)
        for i, step in enumerate(steps):
            for j, before in enumerate(step.requires):
                if before.step not in named and before.step not in self._met:
                    check.known(f"steps[{i}].requires[{j}].step", before.step, named, "step")
        check.done()
        self._before: dict[str, tuple[Prerequisite, ...]] = {
            key: tuple(
                sorted([p for p in step.requires if p.step in named], key=attrgetter("step"))
            )
            for key, step in named.items()
        }
        self._after: dict[str, list[str]] = {key: [] for key in named}
        for key, needed in self._before.items():
            for p in needed:
                self._after[p.step].append(key)
        self._drawn: nx.DiGraph[str] | None = None
        self._order = self._sorted()
        if len(self._order) < len(self._steps):
            check_steps_acyclic(steps)

    def _sorted(self) -> tuple[str, ...]:
        """Return the ids in an order that prerequisites allow, without those in a circle."""
        waiting = {key: len(before) for key, before in self._before.items()}
        ready = [key for key, count in waiting.items() if count == 0]
        heapify(ready)
        order = []
        while ready:
            key = heappop(ready)
            order.append(key)
            for later in self._after[key]:
                waiting[later] -= 1
                if waiting[later] == 0:
                    heappush(ready, later)
        return tuple(order)

    @property
    def _graph(self) -> nx.DiGraph[str]:
        """The networkx graph, built when a method first needs it."""
        if self._drawn is None:
            import networkx as nx  # noqa: PLC0415  (keeps import behaviour_culture light)

            graph: nx.DiGraph[str] = nx.DiGraph()
            graph.add_nodes_from(self._steps)
            for key, before in self._before.items():
                graph.add_edges_from((p.step, key) for p in before)
            self._drawn = graph
        return self._drawn

    # -- what is in it -----------------------------------------------------------------

    @property
    def steps(self) -> Mapping[str, ActionStep]:
        """The steps by id, sorted by id."""
        return self._steps

    def step(self, step_id: str) -> ActionStep:
        """Return one step by id, or raise `UnknownNameError`."""
        given: object = step_id
        if not isinstance(given, str) or given not in self._steps:
            meant = next((key for key, s in self._steps.items() if s.title == step_id), "")
            raise UnknownNameError("step", step_id, self._steps, meant)
        return self._steps[step_id]

    def prerequisites(self, step_id: str) -> Entries[Prerequisite]:
        """Return the prerequisites of a step that are steps of this graph, by id."""
        self.step(step_id)
        return Entries(self._before[step_id])

    def __len__(self) -> int:
        return len(self._steps)

    def __contains__(self, step_id: object) -> bool:
        return step_id in self._steps

    def __iter__(self) -> Iterator[str]:
        return iter(self.order())

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, StepGraph):
            return NotImplemented
        return self._steps == other._steps and self._met == other._met

    def __hash__(self) -> int:
        return hash((self._steps, self._met))

    def __reduce__(self) -> tuple[type[StepGraph], tuple[tuple[ActionStep, ...], frozenset[str]]]:
        return type(self), (tuple(self._steps.values()), self._met)

    # -- order -------------------------------------------------------------------------

    def order(self) -> tuple[str, ...]:
        """Return the ids so that each comes after all that it requires; ties by id."""
        return self._order

    def waves(self) -> Iterator[tuple[str, ...]]:
        """Yield the sorted ids of the steps that can start together, wave by wave.

        A step is in the first wave after all the steps that it requires. A schedule takes
        account of time and people; waves do not.
        """
        before, wave_of = self._before, dict[str, int]()
        waves: list[list[str]] = []
        for key in self._order:
            wave = 0
            for p in before[key]:
                if (last := wave_of[p.step]) >= wave:  # max() is a call for each prerequisite
                    wave = last + 1
            wave_of[key] = wave
            if wave == len(waves):
                waves.append([])
            waves[wave].append(key)
        for keys in waves:
            yield tuple(sorted(keys))

    def ancestors(self, step_id: str) -> frozenset[str]:
        """Return the ids of all steps that must come before a step, directly or not."""
        import networkx as nx  # noqa: PLC0415

        self.step(step_id)
        return frozenset(nx.ancestors(self._graph, step_id))

    def descendants(self, step_id: str) -> frozenset[str]:
        """Return the ids of all steps that must wait for a step, directly or not."""
        import networkx as nx  # noqa: PLC0415

        self.step(step_id)
        return frozenset(nx.descendants(self._graph, step_id))

    def earliest(self) -> Mapping[str, int]:
        """Return the earliest start of each step in school weeks from 0, if staff have time.

        It is the longest path of likely durations and lags that leads to the step.
        """
        starts: dict[str, int] = {}
        ends: dict[str, int] = {}
        for key in self._order:
            start = 0
            for p in self._before[key]:
                if (possible := ends[p.step] + p.lag_weeks) > start:
                    start = possible
            starts[key] = start
            ends[key] = start + self._steps[key].weeks.likely
        return FrozenMap(starts)

    def tails(self) -> Mapping[str, int]:
        """Return the school weeks from each step's start to the end of all that wait for it."""
        waits = dict.fromkeys(self._order, 0)
        tails: dict[str, int] = {}
        for key in reversed(self._order):
            tail = tails[key] = self._steps[key].weeks.likely + waits[key]
            for p in self._before[key]:
                waits[p.step] = max(waits[p.step], tail + p.lag_weeks)
        return FrozenMap(tails)

    def critical_path(self) -> tuple[str, ...]:
        """Return the chain of steps that takes longest by likely durations and lags.

        Of several, it is the one whose ids sort first. In a schedule, a shortage of hours can
        make another chain critical.
        """
        if not self._order:
            return ()
        tails = self.tails()
        length = max(tails.values())
        path: list[str] = []
        # Each step takes a week at least, so one with the longest tail waits for nothing.
        here = min(key for key, tail in tails.items() if tail == length)
        while True:
            path.append(here)
            left = tails[here] - self._steps[here].weeks.likely
            if left == 0:
                return tuple(path)
            here = min(
                later
                for later in self._after[here]
                for p in self._before[later]
                if p.step == here and tails[later] + p.lag_weeks == left
            )

    def length_weeks(self) -> int:
        """Return the length of the critical path in school weeks."""
        return max(self.tails().values(), default=0)

    def reduced(self) -> tuple[tuple[str, str], ...]:
        """Return the prerequisites that no chain of others implies, as (before, after).

        A chain implies a prerequisite with a lag only if it takes at least that long, at
        optimistic durations.
        """
        # A set of steps is one whole number with a bit for each: unions of thousands are quick.
        places = {key: place for place, key in enumerate(self._order)}
        leads: list[int] = []  # for each step, itself and all that must come before it
        kept = []
        for place, after in enumerate(self._order):
            implied = 0
            for p in sorted(self._before[after], key=lambda p: -places[p.step]):
                before = places[p.step]
                alone = not implied >> before & 1
                lag = p.lag_weeks
                if alone or (lag and lag > self._longest_chain(p.step, after)):
                    kept.append((p.step, after))
                implied |= leads[before]
            leads.append(implied | 1 << place)
        return tuple(sorted(kept))

    def _lag(self, before: str, after: str) -> int:
        return next(p.lag_weeks for p in self._steps[after].requires if p.step == before)

    def _longest_chain(self, first: str, last: str) -> int:
        """Return the weeks that the longest chain of at least two links puts between two steps."""
        between = self.descendants(first) & self.ancestors(last)
        waits: dict[str, int] = {}
        for step_id in [s for s in self.order() if s in between] + [last]:
            waits[step_id] = max(
                (
                    (0 if p.step == first else waits[p.step] + self._steps[p.step].weeks.optimistic)
                    + p.lag_weeks
                    for p in self.prerequisites(step_id)
                    if p.step in between or (p.step == first and step_id != last)
                ),
                default=0,
            )
        return waits[last]

    # -- words -------------------------------------------------------------------------

    def explain(self, step_id: str) -> list[str]:
        """Return a line for each prerequisite of a step, and one for the steps that wait for it."""
        step = self.step(step_id)
        lines = []
        for before in sorted(step.requires, key=lambda p: p.step):
            if before.step in self._steps:
                lag = f", {count_of(before.lag_weeks, 'week')} later" if before.lag_weeks else ""
                title = self._steps[before.step].title
                lines.append(
                    f"after {before.step} ({title}){lag}: {before.reason} [{before.basis.value}]"
                )
            else:
                lines.append(f"{before.step} is already in place: {before.reason}")
        waiting = self._after[step_id]
        if waiting:
            lines.append(f"before {', '.join(waiting)}")
        return Lines(lines or ["waits for nothing, and nothing waits for it"])

    def to_mermaid(self) -> str:
        """Return the graph in Mermaid syntax, for a notebook, a wiki or a Markdown file."""
        names = {step_id: f"s{i}" for i, step_id in enumerate(self._steps)}
        lines = ["graph LR"]
        lines += [f'  {names[s.id]}["{_mermaid_text(s.title)}"]' for s in self._steps.values()]
        for before, after in self.reduced():
            lag = self._lag(before, after)
            arrow = f"-->|{count_of(lag, 'week')}|" if lag else "-->"
            lines.append(f"  {names[before]} {arrow} {names[after]}")
        return "\n".join(lines)

    def to_networkx(self) -> nx.DiGraph[str]:
        """Return a copy that the caller may change.

        Nodes have ``title`` and ``weeks`` (likely), edges ``lag_weeks``, ``reason``, ``basis``.
        """
        graph = self._graph.copy()
        for step_id, step in self._steps.items():
            graph.nodes[step_id].update(title=step.title, weeks=step.weeks.likely)
            for p in self.prerequisites(step_id):
                graph.edges[p.step, step_id].update(
                    lag_weeks=p.lag_weeks, reason=p.reason, basis=p.basis.value
                )
        return graph

    _COLUMNS: ClassVar[Mapping[str, type]] = {
        "before": str,
        "after": str,
        "lag_weeks": int,
        "basis": Basis,
        "reason": str,
    }

    def to_rows(self) -> list[dict[str, Any]]:
        """Return a row for each prerequisite."""
        return [
            {
                "before": p.step,
                "after": step.id,
                "lag_weeks": p.lag_weeks,
                "basis": p.basis.value,
                "reason": p.reason,
            }
            for step in self._steps.values()
            for p in self.prerequisites(step.id)
        ]

    def _label(self) -> str:
        return (
            f"{count_of(len(self._steps), 'step')}, "
            f"{count_of(sum(map(len, self._before.values())), 'prerequisite')}"
        )

    def _lines(self) -> list[str]:
        lines = [f"{self._label()}, at least {count_of(self.length_weeks(), 'school week')}"]
        for i, wave in enumerate(self.waves()):
            lines.append(f"  wave {i + 1}: {', '.join(wave)}")
        return lines


def _mermaid_text(title: str) -> str:
    table = {'"': "#quot;", "<": "#lt;", ">": "#gt;", "#": "#35;", "&": "#amp;", "`": "#96;"}
    return "".join(table.get(c, c) for c in " ".join(title.split()))
