"""The published rows of the shipped evidence: which may be defaults, and what they are not."""

from __future__ import annotations

from typing import Any

import pytest
from attrs import evolve, fields
from hypothesis import given
from hypothesis import strategies as st

import behaviour_culture as bc
from behaviour_culture.model.finding import AttainmentFinding, FindingScale, StudyKind

BASE = bc.load_evidence()


def test_every_default_rests_on_verified_rows_alone() -> None:
    """Whatever rows the file holds: a source of a default has a row, and one that was read."""
    rows = (*BASE.findings, *BASE.attainment)
    for parameter in BASE.parameters:
        assert parameter.provenance.sources
        for source in parameter.provenance.sources:
            mine = [r for r in rows if source in r.provenance.sources]
            assert any(r.verified for r in mine), (parameter.id, source)


def test_no_default_repeats_the_figure_of_a_row_that_is_only_recalled() -> None:
    recalled = [r for r in BASE.findings if r.provenance.mark is bc.model.Mark.RECALLED]
    assert recalled
    for parameter in BASE.parameters:
        for row in recalled:
            same = set(row.provenance.sources) & set(parameter.provenance.sources)
            assert not (same and row.estimate == parameter.mean)


def test_unverified_rows_are_in_the_file_and_say_so() -> None:
    open_ = BASE.unverified()
    assert {r.provenance.mark for r in open_} >= {bc.model.Mark.RECALLED, bc.model.Mark.PARTLY}
    assert all("not verified" in str(r) for r in open_)
    assert all(r.provenance.note for r in open_)


def test_what_was_not_read_is_left_out_and_not_made_up() -> None:
    bare = [r for r in BASE.findings if r.estimate is None]
    assert bare
    assert all(r.scale is None and r.error is None and r.provenance.note for r in bare)
    for row in BASE.findings:
        if row.outcome is not None and row.estimate is not None and not row.action:
            assert row.estimate < 0, row.id  # every figure that a default cites is a fall


def test_rows_of_one_trial_share_its_name() -> None:
    kinds: dict[str, set[StudyKind]] = {}
    for row in (*BASE.findings, *BASE.attainment):
        kinds.setdefault(row.study, set()).add(row.kind)
    assert all(len(found) == 1 for found in kinds.values())
    assert len(kinds) < len(BASE.findings)


def test_every_row_of_the_reference_is_there() -> None:
    ids = {r.id.split("-")[0] for r in (*BASE.findings, *BASE.attainment)}
    wanted = {f"b{i}" for i in range(1, 33)} | {f"a{i}" for i in range(1, 7)}
    wanted |= {f"i{i}" for i in range(1, 14)} | {"x1", "x2", "c1", "c2", "eef"}
    assert wanted <= ids


@given(st.from_type(AttainmentFinding))
def test_attainment_never_enters_among_findings(row: AttainmentFinding) -> None:
    clean: dict[str, Any] = {"findings": (), "attainment": (), "parameters": (), "assumptions": ()}
    empty = evolve(BASE, **clean)
    with pytest.raises(bc.InvalidInputError, match=r"findings\[0\]: expected a Finding"):
        evolve(empty, findings=[row])  # type: ignore[list-item]
    assert "outcome" not in {f.name for f in fields(AttainmentFinding)}
    assert "attainment" not in {o.value for o in bc.model.Outcome}


@given(st.from_type(bc.model.Finding))
def test_a_finding_is_no_attainment(row: bc.model.Finding) -> None:
    with pytest.raises(bc.InvalidInputError, match=r"attainment\[0\]"):
        evolve(BASE, attainment=[row])  # type: ignore[list-item]
    assert row.verified == (row.provenance.mark in {bc.model.Mark.READ, bc.model.Mark.COMPUTED})


def row(**given: Any) -> bc.model.Finding:
    plain: dict[str, Any] = {
        "id": "a",
        "name": "A",
        "measure": "m",
        "study": "s",
        "kind": StudyKind.PRIMARY,
        "text": "t",
        "edition": "1",
        "provenance": bc.model.Provenance(mark=bc.model.Mark.READ),
    }
    return bc.model.Finding(**(plain | given))


def test_the_error_of_an_interval() -> None:
    smd = FindingScale.SMD
    assert row(estimate=0, lower=-1.96, upper=1.96, scale=smd).error == pytest.approx(1, rel=1e-4)
    assert row(estimate=0, lower=-1, upper=1, standard_error=0.4, scale=smd).error == 0.4
    assert row(estimate=0.2, scale=smd).error is None


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"estimate": 0.1}, "give estimate and scale together"),
        ({"scale": FindingScale.SMD}, "give estimate and scale together"),
        ({"lower": 0, "upper": 1}, "estimate: is missing"),
        ({"estimate": 1, "lower": 2, "upper": 3, "scale": FindingScale.SMD}, "outside"),
        ({"estimate": 1, "lower": 0, "scale": FindingScale.SMD}, "both ends"),
        ({"estimate": 1, "standard_error": 0, "scale": FindingScale.SMD}, "error of 0"),
        ({"estimate": float("nan"), "scale": FindingScale.SMD}, "not a finite number"),
        ({"n": 5}, "units: say what the 5 are"),
        ({"n": 0, "units": "schools"}, "n: "),
        ({"kind": "primry"}, "did you mean 'primary'"),
        ({"outcome": "attainment"}, "outcome"),
    ],
)
def test_refusals(given: dict[str, Any], words: str) -> None:
    with pytest.raises(bc.InvalidInputError, match=words):
        row(**given)


def test_references_are_closed() -> None:
    lost = row(
        grade="Z", provenance=bc.model.Provenance(mark=bc.model.Mark.READ, sources=("nowhere",))
    )
    with pytest.raises(bc.InvalidInputError, match=r"(?s)findings\[0\].grade.*nowhere"):
        evolve(BASE, findings=[lost])
