"""The basis of the report: support on offer, assumptions, sources, and how to repeat it."""

from __future__ import annotations

from typing import NamedTuple

from behaviour_culture.model.evidence import EffectParameter, EffectScale, EvidenceBase
from behaviour_culture.model.source import Source
from behaviour_culture.report.actions import Link
from behaviour_culture.report.names import Names
from behaviour_culture.report.parts import ReportParts
from behaviour_culture.report.words import month, percent, strand

__all__ = ["Backing", "Offer", "backing", "offer"]

_SCALES = {
    EffectScale.SMD: "standard deviations",
    EffectScale.LOG_RATE_RATIO: "natural logarithm of a rate ratio",
    EffectScale.LOG_ODDS_RATIO: "natural logarithm of an odds ratio",
}


class Wish(NamedTuple):
    """A step that could use one strand of support, and how it would help."""

    ref: int
    title: str
    how: str


class StrandRow(NamedTuple):
    """One strand: the offer, and the steps that could use it."""

    name: str
    offer: str
    wishes: list[Wish]


class Offer(NamedTuple):
    """The content of the section on support."""

    lead: str
    programme: str
    since: str
    summary: str
    rows: list[StrandRow]
    sources: list[Citation]


class Citation(NamedTuple):
    """A source: its citation, a link if the address is safe, and a note."""

    text: str
    link: str
    address: str
    note: str


class AssumptionRow(NamedTuple):
    """A number that no study gives."""

    name: str
    value: str
    range: str
    unit: str
    text: str
    basis: str


class EffectRow(NamedTuple):
    """A published effect that the plan uses."""

    name: str
    size: str
    population: str
    design: str
    basis: str
    mark: str
    sources: list[str]
    steps: list[Link]


class GradeRow(NamedTuple):
    """A grade of evidence."""

    name: str
    kept: str
    spread: str
    text: str
    basis: str


class Doubt(NamedTuple):
    """A statement that was not checked against its source."""

    kind: str
    text: str
    mark: str


class Backing(NamedTuple):
    """The content of the last section."""

    framework: str
    edition: str
    limits: tuple[str, ...]
    licence: str
    framework_sources: list[Citation]
    doubts: list[Doubt]
    glosses: list[str]
    """Names of the parts of the framework whose text is our gloss on a heading."""
    evidence: str
    assumptions: list[AssumptionRow]
    effects: list[EffectRow]
    grades: list[GradeRow]
    evidence_sources: list[Citation]
    calendar: str
    catalogue: str
    repeat: list[tuple[str, str]]


def _cite(source: Source) -> Citation:
    url = source.url or ""
    # Only a web address becomes a link; "javascript:" and the like stay text.
    link = url if url.startswith(("https://", "http://")) else ""
    return Citation(source.cite(), link, url, source.note or "")


def offer(parts: ReportParts, names: Names) -> Offer | None:
    """Gather the support on offer with the steps that could use it; None without an offer."""
    support_offer = parts.support_offer
    if support_offer is None:
        return None
    wishes: dict[str, list[Wish]] = {}
    for _, group in names.areas:
        for step in group:
            for support in step.support:
                wishes.setdefault(support.strand.value, []).append(
                    Wish(names.ref[step.id], step.title, support.how)
                )
    rows = [
        StrandRow(
            strand(o.strand),
            f"{o.text} ({o.dose})" if o.dose else o.text,
            wishes.pop(o.strand.value, []),
        )
        for o in support_offer.strands
    ]
    rows += [
        StrandRow(strand(support.strand), "", wishes.pop(support.strand.value))
        for step in parts.plan.steps
        for support in step.support
        if support.strand.value in wishes
    ]
    return Offer(
        lead=support_offer.lead,
        programme=support_offer.programme,
        since=month(support_offer.lead_since) if support_offer.lead_since else "",
        summary=support_offer.summary,
        rows=rows,
        sources=[_cite(s) for s in support_offer.sources],
    )


def backing(parts: ReportParts, names: Names, version: str) -> Backing:
    """Gather the assumptions, sources and settings of the report."""
    framework, evidence = parts.framework, parts.evidence
    year = parts.calendar
    invented = "; illustrative" if year and year.illustrative else ""
    return Backing(
        framework=framework.name,
        edition=framework.edition,
        limits=framework.limits,
        licence=framework.licence,
        framework_sources=[_cite(s) for s in framework.sources],
        doubts=[Doubt(u.kind, u.text or u.id, u.mark.value) for u in framework.unverified()],
        glosses=[entry.name for entry in framework.glosses()],
        evidence=f"{evidence.name} ({evidence.edition})" if evidence else "",
        assumptions=_assumptions(evidence),
        effects=_effects(parts, names),
        grades=_grades(parts),
        evidence_sources=_used_sources(parts),
        calendar=f"{year.name}{invented}. {year.source}" if year else "",
        catalogue=f"{parts.catalogue.name}. {parts.catalogue.summary}" if parts.catalogue else "",
        repeat=_repeat(parts, version),
    )


def _assumptions(evidence: EvidenceBase | None) -> list[AssumptionRow]:
    if evidence is None:
        return []
    return [
        AssumptionRow(
            name=a.name,
            value=f"{a.value:g}",
            range=f"{a.low:g} to {a.high:g}",
            unit=a.unit,
            text=a.text,
            basis=a.basis,
        )
        for a in evidence.assumptions
    ]


def _effects(parts: ReportParts, names: Names) -> list[EffectRow]:
    evidence = parts.evidence
    if evidence is None:
        return []
    cite = {s.id: s.cite() for s in evidence.sources}
    users: dict[str, list[Link]] = {}
    for _, group in names.areas:
        for step in group:
            for effect in step.effects:
                link = Link(names.ref[step.id], f"{step.title} (grade {effect.grade})")
                users.setdefault(effect.parameter, []).append(link)
    return [
        EffectRow(
            name=p.name,
            size=_size(p),
            population=p.population,
            design=p.design,
            basis=f"{p.standard_error_basis} {p.tau_basis}",
            mark=p.provenance.mark.value,
            sources=[cite[s] for s in p.provenance.sources],
            steps=users[p.id],
        )
        for p in evidence.parameters
        if p.id in users
    ]


def _size(parameter: EffectParameter) -> str:
    mean, setting = (
        f"{x:+z.2f}".replace("-", "\N{MINUS SIGN}") for x in (parameter.mean, parameter.setting)
    )
    here = f"; in this school, from its own results, {setting} more" if parameter.setting else ""
    return (
        f"{mean} {_SCALES[parameter.scale]}; standard error {parameter.standard_error:.2g}, "
        f"spread between settings {parameter.tau:.2g}{here}"
    )


def _grades(parts: ReportParts) -> list[GradeRow]:
    if parts.evidence is None:
        return []
    used = {effect.grade for step in parts.plan.steps for effect in step.effects}
    return [
        GradeRow(
            g.id, percent(g.discount), f"\N{MULTIPLICATION SIGN} {g.tau_factor:g}", g.text, g.basis
        )
        for g in parts.evidence.grades
        if g.id in used
    ]


def _used_sources(parts: ReportParts) -> list[Citation]:
    evidence = parts.evidence
    if evidence is None:
        return []
    borrowed = {effect.parameter for step in parts.plan.steps for effect in step.effects}
    used = {n for p in evidence.parameters if p.id in borrowed for n in p.provenance.sources}
    used |= {n for a in evidence.assumptions for n in a.provenance.sources}
    return [_cite(s) for s in evidence.sources if s.id in used]


def _repeat(parts: ReportParts, version: str) -> list[tuple[str, str]]:
    schedule, impact, forecast = parts.schedule, parts.impact, parts.forecast
    rows = [
        ("behaviour_culture", version),
        ("Framework", f"{parts.framework.id}, edition {parts.framework.edition}"),
        ("Catalogue of steps", parts.plan.catalogue),
        ("Audit", parts.audit.id),
        ("Plan", parts.plan.id),
    ]
    if schedule is not None:
        rows += [
            ("Schedule", f"{schedule.id}, engine {schedule.engine}, seed {schedule.seed}"),
            ("Calendar", schedule.calendar),
        ]
    if impact is not None:
        rows += [
            ("Planning index", f"{impact.id}, {impact.draws:,} draws, seed {impact.seed}"),
            ("Evidence", f"{impact.evidence}, edition {impact.evidence_edition}"),
        ]
    if forecast is not None:
        text = f"{forecast.id}, {forecast.draws:,} draws, seed {forecast.seed}"
        rows.append(("Forecast", text))
    return rows
