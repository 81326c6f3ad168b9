from __future__ import annotations

import datetime as dt
import xml.etree.ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from behaviour_culture import Estimate
from behaviour_culture.report.svg import (
    Bar,
    Diamond,
    Point,
    Span,
    gantt,
    interval_bar,
    run_chart,
    signed_bar,
)

D = dt.date
NS = "{http://www.w3.org/2000/svg}"
AUTUMN = [
    Span("Autumn 1", D(2026, 9, 3), D(2026, 10, 22)),
    Span("Autumn 2", D(2026, 11, 2), D(2026, 12, 18)),
]
BREAK = [Span("holiday", D(2026, 10, 23), D(2026, 11, 1))]


def read(picture: object) -> ET.Element:
    return ET.fromstring(str(picture))  # noqa: S314  (our own pictures)


def estimate(lower: float, value: float, upper: float) -> Estimate:
    return Estimate(value=value, lower=lower, upper=upper, method="drawn")


def draw(rows: list[Bar | str], diamonds: list[Diamond] | None = None) -> ET.Element:
    picture = gantt(
        rows,
        half_terms=AUTUMN,
        holidays=BREAK,
        diamonds=diamonds or [],
        key="1",
        title="Chart",
        desc="What it shows",
    )
    return read(picture)


def named(picture: ET.Element, css: str) -> list[ET.Element]:
    return [e for e in picture.iter() if css in e.get("class", "").split()]


def inside(picture: ET.Element) -> None:
    """Nothing is cut off: every coordinate lies in the view box."""
    _, _, width, height = map(float, picture.attrib["viewBox"].split())
    for e in picture.iter():
        for name, limit in (("x", width), ("x1", width), ("x2", width), ("cx", width)):
            if name in e.attrib and e.tag != f"{NS}pattern":
                extra = float(e.get("width", 0)) if name == "x" else 0
                assert -0.1 <= float(e.attrib[name]) <= float(e.attrib[name]) + extra <= limit + 0.2
        for name in ("y", "y1", "y2", "cy"):
            if name in e.attrib:
                extra = float(e.get("height", 0)) if name == "y" else 0
                assert 0 <= float(e.attrib[name]) + extra <= height + 0.2


WORK = Bar("1  Write the norms", ((D(2026, 9, 21), D(2026, 10, 9)),), None)
SLACK = Bar(
    "2  List what stops",
    ((D(2026, 10, 12), D(2026, 10, 22)), (D(2026, 11, 2), D(2026, 11, 6))),
    D(2026, 12, 18),
)


def test_pictures_say_what_they_show() -> None:
    picture = draw(["Designing", WORK])
    assert picture.get("role") == "img"
    assert picture[0].tag == f"{NS}title"
    assert picture[0].text == "Chart"
    assert picture.findtext(f"{NS}desc") == "What it shows"


def test_bars_lie_at_their_dates_and_work_stops_in_holidays() -> None:
    picture = draw(["Designing", WORK, SLACK])
    inside(picture)
    first, *second = named(picture, "work")
    columns = named(picture, "column")
    holiday = named(picture, "holiday")[0]
    assert float(columns[0].get("x", 0)) < float(first.get("x", 0))
    assert len(second) == 2
    left = float(holiday.get("x", 0))
    right = left + float(holiday.get("width", 0))
    ends = [float(r.get("x", 0)) + float(r.get("width", 0)) for r in second]
    assert ends[0] == pytest.approx(left)
    assert float(second[1].get("x", 0)) == pytest.approx(right)
    assert right == pytest.approx(float(columns[1].get("x", 0)))


def test_no_slack_is_said_in_words_and_slack_is_a_line() -> None:
    picture = draw([WORK, SLACK])
    assert len(named(picture, "tight")) == 1
    assert [e.text for e in named(picture, "note")] == ["no slack"]
    lines = named(picture, "slack")
    columns = named(picture, "column")
    last = float(columns[1].get("x", 0)) + float(columns[1].get("width", 0))
    assert float(lines[0].get("x2", 0)) == pytest.approx(last, abs=0.2)


def test_notes_near_the_edge_stand_on_the_other_side() -> None:
    late = Bar("9  Late", ((D(2026, 12, 14), D(2026, 12, 18)),), None)
    picture = draw([late], [Diamond("M1 to M5", D(2026, 12, 17))])
    assert [e.get("text-anchor") for e in named(picture, "note")] == ["end", "end"]
    assert len(named(picture, "diamond")) == 1


def test_long_labels_wrap_and_make_room() -> None:
    short = draw([WORK])
    long = draw([WORK._replace(label="3  " + "a long title of many words " * 4)])
    endless = draw([WORK._replace(label="4  " + "x" * 5000)])
    labels = [len(named(p, "label")) for p in (short, long, endless)]
    assert labels[0] == 1
    assert labels[1] >= 2
    assert labels[2] <= 3
    heights = [float(p.attrib["viewBox"].split()[3]) for p in (short, long)]
    assert heights[1] > heights[0]
    assert all(len(e.text or "") <= 60 for e in named(endless, "label"))


def test_texts_are_escaped() -> None:
    picture = draw(["<b>&", WORK._replace(label='</text><script>"&\u202e')])
    assert {e.tag for e in picture.iter()}.isdisjoint({f"{NS}script", f"{NS}b", "script"})
    assert '</text><script>"&' in [e.text for e in named(picture, "label")]


def test_many_half_terms_have_every_second_date() -> None:
    month = dt.timedelta(days=30)
    spans = [
        Span(f"Autumn {i}", D(2026, 9, 1) + i * month, D(2026, 9, 25) + i * month)
        for i in range(40)
    ]
    picture = read(
        gantt([WORK], half_terms=spans, holidays=[], diamonds=[], key="1", title="T", desc="D")
    )
    assert len(named(picture, "column-name")) == 40
    assert len(named(picture, "column-date")) == 20


def test_a_point_that_was_left_out_is_a_gap_and_one_that_is_hidden_a_cross() -> None:
    week = dt.timedelta(weeks=1)
    points = [Point(D(2026, 9, 7) + i * week, value) for i, value in enumerate([4.0, None, 6.0])]
    points.append(Point(D(2026, 9, 28), None, hidden=True))
    picture = read(run_chart(points, change=D(2026, 9, 14), centre=None, title="T", desc="D"))
    inside(picture)
    assert len(named(picture, "point")) == 2
    assert [e.text for e in named(picture, "axis-name")].count("\N{MULTIPLICATION X}") == 1


shares = st.floats(min_value=0, max_value=1)


@given(st.tuples(shares, shares, shares).map(sorted))
def test_an_interval_is_drawn_in_order_and_inside(ends: list[float]) -> None:
    bar = interval_bar(estimate(*ends), ticks=[0, 0.5, 1], title="T", desc="D")
    picture = read(str(bar))
    inside(picture)
    assert len(named(picture, "tick")) == 3
    (span,), (dot,) = named(picture, "range"), named(picture, "dot")
    left, width = float(span.get("x", 0)), float(span.get("width", 0))
    assert left - 0.2 <= float(dot.get("cx", 0)) <= left + width + 0.2


points = st.floats(min_value=-500, max_value=500)


@given(st.tuples(points, points, points).map(sorted), st.booleans())
def test_a_signed_bar_has_its_nought_in_sight(ends: list[float], filled: bool) -> None:  # noqa: FBT001
    bar = signed_bar(estimate(*ends), low=ends[0], high=ends[2], title="T", filled=filled)
    picture = read(str(bar))
    inside(picture)
    assert len(named(picture, "zero")) == 1
    assert bool(named(picture, "dot")) is not filled


def test_a_bar_of_nothing_but_nought() -> None:
    inside(read(signed_bar(estimate(0, 0, 0), low=0, high=0, title="T")))
