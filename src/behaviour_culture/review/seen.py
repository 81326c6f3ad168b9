"""The outcomes that were seen, under the keys of those expected: rates of series, or estimates."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from typing import NamedTuple, TypeAlias

from behaviour_culture.checks import Check
from behaviour_culture.errors import shorten
from behaviour_culture.model.estimate import Estimate
from behaviour_culture.model.indicator import Series, SeriesPeriod
from behaviour_culture.monitoring.rates import rate_of
from behaviour_culture.planning.plan import ActionPlan

__all__ = [
    "HalfTermKey",
    "Seen",
    "changed_since",
    "estimates_of",
    "everything_seen",
    "several_series",
]

HalfTermKey: TypeAlias = tuple[str, "int | str"]
"""An outcome, and a half-term by number or by label."""


class Seen(NamedTuple):
    """One outcome as seen in one half-term, or a note that says why nothing was seen."""

    estimate: Estimate | None
    events: float | None = None
    note: str = ""
    comparable: bool = True
    """False where counts before and after the start of the plan do not compare."""


def estimates_of(name: str, given: object, check: Check) -> dict[HalfTermKey, Estimate]:
    """Check a table of estimates by outcome and half-term, and return its good entries."""
    if not isinstance(given, Mapping):
        check.fault(name, f"expected estimates by (outcome, half-term), got {shorten(given)}")
        return {}
    kept: dict[HalfTermKey, Estimate] = {}
    for key, value in given.items():
        pair = isinstance(key, tuple) and len(key) == 2  # noqa: PLR2004
        if not pair or not isinstance(key[0], str) or type(key[1]) not in {int, str}:
            check.fault(name, f"expected a pair of outcome and half-term, got {shorten(key)}")
        elif check.value(f"{name}[{key!r}]", value, Estimate):
            kept[key] = value
    return kept


def everything_seen(
    series: object,
    plan: ActionPlan,
    scale: tuple[float, float],
    hoped: Mapping[HalfTermKey, Estimate],
    check: Check,
) -> tuple[dict[HalfTermKey, Seen], list[str]]:
    """Return the outcomes seen, under the keys of those expected, and caveats about them."""
    if isinstance(series, Mapping):
        values = estimates_of("series", series, check)
        return {key: Seen(value) for key, value in values.items()}, []
    several = several_series(series, check)
    names = Counter(s.indicator for s in several)
    for name in sorted(n for n, many in names.items() if many > 1):
        check.fault("series", f"two series of {name!r}: give one of each outcome")
    numbered = {outcome for outcome, when in hoped if isinstance(when, int)}
    seen: dict[HalfTermKey, Seen] = {}
    caveats: list[str] = []
    for one in several:
        by_number = one.indicator in numbered
        if by_number and plan.starts is None:
            message = "half-terms by number are counted from the plan's start, which is not set"
            check.fault("plan.starts", message)
            continue
        periods = [p for p in one.periods if plan.starts is None or p.end >= plan.starts]
        for number, period in enumerate(periods, start=1):
            key: HalfTermKey = (one.indicator, number if by_number else period.label)
            seen[key] = _rate(one, period, scale, plan.starts)
        caveats += [f"{one.indicator}: {change}" for change in one.recording_changes]
    return seen, caveats


def several_series(series: object, check: Check) -> list[Series]:
    """Return one or several series as a list, noting anything else."""
    many = [series] if isinstance(series, Series) else series
    given = list(many) if isinstance(many, Iterable) else [many]
    several = [s for s in given if isinstance(s, Series)]
    if not several or len(several) < len(given):
        check.fault("series", f"expected one or more Series, got {shorten(series)}")
        return []
    return several


def _rate(
    series: Series, period: SeriesPeriod, scale: tuple[float, float], starts: date | None
) -> Seen:
    """Return the rate of a period with its interval, or a note why it has no rate."""
    if period.masked or period.count is None or not period.exposure:
        return Seen(None, note=period.masked or "no exposure")
    per, level = scale
    unit = f"per {per:g} {series.exposure_kind.value}"
    estimate = rate_of(period.count, period.exposure, per=per, level=level, unit=unit)
    changed = changed_since(series, starts, period.end)
    note = "recording changed since the plan began" if changed else ""
    return Seen(estimate, period.count, note, comparable=not changed)


def changed_since(series: Series, starts: date | None, until: date) -> bool:
    """Say whether recording changed after the start of the plan, up to a day."""
    return any(
        c.day <= until and (starts is None or c.day > starts) for c in series.recording_changes
    )
