"""Values that check themselves when they are built, and checks of a function's arguments.

All faults are found before an error is raised. A value built in Python and one read from a file
pass the same checks with the same messages; the converter adds the place in the file.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterable, Mapping
from datetime import date, datetime
from enum import Enum
from functools import partial
from numbers import Integral
from operator import attrgetter
from types import UnionType
from typing import (
    TYPE_CHECKING,
    Annotated,
    Any,
    Self,
    TypeVar,
    Union,
    cast,
    get_args,
    get_origin,
)

from attrs import evolve

from behaviour_culture._display import MONTHS, Displayed
from behaviour_culture._entries import Entries
from behaviour_culture._frozenmap import FrozenMap, frozen_map
from behaviour_culture._watch import Watch
from behaviour_culture.checkers import Checker, checker_of, repeats
from behaviour_culture.errors import (
    Fault,
    FaultCode,
    InvalidInputError,
    Nearest,
    UnknownNameError,
    shorten,
    suggest,
)
from behaviour_culture.fields import MAX_INT, Range, base_of, field_types, within
from behaviour_culture.limits import LIMITS

__all__ = [
    "Check",
    "MapOf",
    "TupleOf",
    "Value",
    "as_day",
    "as_entries",
    "as_float",
    "as_tuple",
    "as_whole",
    "field_faults",
    "find",
    "require_day",
    "require_types",
]


T = TypeVar("T")
K = TypeVar("K")
V = TypeVar("V")
_DAY_IN_WORDS = re.compile(r"([0-9]{1,2}) ([A-Za-z]{3,9}) ([0-9]{4})")


# -- converters of fields -------------------------------------------------------------------


def as_tuple(values: Iterable[Any]) -> tuple[Any, ...]:
    """Return an iterable as a tuple; leave a text or a non-iterable for the check to refuse.

    Its entries are ``Any``: mypy does not solve a type variable in an attrs converter.
    """
    if isinstance(values, (str, bytes, Mapping)) or not isinstance(values, Iterable):
        return values  # type: ignore[return-value]  # the check names the field
    return tuple(values)


def as_entries(values: Iterable[Any]) -> Entries[Any]:
    """Return an iterable of objects as `Entries`; leave what is none for the check to refuse."""
    made: Any = as_tuple(values)  # a wrong value too
    return Entries(made) if isinstance(made, tuple) else made


if TYPE_CHECKING:
    # For type checkers, converters with the type of what goes in: mypy solves no type variable
    # of a function there, so that a list of anything would do for a tuple of schools.
    class TupleOf(Entries[T]):
        """The converter of a field ``tuple[T, ...]``: any iterable of such entries goes in."""

        def __new__(cls, values: Iterable[T]) -> Self: ...  # noqa: D102

    class MapOf(FrozenMap[K, V]):
        """The converter of a field ``Mapping[K, V]``: any such mapping goes in."""

        def __init__(self, values: Mapping[K, V]) -> None: ...

else:

    class TupleOf:
        """The converter of a field ``tuple[T, ...]``, written ``TupleOf[T]``.

        It makes `Entries` of objects that show themselves, and a tuple of anything else.
        Whole numbers where numbers belong become floats, as by `as_float`.
        """

        def __class_getitem__(cls, entry):  # noqa: ANN001, ANN204
            if base_of(entry) is float:
                return _as_floats
            shown = isinstance(entry, type) and issubclass(entry, Displayed)
            return as_entries if shown else as_tuple

    class MapOf:
        """The converter of a field ``Mapping[K, V]``, `frozen_map`, written ``MapOf[K, V]``.

        Whole numbers where numbers belong become floats, as by `as_float`.
        """

        def __class_getitem__(cls, types):  # noqa: ANN001, ANN204
            return _as_map_of_floats if base_of(types[1]) is float else frozen_map


def as_float(value: float) -> float:
    """Return an int as a float; leave anything else for the check to refuse."""
    return float(value) if type(value) is int and abs(value) < MAX_INT else value


def _as_floats(values: Any) -> Any:  # noqa: ANN401  (the check refuses what is no tuple)
    made: Any = as_tuple(values)
    return tuple(map(as_float, made)) if isinstance(made, tuple) else made


def _as_map_of_floats(values: Any) -> Any:  # noqa: ANN401  (the check refuses what is no mapping)
    if isinstance(values, Mapping) and any(type(value) is int for value in values.values()):
        values = {key: as_float(value) for key, value in values.items()}
    return frozen_map(values)


def as_whole(value: Any) -> Any:  # noqa: ANN401  (the check refuses the rest)
    """Return a whole number of numpy as an int, and anything else as it is."""
    other = isinstance(value, Integral) and not isinstance(value, int)
    return int(value) if other else value


def as_day(value: Any) -> Any:  # noqa: ANN401  (the check refuses the rest)
    """Return the day of a datetime, a pandas Timestamp, a numpy datetime64 or a text.

    A text is ``2026-09-01``, ``1 September 2026`` or ``1 Sep 2026``. One of numbers such as
    ``01/09/2026`` is two days, by the country: it stays for the check to refuse. So does a moment
    with a time zone, which is not a day until somebody says where, and "not a time".
    """
    if type(value) is date:
        return value
    if isinstance(value, str):
        return _day_of_text(value)
    if isinstance(value, datetime):
        # pandas.NaT is a datetime that does not equal itself.
        whole = value.tzinfo is None and value == value  # noqa: PLR0124
        return value.date() if whole else value
    if getattr(getattr(value, "dtype", None), "kind", "") == "M" and not value.shape:
        day = value.astype("datetime64[D]").item()
        return day if isinstance(day, date) else value
    return value


def _day_of_text(text: str) -> date | str:
    """Return the day that a text names beyond doubt; the text itself where it names none."""
    written = _DAY_IN_WORDS.fullmatch(" ".join(text.split()))
    try:
        if written:
            day, month, year = written.groups()
            found = (i for i, m in enumerate(MONTHS, 1) if m.lower().startswith(month.lower()))
            return date(int(year), next(found, 0), int(day))
        return date.fromisoformat(text) if len(text) == len("2026-09-01") else text
    except ValueError:
        return text


# -- faults ---------------------------------------------------------------------------------


class Check:
    """Collects the faults of one object, or of the arguments of one call, and raises them together.

    Parameters
    ----------
    subject : str
        The subject of the error: a class with its id, or a function.
    of : object, optional
        The object whose fields are checked.
    """

    __slots__ = ("_nearest", "faults", "of", "subject")

    def __init__(self, subject: str, of: object = None) -> None:
        self.subject: str = subject
        self.of: object = of
        self.faults: list[Fault] = []
        self._nearest: dict[int, tuple[object, Nearest]] | None = None  # made on a fault

    @classmethod
    def of_value(cls, value: object) -> Check:
        """Return a check of an object; its class and id are the subject."""
        name, kind = getattr(value, "id", None), type(value).__name__
        return cls(f"{kind} {shorten(name)}" if isinstance(name, str) else kind, value)

    def fault(
        self, path: str, message: str, value: object = None, code: FaultCode = FaultCode.RULE
    ) -> None:
        """Record a fault."""
        self.faults.append(Fault(path, message, "" if value is None else shorten(value), code))

    def add(self, faults: Iterable[Fault], path: str = "") -> None:
        """Record faults that were found elsewhere, under a path."""
        for fault in faults:
            inside = fault.path if fault.path.startswith("[") else f".{fault.path}"
            place = f"{path}{inside}" if path and fault.path else path or fault.path
            self.faults.append(fault._replace(path=place))

    def ok(self, *names: str) -> bool:
        """Say whether there are no faults so far, or none of these fields or arguments."""
        if not names:
            return not self.faults
        return not any(_name_in(fault.path) in names for fault in self.faults)

    def done(self) -> None:
        """Raise one `InvalidInputError` with all faults, if there are any."""
        if self.faults:
            raise InvalidInputError(self.subject, self.faults)

    def value(self, path: str, value: object, type_: Any) -> bool:  # noqa: ANN401
        """Check a value against a type with its rules, such as `Share`; true if it is good."""
        before = len(self.faults)
        checker = checker_of(type_)
        if checker is not None:
            checker(self, path, value)
        return len(self.faults) == before

    def any_text(self, path: str, value: object) -> bool:
        """Check a text of any length and of any characters, such as the content of a file."""
        if isinstance(value, str):
            return True
        self.fault(path, f"expected text, got {shorten(value)}", value, FaultCode.WRONG_TYPE)
        return False

    def number(  # noqa: PLR0913  (the bounds)
        self,
        path: str,
        value: object,
        *,
        low: float | None = None,
        high: float | None = None,
        above: float | None = None,
        below: float | None = None,
    ) -> bool:
        """Check one finite number in a range."""
        return self.value(path, value, Annotated[float, Range(low, high, above, below)])

    def share(self, path: str, value: object, *, ends: bool = False) -> bool:
        """Check one number between 0 and 1; ``ends`` allows 0 and 1 themselves."""
        if ends:
            return self.number(path, value, low=0, high=1)
        return self.number(path, value, above=0, below=1)

    def whole(self, path: str, value: object, low: int, high: int | None = None) -> bool:
        """Check one whole number in a range."""
        return self.value(path, value, Annotated[int, Range(low, high)])

    def within(self, path: str, value: object, limit: str, low: int = 1) -> bool:
        """Check one whole number from ``low`` to one of `LIMITS`, which the fault then names."""
        return self.value(path, value, Annotated[int, within(limit, low)])

    def kept(self, path: str, count: int, each: float, what: str) -> None:
        """Record a fault where so many of ``what`` take more memory than a call may hold.

        ``each`` is the bytes that one of them takes at the most of the work, as measured.
        """
        most = LIMITS.kept_bytes
        if self.ok(path) and count * each > most:
            message = (
                f"{count:,} {what} would take {count * each / 1e9:.1f} GB of memory, more than "
                f"{most / 1e9:.1f} (the limit `kept_bytes`): at most {int(most / each):,} here"
            )
            self.fault(path, message, count, FaultCode.OUT_OF_RANGE)

    def watch(self, progress: object, stop: object) -> Watch:
        """Return the `Watch` of two arguments of these names; None is for neither."""
        wanted = {
            "progress": (progress, "progress(stage, done, total)"),
            "stop": (stop, "without arguments"),
        }
        for name, (given, takes) in wanted.items():
            if given is not None and not callable(given):
                message = f"expected a function {takes}, got {shorten(given)}"
                self.fault(name, message, given, FaultCode.WRONG_TYPE)
        return Watch(progress, stop)  # type: ignore[arg-type]  # or there is a fault

    def day(self, path: str, value: object) -> date:
        """Return a day, or record that it is none; see `as_day`."""
        day = as_day(value)
        return day if self.value(path, day, date) else date.min

    def known(self, path: str, value: object, known: Iterable[str], what: str) -> bool:
        """Check that an id named at ``path`` is one of ``known``."""
        names = known if isinstance(known, (set, frozenset, Mapping)) else set(known)
        if _is_in(names, value):
            return True
        self._nearest = self._nearest or {}
        # With the collection itself, so that no other can take its place in memory.
        _, nearest = self._nearest.setdefault(id(known), (known, Nearest(names)))
        message = f"no {what} {shorten(value)}{nearest.hint(value)}"
        self.fault(path, message, value, FaultCode.UNKNOWN_NAME)
        return False

    def unique(self, path: str, entries: Iterable[Any], key: str = "id") -> None:
        """Check that no two entries share the value of a field; name both places."""
        repeats(self, path, entries, key)

    def in_order(self, first: str, last: str) -> None:
        """Check that the last of two fields is not below the first, unless either is None."""
        low, high = getattr(self.of, first), getattr(self.of, last)
        if self.ok(first, last) and low is not None and high is not None and high < low:
            below = "before" if isinstance(high, date) else "below"
            message = f"{_shown(high)} is {below} {first} ({_shown(low)})"
            self.fault(last, message, high, FaultCode.WRONG_ORDER)

    def cited(self, *names: str, more: Iterable[tuple[str, Any]] = ()) -> None:
        """Check that the field ``sources`` has every source that a provenance cites.

        ``names`` are fields whose entries have a provenance; ``more`` are other provenances,
        each with its path.
        """
        known = {source.id for source in getattr(self.of, "sources")}  # noqa: B009  (any class)
        entries = [
            (f"{name}[{i}]", entry.provenance)
            for name in names
            for i, entry in enumerate(getattr(self.of, name))
        ]
        for path, provenance in (*entries, *more):
            for j, source in enumerate(provenance.sources):
                self.known(f"{path}.provenance.sources[{j}]", source, known, "source")


def _is_in(names: Container[Any], value: object) -> bool:
    try:
        return value in names
    except TypeError:  # a list or the like, which does not hash
        return False


def _name_in(path: str) -> str:
    """Return the field or argument in which a path begins."""
    return path.partition(".")[0].partition("[")[0]


def _shown(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


# -- arguments -------------------------------------------------------------------------------


def require_types(subject: str, **arguments: tuple[object, type]) -> None:
    """Raise `InvalidInputError` if any argument is not an object of its class."""
    check = Check(subject)
    for name, given in arguments.items():
        check.value(name, *given)
    check.done()


def require_day(subject: str, value: object, name: str = "day") -> date:
    """Return the day of one argument, or raise `InvalidInputError`."""
    if type(value) is date:  # asked of many days in a row
        return value
    check = Check(subject)
    day = check.day(name, value)
    check.done()
    return day


# -- values ---------------------------------------------------------------------------------


class Value(Displayed):
    """Base of the frozen classes: the fields are checked against their annotations.

    A class adds ``_check`` for rules that span fields. It is called even where single fields
    are at fault, so it asks `Check.ok` before it uses a field.

    Examples
    --------
    >>> from typing import Annotated
    >>> from attrs import frozen
    >>> from behaviour_culture.fields import Range
    >>> @frozen(kw_only=True, repr=False)
    ... class Coverage(Value):
    ...     group: str
    ...     share: Annotated[float, Range(low=0, high=1)]
    >>> Coverage(group="staff", share=1.5)
    Traceback (most recent call last):
    ...
    behaviour_culture.errors.InvalidInputError: Coverage: 1 fault
      share: 1.5 is out of range: at least 0 and at most 1
    """

    __slots__ = ()

    def __attrs_post_init__(self) -> None:
        class_ = type(self)
        checkers = _checkers(class_)
        for field, written in _AS_WRITTEN[class_]:
            if (made := written(given := getattr(self, field))) is not given:
                object.__setattr__(self, field, made)
        check = Check.of_value(self)
        for field, checker in checkers:
            checker(check, field, getattr(self, field))
        self._check(check)
        check.done()

    def _check(self, check: Check) -> None:
        """Record faults that span fields."""

    def evolve(self, **changes: Any) -> Self:  # noqa: ANN401  (the class checks each)
        """Return a copy with other values in some fields; all checks run again.

        Raises
        ------
        InvalidInputError
            A field that the class does not have, or a value that it does not take.

        Examples
        --------
        >>> from behaviour_culture import School
        >>> School(id="hill", name="Hill").evolve(name="Hill School")
        <School hill: Hill School>
        """
        check, names = Check.of_value(self), field_types(type(self))
        for name in changes:
            if name not in names:
                message = f"no such field here{suggest(name, names)}"
                check.fault(name, message, code=FaultCode.UNKNOWN_KEY)
        check.done()
        value: Any = self  # a class of attrs, which this base is not
        return cast("Self", evolve(value, **changes))


_CHECKERS: dict[type, tuple[tuple[str, Checker], ...]] = {}
_AS_WRITTEN: dict[type, tuple[tuple[str, Callable[[Any], Any]], ...]] = {}
"""Fields that take what people write in a file for them, and what makes the value of it.

A datetime or a text becomes its day, the word of an enum its member, a list of numbers a
`Weeks`: in Python as in files.
"""


def _as_written(hint: Any) -> Callable[[Any], Any] | None:  # noqa: ANN401
    """Return what makes the value of a field from what may be written for it, or None."""
    base = base_of(hint)
    inner = get_args(base)
    if base is date:
        return as_day
    if isinstance(base, type) and issubclass(base, Enum):
        return partial(_as_member, base)
    if isinstance(base, type) and issubclass(base, tuple) and hasattr(base, "_fields"):
        return partial(_as_named, base)
    if get_origin(base) in {Union, UnionType}:
        options = [option for option in inner if option is not type(None)]
        return _as_written(options[0]) if len(options) == 1 else None
    if get_origin(base) is tuple and inner[-1:] == (Ellipsis,):
        each = _as_written(inner[0])
        return None if each is None else partial(_as_each, each)
    return None


def _as_member(kind: type[Enum], value: Any) -> Any:  # noqa: ANN401
    if isinstance(value, str) and not isinstance(value, kind):
        return next((member for member in kind if member.value == value), value)
    return value


def _as_named(kind: Any, value: Any) -> Any:  # noqa: ANN401
    fits = type(value) in {list, tuple} and len(value) == len(kind._fields)
    return kind(*value) if fits else value


def _as_each(each: Callable[[Any], Any], values: Any) -> Any:  # noqa: ANN401
    if not isinstance(values, tuple):
        return values
    made = [each(value) for value in values]
    changed = any(new is not old for new, old in zip(made, values, strict=True))
    return type(values)(made) if changed else values


def _checkers(class_: type[Any]) -> tuple[tuple[str, Checker], ...]:
    """Return the checker of each field of a class; made when its first object is built."""
    if class_ not in _CHECKERS:
        types = field_types(class_)
        makers = ((name, _as_written(hint)) for name, hint in types.items())
        _AS_WRITTEN[class_] = tuple((name, made) for name, made in makers if made is not None)
        checkers = ((name, checker_of(hint)) for name, hint in types.items())
        _CHECKERS[class_] = tuple((name, c) for name, c in checkers if c is not None)
    return _CHECKERS[class_]


def field_faults(class_: type[Any], values: Mapping[str, Any]) -> list[Fault]:
    """Return the faults of single fields, for an object that lacks some and cannot be built."""
    check = Check(class_.__name__)
    for name, checker in _checkers(class_):
        if name in values:
            checker(check, name, values[name])
    return check.faults


# -- entries --------------------------------------------------------------------------------

E = TypeVar("E")


def find(kind: str, key: str, entries: Iterable[E], by: str = "id") -> E:
    """Return the entry with this id, or raise `UnknownNameError` with the nearest one.

    ``by`` is the attribute that holds the id, such as ``step`` or ``scenario.id``.
    """
    id_of = attrgetter(by)
    known, meant = [], ""
    for entry in entries:
        if id_of(entry) == key:
            return entry
        known.append(id_of(entry))
        if key and key in (getattr(entry, "title", None), getattr(entry, "name", None)):
            meant = str(id_of(entry))
    raise UnknownNameError(kind, key, known, meant)
