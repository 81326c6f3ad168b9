"""Small damage to files, by somebody who knows their format.

Each function takes a source of randomness and the bytes of a file, and returns other bytes. The
same source gives the same bytes.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import math
import re
import tomllib
import zipfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from copy import deepcopy
from random import Random
from typing import Any

import tomli_w

__all__ = ["NUMBERS", "TEXTS", "VALUES", "mutate"]

Mutation = Callable[[Random, bytes], bytes]

TEXTS: tuple[str, ...] = (
    *("", " ", "\0", "\x1b[31mred\x1b[0m", "\x07", "\x7f", "\x9b2J", "\r", "a\nb", "a\u2028b"),
    *("\u202egnp.exe", "\u200f", "\ufeff", "e\u0301", "\U0001f600", "\uffff", "\x85"),
    *("=1+1", "+1", "-1", "@a", "\t=1", "\uff1d1+1", "=cmd|' /C calc'!A0", "'=1", '"', "'"),
    *("x" * 100, "x" * 25_000, "a-" * 60, "../../etc/passwd", "/abs", "con", "a\\b"),
    *("1,000", "1e999", "nan", "inf", "0x1F", "1_000", "\u0663", "12.0", "-0", "9" * 400, "50%"),
    *("2026-02-30", "0001-01-01", "9999-12-31", "31/12/9999", "01/01/0001", "99/99/99"),
    *("2026-09-07T24:00:00Z", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"),
    *("46000", "-46000", "1e5", "2958466", "<script>alert(1)</script>", "]]>", "{{7*7}}", "%s%n"),
    *("n/a", "-", "c", "z", "x", "true", "None", "null", "autumn term", "201617", "Week 53"),
)
MOST = 2 * 2**20
"""Bytes of a file, or of a part of an archive, that is damaged further: what is done to it once may
make it some thousand times as long, and the fuzzer itself has to hold that."""
NUMBERS: tuple[Any, ...] = (
    *(0, 1, -1, 2, 7, 99, 100, 101, 1_000_000, 2**31, 2**63 - 1, 2**63, -(2**63), 10**400),
    *(0.0, -0.0, 0.5, 1.5, -0.1, 1e-320, 1e-200, 5e-324, 1e308, -1e308, 1e16),
    *(math.nan, math.inf, -math.inf),
)
DAYS: tuple[Any, ...] = (
    *(dt.date(1, 1, 1), dt.date(9999, 12, 31), dt.date(9999, 12, 27), dt.date(2024, 2, 29)),
    *(dt.datetime(9999, 12, 31, 23, 59, 59), dt.time(0)),  # noqa: DTZ001  (a local one is meant)
    dt.datetime(1, 1, 1, tzinfo=dt.timezone(dt.timedelta(hours=14))),
)
VALUES: tuple[Any, ...] = (
    *TEXTS,
    *NUMBERS,
    *(True, False, None, [], {}, [[]], [None], {"a": 1}, {"": 0}, [1, "a"], "\ud800"),
)


def mutate(rng: Random, raw: bytes, suffix: str, others: bytes = b"") -> bytes:
    """Return a damaged file; ``others`` is a second file, to take parts of."""
    known = {
        ".toml": (_tree("toml"), _text),
        ".json": (_tree("json"), _text),
        ".jsonl": (_lines, _text),
        ".csv": (_table, _text),
        ".ics": (_text,),
        ".xlsx": (_cells, _parts, _archive),
        ".zip": (_archive,),
    }.get(suffix, ())
    if rng.random() < 0.05:
        return _bytes(rng, raw, others)
    for _ in range(rng.choice((1, 1, 1, 2, 3))):
        if len(raw) > MOST:
            break
        chosen = known[0] if known and rng.random() < 0.7 else rng.choice([*known, _text])
        try:
            raw = chosen(rng, raw)
        except RecursionError:  # a tree that an earlier round made too deep to be copied
            break
    return raw


# -- any bytes ---------------------------------------------------------------------------


def _bytes(rng: Random, raw: bytes, others: bytes) -> bytes:
    place = rng.randrange(len(raw) + 1)
    how = rng.randrange(5)
    if how == 0:
        return raw[:place]
    if how == 1:
        return raw[:place] + bytes([rng.randrange(256)]) + raw[place + 1 :]
    if how == 2:
        return raw[:place] + rng.randbytes(rng.choice((1, 4, 100))) + raw[place:]
    if how == 3:
        return raw[place:] + raw[:place]
    return raw[:place] + others[rng.randrange(len(others) + 1) :]


_TOKENS = (
    *('"', "'", '"""', "'''", "[", "]", "[[", "{", "}", "=", ",", ".", ":", "#", "\\", "\\u0000"),
    *("\\ud800", "\\U0010FFFF", "\n", "\r", "\r\n", "\x85", "\u2028", "\0", "\t", "\ufeff", ";"),
    *("a.b.c = 1\n", '"" = 1\n', "a = {", "-", "e", "1e400", "nan", "-inf", "9" * 5_000),
    *(
        "[" * 2_000,
        '{"a":' * 2_000,
        "a." * 2_000,
        "," * 3_000,
        "\n" * 3_000,
        '"' * 999,
        "x" * 9_999,
    ),
)
_ENCODINGS = (
    *("utf-8-sig", "utf-16", "utf-16-le", "utf-32", "utf-32-be", "latin-1", "cp1252", "utf-7"),
    "cp037",
)


def _text(rng: Random, raw: bytes) -> bytes:  # noqa: PLR0911  (a kind of damage a line)
    text = raw.decode("utf-8", "replace")
    start = rng.randrange(len(text) + 1)
    end = min(len(text), start + rng.choice((0, 1, 3, 10, 100)))
    lines = text.splitlines(keepends=True)
    how = rng.randrange(8)
    if how == 0:
        return text[:start].encode("utf-8", "replace")
    if how == 1:
        return text.encode(rng.choice(_ENCODINGS), "replace")
    if how == 2:
        return re.sub(r"\r?\n", rng.choice(("\r", "\r\n", "\x85", "\u2028", "\n\n")), text).encode(
            "utf-8", "replace"
        )
    if how == 3 and lines:
        i, j = rng.randrange(len(lines)), rng.randrange(len(lines))
        lines[i], lines[j] = lines[j], lines[i]
        return "".join(lines).encode("utf-8", "replace")
    if how == 4 and lines:
        line = rng.choice(lines)
        return (text + line * rng.choice((1, 2, 500))).encode("utf-8", "replace")
    if how == 5:
        piece = text[start:end] * rng.choice((2, 3, 2_000))
        return (text[:start] + piece + text[end:]).encode("utf-8", "replace")
    token = rng.choice(_TOKENS)
    return (text[:start] + token + text[end:]).encode("utf-8", "replace")


# -- trees: TOML and JSON ----------------------------------------------------------------


def _places(tree: Any) -> Iterator[tuple[Any, Any]]:
    """Yield each container and one of its keys."""
    if isinstance(tree, dict):
        for key in tree:
            yield tree, key
            yield from _places(tree[key])
    elif isinstance(tree, list):
        for i, value in enumerate(tree):
            yield tree, i
            yield from _places(value)


def _deep(rng: Random) -> Any:
    made: Any = 1
    for _ in range(rng.choice((10, 63, 64, 65, 300))):
        made = [made] if rng.random() < 0.5 else {"a": made}
    return made


def change_tree(rng: Random, tree: Any, values: tuple[Any, ...]) -> None:
    """Change one place of a tree of plain data."""
    places = list(_places(tree))
    if not places:
        return
    holder, key = rng.choice(places)
    value = holder[key]
    how = rng.randrange(12)
    if how == 0:
        del holder[key]
    elif how == 1 and isinstance(holder, dict):
        holder[rng.choice((*(t for t in TEXTS if len(t) < 999), "id", "kind"))] = holder.pop(key)
    elif how == 2 and isinstance(holder, list):
        holder.extend(deepcopy(value) for _ in range(rng.choice((1, 2, 300))))
    elif how == 3:
        other, k = rng.choice(places)
        holder[key] = deepcopy(other[k])
    elif how == 4:
        holder[key] = _deep(rng)
    elif how == 5 and isinstance(value, str) and value:
        at = rng.randrange(len(value) + 1)
        holder[key] = value[:at] + rng.choice(TEXTS) + value[at:]
    elif how == 6 and isinstance(value, (int, float)) and not isinstance(value, bool):
        others = [-value, value + 1, value * 1_000]
        with suppress(OverflowError):  # a whole number that is too large for a float
            others += [value / 7, float(value)]
        holder[key] = rng.choice(others)
    elif how == 7 and isinstance(holder, list):
        rng.shuffle(holder)
    elif how == 8 and isinstance(holder, dict):
        holder[rng.choice(sorted(map(str, holder))) + rng.choice(("x", "s", "_", ""))] = value
    else:
        holder[key] = rng.choice(values)


def _tree(format_: str) -> Mutation:
    values = VALUES if format_ == "json" else (*VALUES, *DAYS)

    def change(rng: Random, raw: bytes) -> bytes:
        try:
            text = raw.decode()
            tree = json.loads(text) if format_ == "json" else tomllib.loads(text)
        except (ValueError, RecursionError):
            return _text(rng, raw)
        for _ in range(rng.choice((1, 1, 1, 2, 5))):
            change_tree(rng, tree, values)
        try:
            made = json.dumps(tree) if format_ == "json" else tomli_w.dumps(tree)
            if format_ == "json" and rng.random() < 0.1:
                made = re.sub(r'("\w+"): (\S+?),', r"\1: \2, \1: \2,", made, count=3)
            return made.encode()
        except (ValueError, TypeError, RecursionError):  # such as None in TOML
            return _text(rng, raw)

    return change


def _lines(rng: Random, raw: bytes) -> bytes:
    lines = raw.splitlines()
    if not lines:
        return raw
    i = rng.randrange(len(lines))
    lines[i] = _tree("json")(rng, lines[i]).replace(b"\n", b" ")
    if rng.random() < 0.2:
        lines.insert(i, rng.choice(lines))
    return b"\n".join(lines) + rng.choice((b"\n", b"", b"\r\n", b"\n\n\n"))


# -- tables ------------------------------------------------------------------------------


def _table(rng: Random, raw: bytes) -> bytes:
    try:
        rows = list(csv.reader(io.StringIO(raw.decode("utf-8-sig"), newline="")))
    except (ValueError, csv.Error):
        return _text(rng, raw)
    if not rows or not rows[0]:
        return _text(rng, raw)
    row = rng.choice((rows[0], *rng.choices(rows, k=4)))
    how = rng.randrange(10)
    if how == 0 and row:
        row.pop(rng.randrange(len(row)))
    elif how == 1:
        row.insert(rng.randrange(len(row) + 1), rng.choice(TEXTS))
    elif how == 2:
        at = rng.randrange(len(rows[0]))
        again = rng.random() < 0.5
        rows = [[*r[: at + 1 if again else at], *r[at + (not again) :], *r[at:at]] for r in rows]
        rows = [[*r, r[at]] if again and at < len(r) else r for r in rows]
    elif how == 3:
        rows += [list(row) for _ in range(rng.choice((1, 2, 1_000)))]
    elif how == 4:
        rows[0] += [f"c{i}" for i in range(rng.choice((1, 100, 20_000)))]
    elif how == 5:
        at, cell = rng.randrange(len(rows[0])), rng.choice(TEXTS)
        rows[1:] = [[*r[:at], cell, *r[at + 1 :]] for r in rows[1:]]
    elif row:
        at = rng.randrange(len(row))
        other = rng.choice(rows)
        number = str(rng.choice(NUMBERS[:13]))
        row[at] = rng.choice((*rng.choices(TEXTS, k=6), number, *other[at : at + 1]))
    made = io.StringIO()
    style = rng.choice((csv.excel, csv.excel, csv.excel, csv.excel_tab, csv.unix_dialect))
    writer = csv.writer(made, style, delimiter=rng.choice(",,,,,;|\t"))
    try:
        writer.writerows(rows)
    except csv.Error:
        return _text(rng, raw)
    return made.getvalue().encode("utf-8", "replace")


# -- workbooks and other archives --------------------------------------------------------


def _unzip(raw: bytes) -> dict[str, bytes]:
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            parts = {}
            for name in archive.namelist():
                with archive.open(name) as part:
                    parts[name] = part.read(MOST)
            return parts
    except Exception:  # noqa: BLE001  (damaged before)
        return {}


def _zip(parts: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", method) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return target.getvalue()


_ENTITY = (
    b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">'
    b'<!ENTITY c "&b;&b;&b;">]>'
)


def _parts(rng: Random, raw: bytes) -> bytes:
    """Damage the XML of one part of a workbook."""
    parts = _unzip(raw)
    names = [name for name in parts if name.endswith((".xml", ".rels"))]
    if not names:
        return _archive(rng, raw)
    sheets = [name for name in names if "sheet" in name]
    name = rng.choice(sheets if sheets and rng.random() < 0.6 else names)
    text = parts[name].decode("utf-8", "replace")
    tags = [m.span() for m in re.finditer(r"<[^>]*>", text)]
    values = [m.span(1) for m in re.finditer(r'="([^"]*)"', text)]
    texts = [m.span(1) for m in re.finditer(r">([^<]+)<", text)]
    how = rng.randrange(9)
    new = rng.choice((*(str(n) for n in NUMBERS[:13]), "A1048577", "XFE1", "A0", "ZZZZ9", "e", "b"))
    word = rng.choice(TEXTS).replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")
    if how in {0, 1} and values:
        start, end = rng.choice(values)
        text = text[:start] + rng.choice((new, new, word)) + text[end:]
    elif how in {2, 3} and texts:
        start, end = rng.choice(texts)
        text = text[:start] + rng.choice((new, word)) + text[end:]
    elif how == 4 and tags:
        start, end = rng.choice(tags)
        text = text[:start] + text[end:]
    elif how == 5 and tags:
        start, end = rng.choice(tags)
        text = text[:end] + text[start:end] * rng.choice((1, 300)) + text[end:]
    elif how == 6:
        cells = (
            '<c r="B4"><f>1+1</f><v>2</v></c>',
            '<c r="B5" t="e"><v>#REF!</v></c>',
            '<c r="C4" t="d"><v>0000-00-00</v></c>',
            '<c r="C5" t="s"><v>999999</v></c>',
            '<c r="C6" t="inlineStr"><is><t>&#7;</t></is></c>',
            '<c r="D4" s="9999"><v>1e400</v></c>',
            '<c r="D4"><v>-99999999999</v></c>',
        )
        cell = rng.choice(cells)
        row = rng.choice(("1", "4", "5", "1048576", "1048577", "99999999999", "-1"))
        if "</row>" in text and rng.random() < 0.5:
            text = text.replace("</row>", f"{cell}</row>", rng.choice((1, 5)))
        else:
            text = text.replace("</sheetData>", f'<row r="{row}">{cell}</row></sheetData>')
        if rng.random() < 0.3:
            ref = rng.choice(("A1:ZZ99999", "B4:B6", "B4", "A:A", "1:1", "XFD1048576:A1", "?"))
            merged = f'<mergeCells count="1"><mergeCell ref="{ref}"/></mergeCells>'
            text = text.replace("</sheetData>", f"</sheetData>{merged}")
    elif how == 7:
        text = text.replace("<workbookPr", '<workbookPr date1904="1"')
        text = re.sub(r"<\?xml[^>]*>", "", text, count=1)
        if rng.random() < 0.5:
            parts[name] = _ENTITY + text.encode()
            return _zip(parts)
    else:
        parts[name] = text.encode(rng.choice(("utf-16", "utf-8-sig", "latin-1")), "replace")
        return _zip(parts)
    parts[name] = text.encode("utf-8", "replace")
    return _zip(parts)


def _cells(rng: Random, raw: bytes) -> bytes:
    """Type into cells of a workbook, as a person or a program does."""
    import openpyxl

    if any(b"<mergeCell " in part for part in _unzip(raw).values()):
        return _parts(rng, raw)  # openpyxl makes an object of each cell in it: millions
    try:
        book = openpyxl.load_workbook(io.BytesIO(raw))
        for _ in range(rng.choice((1, 2, 5))):
            sheet = rng.choice(book.worksheets)
            row = rng.randint(1, min(60, sheet.max_row + 2))
            column = rng.randint(1, min(20, sheet.max_column + 2))
            if rng.random() < 0.05:
                getattr(sheet, rng.choice(("delete_rows", "insert_rows")))(row)
            elif rng.random() < 0.05:
                getattr(sheet, rng.choice(("delete_cols", "insert_cols")))(column)
            elif rng.random() < 0.05:
                sheet.title = rng.choice(("Plan", "\u202ex", "=1", "x" * 31))
            else:
                value = rng.choice((*TEXTS, *NUMBERS[:9], *NUMBERS[14:22], True, None, *DAYS[:5]))
                sheet.cell(row, column).value = value
        target = io.BytesIO()
        book.save(target)
        return target.getvalue()
    except Exception:  # noqa: BLE001  (openpyxl cannot write it: another way then)
        return _parts(rng, raw)


def _archive(rng: Random, raw: bytes) -> bytes:
    parts = _unzip(raw)
    if not parts:
        return _bytes(rng, raw, b"PK\3\4")
    name = rng.choice(sorted(parts))
    how = rng.randrange(9)
    if how == 0:
        del parts[name]
    elif how == 1:
        parts[name] = _table(rng, parts[name]) if name.endswith(".csv") else _text(rng, parts[name])
    elif how == 2:
        parts[name] += bytes(rng.choice((1_000, 40_000_000)))  # a zip bomb, a small one
    elif how == 3:
        parts |= {f"{name}{i}": b"" for i in range(rng.choice((1, 3_000)))}
    elif how == 4:
        parts[f"../{name}"] = parts[name]
    elif how == 5:
        return _zip(parts, rng.choice((zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2, zipfile.ZIP_STORED)))
    elif how == 6:
        made = bytearray(_zip(parts))
        at = made.find(b"PK\1\2")
        for offset in (6, at + 8):  # the flag "encrypted", in both headers of the first part
            made[offset] |= 1
        return bytes(made)
    elif how == 7:
        made = bytearray(_zip(parts))
        for _ in range(rng.choice((1, 3))):  # headers: sizes, sums, methods, offsets
            heads = [m.start() for m in re.finditer(rb"PK[\1\3\5]", bytes(made))]
            made[min(len(made) - 1, rng.choice(heads) + rng.randrange(4, 46))] = rng.randrange(256)
        return bytes(made)
    else:
        made = bytearray(_zip(parts))
        return bytes(made[: rng.randrange(len(made))])
    return _zip(parts)
