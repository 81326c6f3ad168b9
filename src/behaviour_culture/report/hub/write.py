"""The files of a hub in one folder: a page, updates, calendars, a workbook."""

from __future__ import annotations

import os
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path

from behaviour_culture.checks import Check, require_types
from behaviour_culture.errors import shorten
from behaviour_culture.interchange.file_bytes import (
    as_path,
    make_folder,
    several_files,
    write_bytes,
)
from behaviour_culture.interchange.ical import CalendarEvent, cancel_others, own_text, write_ical
from behaviour_culture.interchange.table import id_from
from behaviour_culture.programme.hub.hub_pack import HubPack
from behaviour_culture.programme.hub.visits import Visit
from behaviour_culture.report.hub.page import Names, render_hub, visit_row
from behaviour_culture.report.hub.update import render_update
from behaviour_culture.report.hub.workbook import hub_workbook
from behaviour_culture.report.words import clean, joined, strand

__all__ = ["hub_pages", "visit_events", "write_hub"]


def write_hub(
    out: str | os.PathLike[str], pack: HubPack, *, pages: Mapping[str, bytes] | None = None
) -> tuple[Path, ...]:
    """Write the files of a hub into a folder.

    ``hub.html`` is the page of its lead. ``updates/TERM-PARTNER.html`` is one page for each
    partner and term, to talk over with its lead. ``calendars/visits.ics`` has all events, and
    ``calendars/visits-SCHOOL.ics`` those of one lead or partner. ``hub.xlsx`` has the tables,
    where the extra ``office`` is installed.

    Parameters
    ----------
    out : str or path-like
        A folder, made if it does not exist. Calendars that are there are brought up to date.
    pack : HubPack
    pages : mapping of str to bytes, optional
        The pages and the workbook by name, where they were made already.

    Returns
    -------
    tuple of Path
        The files written.

    Raises
    ------
    WriteError
        The folder or a file in it cannot be written to; ``changed`` names the files written
        before it.
    """
    check = Check("write_hub")
    folder = as_path(check, "out", out, "the path of a folder")
    check.value("pack", pack, HubPack)
    if check.value("pages", pages, Mapping[str, object] | None):
        for name, content in (pages or {}).items():
            check.value(f"pages[{shorten(name)}]", content, bytes)
    check.done()
    pages = hub_pages(pack) if pages is None else pages
    calendars = {
        key: folder / "calendars" / ("visits.ics" if key is None else f"visits-{key}.ics")
        for key in _calendars(pack)
    }
    for path in calendars.values():
        own_text(path)  # before anything is written: none may be somebody else's
    with several_files() as written:
        for name, content in pages.items():
            path = folder / name
            make_folder(path.parent)
            write_bytes(path, content)
            written.append(path)
        for key, path in calendars.items():
            make_folder(path.parent)
            whose = "" if key is None else f", {Names(pack).school(key)}"
            title = clean(f"{pack.hub.name}: visits and events{whose}")
            events = visit_events(pack, key)
            written.append(write_ical(path, title, events, written_on=pack.written_on))
        pattern = "calendars/visits*.ics"
        written.extend(cancel_others(folder, pattern, written, written_on=pack.written_on))
    return tuple(written)


def hub_pages(pack: HubPack) -> dict[str, bytes]:
    """Return the pages and the workbook of a hub by the names of their files."""
    require_types("hub_pages", pack=(pack, HubPack))
    pages = {"hub.html": render_hub(pack).encode()}
    if pack.calendar is not None:
        for term in sorted(pack.calendar.terms, key=lambda t: t.start):
            for school in pack.schools:
                name = f"updates/{id_from(term.label, default='term')}-{school.id}.html"
                pages[name] = render_update(pack, school.id, term).encode()
    if find_spec("xlsxwriter") is not None:
        pages["hub.xlsx"] = hub_workbook(pack)
    return pages


def _calendars(pack: HubPack) -> list[str | None]:
    """Return whose calendars there are: all together, and each school with an event."""
    if not pack.visits:
        return []
    there = {key for v in pack.visits for key in (v.lead, *v.schools)}
    return [None, *(s.id for s in (*pack.hub.leads, *pack.hub.partners) if s.id in there)]


def visit_events(pack: HubPack, school: str | None = None) -> tuple[CalendarEvent, ...]:
    """Return the events of a hub's calendar: all, or those of one lead or partner.

    An event whose day is not agreed lasts the teaching days of its week.
    """
    check = Check("visit_events")
    check.value("pack", pack, HubPack)
    check.value("school", school, str | None)
    check.done()
    names = Names(pack)
    return tuple(
        _event(pack, visit, names)
        for visit in pack.visits
        if school is None or school == visit.lead or school in visit.schools
    )


def _event(pack: HubPack, visit: Visit, names: Names) -> CalendarEvent:
    row = visit_row(visit, names)
    lines = [
        f"Held by: {row.lead}",
        f"For: {row.schools}",
        f"Strand: {strand(visit.strand)}",
    ]
    if not visit.agreed:
        lines.append("On a day of this week that the schools agree.")
    return CalendarEvent(
        uid=f"{pack.hub.id}.{visit.key}@behaviour-culture",
        first=visit.first,
        last=visit.last,
        summary=clean(f"{visit.title}: {joined([names.school(s) for s in visit.schools])}"),
        description=clean("\n".join(lines)),
        categories=["Behaviour hub", strand(visit.strand)],
    )
