"""A picture of one outcome of a forecast: the mean and bands of the draws, by half-term."""

from __future__ import annotations

from typing import TYPE_CHECKING

from behaviour_culture._plot import BLUE, chart_frame, legend_beside
from behaviour_culture.checks import require_types
from behaviour_culture.impact.forecasting.result import Forecast

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["plot_forecast"]

_BANDS = ((0.95, 0.15), (0.8, 0.32), (0.5, 0.52))
"""Share of draws, and how much of the colour its band has: solid, so that the legend shows it."""


def plot_forecast(forecast: Forecast, outcome: str = "conduct", *, ax: Axes | None = None) -> Axes:
    """Draw how an outcome may change: mean, and the bands that hold 50, 80 and 95% of draws.

    Parameters
    ----------
    forecast : Forecast
    outcome : str
        An outcome of it, such as ``climate-staff``, drawn in points (hundredths) of change from
        today; or a principle, drawn in per cent in place.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure without it.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    InvalidInputError
        Not a forecast.
    UnknownNameError
        The forecast has no such outcome or principle.
    MissingExtraError
        Matplotlib is not installed.
    """
    require_types("plot_forecast", forecast=(forecast, Forecast), outcome=(outcome, str))
    practice = outcome in {s.id for s in forecast.maturity}
    series = forecast.principle(outcome) if practice else forecast.outcome(outcome)
    months, mean = forecast.inputs.months.tolist(), 100 * series.mean
    with chart_frame(
        ax,
        (8, 4.8),
        title=f"{series.name}: a planning index, not a prediction",
        y="per cent in place" if practice else f"hundredths of a {series.unit}",
    ) as axes:
        from matplotlib.colors import to_rgb  # noqa: PLC0415  (of the extra that is there by now)

        colour = to_rgb(BLUE)
        for level, strength in _BANDS:
            low, high = (100 * series.interval(level)).T
            shade = tuple(1 - strength * (1 - part) for part in colour)
            axes.fill_between(
                months, low, high, color=shade, linewidth=0, label=f"{level:.0%} of draws"
            )
        axes.plot(months, mean, color=colour, linewidth=2, marker="o", markersize=4, label="mean")
        if not practice:
            axes.axhline(0, color="0.25", linewidth=1, label="today")
        axes.set_xticks(months, forecast.half_terms, rotation=45, ha="right", fontsize="small")
        legend_beside(axes)
    return axes
