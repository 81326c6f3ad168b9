"""Let coverage guide the damage: libFuzzer by atheris, which is no dependency of ours.

``python -m pip install atheris``, then
``python tests/fuzzing/atheris_harness.py FOLDER -max_total_time=600``. The folder holds the inputs
that reached new lines; it is made, and begun with sound files, if it is not there. The name of
each says its reader, whose number is the first byte.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
import atheris

with atheris.instrument_imports(include=["behaviour_culture"]):
    from fuzzing.oracle import problem_of
    from fuzzing.readers import seeds_of

SUFFIXES = {
    "loads": ".toml",
    "read": ".json",
    "read_audit": ".csv",
    "read_series": ".csv",
    "read_behaviour_log": ".csv",
    "read_published": ".csv",
    "read_gias": ".csv",
    "Cohort.read_jsonl": ".jsonl",
    "inspect_file": ".csv",
}
"""Readers of text; the damage to bytes of a zip archive would stop at its check sums."""
READERS = list(SUFFIXES)
FOLDER = Path(tempfile.mkdtemp())


def one_input(data: bytes) -> None:
    """Read one file, and crash if that went wrong."""
    if not data:
        return
    name = READERS[data[0] % len(READERS)]
    path = FOLDER / f"input{SUFFIXES[name]}"
    path.write_bytes(data[1:])
    found = problem_of(name, path)
    if found is not None:
        raise AssertionError(f"{name}: {found}")


def main() -> None:
    """Write the first inputs, and begin."""
    corpus = Path(sys.argv[1])
    corpus.mkdir(exist_ok=True)
    for number, name in enumerate(READERS if not any(corpus.iterdir()) else ()):
        for file, raw in seeds_of(name, slow=False):
            if Path(file).suffix == SUFFIXES[name]:
                (corpus / f"{name}-{file}").write_bytes(bytes([number]) + raw)
    atheris.Setup(sys.argv, one_input)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
