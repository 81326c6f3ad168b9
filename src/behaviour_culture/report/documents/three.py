"""The three documents of a report: each made once, for every format in which it is written."""

from __future__ import annotations

from functools import cached_property

from behaviour_culture.report.documents.annex import annex
from behaviour_culture.report.documents.facts import facts_of
from behaviour_culture.report.documents.fitting import SHEET, Sheet
from behaviour_culture.report.documents.governors import governors
from behaviour_culture.report.documents.model import Document
from behaviour_culture.report.documents.working_plan import working_plan
from behaviour_culture.report.html import render_page
from behaviour_culture.report.parts import ReportParts

__all__ = ["Documents"]


class Documents:
    """What leaders and governors hold: three documents of some parts, which belong to each other.

    Each is made when it is first asked for.

    Parameters
    ----------
    parts : ReportParts
    sheet : Sheet
        The sheet for which the governors' page and the plan are cut to their length.

    Examples
    --------
    >>> import behaviour_culture as bc
    >>> from behaviour_culture.report import ReportParts
    >>> framework = bc.load_framework("bennett-2017")
    >>> ratings = [bc.Response(rater="head", item=i.id, rating=1) for i in framework.items]
    >>> audit = bc.Audit(id="a", framework="bennett-2017", edition="2017", responses=ratings)
    >>> result = bc.score_audit(audit, framework)
    >>> plan = bc.draft_plan(result, catalogue=bc.load_catalogue("bennett-2017"))
    >>> three = Documents(ReportParts(framework=framework, audit=result, plan=plan))
    >>> [block.words for block in three.governors.blocks if getattr(block, "level", 0) == 2][-1]
    'Five questions to ask'
    """

    def __init__(self, parts: ReportParts, sheet: Sheet = SHEET) -> None:
        self._facts, self._sheet = facts_of(parts), sheet

    @cached_property
    def governors(self) -> Document:
        """One sheet: what to agree and what to ask."""
        return governors(self._facts, self._sheet)

    @cached_property
    def plan(self) -> Document:
        """What each does when, how it is watched, and the first letters."""
        return working_plan(self._facts, self._sheet)

    @cached_property
    def page(self) -> str:
        """Everything else, as a page of HTML."""
        return render_page(self._facts.page)

    @cached_property
    def annex(self) -> Document:
        """Everything else, as a document with the words of the page."""
        return annex(self._facts, self.page)

    @property
    def all(self) -> dict[str, Document]:
        """The three by their names."""
        return {"governors": self.governors, "plan": self.plan, "annex": self.annex}
