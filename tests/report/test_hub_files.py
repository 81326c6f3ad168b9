from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import icalendar
import openpyxl  # type: ignore[import-untyped]
import pytest
from attrs import evolve

import behaviour_culture as bc
from behaviour_culture.hub import run_hub
from behaviour_culture.programme.hub.hub_pack import HubPack, HubSchool
from behaviour_culture.report.hub.page import render_hub
from behaviour_culture.report.hub.update import render_update
from behaviour_culture.report.hub.write import hub_pages, visit_events, write_hub
from behaviour_culture.scheduling.reason import Reason, ReasonKind

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
HUB = EXAMPLES / "three_rivers" / "hub.toml"


@pytest.fixture(scope="module")
def pack() -> HubPack:
    return run_hub(HUB)


@pytest.fixture(scope="module")
def folder(pack: HubPack, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("hub")
    write_hub(out, pack)
    return out


class Text(HTMLParser):
    """The text of a page, and the tags that are not closed."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.open: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: object) -> None:  # noqa: ARG002
        if tag not in {"meta", "br", "link"}:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def said_of(html: str) -> str:
    page = Text(html)
    assert page.open == []
    return " ".join(" ".join(page.words).split())


def said(path: Path) -> str:
    return said_of(path.read_text(encoding="utf-8"))


class TestThePage:
    def test_a_partner_without_an_event_is_a_thing_to_decide(self, pack: HubPack) -> None:
        (alone, *_) = (m for m in pack.matching.matches if m.lead is not None)
        others = tuple(
            v._replace(schools=tuple(s for s in v.schools if s != alone.id)) for v in pack.visits
        )
        words = f"{alone.name}: a lead, and no event."
        assert words in said_of(render_hub(evolve(pack, visits=others)))

    def test_what_is_decided_and_checked_follows_the_hub(self, pack: HubPack) -> None:
        made = pack.calendars[0]
        full = Reason(kind=ReasonKind.ACTUAL, words="the term is full")
        late = made.evolve(left_out={f"{made.lead}.coach.1": [full]})
        real = [school.evolve(illustrative=False) for school in pack.hub.partners]
        leads = [lead.evolve(illustrative=False) for lead in pack.hub.leads]
        matches = [match.evolve(leads_allowed=2) for match in pack.matching.matches]
        page = said_of(
            render_hub(
                evolve(
                    pack,
                    hub=pack.hub.evolve(partners=real, leads=leads, quiet_weeks=0),
                    matching=pack.matching.evolve(matches=matches),
                    calendars=(late, *pack.calendars[1:]),
                )
            )
        )
        assert "1 event cannot be held: see why, and give hours." in page
        assert "coach.1 of" in page
        assert "Events may lie in any teaching week." in page
        assert "No other lead may take it." not in page
        assert "invented" not in page
        whole = said_of(render_hub(pack))
        assert "No other lead may take it." in whole
        assert "All schools here are invented" in whole

    def test_is_dated_only_where_the_hub_has_dates(self, folder: Path, tmp_path: Path) -> None:
        assert "Dated" in said(folder / "hub.html")
        undated = run_hub(EXAMPLES / "illustrative_hub.toml")
        assert undated.dated is None
        write_hub(tmp_path, undated)
        page = said(tmp_path / "hub.html")
        assert "Dated" not in page
        assert "For the hub's lead" in page

    def test_says_where_each_school_stands(self, pack: HubPack, folder: Path) -> None:
        text = said(folder / "hub.html")
        for school in pack.hub.partners:
            assert school.name in text
        for principle in pack.heat.principles:
            assert next(p.name for p in pack.framework.principles if p.id == principle) in text

    def test_every_cell_has_its_number_in_text(self, pack: HubPack, folder: Path) -> None:
        page = (folder / "hub.html").read_text(encoding="utf-8")
        cells = re.findall(r'<td class="(b[1-4])"><span[^>]*>[^<]*</span> (\d+)%', page)
        assert len(cells) == len(pack.heat.cells)
        for shade, value in cells:
            assert shade == f"b{1 + min(3, int(value) // 25)}"

    def test_shows_no_small_count(self, folder: Path) -> None:
        page = (folder / "hub.html").read_text(encoding="utf-8")
        section = page[page.index('id="h-counts"') :]
        shown = [int(n) for n in re.findall(r'<td class="figure">([\d,]+)</td>', section)]
        assert shown
        assert not any(1 <= n < 5 for n in shown)

    def test_loads_and_runs_nothing(self, folder: Path) -> None:
        for path in (folder / "hub.html", *(folder / "updates").iterdir()):
            page = path.read_text(encoding="utf-8")
            assert "<script" not in page
            assert " src=" not in page
            assert "default-src 'none'" in page

    def test_escapes_what_it_is_given(self, pack: HubPack) -> None:
        bad = pack.hub.evolve(name="<script>alert(1)</script> & co")
        page = render_hub(evolve(pack, hub=bad))
        assert "&lt;script&gt;alert(1)" in page
        assert "<script" not in page

    def test_without_the_extra_there_is_no_workbook(
        self, pack: HubPack, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        alone = evolve(pack, calendar=None)
        assert sorted(hub_pages(alone)) == ["hub.html", "hub.xlsx"]
        monkeypatch.setattr("behaviour_culture.report.hub.write.find_spec", lambda _name: None)
        assert sorted(hub_pages(alone)) == ["hub.html"]


class TestUpdates:
    def test_a_school_without_a_journey_has_its_events_alone(self, pack: HubPack) -> None:
        assert pack.calendar is not None
        bare = [HubSchool(id=school.id) for school in pack.schools]
        term = pack.calendar.terms[0]
        page = said_of(render_update(evolve(pack, schools=tuple(bare)), "canal-bank", term))
        assert "of the scale" not in page
        assert "of the scale" in said_of(render_update(pack, "canal-bank", term))

    def test_one_for_each_partner_and_term(self, pack: HubPack, folder: Path) -> None:
        names = {p.name for p in (folder / "updates").iterdir()}
        assert names == {
            f"{term}-{p.id}.html"
            for p in pack.hub.partners
            for term in ("autumn", "spring", "summer")
        }

    def test_has_the_dates_of_the_schools_own_schedule(self, pack: HubPack, folder: Path) -> None:
        text = said(folder / "updates" / "autumn-canal-bank.html")
        schedule = pack.school("canal-bank").schedule
        assert schedule is not None
        first = schedule.steps[0]
        assert first.title in text
        assert f"{first.finish.day} {first.finish:%b}" in text

    def test_a_small_count_is_hidden_and_said_to_be(self, folder: Path) -> None:
        text = said(folder / "updates" / "autumn-nettle-lane.html")
        assert "Suspensions: c, hidden here" in text
        assert "Suspensions: 99 in the term" in said(folder / "updates" / "autumn-canal-bank.html")

    def test_progress_that_nobody_reported_is_not_called_not_started(self, folder: Path) -> None:
        text = said(folder / "updates" / "autumn-canal-bank.html")
        assert "not reported" in text
        assert "not started" not in text


class TestCalendars:
    def test_each_school_has_its_own(self, pack: HubPack, folder: Path) -> None:
        whole = icalendar.Calendar.from_ical((folder / "calendars" / "visits.ics").read_bytes())
        uids = [str(e["UID"]) for e in whole.walk("VEVENT")]
        assert len(set(uids)) == len(uids) == len(pack.visits)
        for partner in pack.hub.partners:
            path = folder / "calendars" / f"visits-{partner.id}.ics"
            mine = icalendar.Calendar.from_ical(path.read_bytes()).walk("VEVENT")
            assert [str(e["UID"]) for e in mine] == [e.uid for e in visit_events(pack, partner.id)]

    def test_a_day_that_was_agreed_moves_the_event(self, pack: HubPack, tmp_path: Path) -> None:
        write_hub(tmp_path, pack)
        path = tmp_path / "calendars" / "visits.ics"
        key = next(v for v in pack.visits if not v.agreed)
        was = {str(e["UID"]): e for e in icalendar.Calendar.from_ical(path.read_bytes()).events}
        visits = [v._replace(last=v.first, agreed=True) if v == key else v for v in pack.visits]
        write_hub(tmp_path, evolve(pack, visits=tuple(visits)))
        now = {str(e["UID"]): e for e in icalendar.Calendar.from_ical(path.read_bytes()).events}
        assert now.keys() == was.keys()
        changed = [uid for uid in now if now[uid]["SEQUENCE"] != was[uid]["SEQUENCE"]]
        assert changed == [f"{pack.hub.id}.{key.key}@behaviour-culture"]
        assert now[changed[0]]["SEQUENCE"] > was[changed[0]]["SEQUENCE"]


class TestTheWorkbook:
    def test_has_a_sheet_for_each_table(self, pack: HubPack, folder: Path) -> None:
        book = openpyxl.load_workbook(folder / "hub.xlsx")
        assert book.sheetnames == [
            "Where schools stand",
            "Who helps whom",
            "Visits and events",
            "Plans",
            "Counts",
        ]
        assert book["Visits and events"].max_row == 3 + len(pack.visits)
        steps = sum(len(s.schedule.steps) for s in pack.schools if s.schedule)
        assert book["Plans"].max_row == 3 + steps

    def test_hides_what_the_page_hides(self, folder: Path) -> None:
        sheet = openpyxl.load_workbook(folder / "hub.xlsx")["Counts"]
        rows = {row[0]: row[1:] for row in sheet.iter_rows(min_row=4, values_only=True)}
        assert rows["Nettle Lane Primary School"][0] == "c"
        assert rows["Canal Bank Academy"][0] == 99


def test_the_same_pack_is_the_same_bytes(pack: HubPack, folder: Path, tmp_path: Path) -> None:
    for path in write_hub(tmp_path, pack):
        assert path.read_bytes() == (folder / path.relative_to(tmp_path)).read_bytes(), path


def test_written_again_in_place_it_is_the_same(pack: HubPack, tmp_path: Path) -> None:
    before = {p: p.read_bytes() for p in write_hub(tmp_path, pack)}
    assert {p: p.read_bytes() for p in write_hub(tmp_path, pack)} == before


def test_a_file_in_the_way_is_told(pack: HubPack, tmp_path: Path) -> None:
    (tmp_path / "updates").write_text("mine")
    with pytest.raises(bc.errors.WriteError):
        write_hub(tmp_path, pack)
