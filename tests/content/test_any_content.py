"""Every shipped file of content, by rules that know none of them by name."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import behaviour_culture as bc
from behaviour_culture import content
from behaviour_culture.audit.carrying import FULL_SHARE, PART_SHARE

FOLDER = Path(content.__file__).parent
FILES = sorted(
    path
    for name in ("frameworks", "instruments", "crosswalks")
    for path in (FOLDER / name).glob("*.toml")
)
LONGEST = 40
SENTENCE = re.compile(r"(?<=[.!?])\s+")
# Texts that say how a thing is measured or named, and lists that describe the file itself.
FREE = {"retired", "scale", "sources", "limits"}


def raw(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


def lists(data: dict[str, Any]) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    for name, value in data.items():
        if isinstance(value, list) and value and isinstance(value[0], dict):
            yield name, value


def texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, (dict, list)):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from texts(inner)


def test_the_frameworks_are_the_ones_the_design_names() -> None:
    assert bc.framework_ids() == (
        "bennett-2017",
        "dfe-audit-tool",
        "dfe-behaviour-in-schools",
        "eef-behaviour",
        "eef-implementation",
        "nbs",
        "ofsted-2025",
        "tfi-2.1",
    )


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
class TestEachFile:
    def test_ids_are_unique_within_and_across_what_a_result_names(self, path: Path) -> None:
        data = raw(path)
        for _, rows in lists(data):
            ids = [row["id"] for row in rows if "id" in row]
            assert len(set(ids)) == len(ids)
        # A score, a threshold and a link name a domain or a principle by its id alone.
        named = [row["id"] for name in ("domains", "principles") for row in data.get(name, [])]
        assert len(set(named)) == len(named)
        assert "whole" not in named

    def test_every_source_that_is_cited_is_there(self, path: Path) -> None:
        data = raw(path)
        known = {source["id"] for source in data.get("sources", [])}
        cited = set()
        for _, rows in lists(data):
            for row in rows:
                cited |= set(row.get("provenance", {}).get("sources", []))
                for before in row.get("prerequisites", []):
                    cited |= set(before["provenance"].get("sources", []))
        assert cited <= known
        for source in data.get("sources", []):
            assert source["id"] in cited or "note" in source
            assert "url" in source or "note" in source or "author" in source or "year" in source

    def test_no_sentence_is_longer_than_anyone_can_read(self, path: Path) -> None:
        for text in texts(raw(path)):
            for sentence in SENTENCE.split(text):
                assert len(sentence.split()) <= LONGEST, sentence

    def test_no_text_is_without_an_evidence_mark_or_an_origin(self, path: Path) -> None:
        for name, rows in lists(raw(path)):
            for row in rows:
                if name not in FREE:
                    assert "mark" in row.get("provenance", {}) or "origin" in row, (name, row)

    def test_it_says_what_it_may_be_used_for_and_what_is_not_known(self, path: Path) -> None:
        data = raw(path)
        assert data["licence"].strip()
        assert data["limits"]
        assert data["summary"].strip()
        marks = {
            row["provenance"]["mark"]
            for _, rows in lists(data)
            for row in rows
            if "provenance" in row
        }
        if marks - {"read", "computed"}:
            assert any("read" in t or "recalled" in t or "ours" in t for t in data["limits"])


CROSSWALKS = content.content_ids("crosswalk")


@pytest.mark.parametrize("key", CROSSWALKS)
def test_every_end_of_a_crosswalk_exists(key: str) -> None:
    walk = content.load_content("crosswalk", key)
    source = bc.load_framework(walk.source_framework)
    target = bc.load_framework(walk.target_framework)
    assert walk.faults(source, target) == ()
    assert walk.links
    assert key == f"{source.id}-to-{target.id}"


def test_a_crosswalk_is_shipped() -> None:
    assert CROSSWALKS


@pytest.mark.parametrize("key", bc.framework_ids())
def test_a_framework_can_be_audited_throughout_or_says_why_not(key: str) -> None:
    framework = bc.load_framework(key)
    if framework.items:
        assert all(framework.items_of(principle.id) for principle in framework.principles)
        assert not framework.item_faults()
        return
    (fault,) = framework.item_faults()
    assert framework.not_audited in fault.message
    # What it says to use instead is there.
    named = set(re.findall(r"[a-z]+(?:-[a-z0-9]+)+", framework.not_audited))
    there = {*bc.framework_ids(), *CROSSWALKS, "national-behaviour-survey"}
    assert named & there
    assert named <= there
    one = bc.Response(rater="head", item="any", rating=1)
    audit = bc.Audit(id="a", framework=key, edition=framework.edition, responses=[one])
    with pytest.raises(bc.InvalidInputError) as caught:
        bc.score_audit(audit, framework)
    assert caught.value.faults == (fault,)


@pytest.mark.parametrize("key", CROSSWALKS)
def test_what_leads_to_one_part_does_not_fill_more_than_the_whole(key: str) -> None:
    walk = content.load_content("crosswalk", key)
    share = {bc.model.Strength.FULL: FULL_SHARE, bc.model.Strength.PART: PART_SHARE}
    whole = {bc.model.Relation.EQUAL, bc.model.Relation.SUPERSET}
    filled: dict[str, float] = {}
    for link in walk.links:
        part = 1.0 if link.relation in whole else share[link.strength]
        filled[link.target] = filled.get(link.target, 0.0) + part
    assert max(filled.values()) <= 1 + 1e-9, filled
