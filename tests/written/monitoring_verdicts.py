"""Measures, verdicts, what a school counted as it is judged, and the words of pictures."""

from __future__ import annotations

import datetime as dt
from typing import Any

import attrs

import behaviour_culture as bc
from behaviour_culture import monitoring
from behaviour_culture.checks import Check
from behaviour_culture.disclosure import DisclosureRules
from behaviour_culture.model.estimate import StudyDesign
from behaviour_culture.model.indicator import ReportedBy
from behaviour_culture.monitoring.counts.joining import join_series, sum_by_window, year_before
from behaviour_culture.monitoring.counts.series_columns import remarks_on
from behaviour_culture.monitoring.verdicts.independence import are_one_piece, move_together
from behaviour_culture.monitoring.verdicts.measure import forbidden_words
from builders import DAY, MONDAY, refusal

SMALL = DisclosureRules(threshold=10, show_zeros=False, round_to=5)
STARTS = MONDAY + 7 * 20 * DAY


def _said(made: Any) -> list[str]:
    return [repr(made), *str(made).splitlines()]


def _ratio(value: float, low: float, high: float, **fields: Any) -> bc.Estimate:
    usual: dict[str, Any] = {"method": "given", "design": StudyDesign.INTERRUPTED_TIME_SERIES}
    return bc.Estimate(value=value, lower=low, upper=high, **(usual | fields))


BETTER, WORSE = _ratio(0.7, 0.6, 0.8), _ratio(1.4, 1.2, 1.6)
LITTLE, WIDE = _ratio(0.98, 0.93, 1.03), _ratio(0.9, 0.6, 1.3)


def _measure(found: bc.Estimate = BETTER, **fields: Any) -> monitoring.Measure:
    usual: dict[str, Any] = {
        "name": "removals",
        "reporter": "records",
        "source": "log",
        "design": 3,
        "estimate": found,
        "matters": 0.8,
        "window": "a year",
        "exposure": "80,000 pupil days",
        "events": 220,
        "points": (12, 12),
    }
    return monitoring.Measure(**(usual | fields))


def _series(  # noqa: PLR0913  (what a series varies in)
    counts: list[float | None],
    *,
    indicator: str = "serious-incidents",
    start: dt.date = MONDAY,
    each: int = 7,
    exposure: float = 4_000,
    kind: bc.model.ExposureKind = bc.model.ExposureKind.PUPIL_DAYS,
    **fields: Any,
) -> bc.Series:
    periods = [
        bc.model.SeriesPeriod(
            label=f"{start + each * i * DAY:%d %b %Y}",
            start=start + each * i * DAY,
            end=start + (each * i + 4) * DAY,
            count=count,
            exposure=exposure,
            masked="" if count is not None else "snow",
        )
        for i, count in enumerate(counts)
    ]
    usual: dict[str, Any] = {"id": f"of-{indicator}", "indicator": indicator}
    return bc.Series(periods=periods, exposure_kind=kind, **(usual | fields))


# -- one measure -------------------------------------------------------------------------------


def readings() -> Any:
    """The reading of an interval on each place beside no change and what matters."""
    found = {}
    for low, high in (
        *((0.6, 0.8), (0.6, 0.99), (0.6, 1.0), (0.81, 1.0), (0.81, 1.2), (0.8, 1.0), (0.81, 0.99)),
        *((1.0, 1.24), (1.0, 1.25), (1.01, 1.24), (1.01, 1.3), (0.0, 0.9), (0.9, 1.1)),
    ):
        middle = (low * high) ** 0.5
        for lower in (True, False):
            for seen in (None, 0.7, 0.8, 0.9):
                made = _measure(_ratio(middle, low, high), lower_is_better=lower, detectable=seen)
                found[f"{low} to {high}, {'less' if lower else 'more'}, {seen}"] = made.reading
    return found


def readings_of_differences() -> Any:
    found = {}
    for low, high in (
        (-0.2, -0.01),
        (-0.04, 0.04),
        (-0.05, 0.0),
        (0.0, 0.2),
        (0.01, 0.04),
        (0.06, 0.2),
    ):
        middle = _ratio((low + high) / 2, low, high)
        for lower in (True, False):
            made = _measure(middle, scale="difference", matters=0.05, lower_is_better=lower)
            found[f"{low} to {high}, {lower}"] = [
                made.reading,
                *(made.in_changes_that_matter(v) for v in (low, 0, 0.05, high)),
            ]
    ratio = _measure()
    found["ratios"] = [ratio.in_changes_that_matter(v) for v in (0.0, 0.5, 0.8, 1.0, 1.25)]
    return found


def readings_without_an_interval() -> Any:
    described = _ratio(0.7, 0.6, 0.8, design=StudyDesign.DESCRIPTION)
    compared = _ratio(0.7, 0.6, 0.8, design=StudyDesign.COMPARISON)
    made = {
        "level": _measure(_ratio(0.7, 0.6, 0.8, level=0.94)),
        "just": _measure(_ratio(0.7, 0.6, 0.8, level=0.95)),
        "more": _measure(_ratio(0.7, 0.6, 0.8, level=0.99)),
        "no width": _measure(_ratio(0.7, 0.7, 0.7)),
        "short": _measure(described, design=1, points=None),
        "seven before": _measure(points=(7, 12)),
        "seven after": _measure(points=(12, 7)),
        "eight": _measure(points=(8, 8)),
        "seven of schools": _measure(compared, design=4, points=(7, 7)),
        "recording": _measure(recording_changes=["a new form"]),
    }
    return {name: [m.reading, m.short, m.sure, repr(m)] for name, m in made.items()}


def measures_in_words() -> Any:
    made = {
        "usual": _measure(),
        "all": _measure(
            detectable=0.75, without_trend=_ratio(0.8, 0.7, 0.9), recording_changes=["a form", "b"]
        ),
        "difference": _measure(
            _ratio(0.1, 0.02, 0.2),
            scale="difference",
            matters=0.05,
            lower_is_better=False,
            without_trend=_ratio(0.2, 0.1, 0.3),
            detectable=0.04,
            reporter="staff",
        ),
        "few": _measure(events=4),
        "unknown": _measure(events=None),
        "thousands": _measure(events=12_345, fewest=2_000),
    }
    return {name: _said(m) for name, m in made.items()}


def measures_that_are_shown() -> Any:
    """Which number of events, and which smaller count, is hidden with its estimate."""
    short = {"design": 1, "points": None}

    def described(value: float, low: float, high: float, **fields: Any) -> bc.Estimate:
        return _ratio(value, low, high, design=StudyDesign.DESCRIPTION, **fields)

    made = {
        "many": _measure(),
        "few": _measure(events=4),
        "five": _measure(events=5),
        "none": _measure(events=0),
        "unknown": _measure(events=None),
        "few on a side": _measure(events=220, fewest=4),
        "five on a side": _measure(events=220, fewest=5),
        "none on a side": _measure(events=220, fewest=0),
        "ratio of few": _measure(_ratio(0.02, 0.01, 0.05)),
        "ratio of five": _measure(_ratio(0.0233, 0.01, 0.05)),
        "ratio of many": _measure(_ratio(50, 20, 90)),
        "ratio of 0": _measure(_ratio(0, 0, 0.5)),
        "wide": _measure(described(0.9, 0.3, 2.7), events=60, **short),
        "not wide": _measure(described(0.9, 0.6, 1.35), events=60, **short),
        "without a lower end": _measure(described(0.9, 0.0, 1.35), events=60, **short),
        "difference": _measure(_ratio(0.1, 0.02, 0.2), scale="difference", matters=0.05),
        "rates": _measure(monitoring.rate_ratio(8, 1e4, 52, 9e4), events=60, **short),
        "rates of few": _measure(monitoring.rate_ratio(4, 1e4, 56, 9e4), events=60, **short),
    }
    return {
        name: [
            [n if (n := shown.events) is not None else "hidden", *attrs.astuple(shown.estimate)[:4]]
            for shown in (m.published(), m.published(SMALL))
        ]
        for name, m in made.items()
    }


def a_measure_without_figures() -> Any:
    ratio = _measure(detectable=0.75, fewest=30, sides=[1, -1, 0], without_trend=LITTLE)
    difference = _measure(_ratio(0.1, 0.02, 0.2), scale="difference", matters=0.05)
    return [ratio.without_figures(), difference.without_figures(), ratio.published()]


def words_that_are_not_allowed() -> Any:
    texts = (
        "proved",
        "It PROVEN",
        "improve",
        "prove, proves and proven",
        "impact",
        "impacted by it",
        "impactful",
        "because of",
        "due  to rain",
        "undue tone",
        "compact",
    )
    return {text: [forbidden_words(text, level) for level in (3, 4)] for text in texts}


def measures_that_are_refused() -> Any:
    description = _ratio(0.7, 0.6, 0.8, design=StudyDesign.DESCRIPTION)
    wrong: Any = {
        "points": lambda: _measure(points=(8, 8, 8)),
        "no points": lambda: _measure(points=None),
        "rung": lambda: _measure(design=4),
        "rung of a description": lambda: _measure(description, design=3),
        "rung of nothing": lambda: _measure(_ratio(0.7, 0.6, 0.8, design=None), design=2),
        "rung of waves": lambda: _measure(
            _ratio(0.7, 0.6, 0.8, design=StudyDesign.BEFORE_AFTER), design=3
        ),
        "rung of schools": lambda: _measure(
            _ratio(0.7, 0.6, 0.8, design=StudyDesign.COMPARISON), design=5
        ),
        "suspensions": lambda: _measure(name="suspended pupils"),
        "exclusions": lambda: _measure(source="Fixed-term exclusions"),
        "below 0": lambda: _measure(_ratio(0.1, -0.1, 0.3)),
        "no change": lambda: _measure(matters=1, detectable=1.0),
        "words": lambda: _measure(
            name="impact",
            source="because",
            window="due to",
            exposure="proved",
            recording_changes=["fine", "impacted"],
        ),
        "words of the method": lambda: _measure(
            _ratio(0.7, 0.6, 0.8, method="impact", unit="proved")
        ),
        "kinds": lambda: _measure(reporter="cooks", topic="food", scale="log", design=6, matters=0),
        "sides": lambda: _measure(sides=[2], events=-1),
    }
    return {name: refusal(make) for name, make in wrong.items()}


def _measured(result: Any, **fields: Any) -> Any:
    usual: dict[str, Any] = {"name": "lates", "source": "register", "matters": 0.9}
    return monitoring.measure_of(result, **(usual | fields))


def measures_of_results() -> Any:
    counts = [52, 48, 50, 55, 47, 51, 49, 53, 40, 38, 42, 41, 37, 43, 39, 40]
    change = bc.model.RecordingChange(day=MONDAY + 30 * DAY, what="a new form")
    series = _series([*counts[:5], None, *counts[6:]], recording_changes=[change])
    its, where = monitoring.interrupted_time_series, {"window": "a year", "exposure": "all"}
    waves = monitoring.survey_change(
        [1] * 60 + [0] * 60, [1] * 80 + [0] * 40, group="pupils", asked_before=150, asked_after=150
    )
    panel = monitoring.difference_in_differences(
        [20.44, 21.03, 23.33, 21.17, 20, 21, 23, 22],
        unit=[*"aabbccdd"],
        period=[1, 2] * 4,
        treated=[1, 1, 0, 0] * 2,
        after=[0, 1] * 4,
    )
    step = its(series, change_at=8)
    return {
        "counts": _measured(its(counts, change_at=8), **where),
        "gaussian": _measured(
            its([c / 7 for c in counts], change_at=8, family="gaussian"), **where
        ),
        "series": _measured(step),
        "series, told": _measured(step, window="ours", exposure="much", recording_changes=["x"]),
        "its series": _measured(its([c for c in counts if c], change_at=8), series=_series(counts)),
        "survey": _measured(waves, **where, matters=0.05),
        "survey of few no": _measured(
            monitoring.survey_change(
                [1] * 60, [1] * 70 + [0] * 3, group="staff", asked_before=60, asked_after=73
            ),
            **where,
        ),
        "schools": _measured(panel, **where, events=400, matters=0.5),
        "estimate": _measured(monitoring.rate_ratio(80, 4e4, 140, 4e4), **where, events=220),
        "estimate of a series": _measured(
            monitoring.rate_ratio(80, 4e4, 140, 4e4), series=series, events=220
        ),
        "options": _measured(
            monitoring.rate_ratio(80, 4e4, 140, 4e4),
            **where,
            events=220,
            fewest=80,
            reporter="staff",
            topic="lost-learning",
            lower_is_better=False,
            detectable=0.5,
        ),
        "zero": _measured(monitoring.rate_ratio(0, 4e4, 9, 4e4), **where, events=9, fewest=0),
        "gaps": _measured(its(counts, change_at=8, exclude=[0, 15]), **where),
    }


def results_that_make_no_measure() -> Any:
    its = monitoring.interrupted_time_series([9, 8, 7, 9, 5, 4, 6, 5], change_at=4)
    small = monitoring.survey_change([1, 0], [1, 1], group="staff", asked_before=2, asked_after=2)
    wrong: Any = {
        "a number": lambda: _measured(3),
        "small": lambda: _measured(small, window="w", exposure="e"),
        "series": lambda: _measured(its, series=3),
        "lengths": lambda: _measured(its, series=_series([1, 2, 3])),
        "nothing said": lambda: _measured(its),
        "no events": lambda: _measured(BETTER),
    }
    return {name: refusal(make) for name, make in wrong.items()}


# -- several measures --------------------------------------------------------------------------


def independence() -> Any:
    a = _measure()
    sides = [1, -1] * 8

    def turned(size: int, alike: int) -> list[bool]:
        """Two series of which so many points lie on one side."""
        second = [1] * alike + [-1] * (size - alike)
        return both({"source": "a", "sides": [1] * size}, {"source": "b", "sides": second})

    def both(one: dict[str, Any], other: dict[str, Any]) -> list[bool]:
        m, n = _measure(**one), _measure(LITTLE, **other)
        return [are_one_piece(m, n), move_together(m, n)]

    return {
        "one source": both({}, {}),
        "named": both({"source": "Behaviour log"}, {"source": "behaviour LOG: lates"}),
        "others": both({"source": "log"}, {"source": "register"}),
        "signs": both({"source": "--"}, {"source": "++"}),
        "same numbers": are_one_piece(a, _measure(source="register")),
        "other events": are_one_piece(a, _measure(source="register", events=221)),
        "together": both({"source": "a", "sides": sides}, {"source": "b", "sides": sides}),
        "against": both(
            {"source": "a", "sides": sides}, {"source": "b", "sides": [-s for s in sides]}
        ),
        "fifteen": both({"source": "a", "sides": sides[1:]}, {"source": "b", "sides": sides[1:]}),
        "lengths": both({"source": "a", "sides": sides}, {"source": "b", "sides": sides * 2}),
        "with gaps": both(
            {"source": "a", "sides": [0, *sides]}, {"source": "b", "sides": [1, *sides]}
        ),
        "share": [turned(36, n) for n in (26, 27, 28)],
        "few, share": [turned(16, n) for n in (13, 14, 15)],
    }


def _verdict(*measures: monitoring.Measure) -> Any:
    made = monitoring.verdict(measures)
    return {
        "conclusion": made.conclusion,
        "level": made.level,
        "flags": [made.displaced, made.disagree],
        "said": list(made.sentences),
        "would change": list(made.would_change),
    }


def _named(name: str, found: bc.Estimate = BETTER, **fields: Any) -> monitoring.Measure:
    return _measure(found, **{"name": name, "source": name, "events": 100 + len(name), **fields})


def verdicts() -> Any:
    described = {"design": 1, "points": None}
    better, worse = _named("alpha"), _named("gamma", WORSE)
    wide = [_named(f"w{'x' * n}", WIDE) for n in range(1, 14)]
    lost = _named("many hours", topic="lost-learning")
    suspended = _named("suspensions", topic="suspensions")
    return {
        "one": _verdict(better),
        "two": _verdict(better, _named("be")),
        "of one source": _verdict(better, _named("be", source="alpha")),
        "two worse": _verdict(worse, _named("be", WORSE)),
        "one worse": _verdict(worse),
        "both": _verdict(better, worse),
        "little": _verdict(_named("alpha", LITTLE), _named("be", LITTLE)),
        "one little": _verdict(_named("alpha", LITTLE)),
        "wide": _verdict(_named("alpha", WIDE)),
        "unsure": _verdict(_named("alpha", _ratio(0.7, 0.6, 0.8, level=0.9))),
        "described": _verdict(
            _named("alpha", _ratio(0.7, 0.6, 0.8, design=StudyDesign.DESCRIPTION), **described)
        ),
        "changed": _verdict(_named("alpha", recording_changes=["a form", "b"])),
        "changed and better": _verdict(_named("alpha", recording_changes=["a"]), _named("be")),
        "better and others": _verdict(
            better, _named("be"), _named("delta", WIDE), _named("eps", LITTLE)
        ),
        "two of fourteen": _verdict(better, _named("be"), *wide[:12]),
        "two of fifteen": _verdict(better, _named("be"), *wide),
        "two worse of fifteen": _verdict(worse, _named("be", WORSE), *wide),
        "lost learning": _verdict(lost, better),
        "suspensions and hours": _verdict(suspended, lost),
        "suspensions, hours and more": _verdict(suspended, lost, better),
        "suspensions, hours alike": _verdict(
            suspended, _named("hours", LITTLE, topic="lost-learning")
        ),
        "suspensions, hours worse": _verdict(
            suspended, _named("hours", WORSE, topic="lost-learning")
        ),
        "suspensions, hours unknown": _verdict(
            suspended, _named("hours", WIDE, topic="lost-learning")
        ),
        "staff and pupils": _verdict(
            _named("staff", reporter="staff"), _named("pupils", LITTLE, reporter="pupils")
        ),
        "staff and pupils alike": _verdict(
            _named("staff", reporter="staff"), _named("pupils", reporter="pupils")
        ),
        "staff and unsure pupils": _verdict(
            _named("staff", reporter="staff"), _named("pupils", WIDE, reporter="pupils")
        ),
        "of schools": _verdict(
            *(
                _named(n, _ratio(v, 0.6, 0.8, design=StudyDesign.COMPARISON), design=4)
                for n, v in (("alpha", 0.7), ("be", 0.71))
            )
        ),
        "at random": _verdict(
            *(
                _named(n, _ratio(v, 0.6, 0.8, design=StudyDesign.RANDOMISED), design=5)
                for n, v in (("alpha", 0.7), ("be", 0.71))
            )
        ),
        "of two designs": _verdict(
            better, _named("be", _ratio(0.7, 0.6, 0.81, design=StudyDesign.COMPARISON), design=4)
        ),
        "of waves": _verdict(
            *(
                _named(
                    n, _ratio(v, 0.6, 0.8, design=StudyDesign.BEFORE_AFTER), design=2, points=None
                )
                for n, v in (("alpha", 0.7), ("be", 0.71))
            )
        ),
    }


def a_verdict_in_words() -> Any:
    sides = [1, -1] * 8
    made = monitoring.verdict(
        [
            _named("alpha", sides=sides),
            _named("be", _ratio(0.71, 0.6, 0.8), sides=sides),
            _named("gamma", WIDE, events=3),
            _named("delta", recording_changes=["a form", "b"]),
            _named("eps", events=None),
        ],
        id="ours",
    )
    return {
        "said": _said(made),
        "rows": made.to_rows(),
        "published": made.published(),
        "otherwise": [m.events or -1 for m in made.published(SMALL).measures],
        "picture": made.plot.describe(),
    }


def verdicts_that_are_refused() -> Any:
    compared = _ratio(0.7, 0.6, 0.8, design=StudyDesign.COMPARISON, method="impact of it")
    wrong: Any = {
        "none": lambda: monitoring.verdict([]),
        "twice": lambda: monitoring.verdict([_measure(), _measure()]),
        "suspensions": lambda: monitoring.verdict([_named("a", topic="suspensions")]),
        "words": lambda: monitoring.verdict(
            [_named("impact", compared, design=4), _named("be"), _named("alpha")]
        ),
    }
    return {name: refusal(make) for name, make in wrong.items()}


# -- what a school counted ---------------------------------------------------------------------

COUNTS: list[float | None] = [30.0 + (7 * i) % 11 for i in range(20)]
LATER: list[float | None] = [18.0 + (5 * i) % 7 for i in range(12)]


def _judged(*series: bc.Series, **more: Any) -> Any:
    made = monitoring.judge_counts(series, **({"starts": STARTS} | more))
    found = made.verdict
    return {
        "rows": made.to_rows(internal=True),
        "shown": [[r["periods"], r["reading"] or r["why_not"]] for r in made.to_rows()],
        "charts": [e.chart.title for e in made.entries if e.chart is not None],
        "measures": [_said(e.measure) for e in made.entries if e.measure is not None],
        "detectable": [str(e.detectable) for e in made.entries if e.detectable is not None],
        "apart": [repr(e) for e in made.apart],
        "verdict": list(found.sentences) if found is not None else [],
        "said": _said(made),
    }


def incidents_that_fell() -> Any:
    return _judged(_series([*COUNTS, *LATER]))


def counts_of_two_years() -> Any:
    year = 7 * 52 * DAY
    first = _series(COUNTS, start=STARTS - year, source="last year's log")
    return _judged(first, _series(LATER, start=STARTS, id="later", source="this year's"))


def counts_of_too_few_weeks() -> Any:
    return {
        "seven after": _judged(_series([*COUNTS, *LATER[:7]]))["said"],
        "eight after": _judged(_series([*COUNTS, *LATER[:8]]))["said"],
        "seven before": _judged(_series([*COUNTS[:7], *LATER]), starts=MONDAY + 49 * DAY)["said"],
        "eleven before": _judged(_series([*COUNTS[:11], *LATER]), starts=MONDAY + 77 * DAY)["said"],
        "twelve before": _judged(_series([*COUNTS[:12], *LATER]), starts=MONDAY + 84 * DAY)["said"],
        "none after": _judged(_series(COUNTS))["said"],
        "none before": _judged(_series(LATER, start=STARTS))["said"],
    }


def counts_of_each_kind() -> Any:
    kinds = bc.model.ExposureKind
    both: list[float | None] = [*COUNTS, *LATER]
    return _judged(
        _series(both),
        _series(both, indicator="low-level-incidents"),
        _series(both, indicator="absence", kind=kinds.SESSIONS),
        _series(both, indicator="persistent-absence", kind=kinds.PUPILS, exposure=400),
        _series([None if c is None else c + 0.5 for c in both], indicator="lost-learning-hours"),
        _series([0] * 20 + [3, 0, 5] * 4, indicator="internal-truancy"),
        _series([5] * 20 + [0] * 12, indicator="recognition"),
    )


def suspensions_with_and_without_hours() -> Any:
    known = bc.load_indicators().indicator("suspensions")
    fewer = known.evolve(direction=bc.model.Direction.LOWER)
    hours = bc.load_indicators().indicator("lost-learning-hours")
    both: list[float | None] = [*COUNTS, *LATER]
    alone = _series(both, indicator="suspensions", kind=bc.model.ExposureKind.PUPILS, exposure=900)
    beside = _series(both[::-1], indicator="lost-learning-hours")
    more = {"indicators": [fewer, hours]}
    return {"alone": _judged(alone, **more), "beside": _judged(alone, beside, **more)}


def counts_that_vary_more_than_by_chance() -> Any:
    wild = [10.0 + (37 * i) % 60 for i in range(32)]
    return _judged(_series(list(wild)), matters={"serious-incidents": 0.5})


def counts_with_a_season() -> Any:
    weeks = [30.0 + (i // 13) % 4 * 5 for i in range(120)]
    return _judged(_series(list(weeks)), starts=MONDAY + 7 * 80 * DAY)["measures"]


def surveys_before_and_after() -> Any:
    answers = {"kind": bc.model.ExposureKind.ANSWERS, "exposure": 120.0, "each": 200}
    change = bc.model.RecordingChange(day=MONDAY + 250 * DAY, what="a new question")
    late = bc.model.RecordingChange(day=MONDAY + 900 * DAY, what="after all")
    pupils = _series(
        [50, 60, 84, 90],
        indicator="good-behaviour-pupils",
        recording_changes=[change, late],
        **answers,
    )
    made = _judged(
        _series([60, 84], indicator="good-behaviour-staff", **answers),
        pupils,
        _series([80, 60], indicator="interrupted-pupils", **answers),
        _series([20, 25], indicator="rules-fair-staff", **(answers | {"exposure": 29.0})),
        _series([20.5, 25], indicator="calm-orderly-staff", **answers),
        _series([20, None], indicator="rules-fair-pupils", **answers),
        matters={"good-behaviour-staff": 0.3},
    )
    records = bc.load_indicators().indicator("good-behaviour-staff")
    odd = records.evolve(reported_by=ReportedBy.RECORDS)
    alone = _series([60, 84], indicator="good-behaviour-staff", **answers)
    return {"made": made, "of records": _judged(alone, indicators=[odd])["said"]}


def groups_beside_the_whole() -> Any:
    windows = [
        bc.model.DateRange(start=MONDAY + 7 * n * DAY, end=MONDAY + (7 * n + 48) * DAY)
        for n in (0, 7, 14, 21)
    ]

    def shown(group: list[float | None], whole: list[float | None], **more: Any) -> Any:
        made = monitoring.judge_counts(
            _series(whole),
            starts=MONDAY + 7 * 14 * DAY,
            groups={"SEN": [_series(group)], **more.pop("others", {})},
            **more,
        )
        return [[r["group"], r["periods"]] for r in made.to_rows()], [
            e.hidden for e in made.published().entries
        ]

    large: list[float | None] = [40.0] * 28
    return {
        "large": shown([20.0] * 28, large),
        "small": shown([3.0] * 28, large),
        "rest small": shown([37.0] * 28, large),
        "rest none": shown([40.0] * 28, large),
        "small week": shown([20.0] * 27 + [2.0], large),
        "small week, by half-term": shown([20.0] * 27 + [2.0], large, windows=windows),
        "rest of two": shown(
            [20.0] * 28, large, others={"FSM": [_series([17.0] * 28)]}, windows=windows
        ),
        "seven groups": shown(
            [20.0] * 28, large, others={f"g{i}": [_series([20.0] * 28)] for i in range(6)}
        ),
        "six groups": shown(
            [20.0] * 28, large, others={f"g{i}": [_series([20.0] * 28)] for i in range(5)}
        ),
        "whole small": shown([3.0] * 28, [4.0] * 28, windows=windows),
        "masked": shown([None, *([20.0] * 27)], large),
    }


def weeks_that_are_small() -> Any:
    windows = [
        bc.model.DateRange(start=STARTS + 7 * n * DAY, end=STARTS + (7 * n + 41) * DAY)
        for n in (0, 6)
    ]
    counts: list[float | None] = [float(3 + i % 3) for i in range(20)]
    later: list[float | None] = [float(2 + i % 3) for i in range(12)]
    made = monitoring.judge_counts(_series([*counts, *later]), starts=STARTS, windows=windows)
    bare = monitoring.judge_counts(_series([*counts, *later]), starts=STARTS)
    return {
        "rows": made.to_rows(),
        "internal": made.to_rows(internal=True),
        "periods": made.published().entries[0].series.to_rows(),
        "said": _said(made),
        "without windows": _said(bare),
        "bare": bare.published().entries[0].series.counts(),
        "pictures": [made.plot.describe(), made.plot.describe(indicator="serious-incidents")],
        "no such": refusal(lambda: made.plot.describe(indicator="lates")),
    }


def a_series_that_is_shown_alone() -> Any:
    from behaviour_culture.monitoring.verdicts.judged import JudgedSeries

    known = bc.load_indicators().indicator("serious-incidents")
    return _said(JudgedSeries(indicator=known, series=_series([5.0, 6.0])))


def reasons_for_no_measure() -> Any:
    from behaviour_culture.monitoring.verdicts.judged import Unjudged

    return {reason.value: reason.words for reason in Unjudged}


def counts_that_are_refused() -> Any:
    judge: Any = monitoring.judge_counts
    one = _series([5.0, 6.0])
    kinds = bc.model.ExposureKind
    wrong: Any = {
        "values": lambda: judge([one, 3], starts="soon", indicators=[3], windows=[4]),
        "groups": lambda: judge(one, starts=STARTS, groups={"SEN": 3, "FSM": [one, 4]}),
        "matters": lambda: judge(
            one, starts=STARTS, matters={"serious-incident": 0.8, "absence": 0}
        ),
        "indicator": lambda: judge(_series([5.0], indicator="lates"), starts=STARTS),
        "overlap": lambda: judge([one, one], starts=STARTS),
        "kinds": lambda: judge(
            [one, _series([5.0], start=MONDAY + 99 * DAY, kind=kinds.PUPILS)], starts=STARTS
        ),
    }
    return {name: refusal(make) for name, make in wrong.items()}


# -- several series as one ---------------------------------------------------------------------


def series_that_are_joined() -> Any:
    check = Check("test")
    change = bc.model.RecordingChange(day=MONDAY, what="a new form")
    again = bc.model.RecordingChange(day=MONDAY, what="the same day")
    first = _series([5.0, 6.0], source="a", recording_changes=[change])
    later = _series([7.0, None], start=MONDAY + 70 * DAY, source="b", recording_changes=[again])
    named = attrs.evolve(
        later,
        periods=[
            attrs.evolve(p, label=f.label)
            for p, f in zip(later.periods, first.periods, strict=True)
        ],
    )
    return {
        "one": join_series([first], check) == first,
        "two": join_series([later, first], check),
        "labels": [p.label for p in (join_series([first, named], check) or first).periods],
        "touching": [
            len(
                (
                    join_series([first, _series([5.0], start=MONDAY + n * DAY)], check, "mine")
                    or first
                ).periods
            )
            for n in (11, 12)
        ],
        "faults": [str(f) for f in check.faults],
    }


def sums_by_half_term() -> Any:
    windows = [
        bc.model.DateRange(start=MONDAY, end=MONDAY + 20 * DAY),
        bc.model.DateRange(start=MONDAY + 21 * DAY, end=MONDAY + 41 * DAY),
    ]
    this = _series([5.0, 6.0, 7.0, None, 9.0, 10.0, 11.0])
    before = _series([1.0, 2.0, None, 4.0], start=MONDAY - 7 * 52 * DAY)
    gone = _series([None, None], start=MONDAY - 7 * 104 * DAY)
    return {
        "this year": sum_by_window(this, windows).to_rows(),
        "years before": sum_by_window(before, windows).to_rows(),
        "masked": sum_by_window(gone, windows).to_rows(),
        "no windows": sum_by_window(_series([5.0] * 12, each=14), []).to_rows(),
    }


def the_year_before() -> Any:
    kinds = bc.model.ExposureKind
    answers = {"kind": kinds.ANSWERS, "exposure": 120.0}
    counted = _series([5.0, 6.0, None, 90.0])
    found = {
        "rate": year_before([counted], MONDAY + 60 * DAY),
        "before the third": year_before([counted], MONDAY + 16 * DAY),
        "on its middle": year_before([counted], MONDAY + 9 * DAY),
        "a day later": year_before([counted], MONDAY + 10 * DAY),
        "a year later": year_before([counted], MONDAY + (2 + 364) * DAY),
        "more than a year later": year_before([counted], MONDAY + (3 + 364) * DAY),
        "long after": year_before([counted], MONDAY + 999 * DAY),
        "small": year_before([_series([5.0, 4.0])], MONDAY + 60 * DAY),
        "answers": year_before([_series([60.0, 66.0], **answers)], MONDAY + 60 * DAY),
        "few answers": year_before(
            [_series([60.0], **(answers | {"exposure": 62.0}))], MONDAY + 60 * DAY
        ),
        "none": year_before([], MONDAY),
    }
    return {name: "none" if e is None else e for name, e in found.items()}


def remarks() -> Any:
    days = (MONDAY, MONDAY + DAY, MONDAY + 25 * DAY, MONDAY + 26 * DAY)
    changes = [bc.model.RecordingChange(day=d, what=f"on {d}") for d in days]
    return {
        "all": remarks_on(_series([5.0, 6.0, 7.0, 8.0], recording_changes=changes)),
        "masked": remarks_on(_series([None, 6.0, 7.0, None], recording_changes=changes)),
        "nothing": remarks_on(_series([None, None], recording_changes=changes)),
        "four": remarks_on(_series([None] * 4 + [6.0])),
        "five": remarks_on(_series([None] * 5 + [6.0])),
        "hidden": remarks_on(_series([3.0, 6.0, 2.0]).published()),
    }


def rates_in_words() -> Any:
    change = bc.model.RecordingChange(day=MONDAY + DAY, what="a new form")
    some = _series([5.0, None, 7.0, 2.0], recording_changes=[change])
    none = _series([None, 1.0])
    return [some.plot.describe(), some.plot.describe(internal=True), none.plot.describe()]
