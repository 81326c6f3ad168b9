"""Carrying the result of one framework's audit to another: bounds, and what is never asked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from attrs import field, frozen

from behaviour_culture._display import Displayed
from behaviour_culture.audit.result import AuditResult, Score, ScoreKind
from behaviour_culture.errors import Fault, InvalidInputError
from behaviour_culture.model._check import Check, as_float, as_tuple, require_types, share_faults
from behaviour_culture.model.crosswalk import Crosswalk, CrosswalkLink, Relation, Strength
from behaviour_culture.model.framework import Framework

__all__ = ["CarriedResult", "CarriedScore", "carry"]

FULL_SHARE = 0.8
"""The least that two parts share where a link is ``full`` (judgement)."""
PART_SHARE = 0.2
"""The least that two parts share where a link is ``part`` (judgement)."""

_ROUNDING = 1e-9
"""Bounds that cross by less than this only differ by the rounding of floats."""


@frozen(kw_only=True, repr=False)
class CarriedScore(Displayed):
    """Between what bounds a part of the other framework must lie, from 0 to 1.

    ``sources`` are the parts of the audited framework that speak to it. ``agree`` is False
    where their bounds leave no common place; the bounds then hold all of them.
    """

    id: str
    name: str
    lower: float = field(converter=as_float)
    upper: float = field(converter=as_float)
    sources: tuple[str, ...] = field(converter=as_tuple)
    agree: bool = True

    def __attrs_post_init__(self) -> None:
        check = Check(self)
        check.slug("id")
        check.text("name")
        check.number("lower", "upper", low=0, high=1)
        check.slugs("sources")
        check.flag("agree")
        if check.clean and self.lower > self.upper:
            check.fault("lower", f"{self.lower:g} is above upper {self.upper:g}", self.lower)
        check.done()

    def _lines(self) -> list[str]:
        known = "nothing can be said" if (self.lower, self.upper) == (0, 1) else ""
        words = known or f"between {self.lower:.2f} and {self.upper:.2f}"
        clash = "" if self.agree else "; the links contradict each other"
        return [f"{self.name}: {words} (from {', '.join(self.sources)}){clash}"]


@frozen(kw_only=True, repr=False)
class CarriedResult(Displayed):
    """What one audit says of another framework. Bounds, never points.

    Attributes
    ----------
    scores : tuple of CarriedScore
        Parts of the other framework that some assessed part speaks to.
    never_asked : tuple of str
        Principles of the audited framework that no link leads away from: what the school
        knows of itself there, the other framework does not ask.
    not_covered : tuple of str
        Principles of the other framework of which this audit says nothing.
    """

    id: str
    crosswalk: str
    framework: str
    framework_name: str
    edition: str
    scores: tuple[CarriedScore, ...] = field(converter=as_tuple)
    never_asked: tuple[str, ...] = field(default=(), converter=as_tuple)
    not_covered: tuple[str, ...] = field(default=(), converter=as_tuple)
    method: str

    def __attrs_post_init__(self) -> None:
        check = Check(self)
        check.slug("id", "crosswalk", "framework")
        check.text("framework_name", "edition", "method")
        check.slugs("never_asked", "not_covered")
        if check.each("scores", CarriedScore):
            check.unique("scores")
        check.done()

    def to_rows(self) -> list[dict[str, Any]]:
        """Return a row for each part that has bounds."""
        return [
            {
                "id": s.id,
                "name": s.name,
                "lower": s.lower,
                "upper": s.upper,
                "sources": ", ".join(s.sources),
                "agree": s.agree,
            }
            for s in self.scores
        ]

    def _lines(self) -> list[str]:
        lines = [f"Audit {self.id} carried to {self.framework_name}: bounds, not scores"]
        lines += [f"  {score}" for score in self.scores]
        if self.never_asked:
            lines.append(f"  It never asks about: {', '.join(self.never_asked)}")
        if self.not_covered:
            lines.append(f"  The audit says nothing of: {', '.join(self.not_covered)}")
        return lines


def carry(  # noqa: PLR0913  (the two frameworks belong to the question)
    result: AuditResult,
    crosswalk: Crosswalk,
    source: Framework,
    target: Framework,
    *,
    full_share: float = FULL_SHARE,
    part_share: float = PART_SHARE,
) -> CarriedResult:
    r"""Say between what bounds the parts of another framework lie, given an audit of one.

    Parameters
    ----------
    result : AuditResult
        The audit, scored under ``source``.
    crosswalk : Crosswalk
        From ``source`` to ``target``; turn one that goes the other way by `Crosswalk.reversed`.
    source, target : Framework
        The framework that was used, and the one to speak about.
    full_share, part_share : float
        The least that the two ends of a ``full`` and of a ``part`` link share, above 0, at
        most 1. The defaults, 0.8 and 0.2, are judgement.

    Returns
    -------
    CarriedResult

    Raises
    ------
    InvalidInputError
        The audit, the crosswalk and the frameworks do not belong together; or a share is out
        of range.

    Notes
    -----
    A score is read as the part of what is asked that is in place. Let a share :math:`v` of the
    first part, and a share :math:`w` of the second, be what both ask. Of a score :math:`s` then
    at least :math:`\max(0, (s - 1 + v)/v)` and at most :math:`\min(1, s/v)` of the common
    part is in place (Frechet's bounds for two events), and of the second part between
    :math:`w` times the first and :math:`w` times the second plus :math:`1 - w`. ``equal``
    makes both 1, ``subset`` makes v 1, ``superset`` makes w 1; what is left is at least the
    share given, which is the widest case. For :math:`s` both ends of its interval count, and
    the bounds for items not assessed. Several links must hold at once, so their bounds are cut.

    Examples
    --------
    >>> import behaviour_culture as bc
    >>> bennett, dfe = bc.load_framework("bennett-2017"), bc.load_framework("dfe-audit-tool")
    >>> ratings = [bc.Response(rater="head", item=i.id, rating=3) for i in bennett.items]
    >>> audit = bc.Audit(id="a", framework="bennett-2017", edition="2017", responses=ratings)
    >>> walk = bc.content.load_crosswalk("bennett-2017-to-dfe-audit-tool")
    >>> carried = carry(bc.score_audit(audit, bennett), walk, bennett, dfe)
    >>> carried.framework, carried.not_covered
    ('dfe-audit-tool', ())
    """
    require_types(
        "carry",
        result=(result, AuditResult),
        crosswalk=(crosswalk, Crosswalk),
        source=(source, Framework),
        target=(target, Framework),
    )
    faults = list(crosswalk.faults(source, target))
    if (result.framework, result.edition) != (source.id, source.edition):
        message = f"is of {result.framework} ({result.edition}), not of {source.id}"
        faults.append(Fault("result", message))
    shares = {Strength.FULL: full_share, Strength.PART: part_share}
    for name, share in (("full_share", full_share), ("part_share", part_share)):
        bad = share_faults(name, share, ends=True)
        zero = [] if bad or share > 0 else [Fault(name, "must be above 0", str(share))]
        faults += bad + zero
    if faults:
        raise InvalidInputError(f"carry {result.id!r}", faults)
    scored = {s.id: s for s in result.scores if s.kind is ScoreKind.DOMAIN}
    scored |= {s.id: s for s in result.scores if s.kind is ScoreKind.PRINCIPLE}
    carried = _carried(crosswalk, scored, _names(target), shares)
    reached = {score.id for score in carried}
    linked = {link.source for link in crosswalk.links}
    return CarriedResult(
        id=result.id,
        crosswalk=crosswalk.id,
        framework=target.id,
        framework_name=target.name,
        edition=target.edition,
        scores=carried,
        never_asked=[p.id for p in source.principles if not {p.id, p.domain} & linked],
        not_covered=[p.id for p in target.principles if not {p.id, p.domain} & reached],
        method=(
            f"Frechet bounds; links share at least {full_share:g} (full) or {part_share:g} (part)"
        ),
    )


def _names(framework: Framework) -> dict[str, str]:
    """Return the names of domains and principles, in the framework's order."""
    return {d.id: d.name for d in framework.domains} | {p.id: p.name for p in framework.principles}


def _carried(
    crosswalk: Crosswalk,
    scored: Mapping[str, Score],
    names: Mapping[str, str],
    shares: Mapping[Strength, float],
) -> list[CarriedScore]:
    found = []
    for key, name in names.items():
        links = [k for k in crosswalk.links if k.target == key and k.source in scored]
        if not links:
            continue
        bounds = [_bounds(link, scored[link.source], shares) for link in links]
        lower, upper = max(low for low, _ in bounds), min(high for _, high in bounds)
        agree = lower <= upper + _ROUNDING
        if lower > upper:
            lower, upper = min(low for low, _ in bounds), max(high for _, high in bounds)
        found.append(
            CarriedScore(
                id=key,
                name=name,
                lower=lower,
                upper=upper,
                sources=[link.source for link in links],
                agree=agree,
            )
        )
    return found


def _bounds(
    link: CrosswalkLink, score: Score, shares: Mapping[Strength, float]
) -> tuple[float, float]:
    """Return the least and the most that the link's target can be."""
    share = shares[link.strength]
    of_source = 1.0 if link.relation in {Relation.EQUAL, Relation.SUBSET} else share
    of_target = 1.0 if link.relation in {Relation.EQUAL, Relation.SUPERSET} else share
    low = min(score.estimate.lower, score.lowest)
    high = max(score.estimate.upper, score.highest)
    least = max(0.0, (low - (1 - of_source)) / of_source)
    most = min(1.0, high / of_source)
    return min(1.0, of_target * least), max(0.0, min(1.0, of_target * most + (1 - of_target)))
