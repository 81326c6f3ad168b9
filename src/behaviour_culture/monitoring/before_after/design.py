"""The columns of a segmented regression, shared by the estimate and by its power."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np

from behaviour_culture.arguments import Arguments
from behaviour_culture.typing import FloatArray

__all__ = ["Season", "build_design", "check_season", "season_columns", "years_before"]

Season: TypeAlias = int | tuple[str, int, int] | Sequence[object] | None
"""A period for dummies, ``("harmonic", period, terms)``, a label for each point, or None."""

_HARMONIC = 3
_WHOLE = (int, np.integer)


def _is_harmonic(season: object) -> bool:
    return isinstance(season, tuple) and len(season) == _HARMONIC and season[0] == "harmonic"


def check_season(given: Arguments, season: object, size: int) -> FloatArray:
    """Return the columns of a season, a row for each point, noting every fault."""
    none = np.empty((size, 0))
    if season is None:
        return none
    if isinstance(season, _WHOLE) or _is_harmonic(season):
        period = season if isinstance(season, _WHOLE) else season[1]  # type: ignore[index]
        given.whole("season", period, 2, max(2, size // 2))
        if _is_harmonic(season):
            terms = season[2]  # type: ignore[index]
            most = max(1, int(period) // 2) if isinstance(period, _WHOLE) else 1
            given.whole("season", terms, 1, most)
        if given.faults:
            return none
        return season_columns(season, size)  # type: ignore[arg-type]
    labels = given.labels("season", season, length=size)
    if not labels:
        return none
    if len(set(labels)) < 2:  # noqa: PLR2004  (one label is no season)
        given.fault("season", "all points have one label: leave season out", season)
        return none
    return season_columns(labels, size)


def season_columns(season: Season, size: int) -> FloatArray:
    """Return the columns of a season: one less than its parts, or two for each harmonic."""
    if season is None:
        return np.empty((size, 0))
    t = np.arange(1, size + 1)
    if _is_harmonic(season):
        _, period, terms = season  # type: ignore[misc]
        angles = [2 * np.pi * (k + 1) * t / period for k in range(terms)]  # type: ignore[arg-type, operator]
        waves = [wave for a in angles for wave in (np.sin(a), np.cos(a))]
        # The cosine of half the period alternates; its sine is 0 and is dropped.
        return np.column_stack([w for w in waves if np.abs(w).max() > 1e-9])  # noqa: PLR2004
    labels = list((t - 1) % season) if isinstance(season, _WHOLE) else list(season)
    kinds = list(dict.fromkeys(labels))
    return np.column_stack([[float(v == kind) for v in labels] for kind in kinds[1:]])


def build_design(
    size: int, change_at: int, season: FloatArray, *, trend: bool, slope_change: bool
) -> FloatArray:
    """Return the columns intercept and step, then slope after, trend and season if asked for."""
    t = np.arange(size)
    step = (t >= change_at).astype(float)
    columns = [np.ones(size), step]
    if slope_change:
        # 1 at the first point after, so that the step is the one at the change itself.
        columns.append(step * (t - change_at + 1))
    if trend:
        columns.append(t - change_at)
    return np.column_stack([*columns, season])


def years_before(season: Season, change_at: int) -> int:
    """Return how often the rarest part of a season occurred before the change."""
    if season is None:
        return 0
    if isinstance(season, _WHOLE) or _is_harmonic(season):
        return change_at // int(season if isinstance(season, _WHOLE) else season[1])  # type: ignore[call-overload, no-any-return]
    labels = list(season)
    rounds = dict.fromkeys(labels, 0)
    for i, label in enumerate(labels[:change_at]):
        rounds[label] += i == 0 or labels[i - 1] != label
    return min(rounds.values())
