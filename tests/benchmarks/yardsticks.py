"""Every figure that has a target, beside what was measured before: ``yardsticks.csv``.

Each is a ratio to a yardstick that runs in the same process, or memory: the machine matters
little. Exit code 1 where a figure is a quarter worse than the committed one; such a figure is
measured again first, since a busy machine spoils a run now and then. A figure under a tenth of the
most that is allowed is not compared: there a millisecond of the disk is a multiple. A target that
is missed is shown, and is no failure. ``--renew`` writes the table.
"""

from __future__ import annotations

import argparse
import csv
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
TABLE = HERE / "yardsticks.csv"
SCRIPTS = ("imports", "graph", "cohort", "forecast", "nation", "sensitivity", "scenarios")
WORSE, TRIES, FAR_BELOW = 1.25, 3, 0.1


def measured(script: str) -> dict[str, dict[str, Any]]:
    """Run a script, and return its figures that have a target, by what they say."""
    command = [sys.executable, str(HERE / f"{script}.py"), "--json"]
    done = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603
    rows = json.loads(done.stdout)["rows"]
    return {row["what"]: row for row in rows if row.get("target") is not None}


def committed() -> list[dict[str, str]]:
    """Return the lines of the table."""
    if not TABLE.exists():
        return []
    with TABLE.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def renew(rows: list[dict[str, Any]]) -> None:
    """Write the table: what was measured, and the lines of scripts that did not run."""
    ran = {row["script"] for row in rows}
    lines: list[dict[str, Any]] = [line for line in committed() if line["script"] not in ran]
    for row in rows:
        better = "more" if row.get("more") else "less"
        lines.append(
            {"script": row["script"], "what": row["what"], "ratio": f"{row['ratio']:.3g}"}
            | {"better": better, "target": row["target"]}
        )
    lines.sort(key=lambda line: SCRIPTS.index(line["script"]))
    with TABLE.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(lines[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(lines)


def times_worse(row: dict[str, Any], before: dict[str, float]) -> float:
    """Return how many times worse a figure is than the committed one: 1 where there is none."""
    old = before.get(row["what"], row["ratio"])
    if not row.get("more") and row["ratio"] < FAR_BELOW * row["target"]:
        return 1.0
    return float(old / row["ratio"] if row.get("more") else row["ratio"] / old)


def measure(scripts: list[str], before: dict[str, float]) -> list[dict[str, Any]]:
    """Return the figures of all scripts, each the best of as many tries as it needed."""
    found: list[dict[str, Any]] = []
    for script in scripts:
        best = measured(script)
        for _ in range(TRIES - 1):
            if all(times_worse(row, before) <= WORSE for row in best.values()):
                break
            for what, row in measured(script).items():
                if times_worse(row, before) < times_worse(best[what], before):
                    best[what] = row
        found += [row | {"script": script} for row in best.values()]
    return found


def main() -> int:
    """Measure, print, compare, and write the table where that was asked for."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("scripts", nargs="*", choices=[[], *SCRIPTS], help="all without any")
    parser.add_argument("--renew", action="store_true", help="write yardsticks.csv")
    options = parser.parse_args()
    before = {line["what"]: float(line["ratio"]) for line in committed()}
    rows = measure(list(options.scripts) or list(SCRIPTS), {} if options.renew else before)
    bad = 0
    for row in rows:
        missed = row["ratio"] < row["target"] if row.get("more") else row["ratio"] > row["target"]
        worse = times_worse(row, before) > WORSE
        bad += worse
        said = [f"before {before[row['what']]:.3g}"] if row["what"] in before else []
        said += ["target missed"] if missed else []
        said += ["WORSE"] if worse else []
        wanted = f"{'at least' if row.get('more') else 'at most'} {row['target']:g}"
        print(f"{row['what']:<60} {row['ratio']:8.3g}   {wanted:<14} {', '.join(said)}")
    if options.renew:
        renew(rows)
        return 0
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
