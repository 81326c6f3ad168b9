"""The first files of a school in a folder: nothing in it is of any other school."""

from __future__ import annotations

import io
import os
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

import tomli_w

from behaviour_culture.audit.forms import audit_form
from behaviour_culture.checks import Check
from behaviour_culture.content.loader import load_framework
from behaviour_culture.errors import InvalidInputError
from behaviour_culture.interchange.file_bytes import (
    as_path,
    check_free,
    make_folder,
    several_files,
    write_bytes,
)
from behaviour_culture.interchange.files import dumps
from behaviour_culture.model.journey import Journey
from behaviour_culture.model.school import Phase, School
from behaviour_culture.start.school import FirstSchool, first_school
from behaviour_culture.start.writing import write_school_workbook

__all__ = ["Started", "start_folder"]

FILL_IN = "fill in"
"""What stands in the place of a day until somebody sets it: the reader refuses it."""
_TERMS = ("Autumn", "Spring", "Summer")


class Started(NamedTuple):
    """The first files of a school.

    Attributes
    ----------
    files : tuple of Path
        The journey is the first.
    first : FirstSchool
    """

    files: tuple[Path, ...]
    first: FirstSchool


def start_folder(  # noqa: PLR0913  (what a school is)
    out: str | os.PathLike[str],
    *,
    name: str,
    phase: Phase | str,
    roll: int,
    excel: bool = False,
    force: bool = False,
) -> Started:
    """Write the first files of a school into a folder.

    ``journey.toml`` names the others: ``school.toml`` with the posts of its kind of school,
    ``calendar.toml`` with term dates to fill in, and ``responses.csv``, which the forms of the
    raters are collected in. ``form-head.csv`` is a blank form as plain text. With ``excel``
    all of it but the responses is one workbook, ``school.xlsx``.

    Parameters
    ----------
    out : str or path-like
        A folder, made if it does not exist.
    name, phase, roll
        See `first_school`.
    excel : bool
    force : bool
        Replace files that are there already. Without it none of them may be.

    Raises
    ------
    InvalidInputError
        With every fault of the arguments.
    WriteError
        A file is there already, or the folder cannot be written to; ``changed`` names the files
        written before.

    Examples
    --------
    >>> made = start_folder("mine", name="Hill Road Primary", phase="primary", roll=210)
    >>> [file.name for file in made.files]
    ['journey.toml', 'school.toml', 'calendar.toml', 'form-head.csv']
    """
    check = Check("start_folder")
    folder = as_path(check, "out", out, "the path of a folder")
    check.value("excel", excel, bool)
    check.value("force", force, bool)
    first: FirstSchool | None = None
    try:
        first = first_school(name=name, phase=phase, roll=roll)
    except InvalidInputError as error:
        check.add(error.faults)
    check.done()
    assert first is not None  # noqa: S101  (or there were faults)
    content = _workbook(first.school) if excel else _texts(first)
    check_free([folder / file for file in content], force=force)
    make_folder(folder)
    with several_files() as written:
        for file, raw in content.items():
            write_bytes(folder / file, raw)
            written.append(folder / file)
    return Started(tuple(written), first)


def _workbook(school: School) -> dict[str, bytes]:
    target = io.BytesIO()
    write_school_workbook(target, school)
    return {"school.xlsx": target.getvalue()}


def _texts(first: FirstSchool) -> dict[str, bytes]:
    school = first.school
    form = io.StringIO()
    audit_form(load_framework("bennett-2017"), form, raters={"head": "leaders"})
    return {
        "journey.toml": _with_head(_JOURNEY_HEAD, dumps(_journey(school), format="toml")),
        "school.toml": _with_head(
            [_SCHOOL_HEAD.format(role_map=first.role_map.name), *_SCHOOL_MORE],
            dumps(school, format="toml"),
        ),
        "calendar.toml": _with_head(_CALENDAR_HEAD, tomli_w.dumps(_calendar(school))),
        "form-head.csv": form.getvalue().encode(),
    }


def _journey(school: School) -> Journey:
    can = all(find_spec(name) for name in ("xlsxwriter", "docx", "PIL"))
    return Journey(
        id=school.id,
        title=f"Behaviour action plan of {school.name}",
        framework="bennett-2017",
        catalogue="bennett-2017",
        calendar="calendar.toml",
        school="school.toml",
        responses="responses.csv",
        benchmarks="national-behaviour-survey",
        formats=("html", "docx", "xlsx") if can else ("html",),
    )


def _calendar(school: School) -> dict[str, Any]:
    break_ = {"start": FILL_IN, "end": FILL_IN}
    return {
        "kind": "calendar",
        "format": 1,
        "id": "term-dates",
        "name": f"Term dates of {school.name}",
        "inset": [],
        "terms": [
            {"name": term, "start": FILL_IN, "end": FILL_IN, "half_term": dict(break_)}
            for term in _TERMS
        ],
    }


def _with_head(head: list[str], text: str) -> bytes:
    return "".join(f"# {line}\n" for line in head).encode() + text.encode()


_JOURNEY_HEAD = [
    "What the plan is made of. Paths are relative to this file.",
    "collect writes responses.csv. starts = 2026-09-02 would set the first day of the plan,",
    "and audit_date = 2026-07-08 the day of the audit.",
]
_SCHOOL_HEAD = "Posts and hours are those of a role map: {role_map}."
_SCHOOL_MORE = [
    "Put in your own people and hours. Ages decide which steps are yours: add, below roll,",
    'low_age = 4 and high_age = 11, say; governance = "maintained" or "academy" or',
    '"independent" decides which duties bind you. Numbers have no comma: 1050.',
]
_CALENDAR_HEAD = [
    "Write each day as year-month-day without quotes, such as 2026-09-02, in the place of",
    '"fill in". half_term is the break in the middle of a term. INSET days go into inset:',
    "inset = [2026-09-02, 2026-10-23]. A closed day, such as a bank holiday, is two lines more:",
    '[[days_off]]  day = 2027-05-03  name = "Early May bank holiday", each on a line of its own.',
]
