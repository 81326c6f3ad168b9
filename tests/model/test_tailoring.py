"""Tailoring a framework: pure, stacking, and every change on record."""

from __future__ import annotations

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

import behaviour_culture as bc
from behaviour_culture.model.belonging import catalogue_faults
from behaviour_culture.testing import frameworks, tailorings
from builders import faults_of, framework_of

BENNETT = bc.load_framework("bennett-2017")
TFI = bc.load_framework("tfi-2.1")
KIND = bc.model.TailoringKind


def change(kind: bc.model.TailoringKind, *targets: str, **rest: object) -> bc.TailoringChange:
    return bc.TailoringChange(kind=kind, targets=targets, reason="why", role="head", **rest)  # type: ignore[arg-type]


def tailoring(
    *changes: bc.TailoringChange, key: str = "ours", of: bc.Framework = BENNETT
) -> bc.Tailoring:
    return bc.Tailoring(id=key, name=key, framework=of.id, edition=of.edition, changes=changes)


class TestLaws:
    @given(frameworks())
    def test_an_empty_tailoring_gives_the_framework_back(self, framework: bc.Framework) -> None:
        assert bc.resolve(framework) == framework
        assert bc.resolve(framework, tailoring(of=framework)) == framework
        assert not bc.compare_frameworks(framework, framework)

    @given(st.data())
    def test_tailorings_stack(self, data: st.DataObject) -> None:
        framework = data.draw(frameworks())
        first = evolve(data.draw(tailorings(framework=framework)), id="first")
        second = evolve(data.draw(tailorings(framework=framework)), id="second")
        twice = bc.resolve(bc.resolve(framework, first), second)
        assert bc.resolve(framework, first, second) == twice
        assert len(twice.changes) == len(first.changes) + len(second.changes)
        assert {c.tailoring for c in twice.changes} <= {"first", "second"}

    @given(st.data())
    def test_whatever_is_dropped_nothing_points_at_it(self, data: st.DataObject) -> None:
        ids = [p.id for p in BENNETT.principles] + [i.id for i in BENNETT.items]
        gone = data.draw(st.lists(st.sampled_from(ids), min_size=1, max_size=8, unique=True))
        principles = {p.id for p in BENNETT.principles}
        # An item that goes with its principle cannot be named again.
        gone = [k for k in gone if k in principles or BENNETT.item(k).principle not in gone]
        before = bc.resolve(BENNETT)
        tailored = bc.resolve(BENNETT, tailoring(change(KIND.DROP, *gone)))
        assert before == BENNETT
        left = {p.id for p in tailored.principles} | {i.id for i in tailored.items}
        assert not left & set(gone)
        assert {q.principle for p in tailored.principles for q in p.prerequisites} <= left


class TestDifference:
    @given(frameworks(), frameworks())
    def test_none_means_that_nothing_differs_but_what_was_tailored(
        self, first: bc.Framework, second: bc.Framework
    ) -> None:
        for other in (second, evolve(first, scale=second.scale, aggregation=second.aggregation)):
            same = evolve(first, changes=()) == evolve(other, changes=())
            assert bool(bc.compare_frameworks(first, other)) is not same

    def test_fields_of_the_framework_and_every_list(self) -> None:
        other = evolve(
            TFI, edition="3.0", sections=[], scale=BENNETT.scale, aggregation=BENNETT.aggregation
        )
        found = bc.compare_frameworks(TFI, other)
        assert {c.field for c in found.changed} == {"edition", "scale", "aggregation"}
        assert {c.kind for c in found.changed} == {"framework"}
        less = evolve(BENNETT, sections=BENNETT.sections[1:], practices=BENNETT.practices[1:])
        gone = bc.compare_frameworks(BENNETT, less).removed
        assert gone == (
            f"practices {BENNETT.practices[0].id}",
            f"sections {BENNETT.sections[0].number}",
        )

    def test_it_is_said_in_a_line_for_each(self) -> None:
        assert str(bc.compare_frameworks(TFI, TFI)) == "no difference"
        other = evolve(BENNETT, edition="2", recommendations=BENNETT.recommendations[1:])
        gone = f"recommendations {BENNETT.recommendations[0].id}"
        edition = "framework bennett-2017, edition: '2017' -> '2'"
        assert str(bc.compare_frameworks(BENNETT, other)) == f"removed: {gone}\n{edition}"
        assert str(bc.compare_frameworks(other, BENNETT)).startswith(f"added: {gone}\n")


class TestEachKind:
    def test_select_keeps_what_is_named_with_what_holds_it(self) -> None:
        found = bc.resolve(
            BENNETT, tailoring(change(KIND.SELECT, "design-vision", "build-routines-1"))
        )
        assert [p.id for p in found.principles] == ["design-vision", "build-routines"]
        assert {i.principle for i in found.items_of("design-vision")} == {"design-vision"}
        assert [i.id for i in found.items_of("build-routines")] == ["build-routines-1"]
        assert [d.id for d in found.domains] == ["design", "build"]
        # A catalogue may still name what was not kept.
        assert catalogue_faults(bc.load_catalogue("bennett-2017"), found) == []

    def test_a_domain_that_is_gone_is_stepped_over(self) -> None:
        found = bc.resolve(BENNETT, tailoring(change(KIND.DROP, "build")))
        assert [(d.id, d.follows) for d in found.domains] == [
            ("design", None),
            ("maintain", "design"),
        ]

    def test_add_reweight_and_reword(self) -> None:
        item = bc.AuditItem(id="bus", principle="build-routines", text="The bus is met.")
        found = bc.resolve(
            BENNETT,
            tailoring(
                bc.TailoringChange(kind=KIND.ADD, item=item, reason="buses", role="head"),
                change(KIND.REWEIGHT, "bus", weight=3.0),
                change(KIND.REWORD, "bus", text="Every bus is met.", look_for="Wait."),
            ),
        )
        bus = found.item("bus")
        assert (bus.weight, bus.text, bus.look_for) == (3.0, "Every bus is met.", "Wait.")
        assert [(c.kind, c.before) for c in found.changes_of("bus")] == [
            (KIND.ADD, ""),
            (KIND.REWEIGHT, "1"),
            (KIND.REWORD, "The bus is met."),
        ]
        difference = bc.compare_frameworks(BENNETT, found)
        assert difference.added == ("items bus",)
        assert (difference.removed, difference.changed) == ((), ())

    def test_set_moves_a_threshold_and_keeps_what_it_was(self) -> None:
        found = bc.resolve(TFI, tailoring(change(KIND.SET, "tier-1-70", percent=60.0), of=TFI))
        assert found.thresholds[0].criteria[0].percent == 60.0
        assert found.changes[0].before == "70"
        changed = bc.compare_frameworks(TFI, found).changed
        assert [(c.id, c.field) for c in changed] == [
            ("tier-1-70", "name"),
            ("tier-1-70", "criteria"),
        ]
        # The name says 70 per cent: it must not say so of a threshold that lies elsewhere.
        again = bc.resolve(
            found, tailoring(change(KIND.SET, "tier-1-70", percent=65.5), of=TFI, key="again")
        )
        assert again.thresholds[0].name == "Tier I at 70 per cent, set to 65.5%"

    def test_a_threshold_goes_with_its_part(self) -> None:
        found = bc.resolve(TFI, tailoring(change(KIND.DROP, "tier-3"), of=TFI))
        assert not [t for t in found.thresholds if t.id.startswith("tier-3")]
        assert len(found.items) == 28

    def test_a_change_for_a_phase_counts_only_there(self) -> None:
        ours = tailoring(
            change(KIND.REWORD, "design-vision", text="In few words.", phase=bc.Phase.PRIMARY)
        )
        primary = bc.resolve(BENNETT, ours, phase=bc.Phase.PRIMARY)
        assert primary.principle("design-vision").text == "In few words."
        assert bc.resolve(BENNETT, ours, phase=bc.Phase.SECONDARY) == BENNETT
        assert bc.resolve(BENNETT, ours) == BENNETT

    def test_a_tailored_framework_is_scored_and_says_so(self) -> None:
        tailored = bc.resolve(BENNETT, tailoring(change(KIND.DROP, "build")))
        seen = [bc.Response(rater="head", item=i.id, rating=2) for i in tailored.items]
        audit = bc.Audit(id="a", framework=tailored.id, edition="2017", responses=seen)
        result = bc.score_audit(audit, tailored)
        assert result.tailorings == ("ours",)
        assert [d.id for d in result.domains] == ["design", "maintain"]


class TestRefusals:
    def test_all_faults_of_a_tailoring_come_at_once(self) -> None:
        ours = tailoring(
            change(KIND.DROP, "design-vison"),
            change(KIND.SET, "none", percent=50.0),
            change(KIND.REWORD, "design-vision", text="x", look_for="y"),
            bc.TailoringChange(kind=KIND.ADD, item=BENNETT.items[0], reason="r", role="head"),
        )
        with pytest.raises(bc.InvalidInputError) as error:
            bc.resolve(BENNETT, ours)
        paths = [f.path for f in error.value.faults]
        assert paths == [
            "changes[0].targets[0]",
            "changes[1].targets[0]",
            "changes[2].look_for",
            "changes[3].item.id",
        ]
        assert "did you mean 'design-vision'" in str(error.value)

    def test_another_framework_or_the_same_tailoring_twice(self) -> None:
        with pytest.raises(bc.InvalidInputError, match=r"is for the framework 'tfi-2.1'"):
            bc.resolve(BENNETT, tailoring(of=TFI))
        once = bc.resolve(BENNETT, ours := tailoring(change(KIND.DROP, "build")))
        with pytest.raises(bc.InvalidInputError, match="already applied"):
            bc.resolve(once, ours)

    def test_an_item_for_no_principle(self) -> None:
        item = bc.AuditItem(id="bus", principle="build-routine", text="The bus is met.")
        add = bc.TailoringChange(kind=KIND.ADD, item=item, reason="buses", role="head")
        fault = faults_of(lambda: bc.resolve(BENNETT, tailoring(add)))["changes[0].item.principle"]
        assert "did you mean 'build-routines'" in fault.message

    def test_an_id_of_two_entries_does_not_say_which(self) -> None:
        twice = framework_of({"rules": [1], "rest": [1]}, domains={"rules": "rules"})
        drop = tailoring(change(KIND.DROP, "rules"), of=twice)
        fault = faults_of(lambda: bc.resolve(twice, drop))["changes[0].targets[0]"]
        assert "'rules' is the id of several entries (principle, domain)" in fault.message

    def test_nothing_left(self) -> None:
        with pytest.raises(bc.InvalidInputError, match="no principle would be left"):
            bc.resolve(BENNETT, tailoring(change(KIND.DROP, "design", "build", "maintain")))

    @pytest.mark.parametrize("bad", [None, 3, "ours"])
    def test_wrong_types(self, bad: object) -> None:
        with pytest.raises(bc.InvalidInputError, match="expected a Framework"):
            bc.resolve(bad)  # type: ignore[arg-type]
        with pytest.raises(bc.InvalidInputError, match="expected a Tailoring"):
            bc.resolve(BENNETT, bad)  # type: ignore[arg-type]

    @pytest.mark.parametrize(
        ("kind", "rest", "match"),
        [
            (KIND.DROP, {"targets": []}, "needs the id"),
            (KIND.DROP, {"targets": ["a"], "weight": 1.0}, "no meaning"),
            (KIND.REWEIGHT, {"targets": ["a"]}, "is needed"),
            (KIND.REWEIGHT, {"targets": ["a"], "weight": 0.0}, "above 0"),
            (KIND.ADD, {}, "is needed"),
            (KIND.ADD, {"targets": ["a"], "item": BENNETT.items[0]}, "leave this out"),
            (KIND.SET, {"targets": ["a"], "percent": float("nan")}, "finite"),
        ],
    )
    def test_a_change_that_is_not_whole(
        self, kind: bc.model.TailoringKind, rest: dict[str, object], match: str
    ) -> None:
        with pytest.raises(bc.InvalidInputError, match=match):
            bc.TailoringChange(kind=kind, reason="r", role="head", **rest)  # type: ignore[arg-type]
