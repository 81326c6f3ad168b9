"""Finding content by id, here and in installed packages, and loading it."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from functools import cache, lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, overload

from behaviour_culture.checks import require_types
from behaviour_culture.errors import (
    DuplicateContentError,
    Fault,
    InvalidInputError,
    ReadError,
    UnknownContentError,
    UnknownNameError,
    shorten,
)
from behaviour_culture.interchange.files import InMemory, read

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint
    from importlib.resources.abc import Traversable

    from behaviour_culture.model.benchmark import BenchmarkSet
    from behaviour_culture.model.calendar import SchoolYear
    from behaviour_culture.model.catalogue import StepCatalogue
    from behaviour_culture.model.crosswalk import Crosswalk
    from behaviour_culture.model.duty import DutyRegister
    from behaviour_culture.model.evidence import EvidenceBase
    from behaviour_culture.model.framework import Framework
    from behaviour_culture.model.indicator import IndicatorSet
    from behaviour_culture.model.instrument import Instrument
    from behaviour_culture.model.log_mapping import LogMapping
    from behaviour_culture.model.programme import Programme
    from behaviour_culture.model.role_map import RoleMap
    from behaviour_culture.model.scenario import Scenario
    from behaviour_culture.model.symbol_policy import SymbolPolicy

__all__ = [
    "ContentKind",
    "calendar_ids",
    "catalogue_ids",
    "content_ids",
    "framework_ids",
    "load_calendar",
    "load_catalogue",
    "load_content",
    "load_duties",
    "load_evidence",
    "load_framework",
    "load_indicators",
    "loaders",
]

_HERE = Path(__file__).parent
ContentKind: TypeAlias = Literal[
    "framework",
    "catalogue",
    "calendar",
    "evidence",
    "benchmarks",
    "indicators",
    "instrument",
    "crosswalk",
    "programme",
    "scenario",
    "symbol-policy",
    "log-mapping",
    "duties",
    "role-map",
]
"""The kinds of files that come with the library and with packages."""
_FOLDERS: dict[str, str] = {
    "framework": "frameworks",
    "catalogue": "catalogues",
    "calendar": "calendars",
    "evidence": "evidence",
    "benchmarks": "benchmarks",
    "indicators": "indicators",
    "instrument": "instruments",
    "crosswalk": "crosswalks",
    "programme": "programmes",
    "scenario": "scenarios",
    "symbol-policy": "symbol_policies",
    "log-mapping": "log_mappings",
    "duties": "duties",
    "role-map": "role_maps",
}
_GROUP = "behaviour_culture.content"
_FILES = {".toml", ".json", ".csv", ".xlsx", ".yaml", ".yml", ".pkl"}


def _claims(kind: str) -> tuple[dict[str, list[Traversable]], list[ReadError]]:
    """Return the files of each id, this library's first, and the errors of broken packages.

    A package that cannot be imported must not keep the others from loading.
    """
    broken: list[ReadError] = []
    folders: list[Traversable] = [
        _HERE if _HERE.is_dir() else _resources("behaviour_culture.content")
    ]
    for entry in _entries(tuple(sys.path)):
        try:
            folders.append(_folder(entry))
        except ReadError as error:
            broken.append(error)
    found: dict[str, list[Traversable]] = {}
    for folder in folders:
        inside = folder / _FOLDERS[kind]
        files = inside.iterdir() if inside.is_dir() else ()
        for path in sorted(files, key=lambda file: file.name):
            stem, suffix = os.path.splitext(path.name)  # noqa: PTH122  (also in a zip archive)
            if suffix in {".toml", ".json"}:
                found.setdefault(stem, []).append(path)
    return found, broken


def _resources(package: str) -> Traversable:
    """Return the folder of a package, which may be in a zip archive."""
    from importlib.resources import files  # noqa: PLC0415  (only where there is such a package)

    return files(package)


@cache
def _entries(_path: tuple[str, ...]) -> tuple[EntryPoint, ...]:
    """Return the entry points of installed packages; looked up once for each ``sys.path``."""
    from importlib.metadata import entry_points  # noqa: PLC0415  (slow, and only needed here)

    return tuple(sorted(entry_points(group=_GROUP), key=lambda entry: entry.name))


def _folder(entry: EntryPoint) -> Traversable:
    """Return the folder of a package that offers content."""
    try:
        return _resources(entry.value)
    except Exception as error:
        why = (
            f"the package {entry.value!r} cannot be imported ({type(error).__name__}: {error}): "
            "mend or uninstall the package that names it as content"
        )
        raise ReadError(f"entry point {entry.name!r}", why) from error


def _one(kind: str, name: str, places: list[Traversable]) -> Traversable:
    """Return the one file that holds an id; of two neither is chosen."""
    if len(places) > 1:
        raise DuplicateContentError(kind, name, tuple(map(str, places)))
    return places[0]


def _installed(kind: str) -> dict[str, Traversable]:
    """Return the file of each id; an id that two files hold, or a broken package, is an error."""
    claims, broken = _claims(kind)
    if broken:
        raise broken[0]
    return {name: _one(kind, name, places) for name, places in claims.items()}


def loaders(kind: str) -> dict[str, Callable[[], Any]]:
    """Return a loader for each id; one that fails is an error only when it is called."""
    return {name: partial(_load, kind, name) for name in _claims(kind)[0]}


def _load(kind: str, name: str | os.PathLike[str]) -> Any:  # noqa: ANN401
    # A text is an id and never a path: it may be that of a stranger.
    if isinstance(name, os.PathLike):
        return read(name, kind=kind)
    require_types(f"load {kind}", name=(name, str))
    text = str(name)
    claims, broken = _claims(kind)
    if text not in claims:
        if broken:  # the broken package may be the one that holds it
            raise broken[0]
        raise UnknownContentError(kind, text[:200], tuple(sorted(claims)))
    path = _one(kind, text, claims[text])
    if isinstance(path, Path):
        about = path.stat()
        return _read_once(kind, path, about.st_mtime_ns, about.st_size)
    return _read_content(kind, path)


@lru_cache(maxsize=32)
def _read_once(kind: str, path: Path, _changed: int, _size: int) -> Any:  # noqa: ANN401
    """Return content that was read before, while its file is the same: nothing in it can change."""
    return _read_content(kind, path)


def _read_content(kind: str, path: Traversable) -> Any:  # noqa: ANN401
    with path.open("rb") as stream:
        file = InMemory(stream, "", path.name)
    value = read(file, kind=kind)
    if value.id != file.stem:
        message = f"the id is {value.id!r}, the file is named {path.name}: make them agree"
        raise InvalidInputError(str(path), [Fault("id", message, shorten(value.id))])
    return value


def id_or_path(text: str) -> str | Path:
    """Return what a person typed, or a file of theirs names, as a path if it looks like one.

    Examples
    --------
    >>> id_or_path("bennett-2017"), id_or_path("ours.toml").suffix
    ('bennett-2017', '.toml')
    """
    return Path(text) if Path(text).suffix in _FILES or os.sep in text else text


def content_ids(kind: ContentKind) -> tuple[str, ...]:
    """Return the ids of all content of one kind that comes with the library or a package, sorted.

    Parameters
    ----------
    kind : str
        The ``kind`` of its files, such as ``instrument``, ``log-mapping`` or ``scenario``.

    Raises
    ------
    UnknownNameError
        No content is of that kind.

    Examples
    --------
    >>> content_ids("instrument")
    ('boq', 'set-2.1', 'tfi-3.0')
    >>> content_ids("log-mapping")
    ('arbor', 'bromcom', 'class-charts', 'cpoms', 'sims')
    """
    _check_kind(kind)
    return tuple(sorted(_installed(kind)))


def _check_kind(kind: str) -> None:
    given: object = kind
    if not isinstance(given, str) or given not in _FOLDERS:
        raise UnknownNameError("kind of content", kind, _FOLDERS)


@overload
def load_content(kind: Literal["framework"], name: str | os.PathLike[str]) -> Framework: ...
@overload
def load_content(kind: Literal["catalogue"], name: str | os.PathLike[str]) -> StepCatalogue: ...
@overload
def load_content(kind: Literal["calendar"], name: str | os.PathLike[str]) -> SchoolYear: ...
@overload
def load_content(kind: Literal["evidence"], name: str | os.PathLike[str]) -> EvidenceBase: ...
@overload
def load_content(kind: Literal["benchmarks"], name: str | os.PathLike[str]) -> BenchmarkSet: ...
@overload
def load_content(kind: Literal["indicators"], name: str | os.PathLike[str]) -> IndicatorSet: ...
@overload
def load_content(kind: Literal["instrument"], name: str | os.PathLike[str]) -> Instrument: ...
@overload
def load_content(kind: Literal["crosswalk"], name: str | os.PathLike[str]) -> Crosswalk: ...
@overload
def load_content(kind: Literal["programme"], name: str | os.PathLike[str]) -> Programme: ...
@overload
def load_content(kind: Literal["scenario"], name: str | os.PathLike[str]) -> Scenario: ...
@overload
def load_content(kind: Literal["symbol-policy"], name: str | os.PathLike[str]) -> SymbolPolicy: ...
@overload
def load_content(kind: Literal["log-mapping"], name: str | os.PathLike[str]) -> LogMapping: ...
@overload
def load_content(kind: Literal["duties"], name: str | os.PathLike[str]) -> DutyRegister: ...
@overload
def load_content(kind: Literal["role-map"], name: str | os.PathLike[str]) -> RoleMap: ...
def load_content(kind: ContentKind, name: str | os.PathLike[str]) -> Any:
    """Load content of one kind by its id, or from a file of that kind.

    Parameters
    ----------
    kind : str
        The ``kind`` of its files, such as ``crosswalk`` or ``scenario``. Those that most people
        need have a function of their own, such as `load_framework`.
    name : str or path
        A text is an id, and no file is looked for: it may come from a stranger. For a file give a
        ``pathlib.Path``, or use `read`. `content_ids` lists the ids.

    Raises
    ------
    UnknownNameError
        No content is of that kind.
    UnknownContentError
        No such id.
    DuplicateContentError
        An installed package claims an id that is taken.
    InvalidInputError, ReadError
        The file has faults, or cannot be read.

    Examples
    --------
    >>> load_content("scenario", "late-start").start_delay_weeks
    13
    >>> both = load_content("instrument", "set-2.1").threshold("both-80")
    >>> both.met({"whole": 80, "expectations-taught": 80})
    True
    >>> load_content("symbol-policy", "dfe-to-2016-17").symbols["x"].value
    'suppressed'
    >>> load_content("symbol-policy", "dfe-current").symbols["x"].value
    'unavailable'
    """
    _check_kind(kind)
    found = _load(kind, name)
    if kind != "evidence" or not found.rows_of:
        return found
    return _joined(found, tuple(_load(kind, other) for other in found.rows_of))


@lru_cache(maxsize=4)
def _joined(base: EvidenceBase, others: tuple[EvidenceBase, ...]) -> EvidenceBase:
    return base.with_rows(others)


def framework_ids() -> tuple[str, ...]:
    """Return the ids of the frameworks that `load_framework` knows, sorted.

    Examples
    --------
    >>> "bennett-2017" in framework_ids()
    True
    """
    return content_ids("framework")


def catalogue_ids() -> tuple[str, ...]:
    """Return the ids of the step catalogues that `load_catalogue` knows, sorted."""
    return content_ids("catalogue")


def calendar_ids() -> tuple[str, ...]:
    """Return the ids of the school years that `load_calendar` knows, sorted."""
    return content_ids("calendar")


def load_framework(name: str | os.PathLike[str]) -> Framework:
    """Load a framework by its id, or from a file; `load_content` has the errors.

    Examples
    --------
    >>> len(load_framework("bennett-2017").domains)
    3
    """
    return load_content("framework", name)


def load_catalogue(name: str | os.PathLike[str]) -> StepCatalogue:
    """Load a catalogue of action steps by id or from a file; errors as `load_content`."""
    return load_content("catalogue", name)


def load_calendar(name: str | os.PathLike[str]) -> SchoolYear:
    """Load a school year by id or from a file of term dates; errors as `load_content`.

    Examples
    --------
    >>> year = load_calendar("blue-coat-2024-25")
    >>> year.staff_days, year.teaching_days
    (195, 190)
    """
    return load_content("calendar", name)


def load_evidence(name: str | os.PathLike[str] = "behaviour-2026") -> EvidenceBase:
    """Load an evidence base by id or from a file, with its rows; errors as `load_content`.

    Examples
    --------
    >>> rows = load_evidence().findings
    >>> sum(row.pool == "conduct" for row in rows)
    12
    """
    return load_content("evidence", name)


def load_indicators(name: str | os.PathLike[str] = "behaviour-2026") -> IndicatorSet:
    """Load named indicators by id or from a file; errors as `load_content`.

    Examples
    --------
    >>> print(load_indicators().indicator("suspensions").direction)
    neither
    """
    return load_content("indicators", name)


def load_duties(name: str | os.PathLike[str] = "england-2026") -> DutyRegister:
    """Load a register of duties by id or from a file; errors as `load_content`.

    It is a list to work from and no legal advice.

    Examples
    --------
    >>> register = load_duties()
    >>> register.country
    'England'
    """
    return load_content("duties", name)
