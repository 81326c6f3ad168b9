"""Read and check all published exclusions of 2006/07 to 2016/17, and chart England.

Run ``python exclusions_2006_2017.py exclusions_by_geographic_level.zip``: the Department for
Education's table with 242,170 rows. Without a path it reads the 44 rows for England that are
beside it. It needs the extras ``frames`` and ``plot``.
"""

from __future__ import annotations

import resource
import sys
import tempfile
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from statistics import median
from time import perf_counter, process_time

import matplotlib as mpl
import polars as pl

from behaviour_culture.monitoring import (
    read_published,
    series_from_published,
    xmr_chart,
)

HERE = Path(__file__).parent
ROUNDS = 5
MANY = 10_000
"""Fewer rows are read in no time either way: a ratio would say nothing."""


def seconds(what: Callable[[], object]) -> tuple[float, float]:
    """Return how long one run takes: by the clock, and of all processors together."""
    began = perf_counter(), process_time()
    what()
    return perf_counter() - began[0], process_time() - began[1]


def plain_bytes(path: Path) -> bytes:
    """Return the bytes of the table, taken out of a zip beforehand."""
    if path.suffix != ".zip":
        return path.read_bytes()
    with zipfile.ZipFile(path) as archive:
        names = [n for n in archive.namelist() if n.endswith(".csv") and ".meta." not in n]
        return archive.read(names[0])


def peak_megabytes() -> float:
    """Return the most memory that this process has held so far."""
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / (1e6 if sys.platform == "darwin" else 1e3)


def main(path: Path) -> None:
    """Read, check and chart one table, and say how long each took."""
    before = peak_megabytes()
    table = read_published(path)
    peak = peak_megabytes()
    print(table)
    print(f"peak memory {peak:.0f} MB, of which {before:.0f} MB before reading")

    content = plain_bytes(path)
    times = [  # turn by turn, so that whatever else the machine does meets both
        (
            *seconds(lambda: read_published(path)),
            *seconds(lambda: pl.read_csv(BytesIO(content), infer_schema_length=0)),
        )
        for _ in range(ROUNDS)
    ]
    ours, our_work, plain, plain_work = (median(column) for column in zip(*times, strict=True))
    print(f"read and checked in {ours:.3f} s; a plain read of the same bytes, all as text, in")
    print(f"{plain:.3f} s" + (f": {ours / plain:.1f} times that" if len(table) > MANY else ""))
    print(f"processor time {our_work:.3f} s beside {plain_work:.3f} s")

    if "National" not in table.column("geographic_level").labels:
        print("no rows for England: nothing is charted")
        return
    began = perf_counter()
    secondary = {"education_phase": "State-funded secondary"}
    series = series_from_published(table, "suspension", where=secondary)
    chart = xmr_chart(series)
    axes = chart.plot(labels=[p.label for p in series.periods])
    with tempfile.TemporaryDirectory() as folder:
        axes.figure.savefig(Path(folder) / "suspensions.png", dpi=100)
    print(chart)
    print(f"charted in {perf_counter() - began:.2f} s")


if __name__ == "__main__":
    mpl.use("Agg")  # draw to a file, without a window
    small = HERE / "published" / "exclusions_england_2006_2017.csv"
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else small)
