"""Reads the tables that the Department for Education publishes, by column name."""

from __future__ import annotations

import csv
import io
import os
from collections import Counter
from typing import TYPE_CHECKING, Any

import numpy as np

from behaviour_culture.arguments import Arguments
from behaviour_culture.content.loader import load_content
from behaviour_culture.errors import (
    Fault,
    FaultCode,
    InvalidInputError,
    MissingExtraError,
    shorten,
    suggest,
)
from behaviour_culture.interchange.table import separator_fault
from behaviour_culture.limits import LIMITS
from behaviour_culture.model.reading import Doubt, Reading
from behaviour_culture.model.symbol_policy import SymbolPolicy
from behaviour_culture.monitoring.published.checks import check_table, finding
from behaviour_culture.monitoring.published.datasets import COMMON, DATASETS, RENAMED, Dataset
from behaviour_culture.monitoring.published.forms import plain_labels, plain_numbers
from behaviour_culture.monitoring.published.shape import is_even, row_faults
from behaviour_culture.monitoring.published.source import TableText, table_text
from behaviour_culture.monitoring.published.table import (
    PublishedColumn,
    PublishedTable,
)
from behaviour_culture.typing import FloatArray

if TYPE_CHECKING:
    import polars as pl

__all__ = ["read_published"]

_YEAR_DIGITS = (4, 6)
_RUN = 4
"""Mean rows of a run from which it pays to look at its first row alone."""
_HEADER = 1 << 20
_TO_2017, _FROM_2018, _TO_2020 = 201617, 201819, 201920


def read_published(
    path: str | os.PathLike[str],
    *,
    policy: str | SymbolPolicy | None = None,
    limit: int = LIMITS.table_bytes,
) -> PublishedTable:
    """Read a published table of suspensions and exclusions, absence or attendance.

    Columns are known by name, under the names used to 2018/19 and those used since, in any
    order. ``reading`` lists each oddity. Years and numbers are read in each form that spreadsheets
    give them (``2021/22``, ``202122.0``, ``302,975``, ``6.97%``), which is one oddity a form;
    nothing is corrected beyond that.

    Parameters
    ----------
    path : str or path-like
        A ``.csv`` file, or a ``.zip`` with one ``.csv`` besides its ``.meta.csv``.
    policy : str or SymbolPolicy, optional
        The meaning of the symbols: the id of a policy such as ``dfe-to-2016-17``, the path of a
        file of one, or the object. Without it the latest period of the file decides.
    limit : int
        Largest table in bytes, once expanded, 1 to 1,000,000,000.

    Returns
    -------
    PublishedTable

    Raises
    ------
    MissingExtraError
        polars, the extra ``frames``, is not installed.
    ReadError
        No such file, too large, or a zip that is not valid.
    InvalidInputError
        No table of a known shape: each that was tried is named with the columns that it lacks.
        A column twice, no rows; rows longer or shorter than the header, a quote that is not
        shut, a cell that has swallowed rows: each with its row, 1 for the header.
    UnknownContentError
        There is no policy with this id.

    Notes
    -----
    A published rate is held against 100 times count by pupils (or sessions). It may differ by
    half of its last decimal; where all counts of a national or regional column are multiples
    of 5, also by the effect of 2.5 more or fewer, since rates come from unrounded counts.
    """
    given = Arguments("read_published")
    given.within("limit", limit, "table_bytes")
    if policy is not None and not isinstance(policy, (str, SymbolPolicy)):
        given.fault("policy", f"expected an id or a SymbolPolicy, got {shorten(policy)}")
    if not isinstance(path, (str, os.PathLike)):
        given.fault("path", f"expected the path of a file, got {shorten(path)}")
    given.done()
    chosen = load_content("symbol-policy", policy) if isinstance(policy, str) else policy
    try:
        import polars as pl  # noqa: F401, PLC0415  (an extra)
    except ImportError:
        raise MissingExtraError("polars", "frames", "reading published tables") from None
    text = table_text(path, limit=limit)
    names = _names(text)
    dataset = _dataset(text.name, names)
    frame, doubts = _frame(text, names)
    source, doubts = text.name, [*text.doubts, *doubts]
    del text
    frame, cast, found = plain_numbers(frame, [n for n in names if dataset.is_number(n)])
    doubts += found
    columns, decimals = _columns(frame, cast, dataset)
    rows = frame.height
    del frame, cast
    doubts += plain_labels(columns)
    if chosen is None:
        chosen, sure = _policy_of(columns)
        if not sure:
            said = f"no policy of symbols is known for the period: {chosen.id} was taken"
            doubts.append(Doubt(code="policy-assumed", message=said, count=rows))
    doubts += check_table(dataset, columns, chosen, decimals)
    return PublishedTable(
        dataset=dataset.id,
        source=source,
        policy=chosen,
        columns=tuple(columns.values()),
        reading=Reading(read=rows, counted=rows, doubts=doubts),
    )


def _names(text: TableText) -> list[str]:
    """Return the names of the columns in today's words, after checking the header."""
    head = text.content[:_HEADER].decode(errors="ignore")
    if fault := separator_fault(head.partition("\n")[0]):
        raise InvalidInputError(text.name, [fault])
    try:
        given = next(csv.reader(io.StringIO(head, newline=""), strict=True), [])
    except csv.Error as error:
        raise InvalidInputError(text.name, [Fault("row 1", f"no header: {error}")]) from None
    if not given:
        empty = Fault("row 1", "the file is empty; it needs a header")
        raise InvalidInputError(text.name, [empty])
    given = [" ".join(name.split()).casefold().replace(" ", "_") for name in given]
    names = [RENAMED.get(name, name) for name in given]
    faults = [
        Fault(f"row 1, column {name!r}", "two columns have this name, or its older form")
        for name in sorted(n for n, many in Counter(names).items() if n and many > 1)
    ]
    faults += [
        Fault(f"row 1, cell {i}", "the column has no name: name it, or delete it")
        for i, name in enumerate(names, start=1)
        if not name
    ]
    if faults:
        raise InvalidInputError(text.name, faults)
    return names


def _dataset(subject: str, names: list[str]) -> Dataset:
    """Return the first layout that a table has, or refuse with what each lacks."""
    have = set(names)
    for dataset in DATASETS:
        if dataset.needs <= have:
            return dataset
    faults, others = [], []
    for dataset in DATASETS:
        hints = {name: suggest(name, names) for name in sorted(dataset.needs - have)}
        own = dataset.needs - COMMON
        if own & have or any(hint for name, hint in hints.items() if name in own):
            lacks = ", ".join(f"{name!r}{hint}" for name, hint in hints.items())
            faults.append(Fault("row 1", f"no table of {dataset.id}: missing is {lacks}"))
        else:
            others.append(f"{dataset.id} ({', '.join(sorted(dataset.needs))})")
    if others:
        message = f"nothing of these layouts, with the columns that they need: {'; '.join(others)}"
        faults.append(Fault("row 1", message, shorten(", ".join(names))))
    raise InvalidInputError(subject, faults)


def _frame(text: TableText, names: list[str]) -> tuple[pl.DataFrame, list[Doubt]]:
    """Return all cells as texts, blank rows left out, or refuse with each row that is not whole."""
    import polars as pl  # noqa: PLC0415  (checked by the caller)

    if len(names) > LIMITS.columns:
        most = f"at most {LIMITS.columns:,} (the limit `columns`)"
        fault = Fault("row 1", f"{len(names):,} columns: {most}", code=FaultCode.OUT_OF_RANGE)
        raise InvalidInputError(text.name, [fault])
    content, problem, frame = text.content, "", pl.DataFrame()
    try:
        # Everything as text, or the type of a column of numbers with one symbol is guessed.
        frame = pl.read_csv(content, infer_schema_length=0, has_header=True)
    except pl.exceptions.PolarsError as error:
        problem = str(error).splitlines()[0][:200]
    if not problem and frame.width != len(names):
        problem = f"{frame.width:,} columns where the header has {len(names):,}"
    # A row that is too short has no last cell; one that is too long was refused.
    short = not problem and frame.to_series(frame.width - 1).null_count()
    doubts = []
    if problem or (
        (short or b'"' in content) and not is_even(content, len(names) if short else None)
    ):
        faults = row_faults(content)
        if problem and not faults:
            faults.append(Fault("", f"no valid CSV table: {problem}"))
        if faults:
            raise InvalidInputError(text.name, faults)
        broken = pl.any_horizontal(pl.all().str.contains("\n", literal=True))
        where = frame.select(broken.fill_null(value=False)).to_series().to_numpy()
        doubts = list(finding("line-break", "", where, "", " rows have a line break in a cell"))
    frame.columns = names
    first = frame.to_series(0)
    if first.null_count() or first.str.starts_with(" ").any():
        cells = pl.all().fill_null("").str.strip_chars()
        frame = frame.filter(~pl.all_horizontal(cells == ""))
    if frame.height == 0:
        raise InvalidInputError(text.name, [Fault("row 1", "there are no rows below the header")])
    return frame, doubts


def _columns(
    frame: pl.DataFrame, cast: pl.DataFrame, dataset: Dataset
) -> tuple[dict[str, PublishedColumn], dict[str, FloatArray]]:
    """Return numbers, symbols and texts by name, and the decimals of each published rate."""
    import polars as pl  # noqa: PLC0415  (checked by the caller)

    texts = [name for name in frame.columns if name not in cast.columns]
    made = _coded(frame.select(pl.col(texts).fill_null("")))
    left = {}
    for name in cast.columns:
        values: Any = cast[name].to_numpy()
        finite = np.isfinite(values)
        if not finite.all():
            values = np.where(finite, values, np.nan)
            left[name] = np.flatnonzero(~finite)
        made[name] = PublishedColumn(name=name, values=values)
    made |= _symbols(frame, left)
    order = [n for name in frame.columns for n in (name, f"{name}_symbol") if n in made]
    return {name: made[name] for name in dict.fromkeys(order)}, _decimals(frame, cast, dataset)


def _coded(frame: pl.DataFrame) -> dict[str, PublishedColumn]:
    """Return columns of texts, each as positions in the sorted list of its different texts.

    Published tables are sorted, so that most texts are in long runs. If they are, only the first
    row of each run is looked at.
    """
    import polars as pl  # noqa: PLC0415  (checked by the caller)

    names, rows = frame.columns, frame.height
    if not names:
        return {}
    begins = frame.select(pl.all().ne_missing(pl.all().shift()))
    starts = {name: np.flatnonzero(begins[name].to_numpy()) for name in names}
    runs = {name: first for name, first in starts.items() if len(first) * _RUN <= rows}
    dense = [name for name in names if name not in runs]
    found = _positions(frame.select(dense)) if dense else {}
    if runs:
        heads = frame.select(pl.col(name).gather(first).implode() for name, first in runs.items())
        for name, first in runs.items():
            texts = heads[name][0].to_list()
            labels = sorted(set(texts))
            position = {label: float(i) for i, label in enumerate(labels)}
            places = np.array([position[text] for text in texts])
            found[name] = np.repeat(places, np.diff(first, append=rows)), labels
    columns = ((name, *found[name]) for name in names)
    return {n: PublishedColumn(name=n, values=codes, labels=known) for n, codes, known in columns}


def _positions(frame: pl.DataFrame) -> dict[str, tuple[Any, list[str]]]:
    """Return for each column the position of each text, and the sorted different texts."""
    import polars as pl  # noqa: PLC0415  (checked by the caller)

    lists = frame.select(pl.all().unique().sort().implode())
    labels = {name: lists[name][0] for name in frame.columns}
    codes = frame.select(
        pl.col(name).cast(pl.Enum(labels[name])).to_physical().cast(pl.Float64)
        for name in frame.columns
    )
    return {name: (codes[name].to_numpy(), labels[name].to_list()) for name in frame.columns}


def _symbols(frame: pl.DataFrame, left: dict[str, Any]) -> dict[str, PublishedColumn]:
    """Return columns of the symbols in cells without a number; empty texts in the others."""
    import polars as pl  # noqa: PLC0415  (checked by the caller)

    if not left:
        return {}
    cells = frame.select(
        pl.concat([pl.col(name).gather(rows) for name, rows in left.items()])
        .fill_null("")
        .alias("symbol")
    )
    codes, known = _positions(cells)["symbol"]
    ends = np.cumsum([len(rows) for rows in left.values()])[:-1]
    made = {}
    for (name, rows), part in zip(left.items(), np.split(codes, ends), strict=True):
        here, places = np.unique(part, return_inverse=True)
        labels = [known[int(i)] for i in here]
        if labels[0]:  # the empty text sorts first, and is in all the other cells
            labels, places = ["", *labels], places + 1
        values: Any = np.zeros(frame.height)
        values[rows] = places
        made[f"{name}_symbol"] = PublishedColumn(
            name=f"{name}_symbol", values=values, labels=labels
        )
    return made


def _decimals(frame: pl.DataFrame, cast: pl.DataFrame, dataset: Dataset) -> dict[str, FloatArray]:
    """Return for each row the most decimals with which its period publishes a rate."""
    import polars as pl  # noqa: PLC0415  (checked by the caller)

    names = [rate.name for rate in dataset.rates if rate.name in frame.columns]
    longest = []
    for name in names:
        cell = pl.col(name)
        here = pl.when(pl.col(f"{name} number").is_not_null()).then(cell)
        digits = (here.str.len_bytes() - here.str.find(".", literal=True) - 1).max()
        found = digits.over("time_period") if "time_period" in frame.columns else digits
        longest.append(found.fill_null(0).cast(pl.Float64).alias(name))
    if not names:
        return {}
    numbers = cast.select(pl.col(name).alias(f"{name} number") for name in names)
    whole = pl.concat([frame, numbers], how="horizontal").select(longest)
    return {name: np.resize(whole[name].to_numpy(), frame.height) for name in names}


def _policy_of(columns: dict[str, PublishedColumn]) -> tuple[SymbolPolicy, bool]:
    """Return the policy of the release in which the latest period of a table came out."""
    years = columns["time_period"].labels if "time_period" in columns else ()
    latest = max((y for y in years if y.isdigit() and len(y) in _YEAR_DIGITS), default="")
    year = int(latest or 0)
    name, sure = "dfe-current", year > _TO_2020 or len(latest) == _YEAR_DIGITS[0]
    if len(latest) == _YEAR_DIGITS[1] and year <= _TO_2017:
        name, sure = "dfe-to-2016-17", True
    elif _FROM_2018 <= year <= _TO_2020:
        name, sure = "dfe-2018-20", True
    return load_content("symbol-policy", name), sure
