"""``chart``: whether counts over time vary by more than chance."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from behaviour_culture._display import count_of
from behaviour_culture.commands.counts import series_of
from behaviour_culture.commands.parsing import (
    Commands,
    add_command,
    add_out_file_option,
    add_series_options,
    check_out_file,
)
from behaviour_culture.commands.terminal import say
from behaviour_culture.errors import WriteError
from behaviour_culture.interchange.file_bytes import write_bytes

if TYPE_CHECKING:
    from behaviour_culture.model.indicator import Indicator, Series
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
    add_out_file_option(chart, "a picture, .png or .svg (extra plot)", metavar="OUT")
    add_series_options(chart)


def _chart(options: argparse.Namespace) -> int:
    from behaviour_culture.content.loader import load_indicators  # noqa: PLC0415
    from behaviour_culture.monitoring import u_chart  # noqa: PLC0415  (loads numpy)

    series = series_of(options.counts, options)
    indicator = load_indicators().indicator(series.indicator)
    check_out_file(options)
    if options.out and Path(options.out).suffix.lower() not in {".png", ".svg"}:
        raise WriteError(options.out, "the suffix says neither .png nor .svg")
    chart = u_chart(series, prime=options.prime, baseline=options.baseline)
    for line in _words(chart, series, indicator):
        say(line)
    if options.out:
        _picture(Path(options.out), chart, [p.label for p in series.periods])
        say(f"\nWritten, with small counts hidden:\n  {options.out}")
    return 0


_MOST = 8
_OVER = {"pupil-days": "for 100 pupils a school day", "pupils": "for 100 pupils"}


def _words(chart: ControlChart, series: Series, indicator: Indicator) -> list[str]:
    """Say what the chart shows: the average for 100 pupils, and what is better or worse."""
    from behaviour_culture.monitoring.control_charts.chart import (  # noqa: PLC0415  (numpy)
        OVERDISPERSED,
    )
    from behaviour_culture.monitoring.control_charts.rules import RULE_SETS  # noqa: PLC0415

    over = _OVER.get(series.exposure_kind.value, f"for 100 {series.exposure_kind.value}")
    made_of = "" if chart.baseline == len(chart.values) else f"the first {chart.baseline} of "
    lines = [
        f"{indicator.name}: on average {100 * chart.centre:.3g} {over}, by {made_of}"
        f"{count_of(len(chart.values), 'period')}"
    ]
    points = sorted({signal.point for signal in chart.signals})
    labels = [p.label for p in series.periods]
    for above in (True, False):
        there = [i for i in points if (chart.values[i] > chart.centre) == above]
        if not there:
            continue
        shown = ", ".join(labels[i] for i in there[:_MOST])
        more = f" and {len(there) - _MOST} more" if len(there) > _MOST else ""
        lines.append(f"  {_judged(indicator, above=above)}: {shown}{more}")
    if points:
        lines.append("  More than chance would show, cause unknown.")
    else:
        lines.append(f"  {chart.statement}")
    texts = {rule.name: rule.text for rule in RULE_SETS[chart.rules]}
    by_rule = dict.fromkeys(signal.rule for signal in chart.signals)
    lines += [f"  What counts as a signal: {texts[rule]}" for rule in by_rule]
    lines += [f"  {note}" for note in chart.notes]
    if not chart.prime and chart.dispersion is not None and chart.dispersion > OVERDISPERSED:
        lines.append("  The prime chart: say --prime.")
    return [*lines, f"  Beware: {indicator.gaming}"]


def _judged(indicator: Indicator, *, above: bool) -> str:
    """Say whether points above or below the average are better or worse."""
    from behaviour_culture.model.indicator import Direction  # noqa: PLC0415  (only here)

    where = "higher" if above else "lower"
    if indicator.direction is Direction.NEITHER:
        return f"{where.capitalize()} than the average, which alone is neither better nor worse"
    better = above == (indicator.direction is Direction.HIGHER)
    return f"{'Better' if better else 'Worse'} ({where} than the average)"


def _picture(path: Path, chart: ControlChart, labels: list[str]) -> None:
    from io import BytesIO  # noqa: PLC0415

    drawn = BytesIO()
    figure = chart.plot(labels=labels).get_figure(root=True)
    assert figure is not None  # noqa: S101  (it was drawn on one)
    figure.savefig(drawn, format=path.suffix.lower()[1:])
    write_bytes(path, drawn.getvalue())
