"""Seeds of random numbers: a whole number, or a seed sequence or generator of numpy."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    import numpy as np

__all__ = ["Seed", "as_seed"]

Seed: TypeAlias = "int | np.random.SeedSequence | np.random.Generator"


def as_seed(value: Seed) -> int:
    """Return a seed as a whole number, which a result keeps so that it can be repeated.

    From a Generator one number is drawn. A value that is not a seed is returned as it is, for
    the check that follows.

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

    seed: Any = value
    if isinstance(seed, np.random.SeedSequence):
        return int(seed.generate_state(1, np.uint64)[0] >> np.uint64(1))
    if isinstance(seed, np.random.Generator):
        return int(seed.integers(2**63))
    return int(seed) if isinstance(seed, np.integer) else seed
