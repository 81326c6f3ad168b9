"""The three documents of a report: each made once, for every format in which it is written."""

from __future__ import annotations

from typing import NamedTuple

from behaviour_culture.report.documents.annex import annex
from behaviour_culture.report.documents.facts import facts_of
from behaviour_culture.report.documents.fitting import SHEET, Sheet
from behaviour_culture.report.documents.governors import governors
from behaviour_culture.report.documents.model import Document
from behaviour_culture.report.documents.working_plan import working_plan
from behaviour_culture.report.html import render_page
from behaviour_culture.report.parts import ReportParts

__all__ = ["Documents", "documents"]


class Documents(NamedTuple):
    """What leaders and governors hold.

    Attributes
    ----------
    governors : Document
        One sheet: what to agree and what to ask.
    plan : Document
        What each does when, how it is watched, and the first letters.
    annex : Document
        Everything else.
    """

    governors: Document
    plan: Document
    annex: Document


def documents(parts: ReportParts, sheet: Sheet = SHEET) -> Documents:
    """Return the three documents of some parts, which belong to each other.

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
    >>> three = documents(ReportParts(framework=framework, audit=result, plan=plan))
    >>> [block.words for block in three.governors.blocks if getattr(block, "level", 0) == 2][-1]
    'Five questions to ask'
    """
    facts = facts_of(parts)
    return Documents(
        governors=governors(facts, sheet),
        plan=working_plan(facts, sheet),
        annex=annex(facts, render_page(facts.page)),
    )
