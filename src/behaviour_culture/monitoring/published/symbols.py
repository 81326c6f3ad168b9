"""What the symbols in published tables mean: one symbol has meant different things."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from attrs import field, frozen

from behaviour_culture._frozenmap import frozen_map
from behaviour_culture.checks import Check, Value
from behaviour_culture.errors import UnknownNameError
from behaviour_culture.fields import Slug, Text

__all__ = [
    "SYMBOL_POLICIES",
    "SymbolMeaning",
    "SymbolPolicy",
    "symbol_policy",
]


class SymbolMeaning(StrEnum):
    """Why a cell holds a symbol instead of a number."""

    SUPPRESSED = "suppressed"
    """There is a number, and it is small: withheld so that nobody can be recognised."""
    UNAVAILABLE = "unavailable"
    NOT_APPLICABLE = "not applicable"
    NEARLY_ZERO = "nearly zero"
    """Rounds to 0 and is not 0."""
    UNRELIABLE = "unreliable"
    NOT_DEFINED = "not defined"
    """A rate out of nobody, or a field that was not collected."""


@frozen(kw_only=True, repr=False)
class SymbolPolicy(Value):
    """The symbols of one release, and where that is said."""

    id: Slug
    release: Text
    symbols: Mapping[str, SymbolMeaning] = field(converter=frozen_map)
    source: Text

    def _check(self, check: Check) -> None:
        if not isinstance(self.symbols, Mapping):
            check.fault("symbols", "expected a table of symbols and meanings", self.symbols)
        else:
            for symbol, meaning in self.symbols.items():
                if not str(symbol).strip():
                    check.fault("symbols", "a symbol is a text that is not blank", symbol)
                if not isinstance(meaning, SymbolMeaning):
                    check.fault(f"symbols.{symbol}", "expected a SymbolMeaning", meaning)

    def _lines(self) -> list[str]:
        pairs = (f"{s} = {m.value}" for s, m in self.symbols.items())
        return [f"{self.release}: {', '.join(pairs)}"]


_M = SymbolMeaning
_GUIDANCE = "data guidance of the release on explore-education-statistics.service.gov.uk"

SYMBOL_POLICIES = (
    SymbolPolicy(
        id="dfe-to-2016-17",
        release="Exclusions and absence to 2016/17",
        symbols={"x": _M.SUPPRESSED, ".": _M.NOT_DEFINED, ":": _M.UNAVAILABLE},
        source=(
            "exclusions 2016/17, data-guidance.txt, footnote 4: x is 1 or 2 pupils, or a "
            "percentage based on them; the point stands where a rate is out of nobody or a "
            "field was not collected (seen in the files)"
        ),
    ),
    SymbolPolicy(
        id="dfe-2018-20",
        release="Suspensions and exclusions 2018/19 and 2019/20",
        symbols={":": _M.NOT_APPLICABLE, "z": _M.NOT_APPLICABLE, ".": _M.NOT_DEFINED},
        source=f"{_GUIDANCE}: nothing is suppressed",
    ),
    SymbolPolicy(
        id="dfe-current",
        release="Releases with the symbols in force today",
        symbols={
            "z": _M.NOT_APPLICABLE,
            "x": _M.UNAVAILABLE,
            "c": _M.SUPPRESSED,
            "low": _M.NEARLY_ZERO,
            "k": _M.NEARLY_ZERO,
            "u": _M.UNRELIABLE,
            ":": _M.UNAVAILABLE,
            "~": _M.NEARLY_ZERO,
        },
        source=(
            "dfe-analytical-services/analysts-guide, statistics-production/ud.qmd, 'Data "
            "symbols'; the colon and the tilde are their obsolete forms"
        ),
    ),
)
"""The policies that come with the package."""


def symbol_policy(policy_id: str) -> SymbolPolicy:
    """Return a policy by its id, or raise `UnknownNameError` with the nearest one.

    Examples
    --------
    >>> symbol_policy("dfe-to-2016-17").symbols["x"].value
    'suppressed'
    >>> symbol_policy("dfe-current").symbols["x"].value
    'unavailable'
    """
    for policy in SYMBOL_POLICIES:
        if policy.id == policy_id:
            return policy
    raise UnknownNameError("symbol policy", str(policy_id), [p.id for p in SYMBOL_POLICIES])
