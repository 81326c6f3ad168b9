"""Where a chart is drawn: Matplotlib if it is installed, and axes that were given or are new."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from behaviour_culture.errors import MissingExtraError

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["STYLE", "axes_or_new", "finish_axes", "pyplot"]

STYLE = "petroff10"
"""Matplotlib's style of all charts: colours that differ for colour-blind readers too."""


def pyplot() -> Any:  # noqa: ANN401  (a module)
    """Return ``matplotlib.pyplot``, or raise `MissingExtraError`."""
    try:
        import matplotlib.pyplot as plt  # noqa: PLC0415  (an extra)
    except ImportError:
        raise MissingExtraError("matplotlib", "plot", "a chart") from None
    return plt


def axes_or_new(ax: Axes | None, width: float, height: float) -> Axes:
    """Return the axes that were given, or those of a new figure of a size in inches."""
    if ax is not None:
        return ax
    _, axes = pyplot().subplots(figsize=(width, height), layout="constrained")
    found: Axes = axes
    return found


def finish_axes(axes: Axes, *, title: str, x: str, y: str, grid: str = "y") -> None:
    """Give a chart its title, the names of its axes, a grid behind it and a legend beside it."""
    axes.set_title(title, loc="left")
    axes.set_xlabel(x)
    axes.set_ylabel(y)
    axes.grid(visible=True, axis=grid, color="0.9", linewidth=0.6)  # type: ignore[arg-type]
    axes.set_axisbelow(True)
    axes.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0), fontsize="small")
