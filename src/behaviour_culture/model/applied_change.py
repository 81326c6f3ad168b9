"""What a tailoring changed in a framework, kept with the framework."""

from __future__ import annotations

from enum import StrEnum

from attrs import field, frozen

from behaviour_culture._display import Displayed
from behaviour_culture.model.checks import Check, as_tuple

__all__ = ["AppliedChange", "TailoringKind"]


class TailoringKind(StrEnum):
    """What a change of a tailoring does."""

    SELECT = "select"
    DROP = "drop"
    ADD = "add"
    REWEIGHT = "reweight"
    SET = "set"
    REWORD = "reword"


@frozen(kw_only=True, repr=False)
class AppliedChange(Displayed):
    """One change that made a framework what it is: what, by which tailoring, why, in which role."""

    tailoring: str
    kind: TailoringKind
    targets: tuple[str, ...] = field(converter=as_tuple)
    before: str = ""
    """What stood there: a weight, a percentage or a wording."""
    reason: str
    role: str

    def __attrs_post_init__(self) -> None:
        check = Check(self)
        check.slug("tailoring")
        check.instance("kind", TailoringKind)
        check.slugs("targets")
        check.text("before", empty=True)
        check.text("reason", "role")
        check.done()

    def _lines(self) -> list[str]:
        what = f"{self.kind.value} {', '.join(self.targets)}"
        before = f" (was: {self.before})" if self.before else ""
        return [f"{what}{before}: {self.reason} [{self.role}, {self.tailoring}]"]
