"""Published tables: how they are read, what is odd in them, and series of one place."""

from __future__ import annotations

import io
import tempfile
import zipfile
from pathlib import Path
from typing import Any

import attrs
import numpy as np

import behaviour_culture as bc
from behaviour_culture import monitoring
from behaviour_culture.monitoring.published import places
from behaviour_culture.monitoring.published.periods import span_of, year_of
from behaviour_culture.monitoring.published.shape import is_even
from behaviour_culture.monitoring.published.table import PublishedColumn
from builders import DAY, MONDAY, outcome_of

HEAD = (
    "time_period,geographic_level,country_code,country_name,region_code,region_name,"
    "new_la_code,la_name,education_phase,headcount,perm_excl,perm_excl_rate,suspension,"
    "susp_rate,one_plus_susp,one_plus_susp_rate"
)


def _row(  # noqa: PLR0913, PLR0917  (the cells that vary)
    year: str = "202122",
    level: str = "National",
    place: str = "",
    phase: str = "Total",
    headcount: str = "1000",
    perm: str = "1",
    suspended: str = "50",
    *,
    rates: tuple[str, str, str] = ("0.1", "5", "3"),
    once: str = "30",
) -> str:
    """A row about England, a region or a local authority."""
    region = ("E12000007", "London") if level != "National" else ("", "")
    authority = ("E09000001", place) if place else ("", "")
    cells = (
        *(year, level, "E92000001", "England", *region, *authority, phase, headcount),
        *(perm, rates[0], suspended, rates[1], once, rates[2]),
    )
    return ",".join(cells)


def _table(*rows: str, head: str = HEAD) -> str:
    return "\n".join([head, *rows]) + "\n"


def _read(text: str | bytes, *, name: str = "table.csv", **options: Any) -> Any:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return monitoring.read_published(path, **options)


def _doubts(table: Any) -> list[str]:
    return [
        f"{d.code} [{d.column}] {d.message} ({d.count}: {list(d.rows)})"
        for d in table.reading.doubts
    ]


def _seen(text: str | bytes, **options: Any) -> Any:
    made = outcome_of(lambda: _read(text, **options))
    if isinstance(made, (Exception, str)):
        return made
    return {
        "facts": f"{made.dataset}, {made.source}, {made.policy.id}, {len(made)}",
        "doubts": _doubts(made),
        "rows": [" | ".join(f"{v}" for v in row.values()) for row in made.to_rows()],
    }


YEARS = _table(
    _row("202021", suspended="40", rates=("0.1", "4", "3")),
    _row("202122"),
    _row("202223", suspended="60", rates=("0.1", "6", "3")),
)


# -- reading -----------------------------------------------------------------------------------


def a_table_as_it_is() -> Any:
    made = _read(YEARS)
    return {
        "seen": _seen(YEARS),
        "names": list(made.names),
        "said": [repr(made), *str(made).splitlines()],
        "column": [repr(made.column("suspension")), repr(made.column("la_name"))],
        "first": made.to_rows(1),
        "meanings": [made.meaning(s) for s in ("c", "x", "?")],
        "no column": outcome_of(lambda: made.column("suspensions")),
        "no numbers": outcome_of(lambda: made.numbers("la_name")),
        "limit": outcome_of(lambda: made.to_rows(-1)),
        "html": [len(made._repr_html_()), made._repr_html_()[:120]],
        "of pandas": made.to_frame(kind="pandas")["suspension"].tolist(),
        "frame": str(made.to_frame()["suspension"].to_list()),
    }


def numbers_in_other_forms() -> Any:
    text = _table(
        _row("2020/21", headcount='"1,000"', suspended=" 40 ", rates=("0.10%", "4.0%", "3")),
        _row("2021-2022", headcount='"2,000"', suspended="1e2", rates=("0.05", "5%", "1.50%")),
        _row("202223.0", headcount="1000", suspended="12%", rates=("x", "c", "")),
        _row("2023/25", suspended="z"),
    )
    return _seen(text)


def names_in_other_forms() -> Any:
    old = HEAD.replace("suspension", "Fixed_Excl").replace("susp_rate", "fixed_excl_rate")
    old = old.replace("education_phase", " School  Type ").replace("time_period", "YEAR")
    return {
        "old": _seen(_table(_row("201617", suspended="x", rates=("0.1", "x", "3")), head=old)),
        "twice": _seen(_table(_row() + ",1", head=HEAD + ",fixed_excl")),
        "no name": _seen(_table(_row() + ",1", head=HEAD + ",")),
        "codes": _seen(
            "time_period,geographic_level,laestab,urn,headcount,perm_excl,suspension,"
            "one_plus_susp\n202122.0,School,8574000.0, 100001,10,0,0,0\n"
            "202122,School,8574001,100002.50,10,0,0,0\n"
        ),
    }


def policies() -> Any:
    found = {
        year: str(_read(_table(_row(year))).policy.id)
        for year in ("201516", "201617", "201718", "201819", "201920", "202021", "2019", "2022")
    }
    return {
        **found,
        "assumed": _doubts(_read(_table(_row("201718")))),
        "no year": _doubts(_read(_table(_row("soon")))),
        "given": _seen(YEARS, policy="dfe-to-2016-17")["facts"],
        "object": _seen(YEARS, policy=_read(YEARS).policy)["facts"],
        "no such": _seen(YEARS, policy="dfe"),
    }


def layouts() -> Any:
    return {
        "absence": _seen(
            "time_period,term,geographic_level,country_name,sess_possible,sess_overall,"
            "sess_overall_percent,sess_unauthorised\n"
            "202122,Autumn term,National,England,2000,100,5,30\n"
            "202122,Autumn and spring,National,England,4000,240,5.9,60\n"
        ),
        "attendance": _seen(
            "time_period,possible_sessions,overall_attendance,attendance_perc,attendance_date\n"
            "202122,200,190,95,2022-01-10\n202122,200,210,95,2022-01-11\n"
        ),
        "lengths": _seen("suspension,duration_days_fixed_exclusions\n5,1 day\n"),
        "nothing": _seen("a,b\n1,2\n"),
        "nearly": _seen("headcount,perm_excl,suspensions,one_plus_susp\n1,1,1,1\n"),
        "half": _seen("sess_possible,education_phase,x\n1,2,3\n"),
    }


def doubts_of_each_kind() -> Any:
    many = [
        _row(
            "202122",
            "Local authority",
            f"P{i}",
            headcount="1000",
            suspended=str(50 + 5 * i),
            rates=("0.1", f"{5 + i / 2:g}", "3"),
        )
        for i in range(3)
    ]
    rounded = [
        _row(
            "202122",
            "National",
            phase=f"Phase {i}",
            headcount=str(1000 + 5 * i),
            perm="0",
            suspended="50",
            rates=("0", f"{5000 / (1000 + 5 * i):.2f}", "3"),
            once="30",
        )
        for i in range(21)
    ]
    off = [rounded[0].replace(",50,5.00,", ",50,5.20,"), *rounded[1:]]
    return {
        "negative": _seen(_table(_row(suspended="-1", rates=("0.1", "-0.1", "3")), _row("202223")))[
            "doubts"
        ],
        "fractions": _seen(_table(_row(suspended="50.5", rates=("0.1", "5.05", "3"))))["doubts"],
        "rates": _seen(
            _table(_row(rates=("0.1", "5.5", "3")), _row("202223", rates=("0.1", "5.2", "3")))
        )["doubts"],
        "a rate of nobody": _seen(
            _table(
                _row(rates=("0.1", "5.5", "3")),
                _row("202223", headcount="0", suspended="0", rates=("0", "0", "0"), once="0"),
            )
        )["doubts"],
        "rates of one decimal": _seen(
            _table(
                _row(suspended="54", rates=("0.1", "5.4", "3")),
                _row("202223", suspended="52", rates=("0.1", "5.3", "3")),
            )
        )["doubts"],
        "whole rates": _seen(
            _table(
                _row(suspended="54", rates=("0.1", "5", "3")),
                _row("202122", "Regional", suspended="56", rates=("0.1", "5", "3")),
            )
        )["doubts"],
        "nobody": _seen(
            _table(_row(headcount="0", suspended="0", rates=("0", "5", "0"), once="0"))
        )["doubts"],
        "above": _seen(
            _table(
                _row(once="51", rates=("0.1", "5", "5.1")),
                _row("202223", once="50", rates=("0.1", "5", "5")),
            )
        )["doubts"],
        "symbols": _seen(
            _table(_row(suspended="c", rates=("?", "c", "?")), _row("202223", suspended="?"))
        )["doubts"],
        "years": _seen(
            _table(_row("soon"), _row("2021/23"), _row("later"), _row("then"), _row("ago"))
        )["doubts"],
        "levels": _seen(
            _table(_row(level="Ward"), _row(level="LA"), _row(level="local_authority"))
        )["doubts"],
        "dates": _seen(
            _table(_row(phase="05-Jan"), _row(phase="Mar-10"), _row(phase="5-Jan-2021"))
        )["doubts"],
        "alike": _seen(
            _table(
                _row(phase="Total"),
                _row(phase="total"),
                _row(phase="To  tal"),
                _row(phase="To tal"),
            )
        )["doubts"],
        "repeated": _seen(
            _table(
                _row(),
                _row("202223"),
                _row(),
                _row(),
                _row(suspended="51", rates=("0.1", "5.1", "3")),
            )
        )["doubts"],
        "repeated without numbers": _seen(_table(_row(suspended="c"), _row(suspended="c")))[
            "doubts"
        ],
        "not rounded": _seen(_table(*many))["doubts"],
        "rounded": _seen(_table(*rounded))["doubts"],
        "rounded and off": _seen(_table(*off))["doubts"],
        "twenty": len(_seen(_table(*off[:20]))["doubts"]),
        "nineteen": len(_seen(_table(*off[:19]))["doubts"]),
        "eleven rows": _seen(_table(*(_row(f"{2000 + i}", suspended="-1") for i in range(11))))[
            "doubts"
        ],
    }


def parts_beside_their_wholes_that_are_rounded() -> Any:
    """Of rounded counts a part may be above its whole by twice 2.5."""

    def of(number: int) -> list[str]:
        rows = [
            _row(phase=f"Phase {i}", perm="0", rates=("0", "5", "3")) for i in range(number - 3)
        ]
        beyond = [
            _row(phase=once, perm="0", once=once, rates=("0", "5", rate))
            for once, rate in (("50", "5"), ("55", "5.5"), ("60", "6"))
        ]
        return list(_seen(_table(*rows, *beyond))["doubts"])

    return {"twenty": of(20), "nineteen": of(19)}


def long_labels() -> Any:
    """How much of a long text the messages show."""
    long = [f"{letter * 70} {letter}" for letter in "abcdefghij"]
    capitals = [long[0], long[0].upper(), long[1], long[1].upper()]
    phases = _table(*(_row(phase=text) for text in long))
    halves = _table(_row("202021", phase=long[0]), _row("202122"))
    named = [_row(year, "Local authority", long[i]) for i, year in enumerate(("202021", "202122"))]
    return {
        "levels": _seen(_table(*(_row(level=text) for text in long[:5])))["doubts"],
        "years": _seen(_table(*(_row(text) for text in long[:5])))["doubts"],
        "symbols": _seen(_table(_row(suspended=long[0])))["doubts"],
        "alike": _seen(_table(*(_row(phase=text) for text in capitals)))["doubts"],
        "numbers": _seen(_table(_row(headcount='"' + "1," * 20 + '000"')))["doubts"],
        "several": _series(phases),
        "no such": _series(phases, where={"education_phase": "k"}),
        "no total": _series(_table(*(_row("202021", phase=t) for t in long), _row("202122"))),
        "one year": _series(halves),
        "places": _series(_table(*named), place=None),
        "a change": _series(_table(*named), place="E09000001"),
        "no such column": _series(phases, where={long[0]: "k"}),
        "a place": _series(phases, place=long[0]),
        "nothing about it": _series(
            phases, where={"education_phase": long[0], "time_period": long[0]}
        ),
        "not known": _series(_table(_row(long[0]))),
    }


def rows_that_are_not_whole() -> Any:
    return {
        "short": _seen(_table(_row(), _row("202223").rsplit(",", 1)[0])),
        "long": _seen(_table(_row(), _row("202223") + ",1")),
        "quote": _seen(_table(_row(phase='"Total'), _row())),
        "quotes": _seen(_table(_row(phase='"To, tal"'), _row(phase='"He said ""no"""')))["rows"],
        "line break": _seen(_table(_row(phase='"To\ntal"'), _row()))["doubts"],
        "quote inside": _seen(_table(_row(phase='To"tal'), _row())),
        "blank rows": _seen(_table(_row(), "", ",,,,,,,,,,,,,,,", _row("202223")))["facts"],
        "spaces": _seen(_table(_row(), " , ,,,,,,,,,,,,,,"))["facts"],
        "no rows": _seen(HEAD + "\n"),
        "numbers alone": _seen("possible_sessions,overall_attendance\n9,8\n9,8\n"),
        "no header": _seen(""),
        "an open header": _seen('a,"b\n1,2\n'),
        "many columns": _seen(",".join(f"c{i}" for i in range(1_001)) + "\n1\n"),
        "semicolons": _seen(YEARS.replace(",", ";")),
        "of the Mac": _seen(YEARS.replace("\n", "\r"))["facts"],
        "of Windows": _seen(YEARS.replace("\n", "\r\n"))["facts"],
        "lines before": _seen("\n\r\n" + YEARS)["facts"],
        "Latin": _seen(YEARS.replace("Total", "\xa3").encode("cp1252")),
        "mark": _seen("\ufeff" + YEARS)["facts"],
    }


def rows_and_quotes() -> Any:
    tables = {
        "plain": b"a,b\n1,2\n",
        "no end": b"a,b\n1,2",
        "short": b"a,b\n1\n",
        "long": b"a,b\n1,2,3\n",
        "turned": b"a,b\n1\n1,2,3\n",
        "blank": b"a,b\n\n1,2\n\r\n",
        "quoted": b'"a","b"\n"1,1",2\n',
        "open": b'a,b\n"1,2\n',
        "inside": b'a,b\n1"1",2\n',
        "after": b'a,b\n"1"1,2\n',
        "twice": b'a,b\n"1""1",2\n',
        "break": b'a,b\n"1\n1",2\n',
        "first": b'"a",b\n1,2\n',
        "returns": b'a,"b"\r\n1,"2"\r\n',
        "one": b"a\n1\n2\n",
        "one and more": b"a\n1,2\n",
    }
    return {
        name: [is_even(content, None), is_even(content, 1), is_even(content, 2)]
        for name, content in tables.items()
    }


def files_and_archives() -> Any:
    def archive(files: dict[str, str]) -> bytes:
        made = io.BytesIO()
        with zipfile.ZipFile(made, "w") as out:
            for name, text in files.items():
                out.writestr(name, text)
        return made.getvalue()

    def of(content: bytes | str, name: str = "table.zip", **options: Any) -> Any:
        found = outcome_of(lambda: _read(content, name=name, **options))
        if isinstance(found, str):
            return found.rpartition(f"{name}: ")[2]  # without the folder of the file
        if isinstance(found, Exception):
            return found
        return f"{found.source}: {len(found)} rows"

    meta = {"data.meta.csv": "x", "__MACOSX/data.csv": "y", "notes.txt": "z"}
    data = {"data.csv": YEARS}
    return {
        "one": of(archive(data)),
        "beside others": of(archive({"data.CSV": YEARS, **meta})),
        "none": of(archive(meta)),
        "two": of(archive({"a.csv": YEARS, "b.csv": YEARS})),
        "damaged": of(b"PK nothing"),
        "suffix": of(YEARS, name="table.txt"),
        "too large": of(archive(data), limit=len(YEARS) - 1),
        "as large": of(archive(data), limit=max(len(YEARS), 10_000)),
        "out of its folder": of(archive({"../data.csv": YEARS})),
        "at the root": of(archive({"/data.csv": YEARS})),
        "limit": of(YEARS, name="table.csv", limit=0),
        "policy": of(YEARS, name="table.csv", policy=3),
        "path": outcome_of(lambda: monitoring.read_published(3)),  # type: ignore[arg-type]
    }


def columns_and_tables_that_are_refused() -> Any:
    made = _read(YEARS)
    short = PublishedColumn(name="a", values=[1.0, 2.0])
    wrong: Any = {
        "no values": lambda: PublishedColumn(name="a", values=[]),
        "labels": lambda: PublishedColumn(name="a", values=[0.0, 2.0], labels=["x", "y"]),
        "below": lambda: PublishedColumn(name="a", values=[-1.0], labels=["x"]),
        "fractions": lambda: PublishedColumn(name="a", values=[0.5], labels=["x", "y"]),
        "missing": lambda: PublishedColumn(name="a", values=[float("nan")], labels=["x"]),
        "twice": lambda: PublishedColumn(name="a", values=[0.0], labels=["x", "x"]),
        "lengths": lambda: attrs.evolve(made, columns=[*made.columns, short]),
        "counted": lambda: attrs.evolve(made, columns=[short]),
        "a text": lambda: PublishedColumn(name="a", values="x", labels=["x"]),
        "no columns": lambda: attrs.evolve(made, columns=[]),
    }
    good = PublishedColumn(name="a", values=[0.0, 1, 0], labels=["x", "y"])
    return {
        **{n: outcome_of(make) for n, make in wrong.items()},
        "texts": list(good.texts()),
        "numbers": list(short.texts()),
    }


# -- periods and places ------------------------------------------------------------------------


def years_in_every_form() -> Any:
    texts = (
        "202122",
        "2021/22",
        "2021-22",
        "2021 / 22",
        "2021_2022",
        "2021\u201322",
        "202122.0",
        "2021",
        "2021.00",
        "2021/23",
        "199900",
        "1999/00",
        "1999/2000",
        "2021/2",
        " 202122 ",
        "20212",
        "",
    )
    return {text: str(year_of(text)) for text in texts}


def periods_in_every_form() -> Any:
    cases = [
        ("202122", ""),
        ("202122", "Total"),
        ("202122", " Academic  Year "),
        ("202122", "six half terms"),
        ("202122", "Five half terms"),
        ("202122", "Autumn"),
        ("202122", "autumn term"),
        ("202122", "Spring terms"),
        ("202122", "Summer term"),
        ("202122", "Autumn and spring term"),
        ("202122", "Winter"),
        ("2021", ""),
        ("2021", "Week 1"),
        ("2020", "week 53"),
        ("2021", "Week 53"),
        ("2021", "Week 0"),
        ("202123", ""),
        ("soon", ""),
        ("soon", "Week 1"),
        ("199900", "Autumn"),
        ("999900", ""),
    ]
    found = {f"{year}, {part}": span_of(year, part) for year, part in cases}
    days = {
        day: span_of("x", "y", day) for day in ("2022-01-10", " 2022-01-10T09:00 ", "10/01/2022")
    }
    return {
        name: "none" if s is None else f"{s.label}: {s.start} to {s.end}, {s.length.value}"
        for name, s in {**found, **days}.items()
    }


def levels_of_places() -> Any:
    labels = (
        "National",
        "LOCAL AUTHORITY",
        "local_authority level",
        "Region",
        "institution",
        "England",
        "LEA",
        "Ward",
        "",
    )
    return {label: str(places.level_of(label)) for label in labels}


# -- series of one place -----------------------------------------------------------------------


def _series(text: str, count: str = "suspension", **options: Any) -> Any:
    made = outcome_of(lambda: monitoring.series_from_published(_read(text), count, **options))
    if isinstance(made, (Exception, str)):
        return made
    return {
        "facts": f"{made.id}, {made.indicator}, {made.exposure_kind}, {made.source}, "
        f"{made.disclosure}",
        "rows": [
            f"{r['period']}: {r['start']} to {r['end']}, {r['count']} of {r['exposure']}"
            f" {r['masked']}" + " suppressed" * p.suppressed
            for r, p in zip(made.to_rows(), made.periods, strict=True)
        ],
        "changes": [f"{c.day}: {c.what}" for c in made.recording_changes],
    }


def a_country_over_years() -> Any:
    return {
        "usual": _series(YEARS),
        "by code": _series(YEARS, place=" e92000001 "),
        "perm": _series(YEARS, "perm_excl"),
        "a change": _series(
            YEARS, recording_changes=[bc.model.RecordingChange(day=MONDAY, what="a new form")]
        ),
        "turned": _series(_table(*reversed(YEARS.splitlines()[1:]))),
    }


def places_of_each_level() -> Any:
    text = _table(
        _row("202122"),
        _row("202122", "Regional", suspended="20"),
        _row("202122", "Local authority", "Barking", suspended="7"),
        _row("202223", "Local authority", "Barking", suspended="9"),
    )
    bare = "time_period,headcount,perm_excl,suspension,one_plus_susp\n202122,10,0,5,1\n"
    inner = (
        "time_period,country_name,la_name,headcount,perm_excl,suspension,one_plus_susp\n"
        "202122,England,,100,0,50,1\n202122,England,Barking,10,0,5,1\n202122,England,all,1,0,1,1\n"
    )
    return {
        "country": _series(text),
        "region": _series(text, place="london"),
        "authority": _series(text, place="Barking"),
        "by code": _series(text, place="E09000001"),
        "no such": _series(text, place="Barkin"),
        "none": _series(text, place=None),
        "blank": _series(text, place=" "),
        "a number": _series(text, place=3),
        "no column": _series(bare),
        "no place": _series(bare, place=None),
        "innermost": _series(inner, place="Barking"),
        "outermost": _series(inner),
        "two levels": _series(text.replace("Barking", "London"), place="London"),
        "two levels, chosen": _series(
            text.replace("Barking", "London"),
            place="London",
            where={"geographic_level": "Regional"},
        ),
    }


def rows_that_are_held_at_the_whole() -> Any:
    text = _table(
        _row("202122"),
        _row("202122", phase="Special", suspended="5"),
        _row("202223", phase="Special", suspended="6"),
        _row("202324", phase="Total", suspended="7"),
    )
    return {
        "total": _series(text),
        "chosen": _series(text, where={"education_phase": " SPECIAL "}),
        "no such": _series(text, where={"education_phase": "Secondary"}),
        "no column": _series(text, where={"phase": "Special"}),
        "numbers": _series(text, where={"headcount": "1000"}),
        "no text": _series(text, where={"education_phase": 3}),
        "no table": _series(text, where=3),
        "a year": _series(text, where={"time_period": "2021/22"}),
        "never together": _series(
            text, where={"time_period": "202223", "education_phase": "Total"}
        ),
        "several": _series(_table(_row(phase="Special"), _row(phase="Primary", suspended="9"))),
        "the same": _series(_table(_row(), _row())),
        "without a label": _series(_table(_row(phase=""), _row("202223"))),
    }


def counts_that_are_missing() -> Any:
    text = _table(
        _row("201617", suspended="x"),
        _row("201516", headcount=""),
        _row("201415", headcount="0"),
        _row("201314", suspended="-5"),
        _row("201213", suspended=""),
        _row("201112", headcount="."),
    )
    return _series(text)


def columns_that_make_no_series() -> Any:
    lengths = "suspension,duration_days_fixed_exclusions\n5,1 day\n"
    return {
        "a rate": _series(YEARS, "susp_rate"),
        "a percentage": outcome_of(
            lambda: monitoring.series_from_published(
                _read("time_period,sess_possible,sess_overall,sess_other_perc\n202122,9,3,1\n"),
                "sess_other_perc",
                place=None,
            )
        ),
        "no column": _series(YEARS, "suspended"),
        "a text": _series(YEARS, "la_name"),
        "out of nothing": _series(lengths, place=None),
        "no table": outcome_of(lambda: monitoring.series_from_published(3, "suspension")),  # type: ignore[arg-type]
        "no change": _series(YEARS, recording_changes=[3]),
    }


def parts_of_years() -> Any:
    head = "time_period,time_identifier,term,country_name,sess_possible,sess_overall"

    def table(*rows: str) -> str:
        return "\n".join([head, *(f"{r},2000,100" for r in rows)]) + "\n"

    def of(*rows: str, **options: Any) -> Any:
        return _series(table(*rows), "sess_overall", **options)

    return {
        "years": of("202021,Academic year,Total,England", "202122,Academic year,Total,England"),
        "terms": of("202021,,Autumn,England", "202021,,Spring,England", "202122,,Autumn,England"),
        "five and six": of("201112,,five half terms,England", "201213,,six half terms,England"),
        "terms beside years": of("202021,,Autumn,England", "202021,,Total,England"),
        "another year": of("202021,,Autumn,England", "202122,,Total,England"),
        "a term chosen": of(
            "202021,,Autumn,England", "202021,,Total,England", where={"term": "Autumn"}
        ),
        "weeks": of("2021,Week 2,,England", "2021,Week 1,,England"),
        "no years": _series(
            "time_identifier,country_name,possible_sessions,overall_attendance,attendance_date\n"
            "Total,England,9,8,2022-01-10\nWeek 2,England,9,7,2022-01-11\n",
            "overall_attendance",
        ),
        "unknown": of("202021,,Winter,England", "soon,,,England", "soon,,,England"),
    }


def days_of_a_term() -> Any:
    text = (
        "time_period,time_identifier,country_name,attendance_date,possible_sessions,"
        "overall_attendance\n2022,Week 2,England,2022-01-10,200,190\n"
        "2022,Week 2,England,2022-01-11,200,180\n"
    )
    return _series(text, "overall_attendance")


def what_changes_on_the_way() -> Any:
    text = _table(
        _row("202021", "Local authority", "Barking"),
        _row("202122", "Local authority", "Barking"),
        _row("202223", "Local authority", "Barking and Dagenham"),
        _row("202324", "Local authority", "Barking").replace("E09000001", "E09000002"),
    )
    phases = _table(_row("202021", phase="All schools"), _row("202122", phase="Total"))
    two = [
        bc.model.RecordingChange(
            day=bc.model.SeriesPeriod(
                label="a", start=MONDAY, end=MONDAY + DAY, count=1, exposure=1
            ).start,
            what=w,
        )
        for w in ("one", "other")
    ]
    return {
        "name": _series(text, place="Barking"),
        "by code": _series(text, place="E09000001"),
        "new name": _series(text, place="Barking and Dagenham"),
        "labels": _series(phases),
        "on one day": _series(YEARS, recording_changes=two),
    }


def symbols_beside_numbers() -> Any:
    made = _read(_table(_row(suspended="c"), _row("202223", suspended="z"), _row("202324")))
    return [
        made.column("suspension_symbol").texts(),
        np.asarray(made.numbers("suspension")).tolist(),
        list(made.names),
    ]
