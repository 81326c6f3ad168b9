"""The shipped content: whole, sourced, and as many entries as the review is known to have."""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

import behaviour_culture as bc
from behaviour_culture import content
from behaviour_culture.interchange import read
from behaviour_culture.interchange.kinds import KINDS
from behaviour_culture.model.benchmark import SurveyGroup
from behaviour_culture.model.framework_parts import Addressee, Feature
from behaviour_culture.testing import assert_closed, assert_round_trip
from builders import audit_of

FOLDER = Path(content.__file__).parent
FILES = sorted(FOLDER.glob("*/*.toml"))
KIND_OF_FOLDER = {
    "benchmarks": "benchmarks",
    "calendars": "calendar",
    "catalogues": "catalogue",
    "crosswalks": "crosswalk",
    "duties": "duties",
    "role_maps": "role-map",
    "evidence": "evidence",
    "frameworks": "framework",
    "indicators": "indicators",
    "instruments": "instrument",
    "log_mappings": "log-mapping",
    "programmes": "programme",
    "scenarios": "scenario",
    "symbol_policies": "symbol-policy",
}
VERIFIED = {"read", "computed"}

# Where the review has each principle; none where no page that was read names one.
PLACES = {
    "design-culture": ("3.1", 30),
    "design-vision": ("3.2", 30),
    "design-whole-school-focus": ("3.3", 30),
    "design-social-norms": ("3.4", 31),
    "design-communicate": ("3.5", 31),
    "design-team-curation": ("3.6", 32),
    "build-staff-transition": ("4.1", 34),
    "build-teacher-training": ("4.2", 35),
    "build-expectations-consistency": ("4.2.1", 36),
    "build-routines": ("4.2.2", 38),
    "build-rules": ("4.2.3", 39),
    "build-consequences-send": ("4.2.4", 40),
    "build-internal-inclusion": ("4.2.5", 43),
    "build-markers-levers": ("4.2.6", 46),
    "build-premises": ("4.2.7", 48),
    "build-attendance-punctuality": ("4.2.8", 49),
    "build-technology": ("4.2.9", 50),
    "build-role-models": ("4.2.10", 51),
    "maintain-reinforce": ("5.1", 53),
    "maintain-cpd": ("5.1.1", None),
    "maintain-consistent-practices": (None, None),
    "maintain-staff-induction": (None, None),
    "maintain-data-feedback": (None, None),
    "maintain-parents": (None, None),
}
WITHOUT_SECTION = [key for key, (section, _) in PLACES.items() if section is None]
FEATURES = {
    "feat-visible-leaders",
    "feat-clear-expectations",
    "feat-consistent-practice",
    "feat-balanced-team",
    "feat-known-culture",
    "feat-staff-support",
    "feat-attention-to-detail",
    "feat-all-matter",
    "feat-commitment",
}
CHALLENGES = {
    "chal-vision",
    "chal-classroom-skills",
    "chal-low-expectations",
    "chal-orientation",
    "chal-workload",
    "chal-wrong-people",
    "chal-remote-leaders",
    "chal-inconsistency",
}


def raw(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


def tables(value: Any) -> Iterator[dict[str, Any]]:
    """Yield every table in some plain data."""
    inside = value.values() if isinstance(value, dict) else value
    if isinstance(value, dict):
        yield value
    if isinstance(value, (dict, list)):
        for inner in inside:
            yield from tables(inner)


class TestFiles:
    @pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
    def test_each_loads_and_is_named_after_its_id(self, path: Path) -> None:
        kind = KIND_OF_FOLDER[path.parent.name]
        value = read(path, kind=kind)
        assert value.id == path.stem
        assert_round_trip(value)
        assert str(value)
        assert value._repr_html_()

    def test_nothing_else_lies_in_the_folders(self) -> None:
        others = {p.name for p in FOLDER.rglob("*") if p.is_file()} - {p.name for p in FILES}
        assert {Path(name).suffix for name in others} <= {".py", ".pyi", ".pyc"}
        assert {p.parent.name for p in FILES} == set(KIND_OF_FOLDER)
        assert set(KIND_OF_FOLDER.values()) <= set(KINDS)

    @pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
    def test_sources_are_cited_or_say_what_they_are_for(self, path: Path) -> None:
        data = raw(path)
        known = {source["id"]: source for source in data.get("sources", [])}
        cited = {s for table in tables(data) if "mark" in table for s in table.get("sources", [])}
        assert cited <= known.keys()
        assert all("note" in known[key] for key in known.keys() - cited)

    @pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
    def test_a_statement_that_is_no_own_work_names_a_source(self, path: Path) -> None:
        for table in tables(raw(path)):
            mark = table.get("provenance", {}).get("mark")
            if mark in VERIFIED | {"title", "partly"}:
                assert table["provenance"]["sources"], table
            if mark in {"inferred", "recalled", "partly"}:
                assert mark not in VERIFIED


class TestFramework:
    def test_the_domains_follow_each_other(self, framework: bc.Framework) -> None:
        assert [d.id for d in framework.domains] == ["design", "build", "maintain"]
        assert [d.follows for d in framework.domains] == [None, "design", "build"]
        counts = [len(framework.principles_of(d.id)) for d in framework.domains]
        assert counts == [6, 12, 6]

    def test_every_principle_with_its_section_and_page(self, framework: bc.Framework) -> None:
        assert {p.id: (p.section, p.page) for p in framework.principles} == PLACES
        pages = {s.number: s.page for s in framework.sections}
        for principle in framework.principles:
            if principle.section:
                assert pages[principle.section] == principle.page

    def test_the_four_that_no_section_names_say_so(self, framework: bc.Framework) -> None:
        assert len(WITHOUT_SECTION) == 4
        marks = {key: framework.principle(key).provenance.mark.value for key in WITHOUT_SECTION}
        assert marks.pop("maintain-parents") == "recalled"
        assert set(marks.values()) == {"partly"}

    def test_where_only_a_heading_of_chapters_4_and_5_was_read_the_text_is_ours(
        self, framework: bc.Framework
    ) -> None:
        read = {"build-expectations-consistency", "build-internal-inclusion", "build-routines"}
        for principle in framework.principles:
            if principle.domain != "design" and principle.id not in read:
                ours = principle.origin is bc.model.Origin.OWN
                assert ours == principle.provenance.verified, principle.id
        assert len(framework.glosses()) == 23
        assert {p.origin for p in framework.principles_of("design")} == {bc.model.Origin.SOURCE}
        assert "[our gloss on the heading]" in str(framework.principle("build-rules"))

    def test_titles_are_those_of_the_contents_page(self, framework: bc.Framework) -> None:
        titles = {s.number: s.title for s in framework.sections}
        assert titles["2.3"] == "Is there a behaviour problem? A review of the evidence"
        assert titles["2.6"].startswith("Reframing what we mean by good behaviour")
        assert "Department for Education" in titles["1.5.1"]

    def test_the_features_of_successful_schools(self, framework: bc.Framework) -> None:
        assert {f.id for f in framework.features} == FEATURES
        assert not framework_feature(framework, "feat-commitment").provenance.verified
        assert framework_feature(framework, "feat-staff-support").provenance.verified

    def test_the_eight_challenges_each_oppose_something(self, framework: bc.Framework) -> None:
        assert {c.id for c in framework.challenges} == CHALLENGES
        assert all(c.opposes for c in framework.challenges)
        opposed = {c.id: set(c.opposes) for c in framework.challenges}
        assert {"design-vision", "feat-known-culture"} <= opposed["chal-vision"]
        assert "build-teacher-training" in opposed["chal-classroom-skills"]
        assert "feat-visible-leaders" in opposed["chal-remote-leaders"]

    def test_the_order_of_principles_is_ours_and_has_reasons(self, framework: bc.Framework) -> None:
        found = [q for p in framework.principles for q in p.prerequisites]
        assert len(found) == 35
        for q in found:
            assert q.origin is bc.model.Origin.OWN
            assert q.basis is bc.model.Basis.INFERRED
            assert not q.provenance.verified
            assert q.reason.endswith(".") or len(q.reason.split()) > 3

    def test_three_items_or_more_for_each_principle_all_our_own(
        self, framework: bc.Framework
    ) -> None:
        for principle in framework.principles:
            items = framework.items_of(principle.id)
            assert len(items) >= 3
            for item in items:
                assert item.id.removeprefix(f"{principle.id}-").isdigit()
                assert item.minutes
                assert not item.not_applicable or item.not_applicable.startswith("Not applicable")
                assert "five pupils" not in item.look_for
                assert item.origin is bc.model.Origin.OWN
                assert item.text.rstrip().endswith(".")
                assert item.look_for
        texts = [item.text for item in framework.items]
        assert len(set(texts)) == len(texts)

    def test_the_scale_has_four_observable_steps(self, framework: bc.Framework) -> None:
        scale = framework.rating_scale
        labels = ["absent", "emerging", "established", "embedded"]
        assert [level.label for level in scale.levels] == labels
        assert scale.values == (0, 1, 2, 3)
        assert all(level.description for level in scale.levels)

    def test_the_sections_of_the_review_in_order(self, framework: bc.Framework) -> None:
        numbered = [s for s in framework.sections if s.number[0].isdigit()]
        paged = [s.page for s in numbered if s.page]
        assert paged == sorted(paged)
        assert {"1", "2.7", "3.6", "4.2.10", "5.1.1"} <= {s.number for s in numbered}
        assert len(numbered) >= 43

    def test_systems_that_no_section_has_say_so(self, framework: bc.Framework) -> None:
        later = {"rewards", "removal", "suspension-exclusion", "parents", "data-monitoring"}
        for system in framework.systems:
            if system.id in later:
                assert system.section is None
                assert not system.provenance.verified
            assert system.principles
        assert {s.id for s in framework.systems if s.section} >= {"routines", "rules"}

    def test_unverified_lists_just_what_nobody_has_checked(self, framework: bc.Framework) -> None:
        data = raw(FOLDER / "frameworks" / "bennett-2017.toml")
        ours = [q for p in data["principles"] for q in p.get("prerequisites", [])]
        expected = sum("mark" in t and t["mark"] not in VERIFIED for t in tables(data))
        expected -= sum(q["provenance"]["mark"] not in VERIFIED for q in ours)
        found = framework.unverified()
        assert len(found) == 14
        assert len(found) == expected > 0
        assert all(u.mark.value not in VERIFIED for u in found)
        kinds = {u.kind for u in found}
        assert "audit item" not in kinds
        named = {(u.kind, u.id) for u in found}
        assert len(named) == len(found)
        assert {("principle", key) for key in WITHOUT_SECTION} <= named
        assert ("principle", "design-vision") not in named

    def test_what_is_not_known_is_said(self, framework: bc.Framework) -> None:
        assert len(framework.limits) >= 5
        assert framework.licence
        addressees = {r.addressee for r in framework.recommendations}
        assert addressees == {Addressee.DFE, Addressee.OFSTED}


def framework_feature(framework: bc.Framework, key: str) -> Feature:
    return next(f for f in framework.features if f.id == key)


class TestCatalogue:
    def test_at_least_45_steps_for_this_edition(
        self, framework: bc.Framework, catalogue: bc.StepCatalogue
    ) -> None:
        assert len(catalogue.steps) >= 45
        assert (catalogue.framework, catalogue.edition) == (framework.id, framework.edition)

    def test_nobody_monitors_a_step_that_they_lead(self, catalogue: bc.StepCatalogue) -> None:
        own = [s.id for s in catalogue.steps if s.monitoring and s.monitoring.who == s.lead]
        assert own == []

    @pytest.mark.parametrize("step", bc.load_catalogue("bennett-2017").steps, ids=lambda s: s.id)
    def test_a_step_says_all_that_a_plan_has_to_know(
        self, framework: bc.Framework, catalogue: bc.StepCatalogue, step: bc.ActionStep
    ) -> None:
        assert len(step.title) <= 80
        assert step.text.endswith(".")
        principles = {p.id for p in framework.principles}
        assert step.principles
        assert set(step.principles) <= principles
        assert set(step.challenges) <= CHALLENGES
        assert step.system is None or step.system in {s.id for s in framework.systems}
        assert 1 <= step.weeks.optimistic <= step.weeks.likely <= step.weeks.pessimistic <= 39
        assert set(step.hours_per_week) <= {r.id for r in catalogue.roles}
        assert step.hours_per_week[step.lead] > 0
        assert all(0 < hours <= 10 for hours in step.hours_per_week.values())
        assert 0 < step.reach <= 1
        assert step.support
        assert all(s.how.endswith(".") for s in step.support)
        assert step.success_criteria
        assert step.monitoring is not None
        assert step.monitoring.when
        assert step.monitoring.how
        assert step.cost_basis
        assert step.source
        assert step.origin is bc.model.Origin.OWN
        assert all(len(p.reason.split()) > 2 for p in step.requires)

    def test_who_monitors_is_a_role_that_exists(
        self, framework: bc.Framework, catalogue: bc.StepCatalogue
    ) -> None:
        assert framework.id == catalogue.framework
        roles = {r.id for r in catalogue.roles}
        assert {s.monitoring.who for s in catalogue.steps if s.monitoring} <= roles

    def test_a_step_cites_an_effect_and_a_grade_that_the_evidence_has(
        self, catalogue: bc.StepCatalogue
    ) -> None:
        evidence = bc.load_evidence()
        for step in catalogue.steps:
            for link in step.effects:
                evidence.parameter(link.parameter)
                evidence.grade(link.grade)
                assert link.reason

    def test_every_principle_and_every_challenge_is_answered(
        self, framework: bc.Framework, catalogue: bc.StepCatalogue
    ) -> None:
        for principle in framework.principles:
            assert catalogue.for_principle(principle.id), principle.id
        answered = {c for s in catalogue.steps for c in s.challenges}
        assert answered == CHALLENGES
        assert {s.main_principle for s in catalogue.steps} == {p.id for p in framework.principles}

    def test_one_step_at_most_builds_a_system_and_it_comes_after_its_parts(
        self, catalogue: bc.StepCatalogue
    ) -> None:
        built = [s.system for s in catalogue.steps if s.system]
        assert len(set(built)) == len(built)

    def test_all_phases_pay_offs_and_strands_occur(self, catalogue: bc.StepCatalogue) -> None:
        assert {s.phase for s in catalogue.steps} == set(bc.StepPhase)
        assert {s.payoff for s in catalogue.steps} == set(bc.model.Payoff)
        assert {x.strand for s in catalogue.steps for x in s.support} == set(bc.model.SupportStrand)
        launched = {s.starts for s in catalogue.steps if s.phase is bc.StepPhase.LAUNCH}
        assert bc.model.StartRule.HALF_TERM_START in launched

    def test_the_audit_is_itself_a_step(self, catalogue: bc.StepCatalogue) -> None:
        assert catalogue.audit_step is not None
        assert catalogue.step(catalogue.audit_step).phase is bc.StepPhase.DIAGNOSE

    def test_the_whole_catalogue_can_be_done_in_some_order(
        self, framework: bc.Framework, catalogue: bc.StepCatalogue
    ) -> None:
        plan = bc.draft_plan(
            bc.score_audit(audit_of(framework, 0), framework),
            catalogue=catalogue,
            priorities=24,
            steps_per_priority=60,
        )
        assert len(plan.steps) + len(plan.met) == len(catalogue.steps)
        assert_closed(plan)


class TestCalendars:
    def count(self, year: bc.SchoolYear) -> tuple[int, int]:
        """Count staff and pupil days with nothing but the datetime module."""
        staff = pupils = 0
        off = {d.day for d in year.days_off}
        for term in year.terms:
            day = term.start
            while day <= term.end:
                gap = term.half_term
                in_gap = gap is not None and gap.start <= day <= gap.end
                if day.strftime("%a") not in {"Sat", "Sun"} and day not in off and not in_gap:
                    staff += 1
                    pupils += day not in year.inset
                day += dt.timedelta(days=1)
        return staff, pupils

    @pytest.mark.parametrize("key", bc.calendar_ids())
    def test_195_days_for_staff_and_190_for_pupils(self, key: str) -> None:
        year = bc.load_calendar(key)
        assert self.count(year) == (year.staff_days, year.teaching_days) == (195, 190)
        assert len(year.inset) == 5

    def test_the_terms_of_2024_25(self) -> None:
        year = bc.load_calendar("blue-coat-2024-25")
        assert not year.illustrative
        assert [(t.name, t.start, t.end) for t in year.terms] == [
            ("Autumn", dt.date(2024, 9, 2), dt.date(2024, 12, 20)),
            ("Spring", dt.date(2025, 1, 6), dt.date(2025, 4, 11)),
            ("Summer", dt.date(2025, 4, 28), dt.date(2025, 7, 21)),
        ]
        labels = [f"{term} {n}" for term in ("Autumn", "Spring", "Summer") for n in (1, 2)]
        assert [h.label for h in year.half_terms] == labels
        assert not year.is_staff_day(dt.date(2025, 5, 5))  # the bank holiday in May
        assert year.is_staff_day(dt.date(2024, 9, 2))
        assert not year.is_teaching_day(dt.date(2024, 9, 2))  # INSET
        assert year.start == dt.date(2024, 9, 3)
        assert year.end == dt.date(2025, 7, 18)

    def test_an_invented_year_says_that_it_is(self) -> None:
        assert bc.load_calendar("illustrative-2026-27").illustrative

    @pytest.mark.parametrize("key", bc.calendar_ids())
    def test_half_terms_do_not_overlap_and_hold_all_teaching_days(self, key: str) -> None:
        year = bc.load_calendar(key)
        assert all(a.end < b.start for a, b in pairwise(year.half_terms))
        assert len(year.half_terms) == 6
        assert sum(w.opens_half_term for w in year.weeks) == 6


class TestEvidence:
    def test_only_what_was_read_or_computed_counts_as_verified(self) -> None:
        marks = {
            p["id"]: p["provenance"]["mark"]
            for p in raw(FOLDER / "evidence" / "behaviour-2026.toml")["parameters"]
        }
        evidence = bc.load_evidence()
        verified = {p.id for p in evidence.parameters if p.provenance.verified}
        assert verified == {key for key, mark in marks.items() if mark in VERIFIED}
        assert 0 < len(verified) < len(marks)

    def test_every_number_says_where_it_is_from(self) -> None:
        evidence = bc.load_evidence()
        for parameter in evidence.parameters:
            assert parameter.provenance.sources
            assert parameter.standard_error_basis.split(":")[0].split()[0] in {
                "read",
                "computed",
                "assumed",
                "judgement",
            }
            assert parameter.tau_basis.startswith(("judgement", "computed"))
            assert parameter.standard_error > 0
        for assumption in evidence.assumptions:
            assert assumption.low < assumption.high
            assert not assumption.provenance.verified
            assert assumption.basis

    def test_no_effect_on_attainment_is_among_them(self) -> None:
        assert "attainment" not in {o.value for o in bc.model.Outcome}
        assert {p.outcome for p in bc.load_evidence().parameters} <= set(bc.model.Outcome)

    def test_the_worse_the_grade_the_less_is_kept(self) -> None:
        grades = bc.load_evidence().grades
        assert [g.id for g in grades] == ["A", "B", "C", "D"]
        for better, worse in pairwise(grades):
            assert better.discount >= worse.discount
            assert better.tau_factor <= worse.tau_factor


class TestBenchmarks:
    def test_percentages_by_group_and_wave_with_their_marks(self) -> None:
        survey = bc.content.load_content("benchmarks", "national-behaviour-survey")
        assert len(survey.figures) >= 30
        assert {f.group for f in survey.figures} == set(SurveyGroup)
        assert all(dt.date.fromisoformat(f"{f.wave}-01").year >= 2022 for f in survey.figures)
        assert all(f.provenance.sources for f in survey.figures)
        assert survey.limits

    def test_no_figure_stands_twice(self) -> None:
        keys = [
            (f.measure, f.group, f.wave)
            for f in bc.content.load_content("benchmarks", "national-behaviour-survey").figures
        ]
        assert len(set(keys)) == len(keys)

    def test_the_latest_of_each_measure(self) -> None:
        survey = bc.content.load_content("benchmarks", "national-behaviour-survey")
        latest = survey.latest()
        for figure in latest:
            same = [
                f for f in survey.figures if (f.measure, f.group) == (figure.measure, figure.group)
            ]
            assert figure.wave == max(f.wave for f in same)
        assert len({(f.measure, f.group) for f in survey.figures}) == len(latest)


class TestAdviceOfTheDepartment:
    def test_it_is_the_edition_of_2024_with_its_pages(self) -> None:
        advice = bc.load_framework("dfe-behaviour-in-schools")
        assert advice.edition == "2024-02"
        pages = {p.id: p.page for p in advice.principles}
        assert pages["mobile-phones"] == 32
        assert pages["suspension-and-exclusion"] == 25
        assert pages["developing-the-policy"] is None  # the list that was read lacks the line
        assert len(advice.glosses()) == len(advice.principles) == 30
        assert len(advice.unverified()) == 3
        said = " ".join(p.text for p in advice.practices)
        for day in ("26 July 2026", "1 April 2026", "January 2026"):
            assert day in said
