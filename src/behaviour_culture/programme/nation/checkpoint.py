"""A folder of results, a file for each chunk, from which a stopped run goes on.

A file that is cut off, damaged or of another run is not believed: its chunk is run again.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np

from behaviour_culture.errors import Fault, InvalidInputError, ReadError
from behaviour_culture.interchange.file_bytes import make_folder, write_bytes
from behaviour_culture.typing import FloatArray

__all__ = ["Checkpoint", "Chunk"]

_DIGEST = 32
Chunk = tuple[int, int]
"""The first draw, and the one after the last."""


class Checkpoint:
    """A folder with the results so far: a manifest of the inputs, and a file for each chunk."""

    def __init__(self, folder: Path, inputs: Mapping[str, Any], shape: tuple[int, ...]) -> None:
        self._folder, self._shape = folder, shape
        plain = json.dumps(inputs, indent=2, sort_keys=True)
        self.digest: str = sha256(plain.encode()).hexdigest()
        manifest = folder / "manifest.json"
        make_folder(folder)
        try:
            text = manifest.read_text("utf-8") if manifest.exists() else None
            found = None if text is None else _manifest(text)
        except OSError as error:
            raise ReadError(str(folder), error.strerror or str(error)) from None
        except (ValueError, RecursionError):
            words = "it is no manifest of a checkpoint, or is cut off: use a new folder"
            raise ReadError(str(manifest), words) from None
        if found is None:
            content = {"digest": self.digest, "inputs": inputs}
            write_bytes(manifest, json.dumps(content, indent=2, sort_keys=True).encode())
        elif found["digest"] != self.digest:
            raise InvalidInputError("checkpoint", _differences(folder, found["inputs"], inputs))

    def _file(self, chunk: Chunk) -> Path:
        return self._folder / f"draws-{chunk[0]:09d}-{chunk[1]:09d}.bin"

    def save(self, chunk: Chunk, result: FloatArray) -> None:
        """Write the result of one chunk; a reader sees all of it or nothing."""
        content = result.astype("<f8").tobytes()
        write_bytes(self._file(chunk), self._seal(chunk, content) + content)

    def _seal(self, chunk: Chunk, content: bytes) -> bytes:
        """Return a digest of a result, of its chunk and of the inputs of the run."""
        return sha256(f"{self.digest} {chunk}".encode() + content).digest()

    def load(self, chunk: Chunk) -> FloatArray | None:
        """Return the result of one chunk, or None where it must be run (again)."""
        try:
            content = self._file(chunk).read_bytes()
        except OSError:
            return None
        shape = (chunk[1] - chunk[0], *self._shape)
        whole = len(content) == _DIGEST + 8 * int(np.prod(shape))
        if not whole or self._seal(chunk, content[_DIGEST:]) != content[:_DIGEST]:
            return None
        return np.frombuffer(content[_DIGEST:], dtype="<f8").reshape(shape).astype(np.float64)


def _manifest(text: str) -> dict[str, Any]:
    found = json.loads(text)
    if not isinstance(found, dict) or not isinstance(found.get("inputs"), dict):
        raise ValueError  # noqa: TRY004  (as where it is not JSON)
    return {"digest": found.get("digest"), "inputs": found["inputs"]}


def _differences(folder: Path, before: Mapping[str, Any], inputs: Mapping[str, Any]) -> list[Fault]:
    plain = json.loads(json.dumps(inputs))
    names = [n for n in plain if before.get(n) != plain[n]] or ["inputs"]
    return [
        Fault(
            "checkpoint",
            f"{folder} holds a run with another {name}: use a new folder, or the old inputs",
        )
        for name in names
    ]
