from __future__ import annotations

import datetime as dt
from pathlib import Path

import icalendar
import pytest
import vobject  # type: ignore[import-untyped]
from hypothesis import given
from hypothesis import strategies as st

import behaviour_culture as bc
from behaviour_culture.interchange.ical import CalendarEvent, cancel_others, ical_text, write_ical

DAY = dt.date(2026, 9, 7)
NOW = dt.date(2026, 7, 8)


def event(uid: str = "a", **changes: object) -> CalendarEvent:
    given = {"uid": uid, "first": DAY, "last": DAY, "summary": "Launch"} | changes
    return CalendarEvent(**given)  # type: ignore[arg-type]


def read(text: str) -> dict[str, icalendar.Event]:
    """The events of a file as an independent reader has them."""
    calendar = icalendar.Calendar.from_ical(text)
    assert calendar.errors == []
    return {str(e["UID"]): e for e in calendar.walk("VEVENT")}


texts = st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), min_size=1).filter(
    lambda text: text.isprintable() and bool(text.strip())
)
days = st.dates(dt.date(1990, 1, 1), dt.date(2100, 1, 1))


class TestAnIndependentReader:
    @given(summary=texts, first=days, length=st.integers(0, 30), lines=st.lists(texts, max_size=3))
    def test_gets_back_what_went_in(
        self, summary: str, first: dt.date, length: int, lines: list[str]
    ) -> None:
        last = first + dt.timedelta(days=length)
        one = event(first=first, last=last, summary=summary, description="\n".join(lines))
        found = read(ical_text("Plan", [one], written_on=NOW))["a"]
        assert str(found["SUMMARY"]) == summary
        assert str(found.get("DESCRIPTION", "")) == "\n".join(lines)
        assert found["DTSTART"].dt == first
        assert found["DTEND"].dt == last + dt.timedelta(days=1)
        assert type(found["DTSTART"].dt) is dt.date

    @given(summary=texts)
    def test_another_one_does_too(self, summary: str) -> None:
        one = vobject.readOne(ical_text("Plan", [event(summary=summary)], written_on=NOW))
        assert one.vevent.summary.value == summary
        assert one.vevent.dtstart.value == DAY

    @given(st.lists(texts, min_size=1, max_size=5))
    def test_no_line_is_longer_than_75_octets(self, names: list[str]) -> None:
        some = [event(f"e-{i}", summary=name) for i, name in enumerate(names)]
        raw = ical_text(" ".join(names), some, written_on=NOW).encode()
        assert raw.endswith(b"\r\n")
        lines = raw.split(b"\r\n")
        assert max(map(len, lines)) <= 75
        for line in lines:
            line.decode()  # no character is cut in two
            assert b"\n" not in line


class TestUpdatesInPlace:
    def test_what_moved_has_its_id_and_a_higher_number(self) -> None:
        first = ical_text("Plan", [event(), event("b")], written_on=NOW)
        moved = event(first=DAY + dt.timedelta(days=7), last=DAY + dt.timedelta(days=7))
        second = ical_text("Plan", [moved, event("b")], written_on=NOW, before=first)
        was, now = read(first), read(second)
        assert now.keys() == was.keys()
        assert now["a"]["SEQUENCE"] > was["a"]["SEQUENCE"]
        assert now["a"]["DTSTART"].dt == moved.first
        assert now["b"].to_ical() == was["b"].to_ical()

    def test_a_later_day_is_newer_without_the_old_file(self) -> None:
        first = read(ical_text("Plan", [event()], written_on=NOW))
        later = read(ical_text("Plan", [event()], written_on=NOW + dt.timedelta(days=1)))
        assert later["a"]["SEQUENCE"] > first["a"]["SEQUENCE"]

    def test_what_is_no_more_is_cancelled_and_may_come_back(self) -> None:
        first = ical_text("Plan", [event(), event("b")], written_on=NOW)
        without = ical_text("Plan", [event("b")], written_on=NOW, before=first)
        assert read(without)["a"]["STATUS"] == "CANCELLED"
        assert read(without)["a"]["SEQUENCE"] > read(first)["a"]["SEQUENCE"]
        assert ical_text("Plan", [event("b")], written_on=NOW, before=without) == without
        again = ical_text("Plan", [event(), event("b")], written_on=NOW, before=without)
        assert read(again)["a"]["STATUS"] == "CONFIRMED"
        assert read(again)["a"]["SEQUENCE"] > read(without)["a"]["SEQUENCE"]

    @given(uid=texts, summary=texts, description=texts)
    def test_the_same_again_is_the_same_bytes(
        self, uid: str, summary: str, description: str
    ) -> None:
        one = event(uid, summary=summary, description=description)
        text = ical_text("Plan", [one], written_on=NOW)
        later = NOW + dt.timedelta(days=40)
        assert ical_text("Plan", [one], written_on=later, before=text) == text

    def test_what_is_no_whole_event_of_ours_is_passed_over(self) -> None:
        text = ical_text("Plan", [event("b")], written_on=NOW)
        ours = text.replace("END:VCALENDAR", "BEGIN:VEVENT\r\nEND:VEVENT\r\nEND:VCALENDAR")
        assert ical_text("Plan", [event("b")], written_on=NOW, before=ours) == text

    @pytest.mark.parametrize("number", ["9" * 5_000, "-1", "one", "", "\N{SUPERSCRIPT TWO}"])
    def test_a_number_that_none_can_be_is_begun_again(self, number: str) -> None:
        first = ical_text("Plan", [event()], written_on=NOW)
        old = read(first)["a"]["SEQUENCE"]
        damaged = first.replace(f"SEQUENCE:{old}", f"SEQUENCE:{number}")
        assert damaged != first
        moved = event(last=DAY + dt.timedelta(days=1))
        assert (
            read(ical_text("Plan", [moved], written_on=NOW, before=damaged))["a"]["SEQUENCE"]
            == read(ical_text("Plan", [moved], written_on=NOW))["a"]["SEQUENCE"]
        )

    def test_the_file_itself(self, tmp_path: Path) -> None:
        path = tmp_path / "plan.ics"
        raw = write_ical(path, "Plan", [event()], written_on=NOW).read_bytes()
        assert write_ical(path, "Plan", [event()], written_on=NOW).read_bytes() == raw
        write_ical(path, "Plan", [], written_on=NOW)
        assert b"STATUS:CANCELLED" in path.read_bytes()

    def test_a_file_that_is_no_longer_written_is_cancelled(self, tmp_path: Path) -> None:
        kept = write_ical(tmp_path / "plan-a.ics", "Plan, A", [event()], written_on=NOW)
        gone = write_ical(tmp_path / "plan-b.ics", "Plan, B", [event("b")], written_on=NOW)
        other = tmp_path / "plan-c.ics"
        other.write_text("BEGIN:VCALENDAR")
        (tmp_path / "plan-d.ics").write_bytes(b"\xff\xfe\x00")
        assert cancel_others(tmp_path, "plan-*.ics", [kept], written_on=NOW) == [gone]
        assert read(gone.read_text())["b"]["STATUS"] == "CANCELLED"
        assert "X-WR-CALNAME:Plan\\, B" in gone.read_text()
        assert read(kept.read_text())["a"]["STATUS"] == "CONFIRMED"
        assert other.read_text() == "BEGIN:VCALENDAR"


def test_an_event_says_its_day_and_its_line() -> None:
    assert str(event()) == "2026-09-07: Launch"


class TestRefusals:
    @pytest.mark.parametrize(
        "raw", [b"BEGIN:VCALENDAR\r\nPRODID:-//Other//EN\r\n", b"\xff\xfe\x00"]
    )
    def test_a_file_of_somebody_else_is_left_alone(self, tmp_path: Path, raw: bytes) -> None:
        path = tmp_path / "plan.ics"
        path.write_bytes(raw)
        with pytest.raises(bc.errors.WriteError):
            write_ical(path, "Plan", [event()], written_on=NOW)
        assert path.read_bytes() == raw

    def test_an_event_that_ends_before_it_begins(self) -> None:
        with pytest.raises(bc.InvalidInputError):
            event(last=DAY - dt.timedelta(days=1))
