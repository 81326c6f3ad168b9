"""Running many small pieces of work anywhere, so that no worker's death loses what is done.

Whatever has ``submit`` like `concurrent.futures.Executor` runs the pieces. Without one, they
run in a pool of processes that is made afresh where one of them dies. What is done is
written to a folder, a file for each piece, and read from there when a run goes on. A file that
is cut off, damaged or of another run is not believed: its piece is run again.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, wait
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np

from behaviour_culture._arrays import FloatArray
from behaviour_culture.errors import BehaviourCultureError, Fault, InvalidInputError, ReadError
from behaviour_culture.interchange.files import write_bytes

__all__ = ["Checkpoint", "WorkersLostError", "run_chunks", "usable_cpus"]

_FRESH_POOLS = 5
"""How often a pool of our own may die one after the other with nothing done (judgement)."""
_DIGEST = 32
Chunk = tuple[int, int]
"""First draw, and the draw past the last."""
Work = Callable[..., FloatArray]
Progress = Callable[[int, int], object]


class WorkersLostError(BehaviourCultureError, RuntimeError):
    """Worker processes died; what was done is in the checkpoint, if any."""

    def __init__(self, times: int, done: int, total: int) -> None:
        self.times, self.done, self.total = times, done, total
        super().__init__(times, done, total)

    def __str__(self) -> str:
        often = "once" if self.times == 1 else f"{self.times} times"
        return (
            f"worker processes died {often}, with {self.done} of {self.total} chunks done. In a "
            "script, the call must stand under  if __name__ == '__main__':  ; otherwise memory "
            "may be short: use fewer workers. With a checkpoint, calling again goes on from there"
        )


def usable_cpus() -> int:
    """Return how many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class Checkpoint:
    """A folder with what is done: a manifest of the inputs, and a file for each chunk."""

    def __init__(self, folder: Path, inputs: Mapping[str, Any], shape: tuple[int, ...]) -> None:
        self._folder, self._shape = folder, shape
        plain = json.dumps(inputs, indent=2, sort_keys=True)
        self.digest = sha256(plain.encode()).hexdigest()
        manifest = folder / "manifest.json"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            text = manifest.read_text("utf-8") if manifest.exists() else None
            found = None if text is None else _manifest(text)
        except OSError as error:
            raise ReadError(str(folder), error.strerror or str(error)) from None
        except ValueError:
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
        """Write what one chunk gave; a reader sees all of it or nothing."""
        content = result.astype("<f8").tobytes()
        write_bytes(self._file(chunk), self._seal(chunk, content) + content)

    def _seal(self, chunk: Chunk, content: bytes) -> bytes:
        """Return a digest of a result together with what it is the result of."""
        return sha256(f"{self.digest} {chunk}".encode() + content).digest()

    def load(self, chunk: Chunk) -> FloatArray | None:
        """Return what one chunk gave, or None where it must be run (again)."""
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
        raise ValueError  # noqa: TRY004  (as for what is no JSON)
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


def run_chunks(  # noqa: PLR0913  (what is run, and how)
    work: Work,
    chunks: Sequence[Chunk],
    *,
    executor: Executor | None,
    workers: int,
    checkpoint: Checkpoint | None,
    progress: Progress | None,
) -> list[FloatArray]:
    """Return ``work(first, last)`` of each chunk, in order, however and wherever it is run."""
    done: dict[Chunk, FloatArray] = {}
    if checkpoint is not None:
        loaded = {chunk: checkpoint.load(chunk) for chunk in chunks}
        done = {chunk: result for chunk, result in loaded.items() if result is not None}

    def keep(chunk: Chunk, result: FloatArray) -> None:
        if checkpoint is not None:
            checkpoint.save(chunk, result)
        done[chunk] = result
        if progress is not None:
            progress(len(done), len(chunks))

    if progress is not None:
        progress(len(done), len(chunks))
    todo = [chunk for chunk in chunks if chunk not in done]
    if executor is not None:
        try:
            _submit(executor, work, todo, keep)
        except BrokenExecutor as error:
            from concurrent.futures.process import BrokenProcessPool  # noqa: PLC0415  (only here)

            # Processes of this machine can be started afresh; a cluster's are not ours to replace.
            if not isinstance(error, BrokenProcessPool):
                raise WorkersLostError(1, len(done), len(chunks)) from None
            _in_own_pools(work, chunks, done, workers, keep)
    elif workers == 1:
        for chunk in todo:
            keep(chunk, work(*chunk))
    elif todo:
        _in_own_pools(work, chunks, done, workers, keep)
    return [done[chunk] for chunk in chunks]


def _in_own_pools(
    work: Work,
    chunks: Sequence[Chunk],
    done: Mapping[Chunk, FloatArray],
    workers: int,
    keep: Callable[[Chunk, FloatArray], None],
) -> None:
    from concurrent.futures import ProcessPoolExecutor  # noqa: PLC0415  (only where used)
    from multiprocessing import get_context  # noqa: PLC0415

    died = in_vain = 0
    while in_vain < _FRESH_POOLS:
        before = len(done)
        todo = [chunk for chunk in chunks if chunk not in done]
        # Spawned, not forked: a fork of a process with threads, as numpy's are, may hang.
        pool = ProcessPoolExecutor(min(workers, len(todo)), mp_context=get_context("spawn"))
        try:
            _submit(pool, work, todo, keep)
        except BrokenExecutor:
            died += 1
            in_vain = 0 if len(done) > before else in_vain + 1
            continue
        finally:
            pool.shutdown(wait=True, cancel_futures=True)
        return
    raise WorkersLostError(died, len(done), len(chunks))


def _submit(
    executor: Executor,
    work: Work,
    todo: Sequence[Chunk],
    keep: Callable[[Chunk, FloatArray], None],
) -> None:
    futures: dict[Future[FloatArray], Chunk] = {}
    try:
        for chunk in todo:
            futures[executor.submit(work, *chunk)] = chunk
        waiting = set(futures)
        while waiting:
            finished, waiting = wait(waiting, return_when=FIRST_COMPLETED)
            # Whole results first: what a dying pool had finished is kept.
            for future in sorted(finished, key=lambda f: f.exception() is not None):
                keep(futures[future], future.result())
    except BaseException:
        for future in futures:
            future.cancel()
        raise
