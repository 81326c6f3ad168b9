"""The frame of every chart: Matplotlib if it is installed, axes, one style, labels, a legend."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from threading import RLock
from typing import TYPE_CHECKING, Any, Literal

from behaviour_culture.errors import Fault, FaultCode, InvalidInputError, MissingExtraError, shorten

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = [
    "AMBER",
    "BLUE",
    "COLOURS",
    "DARK",
    "GREEN",
    "GREY",
    "HATCHES",
    "MARKS",
    "PURPLE",
    "RED",
    "SKY",
    "chart_frame",
    "height_of",
    "interval_bars",
    "legend_beside",
    "name_points",
    "pyplot",
    "top_down",
    "wrapped",
]

_STYLE = "petroff10"
BLUE, AMBER, GREEN, RED = "#0072B2", "#E69F00", "#009E73", "#D55E00"
SKY, PURPLE, DARK, GREY = "#56B4E9", "#CC79A7", "#333333", "0.45"
"""Colours of Okabe and Ito, told apart by those who do not see red and green; a mark, a hatch or
a label repeats what they show, for print in grey."""
COLOURS, MARKS = (BLUE, AMBER, GREEN, PURPLE, RED, SKY), "os^Dvp"
"""The looks of several things of one kind, one after the other."""
HATCHES = ("", "//", "..", "xx", "\\\\", "++", "oo", "--", "**", "||")
_WRAP = 40
_PER_INCH = 8.5
"""Letters of a title in an inch, at least."""
_DRAWING = RLock()
"""Matplotlib keeps its style for the process: two threads would put back each other's."""
_ON_WHITE = {"axes.facecolor": "white", "text.color": "black", "patch.edgecolor": "black"}


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
    InvalidInputError
        ``ax`` are no axes.
    """
    plt = pyplot()
    _check_axes(ax)
    with _DRAWING, plt.style.context(_STYLE):
        axes: Axes = plt.subplots(figsize=size, layout="constrained")[1] if ax is None else ax
        axes.set_title(_on_lines(title, size[0]), loc="left", pad=pad)
        axes.set_xlabel(x)
        axes.set_ylabel(_on_lines(y, 0.85 * size[1]))
        axes.set_axisbelow(True)
        if grid is not None:
            axes.grid(visible=True, axis=grid, color="0.85", linewidth=0.6)
        if not _is_dark(axes):
            yield axes
            return
        # Dark marks and letters would be lost: what is drawn lies on white, and the words around
        # it keep the colours of the page.
        axes.set_facecolor("white")
        with plt.rc_context(_ON_WHITE):
            yield axes


def _check_axes(ax: object) -> None:
    from matplotlib.axes import Axes  # noqa: PLC0415  (of the extra that is there by now)

    if ax is not None and not isinstance(ax, Axes):
        message = f"expected axes of matplotlib, got {shorten(ax)}"
        fault = Fault("ax", message, shorten(ax), FaultCode.WRONG_TYPE)
        raise InvalidInputError("chart", [fault])


def _is_dark(axes: Axes) -> bool:
    """Return whether axes, or the figure that shows through them, are nearer black than white."""
    from matplotlib.colors import to_rgba  # noqa: PLC0415  (of the extra that is there by now)

    faces = (to_rgba(face) for face in (axes.get_facecolor(), axes.figure.get_facecolor()))
    seen = next((face for face in faces if face[3] > 0), (1.0, 1.0, 1.0, 1.0))
    return sum(seen[:3]) < 1.5  # noqa: PLR2004  (half of white)


def _on_lines(title: str, inches: float) -> str:
    """Return a title on lines that a figure of this width has room for."""
    from textwrap import fill  # noqa: PLC0415  (only for a picture)

    return fill(title, max(20, int(_PER_INCH * inches)))


def legend_beside(axes: Axes, **options: Any) -> None:  # noqa: ANN401  (as Matplotlib takes them)
    """Add a legend of what is there: right of the only axes of a figure, inside one of several."""
    if not axes.get_legend_handles_labels()[0] and "handles" not in options:
        return
    alone = len(axes.figure.axes) == 1
    place = {"loc": "upper left", "bbox_to_anchor": (1.0, 1.0)} if alone else {"loc": "best"}
    axes.legend(**place, fontsize="small", framealpha=0.8, **options)


Box = tuple[float, float, float, float]


def _overlap(one: Box, other: Box) -> bool:
    across = one[0] < other[2] and other[0] < one[2]
    return across and one[1] < other[3] and other[1] < one[3]


def name_points(axes: Axes, points: Iterable[tuple[float, float, str]]) -> None:
    """Write a name beside each point, where it covers no other name, as far as there is room."""
    taken: list[Box] = []
    for x, y, name in sorted(points, key=lambda point: (point[0], point[1])):
        at_x, at_y = axes.transData.transform((x, y))
        wide = 5.6 * len(name)
        places = [(7, 4, "left"), (-7, 4, "right"), (7, -12, "left"), (-7, -12, "right")]
        places += [(7, 4 + 12 * k, "left") for k in range(1, 6)]
        lefts = [at_x + dx - (wide if side == "right" else 0) for dx, _, side in places]
        boxes = [
            (left, at_y + dy, left + wide, at_y + dy + 11)
            for left, (_, dy, _) in zip(lefts, places, strict=True)
        ]
        free = (i for i, box in enumerate(boxes) if not any(_overlap(box, b) for b in taken))
        chosen = next(free, len(boxes) - 1)
        dx, dy, side = places[chosen]
        taken.append(boxes[chosen])
        axes.annotate(
            name, (x, y), xytext=(dx, dy), textcoords="offset points", ha=side, fontsize="small"
        )


def height_of(rows: int, *, least: float = 2.4, each: float = 0.34) -> float:
    """Return how many inches a number of labelled rows takes."""
    return max(least, each * rows + 1.4)


def wrapped(names: Iterable[str], width: int = _WRAP) -> list[str]:
    """Return names on lines that are no longer than a label may be."""
    from textwrap import fill  # noqa: PLC0415  (only for a picture)

    return [fill(name, width) for name in names]


def top_down(axes: Axes, names: Iterable[str], width: int = _WRAP) -> None:
    """Label the rows of a chart, the first at the top."""
    labels = wrapped(names, width)
    axes.set_yticks(range(len(labels)), labels, fontsize="small")
    axes.set_ylim(len(labels) - 0.4, -0.6)


def interval_bars(  # noqa: PLR0913  (what is drawn, where)
    axes: Axes,
    values: Sequence[float],
    lowers: Sequence[float],
    uppers: Sequence[float],
    places: Sequence[float],
    *,
    colour: str = BLUE,
    mark: str = "o",
    label: str = "",
) -> None:
    """Draw values as marks, with their intervals as lines across, a row for each place."""
    for place, low, high in zip(places, lowers, uppers, strict=True):
        axes.plot([low, high], [place, place], color=colour, linewidth=2.2, solid_capstyle="butt")
    axes.plot(values, places, mark, color=colour, markeredgecolor=DARK, markersize=6, label=label)
