"""What importing costs: `import behaviour_culture`, alone and with a framework loaded.

The yardstick is `import networkx` in the same kind of fresh process. Seconds are those of
the import itself, without the start of the interpreter.
"""

from __future__ import annotations

import json

from paired import arguments, output_of_process, ratios, rounds_of, show

HEAVY = ("attrs", "cattrs", "hypothesis", "jinja2", "matplotlib", "networkx", "numpy", "pandas")
YARDSTICK = "import networkx"
LIGHT = "import behaviour_culture"
LOADED = "import, then load_framework('bennett-2017')"
PROGRAMS = {
    YARDSTICK: "import networkx",
    LIGHT: "import behaviour_culture",
    LOADED: "import behaviour_culture as bc; bc.load_framework('bennett-2017')",
}
TARGETS = {LIGHT: 0.30, LOADED: 1.0}


def seconds(statement: str) -> float:
    """Return the seconds that a statement takes in a fresh process."""
    code = (
        f"import time; start = time.perf_counter()\n{statement}\nprint(time.perf_counter() - start)"
    )
    return float(output_of_process(code))


def heavy_modules(statement: str) -> list[str]:
    """Return the heavy packages that a statement leaves loaded in a fresh process."""
    code = (
        f"import sys\n{statement}\nimport json\n"
        f"print(json.dumps([m for m in {HEAVY!r} if m in sys.modules]))"
    )
    found: list[str] = json.loads(output_of_process(code))
    return found


def main() -> None:
    """Measure and print."""
    options = arguments(__doc__, rounds=11).parse_args()
    sides = {name: (lambda s=statement: seconds(s)) for name, statement in PROGRAMS.items()}
    rows = ratios(rounds_of(sides, options.rounds), YARDSTICK)
    for row in rows:
        row["target"] = TARGETS.get(row["what"])
        row["heavy"] = heavy_modules(PROGRAMS[row["what"]])
    notes = [f"{row['what']}: loads {', '.join(row['heavy']) or 'none of them'}" for row in rows]
    report = {
        "benchmark": "imports",
        "rounds": options.rounds,
        "yardstick": YARDSTICK,
        "rows": rows,
        "notes": [f"of {', '.join(HEAVY)}:", *notes],
    }
    show(report, as_json=options.json)


if __name__ == "__main__":
    main()
