"""Which pictures an object has, and how they are asked for: ``x.plot(kind=...)``.

The table holds names only, so that a result knows its pictures and no module of pictures, nor
Matplotlib, is imported before one is drawn.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Any, NamedTuple

from behaviour_culture.errors import UnknownNameError

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["PICTURES", "Picture", "Pictures", "PlotAccessor"]

_HOME = "behaviour_culture"


class Picture(NamedTuple):
    """One kind of picture: how it is drawn, its numbers, and what it shows in words."""

    draw: Callable[..., Axes]
    rows: Callable[..., list[dict[str, Any]]]
    words: Callable[..., str]


PICTURES: Mapping[str, Mapping[str, str]] = {
    "audit.result.AuditResult": {"profile": "audit.pictures:PROFILE"},
    "audit.groups.GroupedResult": {"perception_gap": "audit.pictures:PERCEPTION_GAP"},
    "audit.rounds.RoundComparison": {"rounds": "audit.pictures:ROUNDS"},
    "audit.carrying.CarriedResult": {"bounds": "audit.pictures:BOUNDS"},
    "audit.profile.AuditProfile": {"levels": "audit.pictures:LEVELS"},
    "planning.graph.StepGraph": {"waves": "planning.pictures:WAVES"},
    "planning.plan.ActionPlan": {"waves": "planning.pictures:PLAN_WAVES"},
    "scheduling.result.Schedule": {
        "gantt": "scheduling.pictures:GANTT",
        "load": "scheduling.pictures:LOAD",
    },
    "scheduling.robustness.Robustness": {"done_by": "scheduling.pictures:DONE_BY"},
    "impact.index.result.ImpactResult": {
        "index": "impact.index.pictures:INDEX",
        "tornado": "impact.index.pictures:DRIVERS",
    },
    "impact.forecasting.result.Forecast": {
        "fan": "impact.forecasting.pictures:FAN",
        "practice": "impact.forecasting.pictures:PRACTICE",
    },
    "impact.forecasting.comparison.ForecastComparison": {
        "scenarios": "impact.forecasting.pictures:SCENARIOS"
    },
    "impact.forecasting.scenario_runs.ScenarioRuns": {"runs": "impact.forecasting.pictures:RUNS"},
    "impact.choosing.ranking.StepRanking": {"ranks": "impact.choosing.pictures:RANKS"},
    "impact.choosing.result.Frontier": {"frontier": "impact.choosing.pictures:FRONTIER"},
    "impact.analysis.acceptability.Acceptability": {"ranks": "impact.analysis.pictures:RANKS"},
    "impact.analysis.sensitivity.Tornado": {"tornado": "impact.analysis.pictures:TORNADO"},
    "impact.analysis.sensitivity.SobolIndices": {"sobol": "impact.analysis.pictures:SOBOL"},
    "impact.analysis.pooling.PooledEffect": {"forest": "impact.analysis.pictures:FOREST"},
    "impact.analysis.what_drives.AssumptionDrivers": {
        "tornado": "impact.analysis.pictures:ASSUMPTIONS"
    },
    "monitoring.control_charts.chart.ControlChart": {"control": "monitoring.pictures:CONTROL"},
    "monitoring.funnels.Funnel": {"funnel": "monitoring.pictures:FUNNEL"},
    "monitoring.before_after.result.InterruptedTimeSeries": {
        "before_after": "monitoring.pictures:BEFORE_AFTER"
    },
    "monitoring.comparison.differences.DifferenceInDifferences": {
        "event_study": "monitoring.pictures:EVENT_STUDY"
    },
    "monitoring.verdicts.verdict.Verdict": {"measures": "monitoring.pictures:MEASURES"},
    "monitoring.verdicts.judged.JudgedCounts": {"counted": "monitoring.pictures:COUNTED"},
    "review.result.PlanReview": {"seen": "review.pictures:SEEN"},
    "model.indicator.Series": {"rates": "monitoring.pictures:RATES"},
    "model.crosswalk.Crosswalk": {"links": "audit.pictures:LINKS"},
    "programme.cohort.bands.CohortBands": {"spread": "programme.cohort.pictures:SPREAD"},
    "programme.cohort.bands.SchoolStanding": {"standing": "programme.cohort.pictures:STANDING"},
    "programme.hub.hub_matching.HubMatching": {"matching": "programme.hub.pictures:MATCHING"},
    "programme.hub.heat_map.HeatMap": {"heat": "programme.hub.pictures:HEAT"},
}
"""For each class the kinds of pictures that it has, the usual one first, and where they are."""


def kinds_of(class_: type[Any]) -> Mapping[str, str]:
    """Return the kinds of pictures of a class and where each is; none for most classes."""
    return PICTURES.get(f"{class_.__module__}.{class_.__name__}".removeprefix(f"{_HOME}."), {})


class Pictures:
    """The pictures of one object: ``x.plot()``, ``x.plot("gantt")`` or ``x.plot.gantt()``.

    ``x.plot.describe()`` says in words what the picture shows, for those who do not see it, and
    ``x.plot.rows()`` has its numbers. Each takes a ``kind``; without it, the first is meant.
    """

    __slots__ = ("_kinds", "_of")

    def __init__(self, of: object, kinds: Mapping[str, str]) -> None:
        self._of = of
        self._kinds = kinds

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds that there are, the usual one first."""
        return tuple(self._kinds)

    def _picture(self, kind: str | None) -> Picture:
        name = next(iter(self._kinds)) if kind is None else kind
        if name not in self._kinds:
            raise UnknownNameError("picture", str(name), self._kinds)
        module, _, picture = self._kinds[name].partition(":")
        found: Picture = getattr(import_module(f"{_HOME}.{module}"), picture)
        return found

    def __call__(
        self,
        kind: str | None = None,
        *,
        ax: Axes | None = None,
        **options: Any,  # noqa: ANN401  (those of the kind)
    ) -> Axes:
        """Draw a picture and return its axes.

        Parameters
        ----------
        kind : str, optional
            One of `kinds`; the first without it.
        ax : matplotlib.axes.Axes, optional
            Where to draw; a new figure without it.
        **options
            Those of the kind, such as ``outcome`` of a forecast.

        Raises
        ------
        UnknownNameError
            No such kind.
        MissingExtraError
            Matplotlib is not installed.
        """
        return self._picture(kind).draw(self._of, ax=ax, **options)

    def describe(self, kind: str | None = None, **options: Any) -> str:  # noqa: ANN401
        """Return in words what a picture shows: the alternative text of the image."""
        return self._picture(kind).words(self._of, **options)

    def rows(self, kind: str | None = None, **options: Any) -> list[dict[str, Any]]:  # noqa: ANN401
        """Return the numbers of a picture, a row for each thing drawn."""
        return self._picture(kind).rows(self._of, **options)

    def __getattr__(self, name: str) -> _Kind:
        if name.startswith("_") or name not in self._kinds:
            known = ", ".join(self._kinds)
            msg = f"no picture {name!r} of a {type(self._of).__name__}; there is {known}"
            raise AttributeError(msg)
        return _Kind(self, name)

    def __dir__(self) -> list[str]:
        return [*self._kinds, "describe", "kinds", "rows"]

    def __repr__(self) -> str:
        return f"<pictures of a {type(self._of).__name__}: {', '.join(self._kinds)}>"


class _Kind:
    """One kind of picture of one object."""

    __slots__ = ("_kind", "_of")

    def __init__(self, of: Pictures, kind: str) -> None:
        self._of, self._kind = of, kind

    def __call__(self, *, ax: Axes | None = None, **options: Any) -> Axes:  # noqa: ANN401
        """Draw it; see `Pictures`."""
        return self._of(self._kind, ax=ax, **options)

    def describe(self, **options: Any) -> str:  # noqa: ANN401
        """Return in words what it shows."""
        return self._of.describe(self._kind, **options)

    def rows(self, **options: Any) -> list[dict[str, Any]]:  # noqa: ANN401
        """Return its numbers."""
        return self._of.rows(self._kind, **options)

    def __repr__(self) -> str:
        return f"<picture {self._kind}>"


class PlotAccessor:
    """Gives an object that has pictures the attribute ``plot``, and others none."""

    __slots__ = ()

    def __get__(self, instance: object, owner: type[Any]) -> Pictures:
        """Return the pictures of an object."""
        kinds = kinds_of(owner)
        if not kinds:
            msg = f"a {owner.__name__} has no picture"
            raise AttributeError(msg)
        return Pictures(instance, kinds)
