"""Where a chart is drawn: Matplotlib if it is installed, and axes that were given or are new."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from behaviour_culture.errors import MissingExtraError

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["axes_or_new", "pyplot"]


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
