"""A school's own counts: series of weeks from files and frames, and behaviour logs."""

from __future__ import annotations

import datetime as dt
import tempfile
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import behaviour_culture as bc
from behaviour_culture import monitoring
from behaviour_culture.arguments import Arguments
from behaviour_culture.fields import Range
from behaviour_culture.model.exposure import PeriodExposure
from behaviour_culture.monitoring.counts.log_days import (
    days_covered,
    lone_ends,
    long_gaps,
    part_covered,
)
from behaviour_culture.monitoring.counts.log_rows import LogRow
from behaviour_culture.monitoring.counts.missing_weeks import missing_weeks
from builders import DAY, FRIDAY, MONDAY, autumn, refusal

SALT = "a salt for tests only"
FIELDS = {
    "occurred_at": "Date",
    "pupil_key": "Adm",
    "incident_id": "Id",
    "category": "Type",
    "polarity": "Sign",
    "points": "Points",
}
WEEK = 7 * DAY


def _indicator(name: str = "serious-incidents") -> bc.model.Indicator:
    return bc.load_indicators().indicator(name)


def _file(text: str, name: str = "counts.csv") -> Any:
    """A function that gives a call the path of a file with this text."""

    def with_path(call: Any) -> Any:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / name
            path.write_text(text, encoding="utf-8")
            return call(path)

    return with_path


# -- rows of weeks -----------------------------------------------------------------------------


def _weeks(text: str, **options: Any) -> Any:
    usual: dict[str, Any] = {"indicator": _indicator()}
    read = _file(text.replace(";", ","))
    made = refusal(lambda: read(lambda path: bc.read_series(path, **(usual | options))))
    if isinstance(made, bc.Series):
        return {
            "facts": f"{made.id}, {made.indicator}, {made.exposure_kind}, {made.source}",
            "rows": [
                f"{r['period']}: {r['start']} to {r['end']}, {r['count']} of {r['exposure']}"
                f" {r['masked']}"
                for r in made.to_rows()
            ],
            "reading": made.reading,
            "said": [repr(made), *str(made).splitlines()],
        }
    return made


def weeks_with_their_exposure() -> Any:
    return {
        "starts": _weeks("start;count;exposure\n2026-09-07;7;4500\n2026-09-14;0;4000\n"),
        "a thousand": _weeks('start;count;exposure\n2026-09-07;"1\N{NO-BREAK SPACE}000";45 00\n'),
        "ends": _weeks("end;count;exposure\n11/09/2026;7;4500\n18/09/2026;5;4000\n"),
        "both": _weeks("start;end;count;exposure\n07/09/2026;23/10/2026;70;45000\n"),
        "either": _weeks("start;end;count;exposure\n07/09/2026;;7;9\n;20/09/2026;8;9\n"),
        "labels": _weeks("label;start;count;exposure\n A 1 ;07/09/2026;7;4500\n;14/09/2026;8;9\n"),
        "turned": _weeks("start;count;exposure\n14/09/2026;7;4500\n07/09/2026;8;4000\n"),
        "fractions": _weeks("start;count;exposure\n07/09/2026;7.5;4500\n14/09/2026;1e1;4000.5\n"),
        "masked": _weeks(
            "start;count;exposure;masked\n07/09/2026;7;4500;no\n14/09/2026;;;yes\n"
            "21/09/2026;4;;snow\n28/09/2026;5;4500; N/A \n05/10/2026;5;4500; X \n"
        ),
        "a school": _weeks(
            "start;count;exposure\n07/09/2026;7;4500\n",
            school="elm",
            recording_changes=[bc.model.RecordingChange(day=MONDAY, what="a new form")],
        ),
        "americans": _weeks(
            "start;count;exposure\n09/07/2026;7;4500\n09/14/2026;8;4500\n", dayfirst=False
        ),
    }


def weeks_of_a_calendar() -> Any:
    year = autumn(8, 4)
    text = "start;count\n" + "".join(f"{MONDAY + i * WEEK};{10 + i}\n" for i in range(8) if i != 4)
    pupils = "start;count;pupils\n2026-09-07;7;100\n2026-09-14;8;\n"
    return {
        "pupils": _weeks(text, calendar=year, pupils=100),
        "pupils of a row": _weeks(pupils, calendar=year, pupils=200),
        "closed on a day": _weeks(text, calendar=year, pupils=100, closures=[MONDAY + 8 * DAY]),
        "closed for a week": _weeks(
            text.replace(";11\n", ";0\n"),
            calendar=year,
            pupils=100,
            closures=[bc.model.DateRange(start=MONDAY + WEEK, end=MONDAY + WEEK + FRIDAY)],
        ),
        "counted though closed": _weeks(
            text,
            calendar=year,
            pupils=100,
            closures=[bc.model.DateRange(start=MONDAY + WEEK, end=MONDAY + WEEK + FRIDAY)],
        ),
        "exposure though closed": _weeks(
            "start;count;exposure\n2026-09-07;7;4500\n2026-09-14;8;4500\n",
            calendar=year,
            pupils=100,
            closures=[MONDAY, MONDAY + 20 * DAY],
        ),
        "in the break": _weeks(
            "start;end;count\n2026-10-05;2026-10-09;0\n2026-10-12;2026-10-16;4\n",
            calendar=year,
            pupils=100,
        ),
        "before the year": _weeks(
            "start;count\n2026-08-24;0\n2026-08-31;0\n", calendar=year, pupils=9
        ),
        "over its ends": _weeks(
            "start;end;count\n2026-08-31;2026-12-31;7\n", calendar=year, pupils=9
        ),
        "no pupils": _weeks("start;count\n2026-09-07;7\n", calendar=year),
        "a survey": _weeks(
            "start;count\n2026-09-07;7\n",
            calendar=year,
            pupils=9,
            indicator=_indicator("good-behaviour-staff"),
        ),
        "of pupils": _weeks(
            "start;count;exposure\n2026-09-07;7;90\n2026-09-28;8;91\n",
            calendar=year,
            missing="zero",
            pupils=9,
            indicator=_indicator("suspensions"),
        ),
    }


def weeks_that_are_missing() -> Any:
    year = autumn(14, 7)
    text = "start;count\n2026-09-07;7\n2026-09-28;8\n2026-11-16;9\n"
    long = "start;end;count\n2026-09-07;2026-09-18;7\n2026-10-12;2026-10-23;9\n"
    halves = "start;end;count\n2026-09-07;2026-09-20;7\n2026-11-09;2026-11-22;9\n"
    return {
        "asked": _weeks(text, calendar=year, pupils=100),
        "zero": _weeks(text, calendar=year, pupils=100, missing="zero"),
        "unknown": _weeks(text, calendar=year, pupils=100, missing="unknown"),
        "zero without pupils": _weeks(
            "start;count;exposure\n2026-09-07;7;9\n2026-09-21;8;9\n",
            calendar=year,
            missing="zero",
        ),
        "fortnights": _weeks(long, calendar=year, pupils=100, missing="zero"),
        "fourteen days": _weeks(halves, calendar=year, pupils=100, missing="zero"),
        "one": _weeks(
            "start;count\n2026-09-07;7\n2026-09-21;8\n",
            calendar=year,
            pupils=100,
            missing="unknown",
        ),
        "closed": _weeks(
            "start;count\n2026-09-07;7\n2026-09-21;8\n",
            calendar=year,
            pupils=100,
            closures=[bc.model.DateRange(start=MONDAY + WEEK, end=MONDAY + WEEK + FRIDAY)],
        ),
        "six": _weeks("start;count\n2026-09-07;7\n2026-11-09;8\n", calendar=year, pupils=100),
    }


def weeks_between_periods() -> Any:
    year = autumn(8, 4)
    periods = [
        bc.model.SeriesPeriod(
            label=str(n), start=MONDAY + n * DAY, end=MONDAY + m * DAY, count=1, exposure=9
        )
        for n, m in ((0, 4), (18, 18), (42, 44))
    ]
    found = {
        "all": missing_weeks(periods, year, frozenset()),
        "closed": missing_weeks(periods, year, {MONDAY + n * DAY for n in range(7, 12)}),
        "two": missing_weeks(periods[:2], year, frozenset()),
    }
    return {name: [str(w.start) for w in weeks] for name, weeks in found.items()}


def weeks_that_are_refused() -> Any:
    year = autumn(8, 4)
    one = "start;count;exposure\n2026-09-07;7;4500\n"
    return {
        "two forms": _weeks("start;count;exposure\n2026-09-07;7;4500\n14/09/2026;0;4000\n"),
        "no day": _weeks("start;count;exposure\n;7;4500\nsoon;x;1_000\n2026-09-14;1e400;inf\n"),
        "numbers": _weeks('start;count;exposure\n2026-09-07;"1.000";12%\n2026-09-14;-1;0\n'),
        "no exposure": _weeks("start;count\n2026-09-07;7\n2026-09-14;\n"),
        "order": _weeks("start;end;count;exposure\n2026-09-07;2026-09-01;7;9\n"),
        "overlap": _weeks("start;count;exposure\n2026-09-07;7;9\n2026-09-10;7;9\n"),
        "fridays": _weeks("start;count;exposure\n2026-09-11;7;9\n2026-09-18;7;9\n"),
        "half fridays": _weeks("start;count;exposure\n2026-09-11;7;9\n2026-09-21;7;9\n"),
        "thursdays": _weeks("start;count;exposure\n2026-09-10;7;9\n2026-09-17;7;9\n"),
        "fridays with ends": _weeks("start;end;count;exposure\n2026-09-11;2026-09-12;7;9\n"),
        "columns": _weeks("start;count;exposure;name\n2026-09-07;7;4500;x\n"),
        "no count": _weeks("start;exposure\n2026-09-07;4500\n"),
        "options": _weeks(
            one,
            indicator=3,
            calendar=4,
            pupils=20_001,
            missing="none",
            closures=["soon"],
            dayfirst=3,
            timezone="Mars",
        ),
        "missing without a calendar": _weeks(one, missing="zero"),
        "pupils": _weeks(one, calendar=year, pupils=0),
        "changes": _weeks(one, recording_changes=[3]),
        "no rows": _weeks("start;count;exposure\n"),
    }


def frames_of_weeks() -> Any:
    import polars as pl

    def of(rows: list[dict[str, Any]], **options: Any) -> Any:
        usual: dict[str, Any] = {"indicator": _indicator()}
        made = refusal(lambda: bc.series_from_frame(pl.DataFrame(rows), **(usual | options)))
        return made if isinstance(made, Exception) else [made.id, made.source, *made.to_rows()]

    week = {"start": MONDAY, "count": 7, "exposure": 4_500}
    own = monitoring.series_from_frame(
        pl.DataFrame([week, week | {"start": MONDAY + WEEK, "count": None, "masked": "snow"}]),
        indicator=_indicator(),
    )
    return {
        "dates": of([week], id="ours"),
        "texts": of([{"start": "07/09/2026", "count": "7", "exposure": "4500"}]),
        "its own": of(own.to_rows()),
        "wrong": of([week | {"count": "x"}, week | {"pupil": "x"}]),
        "no count": of([{"start": MONDAY}]),
    }


# -- behaviour logs ----------------------------------------------------------------------------


def _read(text: str, fields: Any = None, **options: Any) -> Any:
    columns = FIELDS if fields is None else fields
    read = _file(text.replace(";", ","), "log.csv")
    return read(
        lambda path: monitoring.read_behaviour_log(path, columns, **({"salt": SALT} | options))
    )


def _rows(*rows: str) -> str:
    return "Date;Adm;Id;Type;Sign;Points;Teacher\n" + "\n".join(rows) + "\n"


def _many(days: Iterable[int], **more: str) -> str:
    """A row on each of some days, counted from the first Monday."""
    start = {"Type": "Disruption", "Sign": "negative"} | more
    return _rows(
        *(
            f"{MONDAY + n * DAY};P{i % 17};I{i};{start['Type']};{start['Sign']};-1;AB"
            for i, n in enumerate(days)
        )
    )


def _log(text: str, **options: Any) -> Any:
    made = refusal(lambda: _read(text, **options))
    if isinstance(made, (Exception, str)):
        return made
    return {
        "facts": [repr(made), made.source, len(made), *made.left_out],
        "labels": {n: made.labels(n) for n in ("category", "polarity")},
        "reading": made.reading,
        "rows": [" ".join(str(v) for v in r.values()) for r in made.to_rows()],
    }


def logs() -> Any:
    return {
        "usual": _log(
            _rows(
                "07/09/2026 09:15;0042;17;Disruption;negative;-1;AB",
                "08/09/2026;0042.0;17;Defiance;positive;2.5;CD",
                "09/09/2026;unknown;n/a;Defiance;;;EF",
                "10/09/2026; - ;18.00;;Neutral;0;",
            )
        ),
        "weekends": _log(_many([0, 5, 6, 7, 8])),
        "numbers": _log(_rows("46272;P1;1;Disruption;-;1;A", "46273.4;P1;2;Disruption;-;1;A")),
        "logged": _log(
            "Date;Entered\n07/09/2026;08/09/2026\n08/09/2026;\n",
            fields={"occurred_at": "Date", "logged_at": "Entered"},
        ),
        "bare": _log("Date\n07/09/2026\n", fields={"occurred_at": "Date"}, salt=None),
        "in bytes": _log(_many([0, 1]), salt=SALT.encode()),
    }


def signs_of_points() -> Any:
    fields = {"occurred_at": "Date", "points": "Points", "polarity": "Sign"}
    mapping = monitoring.LogMapping(
        id="signed", system="signed", columns=fields, signed_points=True
    )
    text = "Date;Points;Sign\n" + "\n".join(
        f"07/09/2026;{points};{sign}"
        for points, sign in (("2", ""), ("-2", ""), ("0", ""), ("", ""), ("-3", "own"))
    )
    return _log(text + "\n", fields=mapping)


def several_files() -> Any:
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder) / name for name in ("one.csv", "two.csv")]
        paths[0].write_text(_many([0, 1]).replace(";", ","), encoding="utf-8")
        paths[1].write_text(_many([7, 8]).replace(";", ","), encoding="utf-8")
        made = monitoring.read_behaviour_log(paths, FIELDS, salt=SALT)
        paths[1].write_text("Date,Adm\nsoon,x\n", encoding="utf-8")
        return {
            "log": [repr(made), made.source, *made.reading.doubts],
            "faults": refusal(lambda: monitoring.read_behaviour_log(paths, FIELDS, salt=SALT)),
            "twice": refusal(
                lambda: monitoring.read_behaviour_log([paths[0]] * 2, FIELDS, salt=SALT)
            ),
            "none": refusal(lambda: monitoring.read_behaviour_log([], FIELDS, salt=SALT)),
        }


def logs_that_are_refused() -> Any:
    labels = "".join(f"07/09/2026;P;I{i};type {i};;1;A\n" for i in range(201))
    head = "Date;Adm;Id;Type;Sign;Points;Teacher\n"
    return {
        "days": _log(_rows("soon;P;1;A;;x;B", "2026-09-07;P;1;A;;inf;B", ";P;1;A;;nan;B")),
        "months first": _log(_rows("09/13/2026;P;1;A;;1;B", "09/07/2026;P;1;A;;1;B")),
        "no rows": _log(head),
        "no column": _log("Date;Adm\n07/09/2026;P\n"),
        "free text": _log(_rows(f"07/09/2026;P;1;{'long ' * 17};;1;B")),
        "eighty letters": isinstance(_log(_rows(f"07/09/2026;P;1;{'x' * 80};;1;B")), dict),
        "many texts": _log(head + labels),
        "two hundred": isinstance(_log(head + "\n".join(labels.splitlines()[:200]) + "\n"), dict),
        "no salt": _log(_many([0]), salt=None),
        "short salt": _log(_many([0]), salt="fifteen letters"),
        "sixteen": isinstance(_log(_many([0]), salt="sixteen letters!"), dict),
        "salt of a number": _log(_many([0]), salt=3),
        "half a character": _log(_many([0]), salt="a salt \ud800 for tests only"),
        "mapping": _log(_many([0]), fields=3),
        "fields": _log(_many([0]), fields={"pupil": "Adm"}),
        "no mapping of this name": _log(_many([0]), fields="no-such-system"),
        "options": _log(_many([0]), dayfirst=3, timezone="Mars"),
    }


def what_a_log_may_not_do() -> Any:
    log = _read(_many([0, 1]))
    found = []
    for act in (
        lambda: setattr(log, "source", "x"),
        lambda: delattr(log, "source"),
        lambda: log.__reduce_ex__(4),
    ):
        try:
            act()
        except (AttributeError, TypeError) as error:
            found.append(f"{type(error).__name__}: {error}")
    return [*found, refusal(lambda: log.labels("day"))]


# -- logs as series ----------------------------------------------------------------------------

YEAR = autumn(12, 6)
SCHOOL_DAYS = [7 * w + d for w in range(12) for d in range(5) if w != 6]


def _counted(text: str, **options: Any) -> Any:
    usual: dict[str, Any] = {"calendar": YEAR, "pupils": 100, "indicator": _indicator()}
    made = refusal(lambda: _read(text).to_series(**(usual | options)))
    if isinstance(made, (Exception, str)):
        return made
    rows = made.to_rows()
    return {
        "facts": f"{made.id}, {made.source}, {made.school}",
        "rows": [
            f"{r['period']}: {r['count']} of {r['exposure']}" for r in rows if not r["masked"]
        ],
        "masked": Counter(r["masked"] for r in rows if r["masked"]),
        "account": str(made.reading).splitlines(),
        "doubts": [f"{d.code}, {d.count}: {d.rows}" for d in made.reading.doubts]
        if made.reading
        else [],
    }


def logs_by_week_and_half_term() -> Any:
    text = _many(SCHOOL_DAYS)
    return {
        "half-terms": _counted(text),
        "weeks": _counted(text, by="week", school="elm"),
        "two years": _counted(
            text,
            calendar=[
                YEAR,
                autumn(12, 6).evolve(
                    id="next",
                    terms=[
                        bc.model.Term(
                            name="Autumn",
                            start=MONDAY + 364 * DAY,
                            end=MONDAY + (364 + 81) * DAY,
                            half_term=bc.model.DateRange(
                                start=MONDAY + (364 + 42) * DAY, end=MONDAY + (364 + 46) * DAY
                            ),
                        )
                    ],
                ),
            ],
        ),
        "closed": _counted(text, by="week", closures=[MONDAY, MONDAY + DAY]),
        "closed for a week": _counted(
            text,
            by="week",
            accept=["day-without-school"],
            closures=[bc.model.DateRange(start=MONDAY + WEEK, end=MONDAY + WEEK + FRIDAY)],
        ),
    }


def days_that_a_log_covers() -> Any:
    text = _many(SCHOOL_DAYS[7:40])
    whole = bc.model.DateRange(start=MONDAY, end=MONDAY + 81 * DAY)
    part = bc.model.DateRange(start=MONDAY + WEEK, end=MONDAY + 30 * DAY)
    return {
        "assumed": _counted(text, by="week"),
        "said": _counted(text, by="week", covers=whole),
        "in part": _counted(text, by="week", covers=part),
        "half-terms assumed": _counted(_many(SCHOOL_DAYS[7:50])),
    }


def days_without_school() -> Any:
    odd = [*SCHOOL_DAYS[:30], 5, 6, 43]
    return {
        "three of many": _counted(_many(odd), by="week"),
        "two": _counted(_many(odd[:-1]), by="week"),
        "accepted": _counted(_many(odd), by="week", accept="day-without-school"),
        "three of sixty": _counted(_many([*SCHOOL_DAYS, 5, 6, 43]), by="week"),
        "all outside": _counted(_many([-30, -29, 400])),
        "all in the break": _counted(_many([42, 43])),
        "outside": _counted(_many([*SCHOOL_DAYS, -1, 95]), by="week", accept=["lone-row"]),
    }


def rows_far_from_the_others() -> Any:
    lone = [0, *SCHOOL_DAYS[20:]]
    return {
        "one": _counted(_many(lone), by="week"),
        "accepted": _counted(_many(lone), by="week", accept=["lone-row"]),
        "at the end": _counted(_many([*SCHOOL_DAYS[:30], SCHOOL_DAYS[-1]]), by="week"),
        "four": _counted(_many([0, 0, 0, 0, *SCHOOL_DAYS[20:]]), by="week"),
        "near": _counted(_many([SCHOOL_DAYS[4], *SCHOOL_DAYS[20:]]), by="week"),
        "just far": _counted(_many([SCHOOL_DAYS[3], *SCHOOL_DAYS[20:]]), by="week"),
        "a gap inside": _counted(_many([*SCHOOL_DAYS[:15], *SCHOOL_DAYS[32:]]), by="week"),
        "a smaller gap": _counted(_many([*SCHOOL_DAYS[:15], *SCHOOL_DAYS[30:]]), by="week"),
    }


def rows_that_are_chosen() -> Any:
    text = _rows(
        *(
            f"{MONDAY + n * DAY};P{n};I{n};{kind};negative;{points};AB"
            for n, (kind, points) in enumerate(
                [("Disruption", -1), ("Defiance", -2), ("disruption", ""), ("Smoking", -3)]
            )
        )
    )
    wanted: dict[str, Any] = {
        "a text": {"category": "Disruption"},
        "two": {"category": ("Smoking", "DEFIANCE")},
        "points": {"points": -1},
        "some points": {"points": [-1, -3]},
        "a range": {"points": Range(below=-1)},
        "both": {"category": "Disruption", "points": Range(low=-1)},
        "no such": {"category": "Disruptions"},
        "no such points": {"points": 5},
        "a range of none": {"points": Range(low=5)},
        "empty": {"category": []},
        "blank": {"category": ""},
        "no such field": {"categories": "Smoking"},
        "no field of labels": {"day": "x", "pupil_key": "P1"},
        "numbers": {"category": 3, "points": "x"},
        "no mapping": 3,
        "bytes": {"category": b"Smoking"},
    }
    return {name: _counted(text, where=where, by="week") for name, where in wanted.items()}


def merits_among_the_rows() -> Any:
    def rows(*pairs: tuple[str, str, Any]) -> str:
        return _rows(
            *(
                f"{MONDAY + i * DAY};P{i};I{i};{kind};{sign};{points};AB"
                for i, (kind, sign, points) in enumerate(pairs)
            )
        )

    both = rows(("Disruption", "negative", -1), ("Kindness", "Positive", 1))
    merits = rows(("Disruption", "", ""), ("House points", "", ""), ("Praise", "", ""))
    signs = rows(("Disruption", "", -1), ("Help", "", 1), ("None", "", 0))
    return {
        "both": _counted(both),
        "negative": _counted(both, where={"polarity": "negative"}),
        "positive alone": _counted(rows(("A", "merit", 1), ("B", "praise", 1))),
        "positive, named": _counted(rows(("A", "merit", 1)), where={"category": "A"}),
        "mixed, named": _counted(both, where={"category": ["Disruption", "Kindness"]}),
        "odd": _counted(rows(("A", "red", 1), ("B", "negative", 1))),
        "odd alone": _counted(rows(("A", "red", 1), ("B", "red", 1))),
        "merits": _counted(merits),
        "merits, named": _counted(merits, where={"category": "Disruption"}),
        "five merits": _counted(
            rows(*((f"Merit {n}", "", "") for n in range(5)), ("Shouting", "", ""))
        ),
        "positive handling": _counted(rows(("Positive handling", "", ""))),
        "signs": _counted(signs),
        "signs, named": _counted(signs, where={"points": Range(below=0)}),
        "one sign": _counted(rows(("A", "", -1), ("B", "", -3))),
    }


def rows_that_repeat() -> Any:
    def rows(*cells: str) -> str:
        return _rows(*(f"{cell};Disruption;negative;-1;AB" for cell in cells))

    day, next_day, later = MONDAY, MONDAY + DAY, MONDAY + 2 * DAY
    cases = {
        "one id, one pupil": rows(f"{day};P1;I1", f"{day};P1;I1"),
        "one id, two pupils": rows(f"{day};P1;I1", f"{day};P2;I1"),
        "one id, two days": rows(f"{day};P1;I1", f"{next_day};P1;I1"),
        "one id, three days": rows(
            f"{day};P1;I1", f"{next_day};P1;I1", f"{next_day};P1;I1", f"{later};P2;I1"
        ),
        "no id, alike": rows(f"{day};P1;", f"{day};P1;"),
        "no id, thrice": rows(f"{day};P1;", f"{day};P1;", f"{day};P1;"),
        "no id, two pupils": rows(f"{day};P1;", f"{day};P2;"),
        "no pupils, one id": rows(f"{day};;I1", f"{day};;I1"),
        "turned": rows(f"{next_day};P1;I2", f"{day};P1;I2", f"{day};P1;I1"),
    }
    return {
        f"{name}, {count}, {repeats}": _counted(text, by="week", count=count, repeats=repeats)
        for name, text in cases.items()
        for count in ("incidents", "pupils-in-incidents")
        for repeats in (None, "once", "each")
    }


def ids_that_begin_anew() -> Any:
    last_year = autumn(12, 6).evolve(
        id="last",
        terms=[
            bc.model.Term(
                name="Summer",
                start=dt.date(2026, 6, 1),
                end=dt.date(2026, 7, 17),
                half_term=bc.model.DateRange(start=dt.date(2026, 6, 29), end=dt.date(2026, 7, 3)),
            )
        ],
    )
    text = _rows(
        *(
            f"{day};P1;I1;Disruption;negative;-1;AB"
            for day in (dt.date(2026, 7, 6), dt.date(2026, 9, 7))
        )
    )
    return refusal(lambda: _counted(text, calendar=[last_year, YEAR], accept=["lone-row"]))


def pupils_that_nobody_knows() -> Any:
    text = _rows(
        f"{MONDAY};P1;I1;Disruption;negative;-1;A",
        f"{MONDAY};unknown;I1;Disruption;negative;-1;A",
        f"{MONDAY + DAY};;I2;Disruption;negative;-1;A",
    )
    return {c: _counted(text, by="week", count=c) for c in ("incidents", "pupils-in-incidents")}


def series_of_logs_that_are_refused() -> Any:
    text = _many(SCHOOL_DAYS)
    return {
        "options": _counted(
            text,
            indicator=3,
            calendar=4,
            pupils=0,
            by="day",
            count="pupils",
            covers=5,
            accept=["all"],
            repeats="thrice",
        ),
        "closures": _counted(text, closures=["soon"]),
        "indicator": _counted(text, indicator=_indicator("suspensions")),
        "calendars": _counted(text, calendar=[YEAR, 3]),
        "changes": _counted(text, recording_changes=[3]),
        "a long id": _counted(text, indicator=_indicator().evolve(id="x" * 90)),
    }


def how_much_a_few_make_up() -> Any:
    def of(numbers: list[int], **options: Any) -> Any:
        rows = [
            f"{MONDAY + SCHOOL_DAYS[(7 * i + j) % 50] * DAY};P{i:02};I{i}-{j};Disruption;-;-1;A"
            for i, n in enumerate(numbers)
            for j in range(n)
        ]
        made = refusal(lambda: _read(_rows(*rows)).concentration(**options))
        return made if isinstance(made, Exception) else [made, repr(made), *str(made).splitlines()]

    mixed = _rows(*(f"{MONDAY};P{i};I{i};A;{s};1;A" for i, s in enumerate(["merit", "-"])))
    many = [20, 15, 9, 5, 4, 4, 3, 3, 2, 2, 1, 1, 1, 1, 1]
    return {
        "three": of(many),
        "four": of(many, most_logged=4),
        "change": of(many, change_at=MONDAY + 35 * DAY, calendar=YEAR),
        "on the first day": of(many, change_at=MONDAY, calendar=YEAR),
        "after all": of(many, change_at=MONDAY + 400 * DAY, calendar=[YEAR]),
        "thirteen": of(many[:13]),
        "twelve": of(many[:12]),
        "alike": of([2] * 15),
        "chosen": of(many, where={"category": "Disruption"}),
        "wrong": of(many, most_logged=2, change_at="soon", where=3),
        "no calendar": of(many, most_logged=21, change_at=MONDAY),
        "merits": refusal(lambda: _read(mixed).concentration()),
        "repeats": refusal(lambda: _read(_rows(*([f"{MONDAY};P1;;A;-;1;A"] * 2))).concentration()),
    }


# -- parts of a log ----------------------------------------------------------------------------


def _log_rows(days: Iterable[int]) -> list[LogRow]:
    return [LogRow(MONDAY + n * DAY, None, "", "", "", "", "", None, "", None) for n in days]


def ends_of_a_log() -> Any:
    opened = {MONDAY + n * DAY: n // 7 for n in SCHOOL_DAYS}
    found = {}
    for name, days in (
        ("none", SCHOOL_DAYS),
        ("both", [0, *SCHOOL_DAYS[20:35], SCHOOL_DAYS[-1]]),
        ("outside", [-60, *SCHOOL_DAYS]),
        ("just outside", [-22, *SCHOOL_DAYS]),
        ("three days", [0, 1, 2, *SCHOOL_DAYS[22:]]),
        ("one in ten", [0, *SCHOOL_DAYS[40:49]]),
        ("more", [0, *SCHOOL_DAYS[40:48]]),
        ("one day", [0]),
        ("two days", [0, 60]),
        ("thrice the other gaps", [0, *SCHOOL_DAYS[21::7], *([30] * 20)]),
        ("four weeks", [0, *([SCHOOL_DAYS[16]] * 40)]),
        ("more weeks", [0, *([SCHOOL_DAYS[17]] * 40)]),
    ):
        given = Arguments("test")
        doubts = lone_ends(_log_rows(days), opened, (), given)
        found[name] = [str(f) for f in given.faults] + [d.message for d in doubts]
    return found


def what_a_log_says_it_covers() -> Any:
    opened = {MONDAY + n * DAY: 0 for n in SCHOOL_DAYS}
    found = {}
    for name, days in (
        ("school days", SCHOOL_DAYS[3:9]),
        ("weekend before", [-2, *SCHOOL_DAYS[3:9]]),
        ("few outside", [-100, *SCHOOL_DAYS[:9]]),
        ("many outside", [-100, *SCHOOL_DAYS[:8]]),
        ("no school day", [42, 43]),
    ):
        made = days_covered(_log_rows(days), opened, [YEAR])
        found[name] = f"{made.start} to {made.end}"
    return found


def gaps_inside_a_log() -> Any:
    opened = {MONDAY + n * DAY: n // 7 for n in SCHOOL_DAYS}
    masks = [""] * 12
    return {
        name: [d.message for d in long_gaps(_log_rows(days), opened, hidden)]
        for name, days, hidden in (
            ("none", SCHOOL_DAYS, masks),
            ("one day", [0], masks),
            ("no day", [5], masks),
            ("fifteen", [*SCHOOL_DAYS[:9], *SCHOOL_DAYS[24:]], masks),
            ("sixteen", [*SCHOOL_DAYS[:9], *SCHOOL_DAYS[25:]], masks),
            ("sixteen, masked", [*SCHOOL_DAYS[:9], *SCHOOL_DAYS[25:]], ["x"] * 5 + [""] * 7),
            ("rare", [0, SCHOOL_DAYS[5], SCHOOL_DAYS[10], SCHOOL_DAYS[30]], masks),
        )
    }


def periods_that_are_covered_in_part() -> Any:
    opened = {MONDAY + n * DAY: n // 7 for n in range(28)}
    spans = [
        PeriodExposure(
            label=f"week {k + 1}",
            start=MONDAY + k * WEEK,
            end=MONDAY + (7 * k + 6) * DAY,
            days=7,
            pupil_days=700,
        )
        for k in range(4)
    ]
    found = {}
    for first, last in ((0, 27), (5, 22), (6, 21), (6, 27), (0, 21), (6, 6)):
        known = bc.model.DateRange(start=MONDAY + first * DAY, end=MONDAY + last * DAY)
        doubts = part_covered(known, 9, spans, ["", "", "", ""], opened)
        masked = part_covered(known, 9, spans, ["x", "", "", "x"], opened)
        found[f"{first} to {last}"] = [d.message for d in (*doubts, *masked)]
    return found
