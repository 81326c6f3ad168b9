"""Seeds as people hold them: a whole number, or what numpy makes random numbers from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    import numpy as np

__all__ = ["Seed", "as_seed"]

Seed: TypeAlias = "int | np.random.SeedSequence | np.random.Generator"


def as_seed(value: Seed) -> int:
    """Return the whole number that a result keeps, so that it can be made again.

    One is drawn from a Generator, which goes on from there. What is no seed is returned as
    it is, for the check that follows.

    Examples
    --------
    >>> import numpy as np
    >>> as_seed(np.int64(7)), as_seed(7)
    (7, 7)
    >>> as_seed(np.random.SeedSequence(7)) == as_seed(np.random.SeedSequence(7))
    True
    """
    if isinstance(value, int):
        return value
    import numpy as np  # noqa: PLC0415  (keeps import behaviour_culture light)

    given: Any = value
    if isinstance(given, np.integer):
        return int(given)
    if isinstance(given, np.random.SeedSequence):
        return int(given.generate_state(1, np.uint64)[0] >> np.uint64(1))
    if isinstance(given, np.random.Generator):
        return int(given.integers(2**63))
    found: int = given
    return found
