"""Every public function, with things of the wrong kind for each of its arguments.

The other arguments are good, so that a wrong one is looked at as deep as the function goes. What
comes out is a result or one of our errors, and nothing else.
"""

from __future__ import annotations

import datetime as dt
import functools
import inspect
import io
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import nullcontext, suppress
from pathlib import Path
from typing import Any

import attrs
import matplotlib.pyplot as plt
import numpy as np
import polars as pl
import pytest

import behaviour_culture as bc
from api_snapshot import public_names
from behaviour_culture import content, impact, monitoring, programme
from behaviour_culture._display import Displayed
from behaviour_culture.errors import ReadError, StoppedError
from behaviour_culture.hub import run_hub
from behaviour_culture.interchange.ical import CalendarEvent, ical_text
from behaviour_culture.interchange.table import parse_csv
from behaviour_culture.programme.hub.heat_map import heat_map
from behaviour_culture.programme.hub.visits import hold_visits
from behaviour_culture.report import ReportParts
from builders import audit_of, framework_of, people, plan_of, step
from long_calls import EXAMPLES, GRID, LOOKED, made, seen, total
from shown import shown_objects

WRONG: Mapping[str, object] = {
    "object": object(),
    "class": int,
    "tuple": ("another", "thing"),
    "list": [1, object()],
    "nested": [[None]],
    "table": {1: object()},
    "text": "no such thing",
    "bytes": b"\xff",
    "nan": float("nan"),
    "negative": -5,
    "none": None,
    "ours": bc.model.Weeks(1, 2, 3),
}
OPTIONS = {"progress", "stop", "people"}
"""Functions of the caller's may raise what they like: only what cannot be called is wrong."""
OF_A_FILE = {"read_school_workbook", "read_plan_workbook", "stream_scores"}
"""Their file is not there: tests of their own read one."""
FUNCTIONS = {
    function: place
    for place, function in reversed(public_names().items())
    if inspect.isfunction(function)
}
DATA = Path(__file__).parent / "data"
CLASSES = {v.__name__ for v in public_names().values() if isinstance(v, type) and attrs.has(v)}


def _series() -> bc.Series:
    return bc.read_series(
        EXAMPLES / "illustrative_incidents.csv",
        indicator=bc.load_indicators().indicator("low-level-incidents"),
    )


@functools.cache
def good() -> Mapping[str, Any]:
    """Good arguments: by function and name, by name, or by the class that is written for it."""
    m, shown, series = made(), shown_objects(), _series()
    hub = bc.read(EXAMPLES / "illustrative_hub.toml")
    pack = run_hub(EXAMPLES / "illustrative_hub.toml")
    published = EXAMPLES / "published" / "exclusions_england_2006_2017.csv"
    indicator = bc.load_indicators().indicator("low-level-incidents")
    day, last = m.schedule.starts, m.schedule.steps[-1].step
    event = CalendarEvent(uid="a", first=day, last=day, summary="Launch")
    counts, ratings = [8, 30, 41, 90], [[1, 2], [2, 2], [0, 1]]
    counted = EXAMPLES / "illustrative_incidents.csv"
    small = framework_of({"p": [1.0] * 4})
    spread = audit_of(
        small,
        responses=[
            bc.Response(rater=f"{group}-{i}", group=group, item=item.id, rating=i)
            for group in ("leaders", "teachers")
            for i in range(3)
            for item in small.items
        ],
    )
    table = monitoring.read_published(published)
    walk = content.load_content("crosswalk", "bennett-2017-to-dfe-audit-tool")
    staff = people(head=5.0)
    own = plan_of(step("rules"))
    partner = programme.PartnerPlan(id="elm", name="Elm", route="core", plan=own, capacity=staff)
    hours = {"head": 1.0}
    visit = programme.SupportEvent(
        id="visit", title="A visit", strand=bc.model.SupportStrand.OPEN_DAYS, times={"core": 1},
        lead_hours=hours, partner_hours=hours,
    )  # fmt: skip
    calendars = hold_visits(pack.hub, pack.matching, m.framework, m.calendar)
    frame = {"rater": ["head"], "item": [m.framework.items[0].id], "rating": [1]}
    tfi = bc.load_framework("tfi-2.1")
    drawn = np.random.default_rng(1).integers(0, 3, size=(2, 40, len(tfi.items))).astype(float)
    names = [f"s-{i:02d}" for i in range(40)]
    offered = content.load_content("programme", "behaviour-hubs")
    cohort = programme.Cohort(framework=tfi, rounds=[1, 2], ratings=drawn, schools=names)
    objects = (
        *(*shown.values(), offered, pack.matching, cohort),
        *(m.plan, m.result, m.audit, m.framework, m.schedule, m.impact, m.school, m.catalogue),
        *(m.school.capacity, m.evidence, m.calendar, m.journey, indicator, hub, pack, series),
        *(seen(), ReportParts(framework=m.framework, audit=m.result, plan=m.plan)),
        *(*m.plan.steps[:1], *m.schedule.steps[:1], *hub.leads[:1], *hub.partners[:1], small),
        *(shown["PlanReview"].outcomes[0], shown["Verdict"].measures[0], table, walk),
        *(*m.plan.objectives[:1], *m.audit.responses[:1], *pack.schools[:1], *calendars[:1]),
    )
    by_name = {
        "calendar": m.calendar, "step": last, "step_id": last, "today": day, "starts": day,
        "written_on": day, "phase": "primary", "roll": 210, "name": "Hill", "salt": "s" * 20,
        "id": "a", "indicator": indicator, "scenarios": [*GRID], "value": m.school,
        "format": "toml", "text": "a,b\n1,2\n", "kind": "school", "class_": bc.School,
        "observations": LOOKED, "series": series, "expected": seen(), "cls": bc.School,
        "data": {"id": "hill", "name": "Hill"}, "rows": [{"a": 1}], "out": "out",
        "a": [1, 2, 3], "b": [1, 2, 2], "outcome": "conduct", "other": seen(),
        "estimates": [-0.3, -0.1, 0.05], "standard_errors": [0.08, 0.06, 0.09],
        "values": counts, "scorers": [impact.gap_closed, impact.unlock_value],
        "function": total, "inputs": 2, "benefits": np.zeros((80, 2)),
        "parameters": np.arange(80.0), "required": ["a"], "subject": "table",
        "row": {
            "URN": "100000", "EstablishmentName": "Hill", "PhaseOfEducation (name)": "Primary",
        }, "pupils": 210,
        "counts": counts, "exposure": [100.0] * 4, "observed": counts, "rate": 2.0,
        "before": 12, "after": 12, "groups": ["a", "b", "c", "d"], "change_at": 2,
        "unit": ["a", "a", "b", "b"], "period": [0, 1, 0, 1], "treated": [1, 1, 0, 0],
        "source": "counts", "matters": 0.8, "mean": 5.0, "sd_within": 1.0, "group": "pupils",
        "sd_between": 1.0, "cutoff": 6.0, "count": 12, "size": 40, "count_1": 3,
        "exposure_1": 100.0, "count_0": 5, "exposure_0": 100.0, "asked_before": 40,
        "asked_after": 40, "measures": [shown["Verdict"].measures[0]],
        "forecasts": [seen(), seen()], "results": {p.id: m.result for p in hub.partners},
        "needs": np.ones((2, 2)), "strengths": np.ones((2, 2)), "lead": "oak",
        "partners": [], "audits": [m.audit], "percent": 50.0, "possible": 20,
        "places": [0, 0.3, 0.6, 1], "opinions": 4.0, "lead_of": {}, "schools": pack.schools,
        "calendars": calendars, "heat": heat_map(hub, {}), "ratings": ratings,
        "table": [[3, 20], [12, 9]], "school": m.school, "progress": [],
        "path": "none.csv", "journey": m.journey, "framework": m.framework, "frame": frame,
    }  # fmt: skip
    by_place = {
        "audit_form.path": "form.csv", "write.path": "school.toml", "write_ical.path": "a.ics",
        "write_calendar.path": "a.ics", "write_csv.path": "a.csv",
        "match_partners.capacity": [1, 1],
        "write_report.framework": small, "write_report.audit": bc.score_audit(spread, small),
        "write_report.plan": own.evolve(framework=small.id, edition=small.edition),
        "write_plan_workbook.path": "plan.xlsx", "write_school_workbook.path": "school.xlsx",
        "read.path": EXAMPLES / "illustrative_school.toml",
        "read_gias.path": DATA / "gias_example_schools_data.csv",
        "read_audit.path": EXAMPLES / "illustrative_responses.csv",
        "read_published.path": published,
        "read_series.path": counted, "run_hub.path": EXAMPLES / "illustrative_hub.toml",
        "inspect_file.path": counted, "read_csv.path": counted,
        "loads.text": 'kind = "school"\nformat = 1\nid = "hill"\nname = "Hill"\n',
        "icc.form": "ICC(2,1)", "krippendorff_alpha.level": "nominal", "rate_of.count": 3.0,
        "rate_of.exposure": 100.0, "mean_interval.value": 0.5, "school_standing.school": "s-03",
        "school_beside_others.school": hub.partners[0].id, "plan_support.events": [visit],
        "ical_text.events": [event],
        "write_ical.events": [event],
        "learn_cohort.observations": [LOOKED, LOOKED], "u_chart.exposure": [1_000.0] * 4,
        "p_chart.sizes": [100] * 4, "series_from_frame.frame": pl.read_csv(counted),
        "audit_from_frame.frame": pl.read_csv(EXAMPLES / "illustrative_responses.csv"),
        "rank_acceptability.values": [[0.9, 0.2], [0.5, 0.5], [0.1, 0.1]],
        "efficient_frontier.benefits": m.impact, "choose_steps.benefits": m.impact,
        "score_groups.audit": spread, "score_groups.framework": small,
        "compare_rounds.before": m.audit, "compare_rounds.after": m.audit.evolve(id="b"),
        "read_audit.framework": m.framework, "carry.crosswalk": walk,
        "carry.source": m.framework, "carry.target": bc.load_framework(walk.target_framework),
        "compare_frameworks.before": m.framework, "compare_frameworks.after": m.framework,
        "scenario_grid.hours": [0.5, 1],
        "parse_csv.text": "a\n1\n", "lowest_of.audits": [m.audit, m.audit.evolve(id="b")],
        "read_school_workbook.path": "school.xlsx", "read_plan_workbook.path": "plan.xlsx",
        "plan_support.partners": [partner], "plan_support.lead_staff": staff,
        "content_ids.kind": "framework",
        "load_calendar.name": "illustrative-2026-27", "load_catalogue.name": "bennett-2017",
        "load_content.kind": "role-map", "load_content.name": "pru",
        "load_framework.name": "tfi-2.1",
        "read_csv.required": ["start", "end", "label", "count", "exposure"],
        "read_behaviour_log.mapping": {"occurred_at": "start"},
        "read_behaviour_log.path": counted, "days_between_chart.events": [1, 5, 9, 20],
        "difference_in_differences.outcome": [1.0, 2.0, 1.5, 1.7],
        "difference_in_differences.after": [0, 1, 0, 1],
        "survey_change.before": [1, 0, 1], "survey_change.after": [1, 1, 1],
        "funnel.expected": [9.0, 28.0, 40.0, 91.0],
        "series_from_published.table": table, "series_from_published.count": "suspension",
        "term_counts.series": {"oak": series}, "detectable_from.change_at": dt.date(2027, 1, 4),
        "measure_of.result": shown["InterruptedTimeSeries"], "carry.result": m.result,
    }  # fmt: skip
    by_class = {type(thing).__name__: thing for thing in objects}
    return by_class | by_name | by_place


def given_to(function: Callable[..., Any], argument: str, value: object, **more: object) -> object:
    """Call a function with a value for one argument, and good ones for those it needs."""
    known, name = good(), function.__name__
    parameters = inspect.signature(function).parameters
    positional: list[Any] = []
    named: dict[str, Any] = {"stop": lambda: True} if "stop" in parameters else {}
    starred = any(p.kind is p.VAR_POSITIONAL for p in parameters.values())
    for key, parameter in parameters.items():
        several = parameter.kind in {parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD}
        needed = parameter.default is parameter.empty and not several
        places = (f"{name}.{key}", key, *str(parameter.annotation).split(" | "))
        if key != argument and not needed and places[0] not in known:
            continue
        one = value if key == argument else next((known[p] for p in places if p in known), None)
        if parameter.kind is parameter.VAR_KEYWORD:
            named["id"] = one
        elif parameter.kind is parameter.KEYWORD_ONLY or (
            parameter.kind is parameter.POSITIONAL_OR_KEYWORD and not starred
        ):
            named[key] = one
        else:
            positional.append(one)
    found = function(*positional, **(named | more))
    return [*found] if inspect.isgenerator(found) else found


def foreign(function: Callable[..., Any]) -> list[str]:
    """Errors that are not ours, where one argument after the other is of each wrong kind."""
    found = []
    for key in inspect.signature(function).parameters:
        for kind, value in WRONG.items():
            if key in OPTIONS and (value is None or callable(value)):
                continue
            try:
                given_to(function, key, value)
            except bc.BehaviourCultureError:
                pass
            except Exception as error:  # noqa: BLE001  (that is what must not be)
                found.append(f"{key}={kind}: {type(error).__name__}: {error}")
            finally:
                plt.close("all")
    return found


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda f: f.__name__)
def test_the_other_arguments_are_good(
    function: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    refused = pytest.raises(ReadError) if function.__name__ in OF_A_FILE else nullcontext()
    with suppress(StoppedError), refused:  # as it is asked to stop
        given_to(function, "", None)
    plt.close("all")


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda f: f.__name__)
def test_what_comes_out_is_a_result_or_an_error_of_ours(
    function: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert not foreign(function)


def methods(thing: object) -> Iterator[Callable[..., Any]]:
    """The public methods of an object, class methods too."""
    for name in dir(type(thing)):
        if not name.startswith("_"):
            held = inspect.getattr_static(type(thing), name)
            if inspect.isfunction(held) or isinstance(held, classmethod):
                yield getattr(thing, name)


def test_so_it_is_with_the_methods_of_objects(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    wrong, tried = [], set[object]()
    ours = {t.__class__: t for t in good().values() if isinstance(t, Displayed)}
    for thing in ours.values():
        for method in methods(thing):
            if getattr(method, "__func__", None) in tried:
                continue
            tried.add(getattr(method, "__func__", None))
            wrong += [f"{type(thing).__name__}.{method.__name__} {w}" for w in foreign(method)]
    assert len(tried) > 150
    assert not wrong


def _classes(parameter: inspect.Parameter) -> set[str]:
    return {*str(parameter.annotation).split(" | ")} - {"None"}


OBJECTS = [
    (function, key)
    for function in FUNCTIONS
    for key, parameter in inspect.signature(function).parameters.items()
    if _classes(parameter) and _classes(parameter) <= CLASSES
]


def faults_of(call: Callable[[], object]) -> set[str]:
    """The arguments for which a call is refused."""
    try:
        call()
    except bc.BehaviourCultureError as error:
        found = getattr(error, "faults", ())
        return {fault.path.partition(".")[0].partition("[")[0] for fault in found}
    return set()


@pytest.mark.parametrize(
    ("function", "argument"), OBJECTS, ids=[f"{f.__name__}.{key}" for f, key in OBJECTS]
)
def test_an_object_of_another_class_is_refused_by_the_name_of_its_argument(
    function: Callable[..., Any],
    argument: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    more = {}
    if (function.__name__, argument) == ("choose_steps", "result"):
        more = {"benefits": None, "scorer": impact.planning_index}
    wrong = ("another", "thing")
    assert argument in faults_of(lambda: given_to(function, argument, wrong, **more))


class InBytes(os.PathLike[bytes]):
    """A path that gives bytes, which no path of ours can be made of."""

    def __fspath__(self) -> bytes:
        return b"school.toml"


@pytest.mark.parametrize("path", [InBytes(), io.BytesIO])
def test_a_path_of_bytes_and_the_class_of_a_stream_are_no_files(path: Any) -> None:
    assert faults_of(lambda: bc.read(path)) == {"path"}
    assert faults_of(lambda: bc.write_csv([{"a": 1}], path)) == {"path"}


def test_all_faults_of_a_call_are_found_at_once(tmp_path: Path) -> None:
    wrong: Any = 5
    start = functools.partial(bc.start.start_folder, name="", phase="primary", roll=-1)
    assert faults_of(lambda: start(wrong, excel=wrong)) == {"out", "excel", "name", "roll"}
    m = made()
    write = functools.partial(bc.write_report, framework=wrong, audit=m.result, plan=m.plan)
    found = faults_of(lambda: write(wrong, formats=["docx"], template=wrong))
    assert found == {"out", "framework", "template"}
    assert faults_of(lambda: bc.run_journey(wrong, base=wrong)) == {"journey", "base"}
    named = tmp_path / "a\0.docx"
    with pytest.raises(ReadError, match="null"):
        write(tmp_path, framework=m.framework, formats=["docx"], template=named)


def test_texts_of_files_and_their_names_may_be_long_and_hold_any_character() -> None:
    odd = "a\x07" + "b" * 30_000
    assert bc.loads(bc.dumps(made().school, format="toml"), format="toml", subject=odd)
    assert parse_csv(f"a\n{'b' * 30_000}\n", subject=odd, required=["a"])
    day = dt.date(2026, 9, 7)
    events = [CalendarEvent(uid=f"{i}", first=day, last=day, summary="Launch") for i in range(200)]
    text = ical_text(odd, events, written_on=day)
    assert len(text) > 20_000
    assert ical_text(odd, events, written_on=day, before=text) == text


def test_what_is_no_axes_is_not_drawn_on() -> None:
    wrong: Any = []
    assert faults_of(lambda: made().schedule.plot(ax=wrong)) == {"ax"}
