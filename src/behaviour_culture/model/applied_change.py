"""The changes that a tailoring made to a framework, kept with the framework."""

from __future__ import annotations

from enum import StrEnum

from attrs import field, frozen

from behaviour_culture.checks import TupleOf, Value
from behaviour_culture.fields import Slug, Slugs, Text

__all__ = ["AppliedChange", "TailoringKind"]


class TailoringKind(StrEnum):
    """The kinds of change that a tailoring makes."""

    SELECT = "select"
    DROP = "drop"
    ADD = "add"
    REWEIGHT = "reweight"
    SET = "set"
    REWORD = "reword"


@frozen(kw_only=True, repr=False)
class AppliedChange(Value):
    """One change to a framework: the tailoring that made it, the reason, who decided it."""

    tailoring: Slug
    kind: TailoringKind
    targets: Slugs = field(converter=TupleOf[str])
    before: str = ""
    """The old weight, percentage or wording."""
    reason: Text
    role: Text

    def _lines(self) -> list[str]:
        what = f"{self.kind.value} {', '.join(self.targets)}"
        before = f" (was: {self.before})" if self.before else ""
        return [f"{what}{before}: {self.reason} [{self.role}, {self.tailoring}]"]
