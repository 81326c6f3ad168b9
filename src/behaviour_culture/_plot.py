"""The frame of every chart: Matplotlib if it is installed, axes, one style, labels, a legend."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Literal

from behaviour_culture.errors import MissingExtraError

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["chart_frame", "legend_beside", "pyplot"]

_STYLE = "petroff10"


def pyplot() -> Any:  # noqa: ANN401  (a module)
    """Return ``matplotlib.pyplot``, or raise `MissingExtraError`."""
    try:
        import matplotlib.pyplot as plt  # noqa: PLC0415  (an extra)
    except ImportError:
        raise MissingExtraError("matplotlib", "plot", "a chart") from None
    return plt


@contextmanager
def chart_frame(  # noqa: PLR0913  (the parts of a frame)
    ax: Axes | None,
    size: tuple[float, float],
    *,
    title: str = "",
    x: str = "",
    y: str = "",
    grid: Literal["x", "y", "both"] | None = "y",
    pad: float | None = None,
) -> Iterator[Axes]:
    """Give the axes of a chart, with title, labels and grid, to draw on in one style.

    Parameters
    ----------
    ax : matplotlib.axes.Axes or None
        The axes to draw on; None for a new figure.
    size : (float, float)
        Width and height of a new figure, in inches.
    title, x, y : str
        The title, at the left, and the labels of both axes.
    grid : {"x", "y", "both"} or None
        The lines of the grid; they are drawn below everything else.
    pad : float, optional
        The distance between the title and the axes, in points.

    Raises
    ------
    MissingExtraError
        Matplotlib is not installed.
    """
    plt = pyplot()
    with plt.style.context(_STYLE):
        axes: Axes = ax or plt.subplots(figsize=size, layout="constrained")[1]
        axes.set_title(title, loc="left", pad=pad)
        axes.set_xlabel(x)
        axes.set_ylabel(y)
        axes.set_axisbelow(True)
        if grid is not None:
            axes.grid(visible=True, axis=grid, color="0.85", linewidth=0.6)
        yield axes


def legend_beside(axes: Axes, **options: Any) -> None:  # noqa: ANN401  (as Matplotlib takes them)
    """Add a legend at the right of the axes."""
    axes.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0), fontsize="small", **options)
