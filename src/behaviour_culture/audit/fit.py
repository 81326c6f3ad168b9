"""Whether answers fit a framework: its items, and the levels of its scale."""

from __future__ import annotations

from behaviour_culture.errors import Fault, FaultCode, Nearest, shorten
from behaviour_culture.model.audit import Audit
from behaviour_culture.model.belonging import framework_faults
from behaviour_culture.model.framework import Framework

__all__ = ["AnswerCheck", "audit_faults"]


class AnswerCheck:
    """Checks answers against the items and levels of one framework.

    Attributes
    ----------
    items : dict of str to AuditItem
    labels : dict of str to int
        The value of each level by its label in small letters.
    """

    def __init__(self, framework: Framework) -> None:
        self._framework = framework.id
        self._scale = framework.scale
        self._values = set(framework.scale.values)
        self.items = {item.id: item for item in framework.items}
        self._nearest = Nearest(self.items)
        self.labels = {v.label.strip().casefold(): v.value for v in framework.scale.levels}
        self._levels = Nearest(self.labels)

    def faults(self, item: str, rating: object) -> list[Fault]:
        """Return the faults of an answer, with the paths ``item`` and ``rating``.

        None is the rating of an item that was not assessed.
        """
        faults = []
        if item not in self.items:
            message = "the id of the item is missing: put it back, or empty the row"
            if item:
                hint = self._nearest.hint(item)
                message = f"no audit item {shorten(item)} in {self._framework}{hint}"
            code = FaultCode.UNKNOWN_NAME if item else FaultCode.MISSING
            faults.append(Fault("item", message, item, code))
        if rating is not None and rating not in self._values:
            words = ", ".join(f"{level.value} ({level.label})" for level in self._scale.levels)
            hint = self._levels.hint(rating)
            message = f"{shorten(rating)} is not on the scale {words}{hint}"
            faults.append(Fault("rating", message, str(rating), FaultCode.NOT_AN_OPTION))
        return faults


def audit_faults(audit: Audit, framework: Framework) -> list[Fault]:
    """Return the faults that keep an audit from being scored under a framework."""
    faults = framework_faults("", audit, framework) or framework.item_faults()
    if faults:
        return faults
    check = AnswerCheck(framework)
    return [
        found._replace(path=f"responses[{i}].{found.path}")
        for i, response in enumerate(audit.responses)
        for found in check.faults(response.item, response.rating)
    ]
