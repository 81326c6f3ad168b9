"""What a caller gave to hear how far work has come, and to end it: the one way of both."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple, TypeVar

from behaviour_culture.errors import StoppedError

__all__ = ["NOBODY", "Watch"]

T = TypeVar("T")


class Watch(NamedTuple):
    """The ``progress`` and the ``stop`` of one call, handed down to where the work is done.

    `Check.watch` makes it of the arguments. Work that has to be whole asks `check` or `tell`
    every tenth of a second or so; a search that can return its best so far asks `stopped`.
    """

    progress: Callable[[str, int, int], object] | None = None
    stop: Callable[[], bool] | None = None

    @property
    def stopped(self) -> bool:
        """True once the caller wants the work to end."""
        return self.stop is not None and bool(self.stop())

    def tell(self, stage: str, done: int, total: int) -> None:
        """Say how far a stage has come; raise `StoppedError` where the work is to end."""
        if self.progress is not None:
            self.progress(stage, done, total)
        self.check(stage, done, total)

    def check(self, stage: str = "", done: int = 0, total: int = 0) -> None:
        """Raise `StoppedError` where the work is to end."""
        if self.stop is not None and self.stop():
            raise StoppedError(stage, done, total)

    def over(self, stage: str, parts: Iterable[T], total: int) -> Iterator[T]:
        """Yield the parts of a stage; tell before each how many are done, and at the end."""
        for done, part in enumerate(parts):
            self.tell(stage, done, total)
            yield part
        self.tell(stage, total, total)


NOBODY = Watch()
"""Nobody listens, and nobody stops."""
