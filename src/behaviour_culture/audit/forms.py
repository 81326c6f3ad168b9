"""Audit forms for people to fill in: an Excel workbook with drop-downs, or a CSV file."""

from __future__ import annotations

import io
import os
from collections.abc import Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any, Literal, NamedTuple

from behaviour_culture._frozenmap import FrozenMap
from behaviour_culture.checks import Check, require_types
from behaviour_culture.errors import (
    Fault,
    FaultCode,
    InvalidInputError,
    WriteError,
    shorten,
)
from behaviour_culture.fields import is_slug
from behaviour_culture.interchange.files import AnyTarget, write_to
from behaviour_culture.interchange.table import write_csv
from behaviour_culture.interchange.workbook import new_book, row_height
from behaviour_culture.limits import LIMITS
from behaviour_culture.model.framework import AuditItem, Framework
from behaviour_culture.model.reading import Doubt
from behaviour_culture.model.school import Phase

__all__ = [
    "COLUMNS",
    "FACTS",
    "HEADER_ROW",
    "HEADS",
    "NOT_APPLICABLE",
    "NOT_ASSESSED",
    "READ_ME",
    "FormContent",
    "FormRow",
    "audit_form",
    "tailored_by",
]

COLUMNS = ("item", "area", "text", "look_for", "rating", "note", "evidence")
"""The names of a form's columns, in order."""

HEADS = ("Item", "Area", "What to judge", "Where to look", "Rating", "Note", "Evidence")
FACTS = ("framework", "edition", "rater", "group", "tailored")
"""The facts in the second row of a sheet, a cell each, as ``framework: bennett-2017``."""

HEADER_ROW = 3
READ_ME = "How to fill in this form"
"""The title by which the sheet that explains the form is known."""

NOT_ASSESSED = "not assessed"
NOT_APPLICABLE = "not applicable"
_WIDTHS = (17, 17, 40, 42, 15, 24, 20)
_READ_ME_WIDTHS = (70, 70)
_MOST_RATERS = LIMITS.raters


class FormRow(NamedTuple):
    """One row of a form."""

    where: str
    """Such as ``sheet 'Form', row 4``."""
    cells: dict[str, str]
    """Texts by the name of their column or fact."""
    elsewhere: Mapping[str, str] = FrozenMap()
    """The places of cells that are not in this row, such as the rater above all rows."""
    columns: Mapping[str, str] = FrozenMap()
    """How a workbook calls the columns: ``E (Rating)``; otherwise they have their own names."""

    def path(self, name: str) -> str:
        """Return where one cell is, in words."""
        if name in self.elsewhere:
            return self.elsewhere[name]
        return f"{self.where}, column {self.columns.get(name, repr(name))}"


class FormContent(NamedTuple):
    """All that a form holds, before it is checked against a framework."""

    rows: list[FormRow]
    faults: list[Fault]
    framework_at: str = ""
    """Where the form names its framework; empty where it does not."""
    framework: str = ""
    doubts: tuple[Doubt, ...] = ()


def audit_form(
    framework: Framework,
    path: AnyTarget,
    *,
    raters: Sequence[str] | Mapping[str, str] = ("rater-1",),
    form: Literal["full", "short"] = "full",
    phase: Phase | None = None,
) -> Path:
    """Write a form that raters fill in and `read_audit` reads.

    Parameters
    ----------
    framework : Framework
        As published or as tailored; it needs audit items.
    path : str, path-like or writable stream
        ``.xlsx`` for a workbook (extra ``office``) or ``.csv``. An existing file is replaced.
        A stream of bytes gets a workbook, one of text gets CSV.
    raters : sequence of str, or mapping of str to str
        Labels such as ``head`` or ``teacher-3``, 1 to 100 of them; a mapping gives the group of
        each, such as ``{"head": "leaders"}``; a rater gets the items that the group may answer,
        and one without a group gets all. In a workbook each rater has a sheet. Write a file for
        each where raters should not see each other's answers.
    form : {"full", "short"}
        All items, or those of the framework's short form for a first look.
        `Framework.minutes` says how long either takes.
    phase : Phase, optional
        Named in the title. A tailoring changes the wording for a phase: give the framework
        that `resolve` returns for it.

    Returns
    -------
    Path
        The file written; of a stream only its name.

    Raises
    ------
    InvalidInputError
        With every fault of the arguments.
    WriteError
        Neither suffix, or the place cannot be written.
    MissingExtraError
        XlsxWriter is not installed.

    Notes
    -----
    In a workbook only ratings, notes and evidence can be changed. The sheets are protected
    against slips, without a password, so that anyone can unprotect them. Ratings are chosen
    from the levels of the framework's scale or ``not assessed``; an empty cell means that too.
    Where an item says so, there is ``not applicable`` too.

    Examples
    --------
    >>> import behaviour_culture as bc
    >>> framework = bc.load_framework("bennett-2017")
    >>> audit_form(framework, "form.csv", raters={"head": "leaders"}).name
    'form.csv'
    """
    require_types("audit_form", framework=(framework, Framework))
    check = Check("audit_form")
    check.add(framework.item_faults())
    check.value("phase", phase, Phase | None)
    groups = _raters(raters, check)
    items = _items(framework, form, groups, check)
    target: object = path
    suffix = ""
    if hasattr(target, "write"):
        suffix = ".csv" if isinstance(target, io.TextIOBase) else ".xlsx"
    elif isinstance(target, (str, os.PathLike)):
        suffix = Path(target).suffix.lower()
    else:
        message = f"expected the path of a file or a stream, got {shorten(path)}"
        check.fault("path", message, path, FaultCode.WRONG_TYPE)
    check.done()
    if suffix == ".csv":
        return write_csv(_csv_rows(framework, groups, items), path)
    if suffix != ".xlsx":
        raise WriteError(str(path), f"the suffix {suffix!r} says neither .xlsx nor .csv")
    return write_to(path, _Workbook(framework, groups, items, form, phase).content())


def _items(
    framework: Framework,
    form: Literal["full", "short"],
    groups: Mapping[str, str],
    check: Check,
) -> Mapping[str, tuple[AuditItem, ...]]:
    """Return the items of each rater; record the faults of the form and of groups without any."""
    try:
        items = {rater: framework.items_for(form, group) for rater, group in groups.items()}
    except InvalidInputError as error:
        check.add(error.faults)
        return {}
    for rater, group in groups.items():
        if framework.items and not items[rater]:
            check.fault(f"raters.{rater}", f"no item is for the group {group!r}", group)
    return items


def _raters(raters: object, check: Check) -> dict[str, str]:
    """Return the group of each rater; record the faults of the argument."""
    if isinstance(raters, Mapping):
        pairs = list(raters.items())
    elif isinstance(raters, Sequence) and not isinstance(raters, (str, bytes)):
        pairs = [(rater, "") for rater in raters]
    else:
        pairs = []
    if not 1 <= len(pairs) <= _MOST_RATERS:
        most = f"1 to {_MOST_RATERS} raters (the limit `raters`)"
        message = f"expected {most} in a list, got {len(pairs) or shorten(raters)}"
        check.fault("raters", message, raters)
        return {}
    groups: dict[str, str] = {}
    for i, (rater, group) in enumerate(pairs):
        if not is_slug(rater):
            message = f"{shorten(rater)} is not a label like 'head' or 'teacher-1'"
            check.fault(f"raters[{i}]", message, rater)
            continue
        if rater in groups:
            check.fault(f"raters[{i}]", f"{rater!r} appears twice")
        if group != "" and not is_slug(group):
            message = f"{shorten(group)} is not a group like 'teachers'"
            check.fault(f"raters.{rater}", message, group)
        groups[rater] = group
    return groups


def tailored_by(framework: Framework) -> str:
    """Return how a form names the tailorings of its framework."""
    names = dict.fromkeys(change.tailoring for change in framework.changes)
    return f"yes, by {', '.join(names)}" if names else "no"


def _cells(framework: Framework, item: AuditItem) -> dict[str, str]:
    area = next(p.name for p in framework.principles if p.id == item.principle)
    hint = " ".join(part for part in (item.look_for, item.not_applicable) if part)
    return {"item": item.id, "area": area, "text": item.text, "look_for": hint}


def _csv_rows(
    framework: Framework,
    groups: Mapping[str, str],
    items: Mapping[str, tuple[AuditItem, ...]],
) -> list[dict[str, str]]:
    return [
        {
            "framework": framework.id,
            "edition": framework.edition,
            "rater": rater,
            "group": group,
            "tailored": tailored_by(framework),
            **_cells(framework, item),
            "rating": "",
            "note": "",
            "evidence": "",
        }
        for rater, group in groups.items()
        for item in items[rater]
    ]


class _Workbook:
    """One workbook on the way to its bytes."""

    def __init__(
        self,
        framework: Framework,
        groups: Mapping[str, str],
        items: Mapping[str, tuple[AuditItem, ...]],
        form: str,
        phase: Phase | None,
    ) -> None:
        self.framework = framework
        self.groups = groups
        self.items = items
        self.short = form == "short"
        self.phase = phase

    def content(self) -> bytes:
        """Return the bytes of the workbook; the same form is the same bytes."""
        target = io.BytesIO()
        self.book = new_book(target, self._title(), purpose="an Excel form")
        self.formats = _formats(self.book)
        levels = self._read_me()
        for number, (rater, group) in enumerate(self.groups.items(), 1):
            name = "Form" if len(self.groups) == 1 else f"{number} {rater}"[:31]
            sheet = self.book.add_worksheet(name)
            self._form(sheet, number, {"rater": rater, "group": group}, levels)
            if number == 1:
                sheet.activate()
                sheet.set_first_sheet()
        self.book.close()
        return target.getvalue()

    def _title(self) -> str:
        phase = f", {self.phase.value.replace('-', ' ')} phase" if self.phase else ""
        tailored = ", tailored" if self.framework.changes else ""
        kind = "Short audit form" if self.short else "Audit form"
        return f"{kind}: {self.framework.name}{phase}{tailored}"

    def _read_me(self) -> dict[bool, str]:
        """Write the sheet that explains the form; return the ranges of the drop-down's words.

        The longer one is for items that allow "not applicable".
        """
        scale = self.framework.scale
        sheet = self.book.add_worksheet("Read me")
        lines = [
            "Each sheet is one rater's. Give one rating to each row: click the cell in the column "
            "Rating, then choose from the list.",
            "Choose 'not assessed', or leave the cell empty, where you could not judge. "
            "It never counts as the lowest level.",
            "Choose 'not applicable' only where 'Where to look' says when. It counts in no score.",
            "Note and Evidence are free text: what you saw, and where. Never write a pupil's name.",
            "Change nothing else. Ids and wording are locked, without a password, so that answers "
            "stay with their item. Keep the file as .xlsx and type no formulas.",
        ]
        may_lack = any(item.not_applicable for items in self.items.values() for item in items)
        if not may_lack:
            del lines[2]
        if scale.note:
            lines.append(scale.note)
        if self.framework.changes:
            lines.append("This framework was tailored: its wording is not that of the publication.")
        sheet.write_string(0, 0, READ_ME, self.formats["title"])
        for row, line in enumerate(lines, 1):
            sheet.write_string(row, 0, line, self.formats["line"])
            sheet.set_row(row, row_height([(line, _READ_ME_WIDTHS[0])]))
        head = len(lines) + 1
        sheet.write_string(head, 0, f"Levels: {scale.name}", self.formats["head"])
        sheet.write_string(head, 1, "What it means", self.formats["head"])
        levels = [(level.label, level.description) for level in scale.levels]
        choices = [*levels, (NOT_ASSESSED, ""), *([(NOT_APPLICABLE, "")] if may_lack else [])]
        for row, (label, meaning) in enumerate(choices, head + 1):
            sheet.write_string(row, 0, label, self.formats["plain"])
            sheet.write_string(row, 1, meaning, self.formats["plain"])
            sheet.set_row(row, row_height(zip((label, meaning), _READ_ME_WIDTHS, strict=True)))
        for column, width in enumerate(_READ_ME_WIDTHS):
            sheet.set_column(column, column, width)
        _print_setup(sheet)
        sheet.protect("", _ALLOWED)
        first, last = head + 2, head + 2 + len(levels)
        return {longer: f"='Read me'!$A${first}:$A${last + longer}" for longer in (False, True)}

    def _form(
        self,
        sheet: Any,  # noqa: ANN401  (XlsxWriter has no types)
        number: int,
        who: Mapping[str, str],
        levels: Mapping[bool, str],
    ) -> None:
        framework, formats = self.framework, self.formats
        items = self.items[who["rater"]]
        facts = {"framework": framework.id, "edition": framework.edition, **who}
        facts["tailored"] = tailored_by(framework)
        sheet.write_string(0, 0, self._title(), formats["title"])
        for column, name in enumerate(FACTS):
            sheet.write_string(1, column, f"{name}: {facts[name]}", formats["fact"])
        sheet.set_row(1, row_height(zip((f"{f}: {v}" for f, v in facts.items()), _WIDTHS)))  # noqa: B905  (fewer facts than columns)
        last = HEADER_ROW + len(items) - 1
        columns = [{"header": head, "header_format": formats["head"]} for head in HEADS]
        options = {"name": f"Ratings_{number}", "columns": columns, "autofilter": False}
        options["style"] = "Table Style Light 1"
        sheet.add_table(HEADER_ROW - 1, 0, last, len(HEADS) - 1, options)
        for row, item in enumerate(items, HEADER_ROW):
            cells = _cells(framework, item)
            sheet.set_row(row, row_height(zip(cells.values(), _WIDTHS)))  # noqa: B905  (the last columns are empty)
            for column, name in enumerate(COLUMNS):
                if name in cells:
                    sheet.write_string(row, column, cells[name], formats["plain"])
                else:
                    sheet.write_blank(row, column, None, formats["open"])
        row = HEADER_ROW
        for longer, run in groupby(bool(item.not_applicable) for item in items):
            end = row + len(list(run)) - 1
            self._choices(sheet, (row, end), levels[longer], longer=longer)
            row = end + 1
        for column, width in enumerate(_WIDTHS):
            sheet.set_column(column, column, width)
        sheet.freeze_panes(HEADER_ROW, 1)
        sheet.repeat_rows(0, HEADER_ROW - 1)
        sheet.print_area(0, 0, last, len(HEADS) - 1)
        _print_setup(sheet)
        sheet.protect("", _ALLOWED)

    def _choices(
        self,
        sheet: Any,  # noqa: ANN401  (XlsxWriter has no types)
        rows: tuple[int, int],
        levels: str,
        *,
        longer: bool,
    ) -> None:
        """Give the rating cells of a run of rows their drop-down."""
        column = COLUMNS.index("rating")
        more = f", or '{NOT_APPLICABLE}' where the row says when" if longer else ""
        sheet.data_validation(
            rows[0],
            column,
            rows[1],
            column,
            {
                "validate": "list",
                "source": levels,
                "input_title": "Rating",
                "input_message": f"Choose a level from the list, or '{NOT_ASSESSED}'{more}.",
                "error_title": "Not on the scale",
                "error_message": "Choose one of the levels in the list, or leave the cell empty.",
            },
        )


_ALLOWED = {"format_columns": True, "format_rows": True}
"""Widths and heights stay free under protection, so that long texts can be read."""


def _formats(book: Any) -> dict[str, Any]:  # noqa: ANN401  (XlsxWriter has no types)
    wrapped = {"text_wrap": True, "valign": "top"}
    lined = {**wrapped, "border": 1, "border_color": "#808080"}
    return {
        "title": book.add_format({"bold": True, "font_size": 14}),
        "fact": book.add_format({**wrapped, "font_size": 9}),
        "head": book.add_format({**lined, "bold": True, "bg_color": "#D9E1F2"}),
        "line": book.add_format(wrapped),
        "plain": book.add_format(lined),
        "open": book.add_format(
            {**lined, "locked": False, "bg_color": "#FFF9E5", "num_format": "@"}
        ),
    }


def _print_setup(sheet: Any) -> None:  # noqa: ANN401  (XlsxWriter has no types)
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    sheet.set_footer("&L&A&RPage &P of &N")
