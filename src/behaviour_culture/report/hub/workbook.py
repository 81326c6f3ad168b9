"""The workbook of a hub: one table on each sheet."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any, NamedTuple

from behaviour_culture.disclosure.rules import SYMBOL
from behaviour_culture.interchange.workbook import new_book, row_height
from behaviour_culture.programme.hub.hub_pack import HubPack
from behaviour_culture.report.hub.page import Names, count_table, help_words, visit_row
from behaviour_culture.report.names import role_titles
from behaviour_culture.report.words import STATUS, clean, strand

__all__ = ["hub_workbook"]


class _Table(NamedTuple):
    """A sheet: its name, its title, the heads and widths of its columns, its rows."""

    name: str
    title: str
    columns: Sequence[tuple[str, int]]
    rows: Sequence[Sequence[object]]
    note: str = ""


def hub_workbook(pack: HubPack) -> bytes:
    """Return the bytes of the workbook; the same pack gives the same bytes.

    Raises
    ------
    MissingExtraError
        XlsxWriter is not installed.
    """
    target = io.BytesIO()
    book = new_book(target, pack.hub.name, purpose="a hub's workbook")
    formats = _formats(book)
    names = Names(pack)
    tables = [
        _heat(pack, names),
        _helps(pack, names),
        _visits(pack, names),
        _plans(pack, names),
        _counts(pack, names),
    ]
    for number, table in enumerate(t for t in tables if t.rows):
        sheet = _sheet(book, table, number, formats)
        if table.name == "Where schools stand":
            _shade(sheet, table, formats)
    book.close()
    return target.getvalue()


def _formats(book: Any) -> dict[str, Any]:  # noqa: ANN401  (XlsxWriter has no types)
    lined = {"text_wrap": True, "valign": "top", "border": 1, "border_color": "#808080"}
    return {
        "title": book.add_format({"bold": True, "font_size": 14}),
        "note": book.add_format({"italic": True}),
        "head": book.add_format({**lined, "bold": True, "bg_color": "#D9E1F2"}),
        "text": book.add_format(lined),
        "day": book.add_format({**lined, "num_format": "dd/mm/yyyy"}),
        "share": book.add_format({**lined, "num_format": "0%"}),
        "b1": book.add_format({"bg_color": "#1D3F4A", "font_color": "#FFFFFF"}),
        "b2": book.add_format({"bg_color": "#7FA9B5", "font_color": "#10191D"}),
        "b3": book.add_format({"bg_color": "#D3E3E8", "font_color": "#10191D"}),
    }


_FIRST = 2
"""The row of the headings, from 0: the title and a note stand above."""


def _sheet(book: Any, table: _Table, number: int, formats: dict[str, Any]) -> Any:  # noqa: ANN401
    sheet = book.add_worksheet(table.name)
    sheet.write_string(0, 0, clean(table.title), formats["title"])
    sheet.write_string(1, 0, clean(table.note), formats["note"])
    last, wide = _FIRST + len(table.rows), len(table.columns) - 1
    heads = [{"header": clean(head), "header_format": formats["head"]} for head, _ in table.columns]
    options = {"name": f"Table_{number + 1}", "columns": heads, "style": "Table Style Light 1"}
    sheet.add_table(_FIRST, 0, last, wide, options)
    sheet.set_row(_FIRST, row_height([(head, width - 2) for head, width in table.columns]))
    for row, cells in enumerate(table.rows, _FIRST + 1):
        for column, value in enumerate(cells):
            _write(sheet, row, column, value, formats)
        texts = [
            (value, width)
            for value, (_, width) in zip(cells, table.columns, strict=True)
            if isinstance(value, str)
        ]
        sheet.set_row(row, row_height(texts or [("", 1)]))
    for column, (_, width) in enumerate(table.columns):
        sheet.set_column(column, column, width)
    sheet.freeze_panes(_FIRST + 1, 1)
    sheet.repeat_rows(_FIRST)
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)
    sheet.set_footer("&L&A&RPage &P of &N")
    return sheet


def _write(sheet: Any, row: int, column: int, value: object, formats: dict[str, Any]) -> None:  # noqa: ANN401
    if isinstance(value, str):
        sheet.write_string(row, column, clean(value), formats["text"])
    elif isinstance(value, float):
        sheet.write_number(row, column, value, formats["share"])
    elif isinstance(value, int):
        sheet.write_number(row, column, value, formats["text"])
    else:
        sheet.write_datetime(row, column, value, formats["day"])


def _shade(sheet: Any, table: _Table, formats: dict[str, Any]) -> None:  # noqa: ANN401
    """Shade scores as the page does: the darker, the lower."""
    last, wide = _FIRST + len(table.rows), len(table.columns) - 1
    lower = 0.0
    for key, upper in (("b1", 0.245), ("b2", 0.495), ("b3", 0.745)):
        rule = {
            "type": "cell",
            "criteria": "between",
            "minimum": lower,
            "maximum": upper,
            "format": formats[key],
            "stop_if_true": True,
        }
        sheet.conditional_format(_FIRST + 1, 1, last, wide, rule)
        lower = upper


def _heat(pack: HubPack, names: Names) -> _Table:
    heat = pack.heat
    rows = [
        [
            names.principle(principle),
            *(
                cell.value if (cell := heat.cells.get((principle, school))) else "not assessed"
                for school in heat.schools
            ),
        ]
        for principle in heat.principles
    ]
    columns = [("Principle", 34), *((names.school(s), 16) for s in heat.schools)]
    note = "Each school's own score; a difference is a reason to talk, and no ranking."
    return _Table("Where schools stand", pack.hub.name, columns, rows, note)


def _helps(pack: HubPack, names: Names) -> _Table:
    rows = [
        [
            match.name,
            match.route,
            names.school(match.lead) if match.lead else "no place",
            "\n".join(help_words(pack, match.id, names)),
        ]
        for match in pack.matching.matches
    ]
    columns = [("Partner", 30), ("Route", 12), ("Lead", 26), ("Who can help, and with what", 80)]
    return _Table("Who helps whom", "Who can help whom, and why", columns, rows)


def _visits(pack: HubPack, names: Names) -> _Table:
    rows = [
        [
            visit.term,
            visit.first,
            visit.last,
            "agreed" if visit.agreed else "day to agree",
            visit.title,
            strand(visit.strand),
            names.school(visit.lead),
            visit_row(visit, names).schools,
            visit.key,
        ]
        for visit in pack.visits
    ]
    columns = [
        ("Term", 10),
        ("First day", 12),
        ("Last day", 12),
        ("Day", 13),
        ("Event", 22),
        ("Strand", 26),
        ("Held by", 24),
        ("For", 44),
        ("Name in the hub's file", 24),
    ]
    return _Table("Visits and events", "Visits and events", columns, rows)


def _plans(pack: HubPack, names: Names) -> _Table:
    rows: list[list[object]] = []
    for school in pack.schools:
        plan, schedule = school.plan, school.schedule
        if plan is None or schedule is None:
            continue
        titles = role_titles(plan, school.school, None)
        told = {p.step for p in plan.progress}
        rows += [
            [
                names.school(school.id),
                step.title,
                plan.people.get(step.step) or titles.get(step.lead, step.lead),
                step.start,
                step.finish,
                step.half_term,
                STATUS[plan.status(step.step)].word if step.step in told else "not reported",
            ]
            for step in schedule.steps
        ]
    columns = [
        ("Partner", 30),
        ("Step", 54),
        ("Led by", 26),
        ("Start", 12),
        ("Due", 12),
        ("Half-term", 14),
        ("Status", 14),
    ]
    return _Table("Plans", "The plans of all partners", columns, rows)


def _counts(pack: HubPack, names: Names) -> _Table:
    shown, counts = count_table(pack, names), pack.counts
    if shown is None or counts is None or counts.table is None:
        return _Table("Counts", "Counts", [("School", 30)], [])
    table = counts.table
    columns = [("School", 36), *((term, 12) for term in counts.terms), ("All", 12)]
    values = [
        *(
            (names.school(school), *table.cells[i], table.row_totals[i])
            for i, school in enumerate(counts.schools)
        ),
        ("All", *table.column_totals, table.total),
    ]
    rows = [[SYMBOL if v is None else v for v in row] for row in values]
    note = f"c: hidden, since it is 1 to {shown.least - 1}, or would give such a count away."
    return _Table("Counts", f"{shown.name} by term", columns, rows, note if shown.hidden else "")
