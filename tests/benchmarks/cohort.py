"""24,000 audits of 45 items: reading, scoring, and the memory of both, beside orjson and numpy.

T3: JSON lines to a checked cohort; T5: peak memory of that over the text's size; T6: JSON lines to
score columns, streamed, both for lines as we write them and as others do, with a twentieth of all
ratings missing. Lines of which each has its keys in an order of its own are read one at a time,
and have no target. T8: a cohort to JSON lines, beside orjson.dumps of the same dicts. T9: scores
of 24,000 schools x 45 items x 3 rounds. T19: one bad line of all, to the error, beside reading the
good file. BLAS has one thread
and times are those of the processor, so that a busy machine changes ratios little. The garbage
collector is off around every arm of reading, and on again in rows that say so.
"""

from __future__ import annotations

import gc
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np
import orjson  # type: ignore[import-not-found, unused-ignore]
from paired import arguments, ratios, rounds_of, show

import behaviour_culture as bc
from behaviour_culture.programme import Cohort, stream_scores
from behaviour_culture.programme.cohort.scoring import Weights

SCHOOLS = 24_000
TARGETS: Mapping[str, float] = {"T3": 2.0, "T6": 1.0}
FRAMEWORK = bc.load_framework("tfi-2.1")
ITEMS = tuple(item.id for item in FRAMEWORK.items)


def written(folder: Path, schools: int) -> Path:
    """Write synthetic audits, one in twenty with an item that was not assessed."""
    rng = np.random.default_rng(0)
    ratings = rng.integers(0, 3, (1, schools, len(ITEMS))).astype(np.float64)
    ratings[0, ::20, 7] = np.nan
    cohort = Cohort(
        framework=FRAMEWORK,
        schools=[f"s-{i:06d}" for i in range(schools)],
        rounds=[1],
        phases=["primary"] * schools,
        contexts=["high-fsm"] * schools,
        ratings=ratings,
    )
    return cohort.write_jsonl(folder / f"audits-{schools}.jsonl")


def rewritten(path: Path, dumps: Callable[[Any], str | bytes]) -> Path:
    """Write the lines of a file in another way, with every twentieth rating missing."""
    rng = np.random.default_rng(2)
    there = rng.random((SCHOOLS, len(ITEMS))) >= 0.05
    lines = []
    for text, known in zip(path.read_bytes().splitlines(), there.tolist(), strict=True):
        data = orjson.loads(text)
        rated = zip(data["ratings"].items(), known, strict=True)
        data["ratings"] = {item: value if is_known else None for (item, value), is_known in rated}
        line = dumps(data)
        lines.append(line if isinstance(line, bytes) else line.encode())
    other = path.with_name("rewritten.jsonl")
    other.write_bytes(b"\n".join(lines) + b"\n")
    return other


def timed(work: Callable[[], object], *, collect: bool = False) -> Callable[[], float]:
    """Return a side of a pair: processor seconds of some work, its result let go outside."""

    def side() -> float:
        gc.collect()
        if not collect:
            gc.disable()
        start = time.process_time()
        kept = work()
        seconds = time.process_time() - start
        gc.enable()
        del kept
        return seconds

    return side


def peak(code: str) -> int:
    """Return what code prints in a fresh process, in which ``most`` tells the peak in bytes."""
    script = (
        "import behaviour_culture as bc\n"
        "from behaviour_culture.programme import Cohort, stream_scores\n"
        "framework = bc.load_framework('tfi-2.1')\n"
        "def most():\n"
        "    status = open('/proc/self/status').read()\n"
        "    return int(status.split('VmHWM:')[1].split()[0]) * 1024\n"
        f"{code}\n"
    )
    done = subprocess.run(  # noqa: S603  (this interpreter and the code above)
        [sys.executable, "-c", script], check=True, capture_output=True, text=True
    )
    return int(done.stdout)


def peak_of_cohort(path: Path, warm: Path) -> int:
    """Return the peak of reading a cohort, once the modules are loaded."""
    return peak(
        f"Cohort.read_jsonl({str(warm)!r}, framework)\nbefore = most()\n"
        f"kept = Cohort.read_jsonl({str(path)!r}, framework)\nprint(most() - before)"
    )


def peak_of_stream(path: Path, warm: Path) -> int:
    """Return the peak of streaming scores that are let go."""
    return peak(
        f"for batch in stream_scores({str(warm)!r}, framework=framework): pass\nbefore = most()\n"
        f"for batch in stream_scores({str(path)!r}, framework=framework): pass\n"
        "print(most() - before)"
    )


LAYOUTS: dict[str, Callable[[Any], str | bytes]] = {
    "orjson.dumps": orjson.dumps,
    "json.dumps": json.dumps,
    "json.dumps, sorted": partial(json.dumps, sort_keys=True),
}


def dumped_in_any_order(data: dict[str, Any]) -> bytes:
    """Write a line in which both objects have their keys in an order that its school gives."""
    shuffle = Random(data["school"]).sample  # noqa: S311  (nothing secret)
    ratings = data["ratings"]
    data["ratings"] = {key: ratings[key] for key in shuffle(list(ratings), len(ratings))}
    return orjson.dumps({key: data[key] for key in shuffle(list(data), len(data))})


def reading(path: Path, rounds: int) -> list[dict[str, Any]]:
    """Return the rows of T3 and T6 for each layout, of the whole cohort, and of the collector."""

    def cohort() -> object:
        return Cohort.read_jsonl(path, FRAMEWORK).scores()

    rows = beside_orjson(path, "", rounds, {"checked cohort and its scores": timed(cohort)})
    rows += beside_orjson(path, ", collector on", rounds, targets={}, collect=True)
    for name, dumps in LAYOUTS.items():
        rows += beside_orjson(rewritten(path, dumps), f", {name}", rounds)
    other = rewritten(path, dumped_in_any_order)
    return rows + beside_orjson(other, ", keys in any order", rounds, targets={})


def beside_orjson(  # noqa: PLR0913  (what is timed, and how)
    path: Path,
    suffix: str,
    rounds: int,
    more: dict[str, Callable[[], float]] | None = None,
    *,
    targets: Mapping[str, float] = TARGETS,
    collect: bool = False,
) -> list[dict[str, Any]]:
    """Return the rows of T3 and T6 for one file."""
    lines = path.read_bytes().splitlines()

    def parsed() -> object:
        return [orjson.loads(line) for line in lines]

    def cohort() -> object:
        return Cohort.read_jsonl(path, FRAMEWORK)

    def scores() -> object:
        return [batch.scores for batch in stream_scores(path, framework=FRAMEWORK)]

    yardstick = f"orjson.loads of each line{suffix}"
    sides = {
        yardstick: timed(parsed, collect=collect),
        f"T3 checked cohort{suffix}": timed(cohort, collect=collect),
        f"T6 score columns{suffix}": timed(scores, collect=collect),
        **(more or {}),
    }
    rows = ratios(rounds_of(sides, rounds), yardstick)
    return [row | {"target": targets.get(row["what"][:2])} for row in rows]


def writing(path: Path, rounds: int) -> list[dict[str, Any]]:
    """Return the rows of T8."""
    cohort = Cohort.read_jsonl(path, FRAMEWORK)
    dicts = [orjson.loads(line) for line in path.read_bytes().splitlines()]
    other = path.with_name("dumped.jsonl")

    def dumped() -> object:
        return other.write_bytes(b"\n".join(map(orjson.dumps, dicts)))

    yardstick = "orjson.dumps of each dict, written"
    sides = {
        yardstick: timed(dumped),
        "T8 cohort to JSON lines": timed(lambda: cohort.write_jsonl(other)),
    }
    rows = ratios(rounds_of(sides, rounds), yardstick)
    return [row | {"target": 2.5 if row["what"].startswith("T8") else None} for row in rows]


def one_bad_line(path: Path, rounds: int) -> list[dict[str, Any]]:
    """Return the rows of T19: a rating that the scale does not have, late in the file."""
    lines = path.read_bytes().splitlines()
    place = len(lines) * 9 // 10
    data = orjson.loads(lines[place])
    data["ratings"][ITEMS[3]] = 17
    bad = path.with_name("bad.jsonl")
    bad.write_bytes(b"\n".join([*lines[:place], orjson.dumps(data), *lines[place + 1 :]]))

    def refused() -> str:
        try:
            Cohort.read_jsonl(bad, FRAMEWORK)
        except bc.InvalidInputError as error:
            return str(error)
        msg = "a rating of 17 was read"
        raise AssertionError(msg)

    assert ITEMS[3] in refused(), refused()
    yardstick = "the good file to a checked cohort"
    sides = {
        yardstick: timed(lambda: Cohort.read_jsonl(path, FRAMEWORK)),
        "T19 one bad rating, to the error": timed(refused),
    }
    rows = ratios(rounds_of(sides, rounds), yardstick)
    return [row | {"target": 1.3 if row["what"].startswith("T19") else None} for row in rows]


def scoring(rounds: int) -> list[dict[str, Any]]:
    """Return the rows of T9: full audits, some with a missing item, and all of them."""
    rng = np.random.default_rng(1)
    full = rng.integers(0, 3, (3, SCHOOLS, len(ITEMS))).astype(np.float64)
    some, every = full.copy(), full.copy()
    some[:, rng.random(SCHOOLS) < 0.05, 7] = np.nan
    every[rng.random(full.shape) < 0.05] = np.nan
    cohorts = {
        "T9 cohort.scores(), full audits": full,
        "T9, 5 % of schools with an item missing": some,
        "every twentieth rating missing": every,
    }
    weights = Weights(FRAMEWORK).matrix
    flat = full.reshape(-1, len(ITEMS))
    principles = np.ascontiguousarray(weights[:, : len(FRAMEWORK.principles)])
    sides: dict[str, Callable[[], float]] = {
        "numpy product, same matrix": timed(lambda: flat @ weights),
        "numpy product, principles only": timed(lambda: flat @ principles),
    }
    for name, ratings in cohorts.items():
        schools = [f"s-{i:06d}" for i in range(SCHOOLS)]
        cohort = Cohort(framework=FRAMEWORK, schools=schools, rounds=[1, 2, 3], ratings=ratings)
        sides[name] = timed(cohort.scores)
    rows = ratios(rounds_of(sides, max(rounds, 15)), "numpy product, same matrix")
    return [row | {"target": 1.5 if row["what"].startswith("T9") else None} for row in rows]


def run(rounds: int) -> dict[str, Any]:
    """Return all figures."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        small, path, double = (written(folder, n) for n in (500, SCHOOLS, 2 * SCHOOLS))
        rows = reading(path, rounds) + scoring(rounds)
        rows += writing(path, rounds) + one_bad_line(path, rounds)
        size = path.stat().st_size
        cohort = peak_of_cohort(path, small) / size
        once, twice = (peak_of_stream(p, small) / 2**20 for p in (path, double))
    return {
        "benchmark": "cohort",
        "rounds": rounds,
        "rows": rows,
        "T5_peak_over_text": cohort,
        "T6_peak_MiB": [once, twice],
        "notes": [
            f"T5 peak memory of a cohort: {cohort:.2f} times the text (at most 3.5)",
            f"T6 peak memory of streaming: {once:.1f} MiB for {SCHOOLS:,} rows, "
            f"{twice:.1f} MiB for twice as many",
        ],
    }


def main() -> None:
    """Run and print."""
    options = arguments(__doc__).parse_args()
    show(run(options.rounds), as_json=options.json)


if __name__ == "__main__":
    main()
