"""``chart``: whether counts over time vary by more than chance."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from behaviour_culture.commands.counts import series_of
from behaviour_culture.commands.parsing import Commands, add_command, add_series_options
from behaviour_culture.commands.terminal import say
from behaviour_culture.errors import WriteError

if TYPE_CHECKING:
    from behaviour_culture.monitoring.control_charts.chart import ControlChart

__all__ = ["add"]


def add(commands: Commands) -> None:
    """Add the command."""
    chart = add_command(
        commands, "chart", _chart, "report whether counts over time vary by more than chance"
    )
    chart.add_argument("counts", metavar="COUNTS", help=".csv with columns start and count")
    chart.add_argument(
        "--baseline", type=int, metavar="N", help="first periods, all before the change"
    )
    chart.add_argument(
        "--prime", action="store_true", help="for counts that vary more than chance alone"
    )
    chart.add_argument("-o", "--out", help="a picture, .png or .svg (extra plot)")
    add_series_options(chart)


def _chart(options: argparse.Namespace) -> int:
    from behaviour_culture.monitoring import u_chart  # noqa: PLC0415  (loads numpy)

    series = series_of(options.counts, options)
    chart = u_chart(series, prime=options.prime, baseline=options.baseline)
    say(str(chart))
    if options.out:
        _picture(Path(options.out), chart, [p.label for p in series.periods])
        say(f"\nWritten, with small counts hidden:\n  {options.out}")
    return 0


def _picture(path: Path, chart: ControlChart, labels: list[str]) -> None:
    from io import BytesIO  # noqa: PLC0415

    from behaviour_culture.interchange.files import write_bytes  # noqa: PLC0415
    from behaviour_culture.monitoring import plot_chart  # noqa: PLC0415

    suffix = path.suffix.lower()
    if suffix not in {".png", ".svg"}:
        raise WriteError(str(path), f"the suffix {path.suffix!r} is neither .png nor .svg")
    drawn = BytesIO()
    figure = plot_chart(chart, labels=labels).get_figure(root=True)
    assert figure is not None  # noqa: S101  (it was drawn on one)
    figure.savefig(drawn, format=suffix[1:])
    write_bytes(path, drawn.getvalue())
