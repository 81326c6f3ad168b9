"""Reading the answers of raters, from one file or many, as one audit."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from attrs import evolve

from behaviour_culture._display import count_of
from behaviour_culture.audit.responses import (
    RESPONSE_COLUMNS,
    RESPONSE_OPTIONAL,
    audit_of_file,
    audit_of_rows,
)
from behaviour_culture.checks import Check, require_types
from behaviour_culture.errors import Fault, FaultCode, InvalidInputError, shorten
from behaviour_culture.fields import Slug
from behaviour_culture.interchange.files import AnyFile, InMemory, as_file
from behaviour_culture.interchange.frames import frame_rows
from behaviour_culture.limits import LIMITS
from behaviour_culture.model.audit import Audit, Response
from behaviour_culture.model.belonging import framework_faults
from behaviour_culture.model.framework import Framework

__all__ = ["audit_from_frame", "lowest_of", "read_audit"]


def read_audit(
    path: AnyFile | Sequence[AnyFile],
    *,
    framework: Framework | None = None,
    school: str | None = None,
    date: date | None = None,
    id: str | None = None,  # noqa: A002  (the name of the field)
) -> Audit:
    """Read the responses of an audit and check them against a framework.

    Parameters
    ----------
    path : str, path-like or readable stream, or a sequence of them
        A CSV file with the columns ``rater, item, rating`` and optionally ``group``, ``note``
        and ``evidence``; a form that `audit_form` wrote, ``.xlsx`` (extra ``office``) or
        ``.csv``; or a ``.toml`` or ``.json`` file of kind ``audit``. A rating is a value or a
        label of the framework's scale. Empty, ``-`` or ``not assessed`` mean that it was not
        assessed, which is never a 0; ``not applicable``, ``n/a`` or ``na`` that the school has
        nothing of the kind, where the item allows that. Several files, such as the forms of all
        raters of one school, become one audit.
    framework : Framework, optional
        The framework whose items were rated. A form and a file of kind ``audit`` name theirs,
        so it may be left out where `load_framework` knows the id. Give it where the framework
        was tailored or is in a file of your own, or where a CSV file does not name one.
    school, date, id : str, date, str, optional
        Facts that a CSV file or a form does not hold. Without an id, it is made from the name
        of the first file. These arguments replace those facts of a file of kind ``audit``.

    Returns
    -------
    Audit
        Its ``doubts`` list the answers that were left out: those to an item that the framework
        no longer asks, and those of a group of raters that may not answer the item.

    Raises
    ------
    InvalidInputError
        All faults at once, each with its sheet, row and column (form), row and column (CSV) or
        path; of several files, with the name of the file too. Among them are an unknown
        framework, and a rater who rates one item in two files.
    ReadError
        A file of another kind, or a workbook that is not safe to read: with macros, protected
        by a password, larger than a form can be.

    Examples
    --------
    >>> import behaviour_culture as bc
    >>> framework = bc.load_framework("ofsted-2025")
    >>> form = bc.audit_form(framework, "head.csv", raters={"head": "leaders"})
    >>> filled = form.read_text().replace(",,,", ",expected standard,,")
    >>> _ = form.write_text(filled)
    >>> audit = read_audit(form, school="My School")
    >>> audit.framework, len(audit.responses)
    ('ofsted-2025', 2)
    """
    several = isinstance(path, Sequence) and not isinstance(path, (str, bytes))
    check = Check("read_audit")
    files = _files(list(path) if several else [path], check)  # type: ignore[arg-type]
    check.value("framework", framework, Framework | None)
    check.value("id", id, Slug | None)
    check.done()
    check = Check(f"{count_of(len(files), 'file')} of responses")
    audits: list[Audit] = []
    found = framework
    for file in files:
        try:
            audit, found = audit_of_file(file, framework=found, school=school, date=date, id=id)
        except InvalidInputError as error:
            if not several:
                raise
            check.faults += [f._replace(path=f"{file.name}, {f.path}") for f in error.faults]
        else:
            audits.append(audit)
    if not several and audits:
        return audits[0]
    check.done()
    _check_clashes(files, audits, check)
    check.done()
    return _together(files, audits, school, date)


def audit_from_frame(
    frame: object,
    *,
    framework: Framework,
    id: str = "frame",  # noqa: A002  (the name of the field)
    school: str | None = None,
    date: date | None = None,
) -> Audit:
    """Build an audit from a data frame of responses.

    Columns, cells and rules are those of `read_audit`: a null is an empty cell, and a column
    with another name is refused, so that no name of a pupil comes in.

    Parameters
    ----------
    frame : object
        A frame of pandas, polars or pyarrow, of another library that narwhals knows, or
        anything with the Arrow PyCapsule interface (``__arrow_c_stream__``), for which
        pyarrow, polars or pandas must be installed. Its columns are ``rater, item, rating``
        and optionally ``group, note, evidence``.
    framework : Framework
        The framework whose items were rated.
    id : str
        Id of the audit.
    school, date : str, date, optional
        Whose audit it is, and when it was made.

    Returns
    -------
    Audit

    Raises
    ------
    InvalidInputError
        All faults at once, each with its row, counted from 0, and column.
    MissingExtraError
        narwhals is not installed (extra ``frames``).

    Examples
    --------
    >>> import polars as pl
    >>> from behaviour_culture import load_framework
    >>> frame = pl.DataFrame(
    ...     {"rater": ["head"], "item": ["build-routines-1"], "rating": [2]}
    ... )
    >>> audit_from_frame(frame, framework=load_framework("bennett-2017"), id="july")
    <Audit july: 1 response of 1 rater>
    """
    subject = "audit_from_frame"
    require_types(subject, framework=(framework, Framework))
    _refuse_wide(frame, subject)
    rows = frame_rows(frame, RESPONSE_COLUMNS, RESPONSE_OPTIONAL, subject)
    return audit_of_rows(
        rows, framework=framework, id=id, school=school, date=date, subject=subject
    )


def _refuse_wide(frame: object, subject: str) -> None:
    """Refuse a frame with a column for each rater, and say how it becomes a long one."""
    if hasattr(frame, "collect"):  # a lazy frame, which is refused as one
        return
    names = [str(name) for name in getattr(frame, "columns", ())]
    if "item" not in names or {"rater", "rating"} & set(names):
        return
    message = (
        f"a column for each rater ({', '.join(n for n in names if n != 'item')[:80]}): give a row "
        "for each rating, with the columns rater, item and rating; in pandas "
        "frame.melt(id_vars='item', var_name='rater', value_name='rating')"
    )
    raise InvalidInputError(subject, [Fault("frame", message, "", FaultCode.WRONG_SHAPE)])


def lowest_of(audits: Sequence[Audit], *, id: str) -> Audit:  # noqa: A002  (the field's own name)
    """Put audits of several interventions together: for each item the lowest rating counts.

    The TFI records Tier II so where a school runs several interventions. An item that an
    audit leaves out does not count; one that it names as not assessed leaves the lowest
    unknown, so the item is not assessed.

    Parameters
    ----------
    audits : sequence of Audit
        One for each intervention, all for one edition of one framework.
    id : str
        The id of the audit that comes out.

    Raises
    ------
    InvalidInputError
        Fewer than two audits, or audits of different editions or frameworks.

    Examples
    --------
    >>> import behaviour_culture as bc
    >>> def one(key, rating):
    ...     seen = [bc.Response(rater="team", item="i", rating=rating)]
    ...     return bc.Audit(id=key, framework="f", edition="1", responses=seen)
    >>> lowest_of([one("mentoring", 2), one("check-in", 1)], id="tier-2").responses[0].rating
    1
    """
    check = Check("lowest_of")
    if not isinstance(audits, (list, tuple)) or len(audits) < 2:  # noqa: PLR2004
        check.fault("audits", f"expected two audits or more, got {shorten(audits)}")
        check.done()
    require_types("lowest_of", **{f"audits[{i}]": (a, Audit) for i, a in enumerate(audits)})
    first: Audit = next(iter(audits))
    for i, audit in enumerate(audits):
        check.add(framework_faults(f"audits[{i}]", audit, first))
    check.done()
    found: dict[tuple[str, str], list[Response]] = {}
    for audit in audits:
        for response in audit.responses:
            found.setdefault((response.rater, response.item), []).append(response)
    responses = []
    for same in found.values():
        # "Not applicable" to one intervention says nothing of the others.
        unknown = [r for r in same if r.rating is None and not r.not_applicable]
        known = [(r.rating, r) for r in same if r.rating is not None]
        without = [r for r in same if r.not_applicable]
        lowest = [r for _, r in sorted(known, key=lambda pair: pair[0])]
        responses.append([*unknown, *lowest, *without][0])
    doubts = dict.fromkeys(doubt for audit in audits for doubt in audit.doubts)
    joined: Audit = evolve(first, id=id, responses=responses, doubts=list(doubts))
    return joined


def _files(paths: Sequence[object], check: Check) -> list[Path | InMemory]:
    if not 1 <= len(paths) <= LIMITS.files:
        check.fault(
            "path", f"expected 1 to {LIMITS.files:,} files (the limit `files`), got {len(paths):,}"
        )
        return []
    files: list[Path | InMemory] = []
    for i, path in enumerate(paths):
        try:
            files.append(as_file(path, ".csv"))  # type: ignore[arg-type]  # it checks
        except InvalidInputError:
            message = f"expected the path of a file or a stream, got {shorten(path)}"
            where = f"path[{i}]" if len(paths) > 1 else "path"
            check.fault(where, message, path, FaultCode.WRONG_TYPE)
    return files


def _check_clashes(files: Sequence[Path | InMemory], audits: Sequence[Audit], check: Check) -> None:
    """Record the faults of raters who rate an item in two files, one for each rater and file."""
    first: dict[tuple[str, str], Path | InMemory] = {}
    for file, audit in zip(files, audits, strict=True):
        reported = set()
        for response in audit.responses:
            old = first.setdefault((response.rater, response.item), file)
            if old is not file and response.rater not in reported:
                reported.add(response.rater)
                message = (
                    f"{response.rater!r} rates {response.item!r} here and in {old.name}: leave "
                    "one file out, or give each person a label of their own"
                )
                check.fault(file.name, message, response.rater)


def _together(
    files: Sequence[Path | InMemory],
    audits: Sequence[Audit],
    school: str | None,
    date: date | None,
) -> Audit:
    """Return one audit of all responses; a school or day that they do not share is left open."""
    one = audits[0]
    schools = {audit.school for audit in audits}
    days = {audit.date for audit in audits}
    return Audit(
        id=one.id,
        framework=one.framework,
        edition=one.edition,
        school=school or (one.school if len(schools) == 1 else None),
        date=date or (one.date if len(days) == 1 else None),
        responses=[response for audit in audits for response in audit.responses],
        doubts=[
            evolve(doubt, message=f"{file.name}: {doubt.message}")
            for file, audit in zip(files, audits, strict=True)
            for doubt in audit.doubts
        ],
    )
