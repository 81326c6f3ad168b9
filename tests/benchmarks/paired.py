"""Paired, interleaved timing for the benchmark scripts: ratios, medians, one small table.

A machine that is busy slows both sides of a pair alike, so each round times every side
once, in an order that turns from round to round, and the figure is the median over rounds
of the ratio within a round. One round before them warms the caches and is thrown away.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from statistics import median
from typing import Any

__all__ = ["arguments", "cpu_of_process", "output_of_process", "ratios", "rounds_of", "row", "show"]


def arguments(description: str | None, rounds: int = 7) -> argparse.ArgumentParser:
    """Return a parser with the two options that every script has."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    parser.add_argument("--rounds", type=_rounds, default=rounds, help="at least 5")
    return parser


def _rounds(text: str) -> int:
    count = int(text)
    if count < 5:
        msg = f"a median of {count} rounds says little: at least 5"
        raise argparse.ArgumentTypeError(msg)
    return count


def rounds_of(sides: Mapping[str, Callable[[], float]], rounds: int) -> dict[str, list[float]]:
    """Time each side once in every round, the order turning, after one round to warm up."""
    names = list(sides)
    times: dict[str, list[float]] = {name: [] for name in names}
    for turn in range(rounds + 1):
        shift = turn % len(names)
        for name in names[shift:] + names[:shift]:
            seconds = sides[name]()
            if turn:
                times[name].append(seconds)
    return times


def ratios(times: Mapping[str, Sequence[float]], yardstick: str) -> list[dict[str, Any]]:
    """Return a row for each side: median seconds, and its ratio to the yardstick by round."""
    base = times[yardstick]
    rows = []
    for name, seconds in times.items():
        paired = [mine / theirs for mine, theirs in zip(seconds, base, strict=True)]
        rows.append(
            {
                "what": name,
                "seconds": median(seconds),
                "ratio": median(paired),
                "ratio_low": min(paired),
                "ratio_high": max(paired),
            }
        )
    return rows


def row(what: str, ratio: float, target: float, *, more: bool = False) -> dict[str, Any]:
    """Return one figure that has a target, which less or ``more`` is better than."""
    return {"what": what, "ratio": ratio, "target": target, "more": more}


def output_of_process(code: str) -> str:
    """Run a program in a fresh interpreter and return what it prints."""
    done = subprocess.run(  # noqa: S603  (our own programs)
        [sys.executable, "-c", code], check=True, capture_output=True, text=True
    )
    return done.stdout


def cpu_of_process(arguments: Sequence[str]) -> float:
    """Run a fresh interpreter and return its user and system seconds, imports included."""
    process = subprocess.Popen(  # noqa: S603  (our own programs)
        [sys.executable, *arguments], stdout=subprocess.DEVNULL
    )
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, process.args)
    return usage.ru_utime + usage.ru_stime


def show(report: dict[str, Any], *, as_json: bool) -> None:
    """Print a report: JSON for machines, or a small table of its rows and its notes."""
    if as_json:
        print(json.dumps(report, indent=2))
        return
    print(f"{report['benchmark']}, medians of {report['rounds']} rounds")
    for row in report["rows"]:
        target = "" if row.get("target") is None else f"   wanted at most {row['target']:.2f}"
        print(
            f"  {row['what']:<52} {row['seconds'] * 1000:9.1f} ms   "
            f"x{row['ratio']:.2f} ({row['ratio_low']:.2f} to {row['ratio_high']:.2f}){target}"
        )
    for note in report.get("notes", ()):
        print(f"  {note}")
