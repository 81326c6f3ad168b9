"""The meaning of the symbols in published tables, which differs between releases."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from attrs import field, frozen

from behaviour_culture.checks import MapOf, Value
from behaviour_culture.fields import Slug, Text

__all__ = ["SymbolMeaning", "SymbolPolicy"]


class SymbolMeaning(StrEnum):
    """The reason for which a cell has a symbol instead of a number."""

    SUPPRESSED = "suppressed"
    """The number is small, and withheld so that nobody can be recognised."""
    UNAVAILABLE = "unavailable"
    NOT_APPLICABLE = "not applicable"
    NEARLY_ZERO = "nearly zero"
    """It rounds to 0, but is not 0."""
    UNRELIABLE = "unreliable"
    NOT_DEFINED = "not defined"
    """A rate out of nobody, or a field that was not collected."""


@frozen(kw_only=True, repr=False)
class SymbolPolicy(Value):
    """The symbols of one release, with the source of their meanings."""

    id: Slug
    release: Text
    symbols: Mapping[Text, SymbolMeaning] = field(converter=MapOf[str, SymbolMeaning])
    source: Text

    def _lines(self) -> list[str]:
        pairs = (f"{s} = {m.value}" for s, m in self.symbols.items())
        return [f"{self.release}: {', '.join(pairs)}"]
