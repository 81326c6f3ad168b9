"""Strategies for rows of published evidence."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from behaviour_culture.model.finding import (
    AttainmentFinding,
    AttainmentScale,
    Finding,
    FindingScale,
    Outcome,
    StudyKind,
)
from behaviour_culture.testing._basics import (
    Ids,
    Strategy,
    maybe,
    numbers,
    one_of_ids,
    slugs,
    texts,
    words,
)
from behaviour_culture.testing._frameworks import provenances

__all__ = ["attainment_findings", "findings"]


def findings(*, grades: Ids = None, sources: Ids = None) -> Strategy[Finding]:
    """Draw published rows; ``grades`` and ``sources`` hold ids to choose from."""
    grade = texts(max_size=4)
    if grades is not None:
        grade = one_of_ids("findings", "grades", grades)
    return _findings(grade, sources)


def attainment_findings(*, sources: Ids = None) -> Strategy[AttainmentFinding]:
    """Draw published rows on attainment; ``sources`` holds ids to choose from."""
    return _attainment_findings(sources)


@st.composite
def _findings(draw: st.DrawFn, grade: Strategy[str], sources: Ids) -> Finding:
    return Finding(
        outcome=draw(maybe(st.sampled_from(Outcome))),
        measure=draw(texts()),
        grade=draw(maybe(grade)),
        **draw(_figures(FindingScale)),
        **draw(_common(sources)),
    )


@st.composite
def _attainment_findings(draw: st.DrawFn, sources: Ids) -> AttainmentFinding:
    return AttainmentFinding(
        rating=draw(words()),
        **draw(_figures(AttainmentScale)),
        **draw(_common(sources)),
    )


@st.composite
def _figures(draw: st.DrawFn, scale: type[Any]) -> dict[str, Any]:
    if draw(st.booleans()):
        return {}
    number = numbers(-100.0, 100.0)
    lower, value, upper = sorted(draw(st.tuples(number, number, number)))
    ends = {"lower": lower, "upper": upper} if draw(st.booleans()) else {}
    return {
        "estimate": value,
        "standard_error": draw(maybe(numbers(0.001, 10.0))),
        "scale": draw(st.sampled_from(scale)),
        **ends,
    }


@st.composite
def _common(draw: st.DrawFn, sources: Ids) -> dict[str, Any]:
    return {
        "id": draw(slugs()),
        "name": draw(texts()),
        "population": draw(words()),
        "design": draw(words()),
        "n": draw(maybe(st.integers(1, 1_000_000))),
        "units": draw(texts()),
        "study": draw(slugs()),
        "kind": draw(st.sampled_from(StudyKind)),
        "text": draw(texts()),
        "edition": draw(texts(max_size=8)),
        "provenance": draw(provenances(sources=sources)),
    }
