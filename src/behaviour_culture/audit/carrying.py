"""Carrying the result of one framework's audit to another: bounds, and the parts left open."""

from __future__ import annotations

from collections.abc import Mapping
from math import fsum
from typing import Annotated, Any, ClassVar, NamedTuple

from attrs import field, frozen

from behaviour_culture._entries import Entries
from behaviour_culture.audit.result import AuditResult, Score, ScoreKind
from behaviour_culture.checks import Check, MapOf, TupleOf, Value, as_float, require_types
from behaviour_culture.fields import Range, Share, Slug, Slugs, Text, Unique
from behaviour_culture.model.belonging import framework_faults
from behaviour_culture.model.crosswalk import Crosswalk, CrosswalkLink, Relation, Strength
from behaviour_culture.model.framework import Framework
from behaviour_culture.model.scoring import Aggregation

__all__ = ["CarriedResult", "CarriedScore", "carry"]

FULL_SHARE = 0.8
"""The least that two parts share where a link is ``full`` (judgement)."""
PART_SHARE = 0.1
"""The least that two parts share where a link is ``part`` (judgement: up to ten such links can
then lead to one part)."""

_ROUNDING = 1e-9
"""Bounds that cross by less than this only differ by the rounding of floats."""


@frozen(kw_only=True, repr=False)
class CarriedScore(Value):
    """The bounds between which a part of the other framework must lie, from 0 to 1.

    ``sources`` are the parts of the audited framework with a link to it. ``agree`` is False
    where their bounds do not overlap; the bounds then enclose all of them.
    """

    id: Slug
    name: Text
    lower: Share = field(converter=as_float)
    upper: Share = field(converter=as_float)
    sources: Slugs = field(converter=TupleOf[str])
    agree: bool = True

    def _check(self, check: Check) -> None:
        check.in_order("lower", "upper")

    def _lines(self) -> list[str]:
        known = "nothing can be said" if (self.lower, self.upper) == (0, 1) else ""
        words = known or f"between {self.lower:.2f} and {self.upper:.2f}"
        clash = "" if self.agree else "; the links contradict each other"
        return [f"{self.name}: {words} (from {', '.join(self.sources)}){clash}"]


@frozen(kw_only=True, repr=False)
class CarriedResult(Value):
    """The bounds that one audit sets on the parts of another framework; never points.

    Attributes
    ----------
    scores : tuple of CarriedScore
        Parts of the other framework that some assessed part has a link to.
    never_asked : mapping of str to str
        Principles of the audited framework, id to name, from which no link leads: the other
        framework does not ask about them.
    not_covered : mapping of str to str
        Principles of the other framework, id to name, that this audit does not inform.
    """

    id: Slug
    crosswalk: Slug
    framework: Slug
    framework_name: Text
    edition: Text
    scores: Annotated[Entries[CarriedScore], Unique("id")] = field(converter=TupleOf[CarriedScore])
    never_asked: Mapping[Slug, Text] = field(factory=dict, converter=MapOf[str, str])
    not_covered: Mapping[Slug, Text] = field(factory=dict, converter=MapOf[str, str])
    method: Text

    _COLUMNS: ClassVar[Mapping[str, type]] = {
        "id": str,
        "name": str,
        "lower": float,
        "upper": float,
        "sources": str,
        "agree": bool,
    }

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
        open_ = {s.id: s.name for s in self.scores if s.agree and s.lower <= 0 and s.upper >= 1}
        lines += [f"  {score}" for score in self.scores if score.id not in open_]
        lines += [
            f"  {words}: {'; '.join(parts.values())}"
            for words, parts in (
                ("Linked too loosely to say anything of", open_),
                ("Never asked there, by this crosswalk", self.never_asked),
                ("The audit says nothing of", self.not_covered),
            )
            if parts
        ]
        return lines


def carry(  # noqa: PLR0913  (the two frameworks belong to the question)
    result: AuditResult,
    crosswalk: Crosswalk,
    source: Framework,
    target: Framework,
    *,
    full_share: float = FULL_SHARE,
    part_share: float = PART_SHARE,
    disjoint: bool = True,
    id: str | None = None,  # noqa: A002  (the name of the field)
) -> CarriedResult:
    r"""Return the bounds between which the parts of another framework lie, given an audit of one.

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
        most 1; for a composed link that to the power of its ``hops``. The defaults, 0.8 and 0.1,
        are judgement.
    disjoint : bool
        Assume that the principles of ``source`` ask different things, so that several of them
        that link to one part add up. False gives the wider bounds that hold however they overlap.
    id : str, optional
        The id of what is carried; that of the result without it.

    Returns
    -------
    CarriedResult

    Raises
    ------
    InvalidInputError
        The audit, the crosswalk and the frameworks do not belong together; a share is out of
        range; or the levels of ``target`` have an order only, so that no share of them exists.

    Notes
    -----
    A score is taken as the share of the questions that are in place. Let a share :math:`v` of the
    first part, and a share :math:`w` of the second, be common to both. Of a score :math:`s` then
    at least :math:`\max(0, (s - 1 + v)/v)` and at most :math:`\min(1, s/v)` of the common
    part is in place (Frechet's bounds for two events), and of the second part between
    :math:`w` times the first and :math:`w` times the second plus :math:`1 - w`. ``equal``
    makes both 1, ``subset`` makes v 1, ``superset`` makes w 1; any other share is at least the
    share given, which is the widest case. For :math:`s` both ends of its interval count, and
    the bounds for items not assessed.

    Where several links lead to one part, each says how much of it is surely in place and how
    much is surely missing. Those amounts are added, since the sources ask different things; of
    a domain and its own principles the one counts that says more. Where the links together
    would fill more than the whole part, the sources must overlap, and only the strictest link
    counts at either end. For links whose shares are as given, no tighter bounds hold: some
    schools with these scores lie at either end.

    Examples
    --------
    >>> import behaviour_culture as bc
    >>> bennett, dfe = bc.load_framework("bennett-2017"), bc.load_framework("dfe-audit-tool")
    >>> ratings = [bc.Response(rater="head", item=i.id, rating=3) for i in bennett.items]
    >>> audit = bc.Audit(id="a", framework="bennett-2017", edition="2017", responses=ratings)
    >>> walk = bc.content.load_content("crosswalk", "bennett-2017-to-dfe-audit-tool")
    >>> carried = carry(bc.score_audit(audit, bennett), walk, bennett, dfe)
    >>> carried.framework, carried.not_covered
    ('dfe-audit-tool', FrozenMap({}))
    """
    require_types(
        "carry",
        result=(result, AuditResult),
        crosswalk=(crosswalk, Crosswalk),
        source=(source, Framework),
        target=(target, Framework),
    )
    check = Check(f"carry {result.id!r}")
    check.add(crosswalk.faults(source, target))
    check.value("id", id, Slug | None)
    check.add(framework_faults("result", result, source))
    if target.aggregation is Aggregation.NONE:
        message = (
            f"the levels of {target.scale.name!r} have an order and no distance, so a share of "
            "them says nothing: read the crosswalk's links, and rate that framework itself"
        )
        check.fault("target", message, target.id)
    check.value("disjoint", disjoint, bool)
    check.value("full_share", full_share, Annotated[float, Range(above=0, high=1)])
    check.value("part_share", part_share, Annotated[float, Range(above=0, high=1)])
    check.done()
    shares = {Strength.FULL: full_share, Strength.PART: part_share}
    scored = {s.id: s for s in result.scores if s.kind is ScoreKind.DOMAIN}
    scored |= {s.id: s for s in result.scores if s.kind is ScoreKind.PRINCIPLE}
    domain_of = {d.id: d.id for d in source.domains} | {p.id: p.domain for p in source.principles}
    names = {d.id: d.name for d in target.domains} | {p.id: p.name for p in target.principles}
    carried = _carried(crosswalk, scored, names, shares, domain_of if disjoint else None)
    reached = {score.id for score in carried}
    linked = {link.source for link in crosswalk.links}
    far = ", less for each hop" if any(link.hops > 1 for link in crosswalk.links) else ""
    apart = ", different principles ask different things" if disjoint else ""
    return CarriedResult(
        id=result.id if id is None else id,
        crosswalk=crosswalk.id,
        framework=target.id,
        framework_name=target.name,
        edition=target.edition,
        scores=carried,
        never_asked={p.id: p.name for p in source.principles if not {p.id, p.domain} & linked},
        not_covered={p.id: p.name for p in target.principles if not {p.id, p.domain} & reached},
        method=(
            f"Frechet bounds; links share at least {full_share:g} (full) or {part_share:g} "
            f"(part){far}{apart}"
        ),
    )


class _Said(NamedTuple):
    """The bounds that a link sets on its target, as shares of the whole target."""

    share: float
    """The share that the source covers, at least."""
    held: float
    """How much is surely in place."""
    missing: float
    """How much surely is not."""


def _carried(
    crosswalk: Crosswalk,
    scored: Mapping[str, Score],
    names: Mapping[str, str],
    shares: Mapping[Strength, float],
    domain_of: Mapping[str, str] | None,
) -> list[CarriedScore]:
    found = []
    for key, name in names.items():
        links = [k for k in crosswalk.links if k.target == key and k.source in scored]
        if not links:
            continue
        said = {k.source: _said(k, scored[k.source], shares) for k in links}
        lowers = [each.held for each in said.values()]
        uppers = [1 - each.missing for each in said.values()]
        if domain_of is not None and (joint := _added(said, domain_of)) is not None:
            lowers.append(joint.held)
            uppers.append(1 - joint.missing)
        lower, upper = max(lowers), min(uppers)
        agree = lower <= upper + _ROUNDING
        if lower > upper:
            lower, upper = (upper, lower) if agree else (min(lowers), max(uppers))
        found.append(
            CarriedScore(
                id=key,
                name=name,
                lower=max(0.0, lower),
                upper=min(1.0, upper),
                sources=list(said),
                agree=agree,
            )
        )
    return found


def _said(link: CrosswalkLink, score: Score, shares: Mapping[Strength, float]) -> _Said:
    """Return the least that is in place, and missing, of the share that the source covers."""
    share = shares[link.strength] ** link.hops
    of_source = 1.0 if link.relation in {Relation.EQUAL, Relation.SUBSET} else share
    of_target = 1.0 if link.relation in {Relation.EQUAL, Relation.SUPERSET} else share
    low = min(score.estimate.lower, score.lowest)
    high = max(score.estimate.upper, score.highest)
    least = max(0.0, (low - (1 - of_source)) / of_source)
    most = min(1.0, high / of_source)
    return _Said(of_target, of_target * min(1.0, least), of_target * (1 - max(0.0, most)))


def _added(said: Mapping[str, _Said], domain_of: Mapping[str, str]) -> _Said | None:
    """Return the joint bounds of sources that ask different things; None if they must overlap."""
    domains: dict[str, list[_Said]] = {}
    for source, each in said.items():
        if source != domain_of[source]:
            domains.setdefault(domain_of[source], []).append(each)
    parts = {
        domain: _Said(*map(fsum, zip(*list_, strict=True))) for domain, list_ in domains.items()
    }
    for source, each in said.items():
        if source == domain_of[source]:
            inner = parts.get(source, each)
            parts[source] = _Said(*map(max, zip(each, inner, strict=True)))
    total = _Said(*map(fsum, zip(*parts.values(), strict=True)))
    return total if total.share <= 1 + _ROUNDING else None
