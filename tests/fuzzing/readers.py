"""Every reader of the library, and sound files for it to begin with."""

from __future__ import annotations

import io
import json
import re
import shutil
import tempfile
import tomllib
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import redirect_stderr, redirect_stdout
from datetime import date
from functools import cache
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

import numpy as np
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

import behaviour_culture as bc
from behaviour_culture import monitoring, programme, report, start
from behaviour_culture.__main__ import main
from behaviour_culture.interchange import read_gias
from behaviour_culture.interchange.ical import ical_text, own_text
from behaviour_culture.interchange.kinds import KINDS, class_of
from behaviour_culture.journey_inputs import read_inputs, read_journey
from behaviour_culture.programme.nation.checkpoint import Checkpoint
from builders import example_journey
from fuzzing import frames

__all__ = ["READERS", "Reader", "documented", "drawn", "seeds_of"]

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES, CORPUS = ROOT / "examples", ROOT / "tests" / "data" / "corpus"
_LONGEST = 120_000
"""Bytes of the largest sound file: what is large is read slowly, and found out as well in small."""
Seeds = dict[str, bytes]
"""Sound files, by name."""


class Reader(NamedTuple):
    """A reader: how it is called, and how sound files for it are made.

    ``many`` files are made by ``quick`` seconds of work at most; ``slow`` ones take longer.
    """

    call: Callable[[Path], Any]
    quick: Callable[[], Seeds]
    slow: Callable[[], Seeds] = dict


# -- what readers need beside the file ---------------------------------------------------


@cache
def framework() -> bc.Framework:
    return bc.load_framework("tfi-2.1")


@cache
def indicator() -> bc.model.Indicator:
    return bc.load_indicators().indicators[0]


@cache
def year() -> bc.SchoolYear:
    return bc.load_calendar("illustrative-2026-27")


@cache
def demo() -> Any:
    return example_journey()


@cache
def workbook_plan() -> tuple[bc.ActionPlan, bc.StepCatalogue]:
    return demo().plan, demo().catalogue


# -- sound files -------------------------------------------------------------------------


@cache
def documented() -> Mapping[str, Any]:
    """The object of each block of docs/reference/files.md that is a whole file, by its kind."""
    text = (ROOT / "docs" / "reference" / "files.md").read_text("utf-8")
    made = {}
    for block in re.findall(r"^```toml\n(.*?)^```", text, re.DOTALL | re.MULTILINE):
        if tomllib.loads(block).get("kind") in KINDS:
            value = bc.loads(block, format="toml")
            made[tomllib.loads(block)["kind"]] = value
    return made


@cache
def drawn(kind: str, many: int = 12) -> tuple[Any, ...]:
    """Objects of a kind from our strategies: the two with the longest files, the same each time."""
    found: list[tuple[int, int, Any]] = []

    @settings(
        max_examples=many,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(st.from_type(class_of(kind, "a test")))
    def keep(value: Any) -> None:
        found.append((-len(bc.dumps(value, format="json")), len(found), value))

    keep()
    return tuple(value for size, _, value in sorted(found, key=lambda f: f[:2]) if size > -30_000)[
        :2
    ]


def _ours(kinds: Callable[[], Mapping[str, Any]]) -> Seeds:
    return {
        f"{kind}.{format_}": bc.dumps(value, format=format_).encode()
        for kind, value in kinds().items()
        for format_ in ("toml", "json")
    }


def _ours_drawn() -> Seeds:
    kinds = {f"{k}-{i}": v for k in KINDS for i, v in enumerate(drawn(k))}
    made = _ours(lambda: kinds) | _files(EXAMPLES, "*.toml") | _files(CORPUS, "terms-*.toml")
    with tempfile.TemporaryDirectory() as folder:
        demo().write(folder, formats=("json",))
        return made | _files(Path(folder), "*.json")


def _files(folder: Path, *patterns: str) -> Seeds:
    found = sorted(path for pattern in patterns for path in folder.glob(pattern))
    return {path.name: path.read_bytes()[:_LONGEST] for path in found}


def _responses() -> Seeds:
    items = [item.id for item in framework().items]
    rows = "".join(f"head,{item},{i % 3},a note\n" for i, item in enumerate(items))
    form = io.StringIO()
    bc.audit_form(framework(), form, raters=["head"])
    return {
        "responses.csv": f"rater,item,rating,note\n{rows}".encode(),
        "form.csv": form.getvalue().encode(),
    } | _files(CORPUS, "responses-*.csv")


def _form() -> Seeds:
    form = io.BytesIO()
    bc.audit_form(framework(), form, raters=["head", "teacher-1"])
    return {"form.xlsx": form.getvalue()}


def _school_book() -> Seeds:
    made = io.BytesIO()
    school = start.first_school(name="Hill Road", phase=bc.Phase.PRIMARY, roll=210)
    start.write_school_workbook(made, school.school)
    return {"school.xlsx": made.getvalue(), **_filled(made.getvalue())}


def _filled(raw: bytes) -> Seeds:
    from filling import DAYS, change

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "school.xlsx"
        path.write_bytes(raw)
        change(path, {"Term dates": DAYS, "School": {"B8": 4, "B9": 11, "B10": "academy"}})
        return {"filled.xlsx": path.read_bytes()}


def _plan_book() -> Seeds:
    made, done = io.BytesIO(), demo()
    report.write_plan_workbook(
        made, framework=done.framework, audit=done.result, plan=done.plan, schedule=done.schedule
    )
    return {"plan.xlsx": made.getvalue()}


def _published() -> Seeds:
    made = _files(CORPUS, "published-*.csv") | _files(ROOT / "tests/data/published", "*.csv")
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("data.csv", made["published-year-forms.csv"])
        archive.writestr("data.meta.csv", b"a,b\n1,2\n")
    return made | {"table.zip": target.getvalue()}


def _audit_lines() -> Seeds:
    ratings = np.random.default_rng(1).integers(0, 3, (2, 3, len(framework().items)))
    cohort = programme.Cohort(
        framework=framework(),
        schools=["a", "b", "c"],
        rounds=[1, 2],
        phases=["primary", "secondary", "primary"],
        ratings=ratings.astype(float),
    )
    with tempfile.TemporaryDirectory() as folder:
        raw = cohort.write_jsonl(Path(folder) / "a.jsonl").read_bytes()
    spaced = raw.replace(b'{"framework"', b'{ "framework"', 2)
    return {"audits.jsonl": raw, "written-otherwise.jsonl": spaced}


def _journeys() -> Seeds:
    return _files(EXAMPLES, "*journey*.toml")


def _calendars() -> Seeds:
    events = report.plan_events(demo().plan, demo().schedule)
    return {"plan.ics": ical_text("Plan", events, written_on=date(2026, 9, 1)).encode()}


def _numbers() -> Seeds:
    return {f"frame-{i}.txt": str(i).encode() for i in range(8)}


def _everything() -> Seeds:
    made: Seeds = {}
    for name in ("read", "read_audit", "read_series", "read_behaviour_log", "read_gias"):
        made |= READERS[name].quick()
    return made | READERS["read_published"].quick()


def _every_book() -> Seeds:
    made = {"note.docx": _form()["form.xlsx"]}
    for name in ("read_audit", "read_school_workbook", "read_plan_workbook"):
        made |= READERS[name].slow()
    return made


# -- calls -------------------------------------------------------------------------------


def _loads(path: Path) -> Any:
    """Read what `loads` and `from_dict` take: the text, then the plain data."""
    text = path.read_bytes().decode("utf-8", "surrogateescape")
    value = bc.loads(text, format="json" if path.suffix == ".json" else "toml")
    return bc.from_dict(bc.to_dict(value), type(value))


def _from_dict(path: Path) -> Any:
    """Read the data of a file as a service gets it: parsed by another library."""
    raw = path.read_bytes()
    try:
        data = json.loads(raw) if path.suffix == ".json" else tomllib.loads(raw.decode())
        kind = path.name.partition(".")[0].rstrip("-0123456789")
        class_ = class_of(data.get("kind", kind), "data")
    except (ValueError, AttributeError, RecursionError) as error:
        raise bc.errors.ReadError(path.name, "no data of ours") from error
    return bc.from_dict(data, class_)


def _series(path: Path) -> Any:
    return bc.read_series(path, indicator=indicator(), calendar=year(), pupils=200)


def _log(path: Path) -> Any:
    head = path.read_bytes()[:2_000].decode("utf-8", "replace").splitlines()[:1]
    names = [name.strip().strip('"') for name in (head or [""])[0].split(",")]
    day = next((n for n in names if "date" in n.lower() or "on" in n.lower()), names[0])
    mapping = {"occurred_at": day}
    for name in names:
        if "adm" in name.lower() or "upn" in name.lower():
            mapping["pupil_key"] = name
    log = bc.read_behaviour_log(path, mapping, salt="a-salt-of-this-school-only")
    return [log, log.to_series(indicator(), calendar=year(), pupils=200)]


def _published_table(path: Path) -> Any:
    table = monitoring.read_published(path, limit=50_000_000)
    numbers = [
        m for m in ("suspension", "sess_unauthorised", "attendance_perc") if m in table.names
    ]
    made: list[Any] = [table]
    for name in numbers:
        try:
            made.append(monitoring.series_from_published(table, name))
        except bc.BehaviourCultureError:
            continue
    return made


def _plan_workbook(path: Path) -> Any:
    plan, catalogue = workbook_plan()
    return report.read_plan_workbook(path, plan, catalogue=catalogue)


def _inputs(path: Path) -> Any:
    for file in EXAMPLES.iterdir():
        if file.is_file() and not (path.parent / file.name).exists():
            shutil.copy(file, path.parent / file.name)
    return read_inputs(read_journey(path), path.parent, path.name)


def _cohort(path: Path) -> Any:
    return programme.Cohort.read_jsonl(path, framework())


def _stream(path: Path) -> Any:
    return [batch.schools for batch in programme.stream_scores(path, framework=framework())]


def _checkpoint(path: Path) -> Any:
    folder = path.parent / "run"
    shutil.rmtree(folder, ignore_errors=True)
    made = Checkpoint(folder, {"draws": 3}, (2,))
    made.save((0, 3), np.zeros((3, 2)))
    shutil.copy(path, folder / ("manifest.json" if path.suffix == ".json" else _DRAWS))
    return str(Checkpoint(folder, {"draws": 3}, (2,)).load((0, 3)))


_DRAWS = "draws-000000000-000000003.bin"


def _checkpoints() -> Seeds:
    with tempfile.TemporaryDirectory() as folder:
        made = Checkpoint(Path(folder), {"draws": 3}, (2,))
        made.save((0, 3), np.zeros((3, 2)))
        return {
            "manifest.json": (Path(folder) / "manifest.json").read_bytes(),
            "draws.bin": (Path(folder) / _DRAWS).read_bytes(),
        }


def _ical(path: Path) -> None:
    ical_text("Plan", [], written_on=date(2026, 9, 2), before=own_text(path)).encode()


def _check(path: Path) -> str:
    """The command: what it prints is what is looked at."""
    said = io.StringIO()
    with redirect_stdout(said), redirect_stderr(said):
        main(["check", str(path)])
    return said.getvalue()


def _framed(make: Callable[[Random], Any], read: Callable[[Any], Any]) -> Reader:
    def call(path: Path) -> Any:
        seed = path.read_bytes()
        return read(make(Random(seed)))  # noqa: S311  (a test)

    return Reader(call, _numbers)


READERS: dict[str, Reader] = {
    "read": Reader(bc.read, lambda: _ours(documented), _ours_drawn),
    "loads": Reader(_loads, lambda: _ours(documented), _ours_drawn),
    "from_dict": Reader(_from_dict, lambda: _ours(documented), _ours_drawn),
    "read_audit": Reader(lambda p: bc.read_audit(p, framework=framework()), _responses, _form),
    "read_series": Reader(_series, lambda: _files(CORPUS, "counts-*.csv")),
    "read_behaviour_log": Reader(_log, lambda: _files(CORPUS, "log-*.csv")),
    "read_published": Reader(_published_table, _published),
    "read_gias": Reader(read_gias, lambda: _files(CORPUS, "register-*.csv")),
    "read_plan_workbook": Reader(_plan_workbook, dict, _plan_book),
    "read_school_workbook": Reader(start.read_school_workbook, dict, _school_book),
    "journey": Reader(_inputs, _journeys),
    "Cohort.read_jsonl": Reader(_cohort, _audit_lines),
    "stream_scores": Reader(_stream, _audit_lines),
    "checkpoint": Reader(_checkpoint, _checkpoints),
    "ical": Reader(_ical, dict, _calendars),
    "inspect_file": Reader(bc.inspect_file, _everything, _every_book),
    "check": Reader(_check, _everything, _every_book),
    "audit_from_frame": _framed(
        lambda rng: frames.responses(rng, [item.id for item in framework().items]),
        lambda frame: bc.audit_from_frame(frame, framework=framework()),
    ),
    "series_from_frame": _framed(
        frames.counts,
        lambda f: bc.series_from_frame(f, indicator=indicator(), calendar=year(), pupils=200),
    ),
    "Cohort.from_frame": _framed(
        lambda rng: frames.ratings(rng, [item.id for item in framework().items]),
        lambda frame: programme.Cohort.from_frame(frame, framework()),
    ),
    "to_frame": _framed(frames.rows, lambda rows: len(bc.to_frame(rows, kind="polars"))),
}
"""Every reader, by its name."""


def seeds_of(name: str, *, slow: bool) -> Iterator[tuple[str, bytes]]:
    """Yield the sound files of a reader, by name."""
    reader = READERS[name]
    made = reader.quick() | (reader.slow() if slow else {})
    yield from sorted(made.items())
