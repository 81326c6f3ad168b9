from __future__ import annotations

import datetime as dt
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import behaviour_culture as bc
from behaviour_culture.hub import run_hub
from behaviour_culture.journey import JourneyResult
from behaviour_culture.model import Hub, LeadSchool, PartnerSchool
from behaviour_culture.programme.hub.heat_map import heat_map, who_can_help
from behaviour_culture.programme.hub.hub_pack import HubPack
from behaviour_culture.programme.hub.sessions import open_weeks
from behaviour_culture.programme.hub.term_counts import term_counts
from behaviour_culture.testing import hubs
from builders import examples, first_of

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"


@cache
def journey_at(path: Path) -> JourneyResult:
    return bc.run_journey(path)


def run_once(path: Path, **_options: object) -> JourneyResult:
    """The journey of a school, which is run once, whatever the file of the hub says."""
    return journey_at(path.resolve())


@pytest.fixture(scope="module")
def pack() -> HubPack:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("behaviour_culture.hub.run_journey", run_once)
        return run_hub(EXAMPLES / "three_rivers" / "hub.toml")


class TestSixSchools:
    def test_all_are_invented_and_placed(self, pack: HubPack) -> None:
        everyone = (*pack.hub.leads, *pack.hub.partners)
        assert all(s.illustrative and s.urn is None for s in everyone)
        assert pack.matching.placed == len(pack.schools) == 6

    def test_needs_are_those_of_the_audits(self, pack: HubPack) -> None:
        for school in pack.schools:
            assert school.result is not None
            for score in school.result.principles:
                cell = pack.heat.cells[score.id, school.id]
                assert cell.value == score.estimate.value
                assert pack.hub.partner(school.id).needs[score.id] == pytest.approx(1 - cell.value)

    def test_no_event_in_the_first_and_last_week_of_anybodys_term(self, pack: HubPack) -> None:
        assert pack.calendar is not None
        assert pack.visits
        for visit in pack.visits:
            calendars = [pack.calendar, *(pack.school(s).calendar for s in visit.schools)]
            for year in calendars:
                assert year is not None
                for term in year.terms:
                    if not term.start <= visit.first <= term.end:
                        continue
                    weeks = [w for w in year.staff_weeks if term.start <= w.start <= term.end]
                    monday = visit.first - dt.timedelta(days=visit.first.weekday())
                    assert monday in open_weeks(year, 1)
                    assert weeks[0].end < visit.first <= visit.last < weeks[-1].start

    def test_no_partner_has_two_events_in_one_week(self, pack: HubPack) -> None:
        for made in pack.calendars:
            assert not made.left_out
            for school in made.schools:
                weeks = [s.week for s in made.sessions if school.id in s.schools]
                assert len(set(weeks)) == len(weeks)

    def test_plans_keep_the_dates_of_their_own_schools(self, pack: HubPack) -> None:
        own = journey_at(EXAMPLES / "schools" / "village-primary" / "journey.toml")
        assert pack.school("nettle-lane").schedule == own.schedule

    def test_small_counts_are_hidden(self, pack: HubPack) -> None:
        assert pack.counts is not None
        assert pack.counts.table is not None
        assert pack.counts.of("nettle-lane", "Autumn") is None
        assert pack.counts.counted("nettle-lane", "Autumn")
        assert pack.counts.of("canal-bank", "Autumn") == 99

    def test_whoever_helps_stands_higher(self, pack: HubPack) -> None:
        assert pack.helps
        for entry in pack.helps:
            assert entry.strength >= 0.6
            assert entry.standing < 0.5
            assert entry.helper != entry.helped

    def test_the_same_again(self, pack: HubPack) -> None:
        assert run_hub(EXAMPLES / "three_rivers" / "hub.toml") == pack


class TestAgreedDays:
    def test_one_is_held_on_its_day(self, pack: HubPack) -> None:
        visit = next(v for v in pack.visits if v.key == "harbour.open-day.1")
        assert visit.agreed
        assert visit.first == visit.last == dt.date(2026, 9, 22)

    @pytest.mark.parametrize(
        ("line", "said"),
        [
            ('"harbour.open-dya.1" = 2026-09-22', "did you mean 'harbour.open-day.1'"),
            ('"harbour.open-day.1" = 2026-12-25', "no teaching day"),
        ],
    )
    def test_one_that_cannot_be_is_refused(self, tmp_path: Path, line: str, said: str) -> None:
        text = (EXAMPLES / "illustrative_hub.toml").read_text()
        more = (EXAMPLES / "three_rivers" / "hub.toml").read_text()
        events = more[more.index("[[events]]") :]
        staff = '[[leads.staff.roles]]\nid = "coach"\ntitle = "Coach"\nhours_per_week = 8.0\n\n'
        head, leads, rest = text.partition("[[leads]]")
        first, partners, others = rest.partition("[[partners]]")
        terms = 'calendar = ["illustrative-2026-27"]\n\n[agreed]\n' + line + "\n\n"
        path = tmp_path / "hub.toml"
        path.write_text(head + terms + leads + first + staff + partners + others + events)
        with pytest.raises(bc.InvalidInputError, match=said):
            run_hub(path)


class TestAFileWithoutJourneys:
    def test_stands_where_its_needs_say(self) -> None:
        pack = run_hub(EXAMPLES / "illustrative_hub.toml")
        assert pack.heat.cells["build-routines", "ash"].value == pytest.approx(0.2)
        assert pack.heat.cells["build-routines", "ash"].lower is None
        assert not pack.visits
        assert pack.counts is None

    @examples(25)
    @given(hubs())
    def test_the_map_of_any_hub(self, hub: Hub) -> None:
        heat = heat_map(hub, {})
        assert len(heat.to_rows()) == sum(len(p.needs) for p in hub.partners)
        helps = who_can_help(hub, heat, dict.fromkeys(p.id for p in hub.partners))
        for entry in helps:
            assert not entry.is_lead
            assert entry.strength > entry.standing


class TestASchoolAndItsResponses:
    def test_in_place_of_a_journey(self, tmp_path: Path) -> None:
        folder = EXAMPLES / "schools" / "village-primary"
        for name in ("school.toml", "responses.csv"):
            (tmp_path / name).write_bytes((folder / name).read_bytes())
        partner = PartnerSchool(
            id="nettle-lane",
            name="Nettle Lane Primary School",
            illustrative=True,
            phase=bc.Phase.PRIMARY,
            route="core",
            school="school.toml",
            responses="responses.csv",
        )
        lead = LeadSchool(
            id="oak",
            name="Oak",
            illustrative=True,
            phase=bc.Phase.PRIMARY,
            strengths={"maintain-cpd": 0.9},
        )
        hub = Hub(
            id="h",
            name="H",
            leads=[lead],
            partners=[partner],
            calendar=["illustrative-2026-27"],
            starts=dt.date(2026, 9, 2),
        )
        bc.write(hub, tmp_path / "hub.toml")
        pack = run_hub(tmp_path / "hub.toml")
        assert pack.school("nettle-lane").plan is not None

    def test_one_of_the_two_alone_is_refused(self) -> None:
        with pytest.raises(bc.InvalidInputError, match="go together"):
            PartnerSchool(
                id="a", name="A", phase=bc.Phase.PRIMARY, route="core", school="school.toml"
            )


class TestRefusals:
    @pytest.fixture(autouse=True)
    def _run_once(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("behaviour_culture.hub.run_journey", run_once)

    def test_all_faults_of_all_schools_at_once(self, tmp_path: Path) -> None:
        text = (EXAMPLES / "three_rivers" / "hub.toml").read_text()
        path = tmp_path / "hub.toml"
        path.write_text(text)
        with pytest.raises(bc.InvalidInputError) as caught:
            run_hub(path)
        assert len(caught.value.faults) >= 6

    def test_another_school_under_its_name_and_audits_under_another_framework(
        self, tmp_path: Path
    ) -> None:
        schools = EXAMPLES / "three_rivers"
        text = (schools / "hub.toml").read_text()
        text = text.replace('journey = "', f'journey = "{schools.as_posix()}/')
        text = text.replace('counts = "', f'counts = "{schools.as_posix()}/')
        path = tmp_path / "hub.toml"
        text = text.replace('name = "Lock Gate Centre"', 'name = "Locks Centre"')
        path.write_text(text.replace('framework = "bennett-2017"', 'framework = "tfi-2.1"'))
        with pytest.raises(bc.InvalidInputError, match=r"Locks Centre.*Lock Gate Centre") as caught:
            run_hub(path)
        said = "nettle-lane.journey: was audited under 'bennett-2017', the hub under 'tfi-2.1'"
        assert said in str(caught.value)

    @pytest.mark.parametrize(
        ("old", "new", "said"),
        first_of(
            [
                ("build-routines = 0.95", "build-routine = 0.95", "did you mean 'build-routines'"),
                ("{ coach = 6.0 }", "{ caoch = 6.0 }", "staff of Harbour Primary School 'caoch'"),
                ('terms = ["Autumn"]', 'terms = ["Autum"]', "did you mean 'Autumn'"),
                ('route = "core"', 'route = "cor"', "did you mean 'core'"),
                ("hours_per_week = 6.0", "hours_per_week = 1.0", "does not fit"),
            ]
        ),
    )
    def test_a_slip_in_the_file_is_told_with_its_place(
        self, tmp_path: Path, old: str, new: str, said: str
    ) -> None:
        schools = EXAMPLES / "three_rivers"
        text = (schools / "hub.toml").read_text()
        for name in ("journey", "counts"):
            text = text.replace(f'{name} = "', f'{name} = "{schools.as_posix()}/')
        path = tmp_path / "hub.toml"
        path.write_text(text.replace(old, new, 1))
        with pytest.raises(bc.InvalidInputError, match=said) as caught:
            run_hub(path)
        assert str(path) in str(caught.value)

    def test_events_need_terms(self) -> None:
        with pytest.raises(bc.InvalidInputError, match="calendar"):
            bc.loads(
                (EXAMPLES / "three_rivers" / "hub.toml")
                .read_text()
                .replace('calendar = ["illustrative-2026-27"]', ""),
                format="toml",
            )


class TestCountsByTerm:
    year = bc.load_calendar("illustrative-2026-27")

    def series(self, *counts: tuple[dt.date, dt.date, int | None]) -> bc.Series:
        periods = [
            bc.model.SeriesPeriod(
                label=str(start),
                start=start,
                end=end,
                count=count,
                exposure=100,
                masked="" if count is not None else "closed",
            )
            for start, end, count in counts
        ]
        return bc.Series(
            id="s",
            indicator="suspensions",
            exposure_kind=bc.model.ExposureKind.PUPILS,
            periods=periods,
        )

    def test_each_period_is_counted_or_listed(self) -> None:
        autumn = (dt.date(2026, 9, 7), dt.date(2026, 9, 30), 40)
        masked = (dt.date(2026, 10, 1), dt.date(2026, 10, 9), None)
        across = (dt.date(2026, 12, 7), dt.date(2027, 1, 20), 12)
        found = term_counts({"a": self.series(autumn, masked, across)}, self.year)
        assert found is not None
        assert found.outside == (("a", 2),)
        assert found.of("a", "Autumn") == 40

    def test_a_term_that_one_school_did_not_count_is_not_shown(self) -> None:
        autumn = (dt.date(2026, 9, 7), dt.date(2026, 9, 30), 40)
        spring = (dt.date(2027, 1, 11), dt.date(2027, 1, 20), 30)
        found = term_counts({"a": self.series(autumn, spring), "b": self.series(autumn)}, self.year)
        assert found is not None
        assert found.terms == ("Autumn",)
        assert found.incomplete == (("Spring", "b"),)

    @examples(30)
    @given(st.lists(st.integers(0, 30), min_size=1, max_size=4))
    def test_no_small_count_is_shown(self, counts: list[int]) -> None:
        given_ = {
            f"s-{i}": self.series((dt.date(2026, 9, 7), dt.date(2026, 9, 30), count))
            for i, count in enumerate(counts)
        }
        found = term_counts(given_, self.year)
        assert found is not None
        for i, count in enumerate(counts):
            shown = found.of(f"s-{i}", "Autumn")
            assert shown is None or (shown == count and not 1 <= count < 5)

    def test_nobody_counts(self) -> None:
        assert term_counts({}, self.year) is None
