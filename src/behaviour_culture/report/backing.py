"""What stands behind the report: support on offer, assumptions, sources, how to repeat it."""

from __future__ import annotations

from typing import NamedTuple

from behaviour_culture.model.evidence import EffectParameter, EffectScale, EvidenceBase
from behaviour_culture.model.source import Source
from behaviour_culture.report.actions import Link
from behaviour_culture.report.names import Names
from behaviour_culture.report.parts import Given
from behaviour_culture.report.words import month, percent, strand

__all__ = ["Backing", "Offer", "backing", "offer"]

_SCALES = {
    EffectScale.SMD: "standard deviations",
    EffectScale.LOG_RATE_RATIO: "natural logarithm of a rate ratio",
}


class Wish(NamedTuple):
    """A step that wants one strand, and how it would help."""

    ref: int
    title: str
    how: str


class StrandRow(NamedTuple):
    """One strand: what is on offer, and which steps want it."""

    name: str
    offer: str
    wishes: list[Wish]


class Offer(NamedTuple):
    """All that the section on support shows."""

    lead: str
    programme: str
    since: str
    summary: str
    rows: list[StrandRow]
    sources: list[Citation]


class Citation(NamedTuple):
    """A source: the line that names it, a link where it is a safe one, a note."""

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
    """A published effect that the plan borrows from."""

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
    """All that the last section shows."""

    framework: str
    edition: str
    limits: tuple[str, ...]
    licence: str
    framework_sources: list[Citation]
    doubts: list[Doubt]
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
    # Only a web address becomes a link: "javascript:" and the like stay text.
    link = url if url.startswith(("https://", "http://")) else ""
    return Citation(source.cite(), link, url, source.note or "")


def offer(given: Given, names: Names) -> Offer | None:
    """Gather the support on offer beside the steps that want it; None without an offer."""
    found = given.support_offer
    if found is None:
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
        for o in found.strands
    ]
    rows += [
        StrandRow(strand(support.strand), "", wishes.pop(support.strand.value))
        for step in given.plan.steps
        for support in step.support
        if support.strand.value in wishes
    ]
    return Offer(
        lead=found.lead,
        programme=found.programme,
        since=month(found.lead_since) if found.lead_since else "",
        summary=found.summary,
        rows=rows,
        sources=[_cite(s) for s in found.sources],
    )


def backing(given: Given, names: Names, version: str) -> Backing:
    """Gather the assumptions, sources and settings of the report."""
    framework, evidence = given.framework, given.evidence
    year = given.calendar
    invented = "; illustrative" if year and year.illustrative else ""
    return Backing(
        framework=framework.name,
        edition=framework.edition,
        limits=framework.limits,
        licence=framework.licence,
        framework_sources=[_cite(s) for s in framework.sources],
        doubts=[Doubt(u.kind, u.text or u.id, u.mark.value) for u in framework.unverified()],
        evidence=f"{evidence.name} ({evidence.edition})" if evidence else "",
        assumptions=_assumptions(evidence),
        effects=_effects(given, names),
        grades=_grades(given),
        evidence_sources=_used_sources(given),
        calendar=f"{year.name}{invented}. {year.source}" if year else "",
        catalogue=f"{given.catalogue.name}. {given.catalogue.summary}" if given.catalogue else "",
        repeat=_repeat(given, version),
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


def _effects(given: Given, names: Names) -> list[EffectRow]:
    evidence = given.evidence
    if evidence is None:
        return []
    cite = {s.id: s.cite() for s in evidence.sources}
    users: dict[str, list[Link]] = {}
    for _, group in names.areas:
        for step in group:
            if step.effect is not None:
                link = Link(names.ref[step.id], f"{step.title} (grade {step.effect.grade})")
                users.setdefault(step.effect.parameter, []).append(link)
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
        f"{x:+.2f}".replace("-", "\N{MINUS SIGN}") for x in (parameter.mean, parameter.setting)
    )
    here = f"; in this school, from what was seen, {setting} more" if parameter.setting else ""
    return (
        f"{mean} {_SCALES[parameter.scale]}; standard error {parameter.standard_error:.2g}, "
        f"spread between settings {parameter.tau:.2g}{here}"
    )


def _grades(given: Given) -> list[GradeRow]:
    if given.evidence is None:
        return []
    used = {s.effect.grade for s in given.plan.steps if s.effect is not None}
    return [
        GradeRow(
            g.id, percent(g.discount), f"\N{MULTIPLICATION SIGN} {g.tau_factor:g}", g.text, g.basis
        )
        for g in given.evidence.grades
        if g.id in used
    ]


def _used_sources(given: Given) -> list[Citation]:
    evidence = given.evidence
    if evidence is None:
        return []
    borrowed = {s.effect.parameter for s in given.plan.steps if s.effect is not None}
    used = {n for p in evidence.parameters if p.id in borrowed for n in p.provenance.sources}
    used |= {n for a in evidence.assumptions for n in a.provenance.sources}
    return [_cite(s) for s in evidence.sources if s.id in used]


def _repeat(given: Given, version: str) -> list[tuple[str, str]]:
    schedule, impact, forecast = given.schedule, given.impact, given.forecast
    rows = [
        ("behaviour_culture", version),
        ("Framework", f"{given.framework.id}, edition {given.framework.edition}"),
        ("Catalogue of steps", given.plan.catalogue),
        ("Audit", given.audit.id),
        ("Plan", given.plan.id),
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
