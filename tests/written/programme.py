"""Cohorts, hubs and a nation of schools; all of these schools are illustrative."""

from __future__ import annotations

import datetime as dt
import json
import tempfile
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import cache, partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest import mock

import numpy as np
import pytest
from attrs import evolve

import behaviour_culture as bc
from behaviour_culture import programme
from behaviour_culture.checks import Check
from behaviour_culture.errors import BehaviourCultureError, InvalidInputError, ReadError
from behaviour_culture.fields import MAX_SLUG
from behaviour_culture.model.hub import Hub, LeadSchool, PartnerSchool, Place
from behaviour_culture.model.programme import EligibilityRule, RuleSubject
from behaviour_culture.model.scoring import Aggregation
from behaviour_culture.model.step import StepPhase
from behaviour_culture.model.support import SupportStrand
from behaviour_culture.model.support_event import SupportEvent
from behaviour_culture.programme import Cohort, PartnerPlan
from behaviour_culture.programme.cohort import audit_lines, bands, learning
from behaviour_culture.programme.cohort import cohort as cohort_module
from behaviour_culture.programme.cohort.alike_lines import AlikeLines
from behaviour_culture.programme.cohort.research import research_export
from behaviour_culture.programme.cohort.stream import stream_scores
from behaviour_culture.programme.hub.assignment import Assignment
from behaviour_culture.programme.hub.beside_others import school_beside_others
from behaviour_culture.programme.hub.eligibility import (
    barred_by,
    unchecked_rules,
    why_not_together,
)
from behaviour_culture.programme.hub.heat_map import heat_map, who_can_help
from behaviour_culture.programme.hub.hub_pack import HubSchool, make_pack
from behaviour_culture.programme.hub.matching_result import PartnerMatch
from behaviour_culture.programme.hub.sessions import (
    list_sessions,
    open_weeks,
    school_plan,
    session_step,
    term_weeks,
)
from behaviour_culture.programme.hub.term_counts import term_counts
from behaviour_culture.programme.hub.visits import hold_visits, list_visits
from behaviour_culture.programme.nation.checkpoint import Checkpoint
from behaviour_culture.programme.nation.model import (
    NationAssumptions,
    NationRoute,
    SupportMix,
    default_mixes,
    places,
    simulate_draw,
)
from behaviour_culture.programme.nation.simulation import simulate_nation
from builders import (
    DAY,
    INFERRED,
    MONDAY,
    audit_of,
    autumn,
    estimate,
    framework_of,
    people,
    plan_of,
    step,
)
from shown import demo

_YEAR = autumn(9, 4)
"""Two half-terms of four weeks, from 7 September and from 12 October."""


def _told(make: Callable[[], Any]) -> Any:
    """Return what a call gives, or the error with which it is refused."""
    try:
        return make()
    except InvalidInputError as error:
        return error
    except BehaviourCultureError as error:
        return f"{type(error).__name__}: {error}"


# -- cohorts ---------------------------------------------------------------------------------


@cache
def _framework(how: Aggregation = Aggregation.MEAN) -> bc.Framework:
    """Three principles in two domains; weights that differ, and a scale that begins at 1."""
    made = framework_of(
        {"p": [1.0, 2.0], "q": [1.0], "r": [1.0, 1.0, 3.0]},
        values=(1, 2, 3, 5),
        weights={"q": 2.0},
        domains={"r": "other"},
    )
    if how is Aggregation.NONE:
        return evolve(made, aggregation=how, scale=evolve(made.scale, ordinal=True))
    return evolve(made, aggregation=how)


@cache
def _cohort(schools: int = 80, rounds: int = 2, gaps: float = 0.05) -> Cohort:
    """Schools in two phases and some contexts; of each round some have no audit."""
    rng = np.random.default_rng(7)
    ratings = rng.choice([1.0, 2.0, 3.0, 5.0], size=(rounds, schools, 6))
    ratings[rng.random(ratings.shape) < gaps] = np.nan
    ratings[rng.random((rounds, schools)) < gaps] = np.nan
    phases = ["primary" if i % 5 < 3 else "secondary" for i in range(schools)]
    contexts = [None if i % 11 == 0 else "low-fsm" if i % 5 < 2 else "high-fsm"
                for i in range(schools)]  # fmt: skip
    return Cohort(
        framework=_framework(), rounds=range(1, rounds + 1), ratings=ratings, phases=phases,
        contexts=contexts, schools=[f"s-{i:03d}" for i in range(schools)],
    )  # fmt: skip


def _alike(*counts: tuple[str | None, str | None, int], rounds: int = 1) -> Cohort:
    """So many schools of each phase and context, with ratings that go round the scale."""
    groups = [(p, c) for p, c, many in counts for _ in range(many)]
    size = len(groups)
    ratings = [[[(1.0, 2.0, 3.0, 5.0)[(i + r + k) % 4] for k in range(6)] for i in range(size)]
               for r in range(rounds)]  # fmt: skip
    return Cohort(
        framework=_framework(), rounds=range(1, rounds + 1), ratings=ratings,
        phases=[p for p, _ in groups], contexts=[c for _, c in groups],
        schools=[f"s-{i:03d}" for i in range(size)],
    )  # fmt: skip


def cohort_scores() -> Any:
    """By each way of adding up, with gaps, without anything of a part, and for one school."""
    cohort = _cohort(12)
    found: dict[str, Any] = {"parts": cohort.parts}
    for how in (Aggregation.MEAN, Aggregation.MEAN_OF_DOMAINS, Aggregation.POINTS):
        other = evolve(cohort, framework=_framework(how))
        found[how.value] = other.scores()
    bare = framework_of({"p": [1.0], "q": []}, domains={"q": "none"})
    one = Cohort(framework=bare, rounds=[3], schools=["a", "b"], ratings=[[[2.0], [np.nan]]])
    return found | {
        "bare": one.scores(),
        "audit": cohort.audit("s-002", 2),
        "words": [str(cohort), repr(cohort), cohort._repr_html_()],
        "groups": [str(g) for g in cohort.groups()[:6]],
        "no groups": [str(g) for g in one.groups()],
        "place": [cohort.place("s-011"), cohort.at_round(None), cohort.at_round(1)],
        "no school": [_told(partial(cohort.place, key)) for key in ("s-012", "a", "s-0110")],
        "no round": _told(lambda: cohort.at_round(3)),
    }


def cohorts_refused() -> Any:
    good: dict[str, Any] = {
        "framework": _framework(),
        "rounds": [1],
        "schools": ["a", "b"],
        "ratings": np.ones((1, 2, 6)),
    }
    off = np.ones((1, 2, 6))
    off[0, 1, 2:] = (0.0, 1.5, 4.0, 6.0)
    wrong: dict[str, dict[str, Any]] = {
        "unsorted": {"schools": ["b", "a"]}, "twice": {"schools": ["a", "a"]},
        "rounds": {"rounds": [1, 1], "ratings": np.ones((2, 2, 6))}, "zero": {"rounds": [0]},
        "phases": {"phases": ["primary"], "contexts": ["x", "y", "z"]},
        "shape": {"ratings": np.ones((1, 3, 6))}, "items": {"ratings": np.ones((1, 2, 5))},
        "scale": {"ratings": off}, "nothing": {"ratings": np.full((1, 2, 6), np.nan)},
        "no distance": {"framework": _framework(Aggregation.NONE)}, "none": {"schools": []},
    }  # fmt: skip
    found = {name: _told(partial(Cohort, **(good | more))) for name, more in wrong.items()}
    with mock.patch.object(cohort_module, "LIMITS", SimpleNamespace(schools=1)):
        found["limit"] = _told(partial(Cohort, **good))
        found["at the limit"] = _told(
            partial(Cohort, **(good | {"schools": ["a"], "ratings": np.ones((1, 1, 6))}))
        )
    found["framework of another class"] = _told(partial(Cohort, **(good | {"framework": 3})))
    return {name: made if isinstance(made, Exception) else "fine" for name, made in found.items()}


def cohort_bands() -> Any:
    """Groups as fine as they may be, none that leaves out a few of the group around it."""
    cases = {
        "drawn": (_cohort(), {"least": 20}),
        "first round": (_cohort(), {"least": 20, "round": 1}),
        "usual": (_cohort(), {}),
        "ten": (_alike((None, None, 10)), {"least": 10}),
        "two phases": (_alike(("primary", None, 30), ("secondary", None, 30)), {}),
        "a small phase": (_alike(("primary", None, 30), ("secondary", None, 29)), {}),
        "nine others": (_alike(("primary", None, 30), ("secondary", None, 9)), {}),
        "ten others": (_alike(("primary", None, 30), ("secondary", None, 10)), {}),
        "contexts": (_alike(("primary", "x", 30), ("primary", "y", 30)), {}),
        "a few without": (_alike(("primary", "x", 30), ("primary", None, 5),
                                 ("secondary", "x", 30)), {}),
        "no phase": (_alike((None, "x", 30), (None, "y", 40)), {}),
        "sizes": (_alike(("primary", None, 32), ("secondary", None, 33)), {"least": 10}),
    }  # fmt: skip
    found: dict[str, Any] = {}
    for name, (cohort, options) in cases.items():
        made = programme.cohort_bands(cohort, **options)
        found[name] = [
            str(made).splitlines(),
            [float(x) for x in np.nansum(made.quantiles, (1, 2))],
        ]
    return found | {
        "rows": programme.cohort_bands(_cohort(), least=20).to_rows()[-2:],
        "too few": _told(lambda: programme.cohort_bands(_alike((None, None, 29)))),
        "least": _told(lambda: programme.cohort_bands(_cohort(), least=9)),
        "no cohort": _told(lambda: programme.cohort_bands(3, least=1.5)),  # type: ignore[arg-type]
        "no round": _told(lambda: programme.cohort_bands(_cohort(), round=9)),
        "made wrong": _told(
            lambda: evolve(programme.cohort_bands(_cohort(), least=20), sizes=[1], least=9)
        ),
    }


def cohort_bands_with_gaps() -> Any:
    """A part that few schools assessed has no bands; what is made by hand is checked."""
    cohort = _alike((None, None, 40))
    ratings = np.array(cohort.ratings)
    ratings[0, :10, 2] = np.nan
    enough = evolve(cohort, ratings=ratings)
    ratings[0, 10, 2] = np.nan
    few = evolve(cohort, ratings=ratings)
    made = programme.cohort_bands(few)
    standing = programme.school_standing(few, "s-020")
    falling = np.array(made.quantiles)[:, :, ::-1]
    return {
        "enough": [str(v) for v in programme.cohort_bands(enough).quantiles[0, 1]],
        "few": [str(v) for v in made.quantiles[0, 1]],
        "parts": [*standing.scores],
        "label": [repr(made), repr(standing)],
        "falling": _told(lambda: evolve(made, quantiles=falling)),
        "standing falls": _told(
            lambda: evolve(standing, quantiles=np.array(standing.quantiles)[:, ::-1])
        ),
        "rows": made.to_rows()[1],
        "own group": [
            repr(programme.school_standing(_alike(("primary", "x", 30), ("primary", "y", 30)), key))
            for key in ("s-000", "s-059")
        ],
    }


def cohort_standing() -> Any:
    """Below, within, above, clearly or not; schools that hardly differ, and that do."""
    cohort = _cohort()
    equal = _alike((None, None, 30))
    same = evolve(equal, ratings=np.full((1, 30, 6), 2.0))
    apart = evolve(equal, ratings=np.array([[[(1.0, 5.0)[i % 2]] * 6 for i in range(30)]]))
    edge = evolve(
        equal, ratings=np.array([[[(1.0, 2.0, 3.0, 5.0)[i // 8]] * 6 for i in range(30)]])
    )
    rows = {
        "drawn": (cohort, "s-001", {"least": 20}), "another": (cohort, "s-007", {"least": 20}),
        "first round": (cohort, "s-007", {"least": 20, "round": 1}), "same": (same, "s-003", {}),
        "apart": (apart, "s-003", {}), "low": (apart, "s-002", {}), "edge": (edge, "s-009", {}),
        "equal": (equal, "s-009", {}),
    }  # fmt: skip
    found: dict[str, Any] = {}
    for name, (one, school, options) in rows.items():
        made = programme.school_standing(one, school, **options)
        found[name] = [str(made).splitlines(), made.places, made.clear]
    gone = np.array(equal.ratings)
    gone[0, 4] = np.nan
    less = evolve(equal, ratings=gone)
    return found | {
        "rows": programme.school_standing(cohort, "s-001", least=20).to_rows()[:1],
        "no audit": _told(lambda: programme.school_standing(less, "s-004", least=10)),
        "no school": _told(lambda: programme.school_standing(cohort, "s-999")),
        "label": repr(programme.school_standing(equal, "s-004")),
    }


def cohort_likeness() -> Any:
    """How alike the answers of one school are: by how far schools differ, with gaps and none."""
    rng = np.random.default_rng(4)
    scale = np.array([1.0, 2.0, 3.0, 5.0])
    found = {}
    for apart in (0.0, 0.3, 0.6, 1.0, 3.0):
        lean = apart * rng.standard_normal((30, 1))
        drawn = np.clip(np.rint(1.5 + lean + rng.standard_normal((30, 6))), 0, 3).astype(int)
        ratings = scale[drawn][None]
        cohort = evolve(_alike((None, None, 30)), ratings=ratings)
        gaps = ratings.copy()
        gaps[0, :20, :3], gaps[0, 3:9, 4] = np.nan, np.nan
        gaps[0, 29] = np.nan
        found[f"{apart}"] = [
            f"{bands._likeness(one, 0):.9g}" for one in (cohort, evolve(cohort, ratings=gaps))
        ]
    one = np.full((1, 30, 6), np.nan)
    one[0, 2, 1] = 3.0
    alone = evolve(_alike((None, None, 30)), ratings=one)
    return found | {"one answer": f"{bands._likeness(alone, 0):.9g}"}


def cohort_changes() -> Any:
    cohort = _cohort(60, 3, 0.3)
    made = programme.cohort_change(cohort)
    few = _alike((None, None, 11), rounds=2)
    gone = np.array(few.ratings)
    gone[0, :1], gone[1, 2, :2] = np.nan, np.nan
    least = programme.cohort_change(evolve(few, ratings=gone))
    gone[1, 5] = np.nan
    return {
        "words": str(made).splitlines(), "rows": made.to_rows(), "label": repr(made),
        "two": str(programme.cohort_change(cohort, 2)).splitlines()[0],
        "first two": str(programme.cohort_change(cohort, 1, 2)).splitlines()[0],
        "least": [str(least).splitlines(), dict(least.bases)],
        "too few": _told(lambda: programme.cohort_change(evolve(few, ratings=gone))),
        "backwards": _told(lambda: programme.cohort_change(cohort, 2, 1)),
        "one": _told(lambda: programme.cohort_change(cohort, 2, 2)),
        "made wrong": _told(lambda: evolve(made, first=3, bases={"whole": 61})),
        "more bases": _told(lambda: evolve(made, schools=10)),
    }  # fmt: skip


def cohort_for_research() -> Any:
    """No combination of phase, context and rounds that few schools have."""
    salt = "0123456789abcdef"
    cases = {
        "drawn": (_cohort(60, 3, 0.1), 5), "two": (_cohort(60, 3, 0.1), 2),
        "rare context": (_alike(("primary", "x", 6), ("primary", "y", 4), ("primary", "z", 5)), 5),
        "joined": (_alike(("primary", "x", 7), ("primary", "y", 4), ("primary", "z", 6)), 5),
        "rare phase": (_alike(("primary", None, 6), ("secondary", None, 4)), 5),
        "all rare": (_alike(("primary", None, 2), ("secondary", None, 2)), 5),
        "just enough": (_alike(("primary", None, 5)), 5),
        "not enough": (_alike(("primary", None, 4)), 5),
        "rounds": (_alike(("primary", None, 12), rounds=3), 6),
    }  # fmt: skip
    found: dict[str, Any] = {}
    for name, (cohort, least) in cases.items():
        made = research_export(cohort, salt=salt, least=least)
        kinds = sorted({*zip(made.phases, made.contexts, strict=True)})
        found[name] = [*str(made).splitlines(), f"{made!r} {made.smallest_group} {kinds}",
                       [float(np.nansum(made.scores))], [*dict.fromkeys(made.ids)][:2]]  # fmt: skip
    made = research_export(_cohort(20, 2), salt=salt, least=2)
    ratings = np.array(_alike(("primary", None, 12), rounds=3).ratings)
    ratings[2, :3], ratings[1, 3:5], ratings[0, :1] = np.nan, np.nan, np.nan
    uneven = evolve(_alike(("primary", None, 12), rounds=3), ratings=ratings)
    return found | {
        "rows": made.to_rows()[:2],
        "uneven": [
            str(research_export(uneven, salt=salt, least=n)).splitlines() for n in (2, 4, 6)
        ],
        "salt": _told(lambda: research_export(_cohort(), salt=salt[1:])),
        "least": _told(lambda: research_export(_cohort(), salt=3, least=1)),  # type: ignore[arg-type]
        "cohort": _told(lambda: research_export(3, salt=salt)),  # type: ignore[arg-type]
        "made wrong": _told(lambda: evolve(made, rounds=[1])),
        "made rare": _told(lambda: evolve(made, least=50)),
    }


def cohort_for_arrow() -> Any:
    pytest.importorskip("pyarrow")
    made = research_export(_cohort(20, 2), salt="x" * 16, least=2)
    table = made.to_arrow()
    items = {item.id: [1, 2, 3] for item in _framework().items}
    good: dict[str, Any] = {"school": ["b", "a", "b"], "round": [1, 1, 2], **items}
    first = next(iter(items))
    wrong = {
        "good": good,
        "known": good | {"phase": ["primary", None, "secondary"], "context": [None, "x", None]},
        "halves": good | {first: [1.0, None, 5.0]}, "nulls": good | {first: [None] * 3},
        "missing": {"school": ["a"]}, "more": good | {"other": [1, 2, 3]},
        "numbers": good | {first: ["1", "2", "3"]},
        "no school": good | {"school": ["a", None, "b"]}, "phase": good | {"phase": [1, 2, 3]},
        "rounds": good | {"round": [1.5, 1.0, 2.0]}, "null round": good | {"round": [1, None, 2]},
        "twice": good | {"round": [1, 1, 1]}, "none": {k: v[:0] for k, v in good.items()},
    }  # fmt: skip
    found: dict[str, Any] = {
        "table": f"{table.num_rows} {table.column_names}",
        "values": [str(v) for v in table.slice(0, 1).to_pylist()],
    }
    for name, frame in wrong.items():
        made = _told(lambda frame=frame: Cohort.from_frame(frame, _framework()))
        if isinstance(made, Cohort):
            made = [made.schools, made.rounds, str(made.phases), str(made.contexts), made.ratings]
        found[name] = made
    return found | {"no frame": type(_told(lambda: Cohort.from_frame(3, _framework()))).__name__}


# -- files of audits -------------------------------------------------------------------------


def _line(school: str = "s-1", turn: Any = 1, **more: Any) -> dict[str, Any]:
    ratings = {item.id: (1, 2, 3, 5)[i % 4] for i, item in enumerate(_framework().items)}
    usual = {"framework": "small", "edition": "1", "school": school, "round": turn}
    return usual | {"phase": "primary", "ratings": ratings} | more


def _read(content: bytes, **options: Any) -> Any:
    """Return what is read of a file of these bytes; no path is in it."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "audits.jsonl"
        path.write_bytes(content)
        try:
            return Cohort.read_jsonl(path, _framework(), **options)
        except InvalidInputError as error:
            return [str(f) for f in error.faults]
        except BehaviourCultureError as error:
            return f"{type(error).__name__}: {error}".replace(folder, "folder")


def _columns(made: Any) -> Any:
    if not isinstance(made, Cohort):
        return made
    names = f"{made.schools} {made.rounds} {made.phases} {made.contexts}"
    return [names, np.asarray(made.ratings).ravel()]


def files_of_audits() -> Any:
    """Lines that are alike, in other orders, and mixed; what a file looks like."""
    one, two = json.dumps(_line("s-2")), json.dumps(_line("s-1", 2, context="x", phase=None))
    missing = _line("s-3")
    missing["ratings"] = dict.fromkeys(missing["ratings"], None) | {"p-0": 5}
    first = json.dumps({"ratings": _line()["ratings"]} | _line("s-4"))
    files = {
        "one": one, "no end": one + "\n" + two, "end": one + "\n" + two + "\n",
        "gaps": "\n".join([one, json.dumps(missing)]), "ratings first": first,
        "ratings first, twice": first + "\n" + first.replace("s-4", "s-5") + "\n",
        "mixed": f"{one}\n\n{first}\n{two}", "spaces": one.replace(":", " : ") + "\n\n",
        "other order": json.dumps(dict(reversed(_line("s-9").items()))),
        "empty": "", "blank": "\n\n", "same": one + "\n" + one,
        "rounds of one": "\n".join(
            json.dumps(_line("a", r, phase=p)) for r, p in ((2, "secondary"), (1, "primary"))
        ),
    }  # fmt: skip
    found = {name: _columns(_read(text.encode())) for name, text in files.items()}
    heard: list[str] = []
    many = "\n".join(json.dumps(_line(f"s-{i}")) for i in range(3_000)).encode()
    read = _read(many, progress=lambda *some: heard.append(" ".join(map(str, some))))
    with tempfile.TemporaryDirectory() as folder:
        cohort = _cohort(6)
        path = cohort.write_jsonl(Path(folder) / "x.jsonl")
        text = path.read_text("utf-8").splitlines()
        again = Cohort.read_jsonl(path, _framework())
        streamed = [
            [b.schools, b.rounds, str(b.phases), str(b.contexts), b.scores]
            for b in stream_scores(path, framework=_framework())
        ]
        nothing = _told(lambda: stream_scores(path, framework=_framework(Aggregation.NONE)))
    with tempfile.TemporaryDirectory() as folder:
        bad = Path(folder) / "bad.jsonl"
        bad.write_bytes(b"{}\n" * 3)
        faulty = []
        try:
            faulty += [b.schools for b in stream_scores(bad, framework=_framework())]
        except InvalidInputError as error:
            faulty += [str(f) for f in error.faults[:2]]
    return found | {
        "faulty": faulty,
        "heard": heard, "many": len(read.schools), "written": text[:3], "lines": len(text),
        "again": again == evolve(cohort, schools=again.schools, ratings=again.ratings),
        "streamed": streamed, "no distance": nothing,
        "phase that none is": _told(
            lambda: evolve(cohort, phases=["odd"] * 6, contexts=()).write_jsonl("never.jsonl")
        ),
        "stopped": _read(many, stop=lambda: True),
        "stop": _told(lambda: Cohort.read_jsonl("x", 3, stop=3)),  # type: ignore[arg-type]
        "no file": _told(lambda: Cohort.read_jsonl("there-is-none.jsonl", _framework())),
        "no path": _told(lambda: Cohort.read_jsonl("a\0b", _framework())),
    }  # fmt: skip


def files_refused() -> Any:
    """Every fault of a line, by its path."""

    def rated(**changes: Any) -> dict[str, Any]:
        return _line(ratings=_line()["ratings"] | changes)

    less = _line()
    del less["ratings"]["p-0"], less["school"], less["edition"]
    lines: dict[str, Any] = {
        "less": less,
        "identity": _line(framework="other", edition=2),
        "key": _line(raund=1),
        "school": _line("S 1"),
        "no school": _line(None),
        "context": _line(context="A b"),
        "round": _line(turn=0),
        "round, most": _line(turn=100),
        "round, more": _line(turn=101),
        "round, half": _line(turn=1.0),
        "round, true": _line(turn=True),
        "phase": _line(phase="primry"),
        "phase, null": _line(phase=None),
        "phase, number": _line(phase=3),
        "off": rated(**{"p-0": 4}),
        "half": rated(**{"p-0": 1.5}),
        "true": rated(**{"p-0": True}),
        "text": rated(**{"p-0": "1"}),
        "null": rated(**{"p-0": None}),
        "strange": rated(**{"p-9": 1}),
        "no ratings": _line(ratings=[1, 2]),
        "list": [1, 2],
        "text of": "x",
    }
    found = {name: _columns(_read(json.dumps(line).encode())) for name, line in lines.items()}
    texts = {
        "mark": b"\xef\xbb\xbf" + json.dumps(_line()).encode(),
        "latin": b'{"school": "\xe9"}',
        "cut": json.dumps(_line()).encode()[:-1],
        "twice": b'{"school": "a", "school": "b"}',
        "nan": json.dumps(rated(**{"p-0": float("nan")})).encode(),
        "second line": (json.dumps(_line()) + "\n\n{}\n").encode(),
    }
    found |= {name: _read(text) for name, text in texts.items()}
    with mock.patch.object(audit_lines, "LIMITS", SimpleNamespace(faults=3, rounds=100)):
        found["many"] = _read(b"[]\n" * 2 + b"1\n" * 9)
        found["as many"] = _read(b"[]\n" * 3)
        found["fewer"] = _read(b"[]\n" * 2)
    with (
        mock.patch.object(audit_lines, "_CHUNK", 64),
        mock.patch.object(audit_lines, "LIMITS", SimpleNamespace(faults=3, rounds=100)),
    ):
        found["given up"] = _read((json.dumps(_line("S 1")) + "\n").encode() * 9)
    found["no path"] = _told(lambda: Cohort.read_jsonl(3, _framework()))  # type: ignore[arg-type]
    return found


def lines_read_alike() -> Any:
    """What the quick reader takes, and what it leaves to the other."""
    labels: list[bytes] = []

    def labelled(line: bytes) -> Any:
        labels.append(line)
        return None if b"bad" in line else (1, "primary", None)

    items = ["a", "b.1"]

    def line(school: str = "s-1", a: Any = 1, b: Any = 2, more: str = "") -> str:
        return f'{{"school": "{school}", "ratings": {{"a": {a}, "b.1": {b}}}{more}}}\n'

    texts = {
        "one": line(),
        "two": line() + line("s-2", 3, "null"),
        "nulls": line(a="null") * 2,
        "behind": line(more=', "round": 1') + line("x", more=', "round": 1'),
        "no end": (line() + line("s-2")).removesuffix("\n"),
        "other spaces": line() + line(a=" 1"),
        "ten": line(a=10),
        "off": line() + line(a=7),
        "odd": line(a="x"),
        "minus": line(a=-1),
        "twice": line().replace("b.1", "a"),
        "other item": line().replace('"a"', '"c"'),
        "swapped": line() + line().replace('"a": 1, "b.1": 2', '"b.1": 1, "a": 2'),
        "more items": line().replace('"a": 1', '"a": 1, "c": 1'),
        "fewer items": line().replace(', "b.1": 2', ""),
        "odd item more": line().replace('"b.1": 2', '"b.1": 2, "c": "x"'),
        "odd item first": line().replace('"a": 1', '"c": "x", "a": 1'),
        "not ended": line().replace('"b.1": 2', '"b.1": 2,'),
        "bad": line(more=', "bad": 1'),
        "no id": line("S 1"),
        "long id": line("s" * (MAX_SLUG + 1)),
        "longest id": line("s" * MAX_SLUG),
        "empty id": line(""),
        "two ids": line("a\nb"),
        "line within": line(more=',\n"round": 1'),
        "blank": line() + "\n",
        "brace": line(more=', "x": {}'),
        "no brace": "[]\n",
        "mark": line(more=', "x": "\0"'),
        "front": " " + line(),
        "nothing": "",
        "no school": line().replace("school", "scool"),
        "tabs": line().replace(": ", ":\t"),
        "crlf": line().replace("\n", "\r\n") * 2,
        "trailing": line(b="2 "),
        "moved": line(b=2) + line(b="2 "),
    }
    found: dict[str, Any] = {}
    for name, text in texts.items():
        labels.clear()
        rows = AlikeLines(items, (0, 1, 2, 3, 10), labelled).read(5, text.encode())
        asked = len(labels)
        found[name] = (
            f"left to the other, {asked} asked" if rows is None
            else f"{[*rows.numbers]} {[*rows.schools]} {[*rows.rounds]} {[*rows.phases]} "
            f"{[*rows.contexts]} {rows.ratings.tolist()}, {asked} asked"
        )  # fmt: skip
    read = []
    alike = "".join(line(f"s-{i}") for i in range(4_096)).encode()
    fresh = [
        "".join(line(f"s-{i}", more=f', "n": {batch}{i:03}') for i in range(300)).encode()
        for batch in range(3)
    ]
    for order in ((alike, fresh[0], fresh[1]), (alike, fresh[0], alike, fresh[1]), (*fresh,)):
        reader = AlikeLines(items, (1, 2), labelled)
        read.append(str([reader.read(1, some) is not None for some in order]))
    return found | {"rests": read, "asked": labels[0].decode()}


# -- what schools teach each other -----------------------------------------------------------


@cache
def _forecasts() -> dict[str, bc.Forecast]:
    made, base = demo(), _evidence()
    return {
        key: bc.forecast(made.plan, made.result, made.schedule, evidence=base, half_terms=6,
                         draws=600, seed=i)
        for i, key in enumerate(("ash", "elm"))
    }  # fmt: skip


@cache
def _evidence() -> bc.model.EvidenceBase:
    """Evidence whose effects are as large as they would have to be for a hub to see them."""
    base = bc.load_evidence()
    larger = [
        evolve(p, mean=8 * p.mean, standard_error=12 * p.standard_error, tau=8 * p.tau)
        for p in base.parameters
    ]
    return evolve(base, id="larger", parameters=larger)


def _seen(*values: float, error: float = 0.2) -> list[bc.Observation]:
    return [
        bc.Observation(half_term=6 - i, outcome="conduct", value=v, standard_error=error)
        for i, v in enumerate(values)
    ]


def _rounded(value: Any) -> str:
    return f"{value.value:.5f} ({value.lower:.5f} to {value.upper:.5f})"


def learned_together() -> Any:
    heard: list[str] = []
    made = programme.learn_cohort(
        _forecasts(), {"ash": _seen(-0.3, -0.4), "elm": _seen(-0.1)}, evidence=_evidence(),
        progress=lambda stage, i, n: heard.append(f"{stage} {i} of {n}"),
    )  # fmt: skip
    with pytest.raises(InvalidInputError) as few:
        made.published()
    public = evolve(made, size=10).published()
    beliefs = {
        name: {b.id: f"{b.name}: {_rounded(b.before)}, {_rounded(b.after)}" for b in some}
        for name, some in (("shared", made.shared), ("next", made.next_school),
                           *((s.school, s.beliefs) for s in made.schools))
    }  # fmt: skip
    return {
        "beliefs": beliefs,
        "effective": [f"{s.school} {s.effective:.2f}" for s in made.schools],
        "left out": [f"{x.school} {x.outcome} {x.half_term} {x.seen} {x.inside} "
                     f"{_rounded(x.expected)}" for x in made.left_out],
        "counts": f"{made.size} {made.inside} {made.total} {made.disclosure} {made!r}",
        "evidence": made.evidence.edition,
        "moved": [
            f"{p.id} {p.mean:.5f} {p.standard_error:.5f} {p.tau:.5f}"
            for p, old in zip(made.evidence.parameters, _evidence().parameters, strict=True)
            if p != old
        ],
        "heard": [heard[0], heard[-1], len(heard)],
        "few": few.value,
        "public": f"{len(public.schools)} {len(public.left_out)} {public.disclosure}",
        "columns": [*made.to_rows()[0]],
        "lines": [line.split(":")[0] for line in str(made).splitlines()],
        "each": [repr(made.schools[0]), str(made.schools[0]).split(":")[0], repr(made.left_out[0]),
                 *(str(x).split(":")[0] for x in made.left_out)],
        "ends": [
            evolve(made.left_out[0], expected=estimate(0.0, 1.0), seen=v).inside
            for v in (-1.001, -1.0, 1.0, 1.001)
        ],
        "limit": [evolve(made, size=n).published().size for n in (5, 6)],
    }  # fmt: skip


def learning_by_hand() -> Any:
    """Moments of weighted draws: with a spread that is left, and where hardly any draw is."""
    rng = np.random.default_rng(2)
    effects, expected = rng.standard_normal((2, 50)), rng.standard_normal((1, 50))
    found = {}
    for name, raw in {
        "even": np.ones(50), "half": np.arange(50) % 2.0, "one": np.eye(50)[3] + 1e-9,
        "uneven": rng.random(50),
    }.items():  # fmt: skip
        drawn = learning._Drawn(effects, expected, raw / raw.sum())
        mean, spread = drawn.moments(np.array([1.0, -1.0]), np.array([[2.0, 0.5], [0.5, 1.0]]))
        found[name] = [
            f"{drawn.effective:.6g}",
            [f"{v:.6g}" for v in mean],
            [f"{v:.6g}" for v in spread.ravel()],
        ]
    normal = learning._Normal(np.array([[2.0, 0.0], [0.0, 4.0]]), np.array([1.0, 1.0]))
    return {**found, "moments": [part.ravel() for part in normal.moments()]}


def learning_refused() -> Any:
    two, seen = _forecasts(), {"ash": _seen(-0.1), "elm": _seen(-0.1)}
    learn = partial(programme.learn_cohort, evidence=_evidence())
    grades = bc.load_evidence().grades
    return {
        "one": _told(lambda: learn({"ash": two["ash"]}, {"ash": seen["ash"]})),
        "not both": _told(lambda: learn(two, {"ash": seen["ash"], "oak": seen["elm"]})),
        "lists": _told(lambda: learn([*two.values()], [seen["ash"]])),
        "no list": _told(lambda: learn(3, "x")),  # type: ignore[arg-type]
        "other evidence": _told(lambda: programme.learn_cohort(two, seen)),
        "no forecast": _told(lambda: learn({"ash": 1, "elm": 2}, seen)),  # type: ignore[dict-item]
        "nothing fits": _told(lambda: learn(two, seen | {"elm": _seen(-3.0, error=0.01)})),
        "stopped": _told(lambda: learn(two, seen, stop=lambda: True)),
        "stop": _told(lambda: learn(two, seen, stop=3)),
        "common": [learning._common_share([g]) for g in grades],
        "common of all": learning._common_share([*grades]),
    }


# -- matching --------------------------------------------------------------------------------


def partners_matched() -> Any:
    """Most placed first, then the best fit; ties, no places, places for nobody."""
    rng = np.random.default_rng(3)
    cases: dict[str, tuple[Any, Any, Any, Any]] = {
        "two": ([[1, 0], [0.8, 0.5]], [[1, 0.2], [0.5, 0.9]], [1, 1], None),
        "one lead": ([[1.0], [0.5], [0.0]], [[1.0]], [2], None),
        "no need": ([[0.0], [0.0]], [[1.0], [0.0]], [1, 1], None),
        "no places": ([[1.0]], [[1.0], [0.5]], [0, 0], None),
        "alike": ([[1.0]] * 3, [[1.0]] * 3, [1, 1, 1], None),
        "may not": ([[1.0], [1.0]], [[1.0], [0.5]], [1, 1], [[True, False], [True, False]]),
        "may only": ([[1.0], [1.0]], [[1.0], [0.5]], [1, 1], [[True, True], [True, False]]),
        "nowhere": ([[1.0], [0.5]], [[1.0]], [2], [[True], [False]]),
        "larger places": ([[1.0]], [[1.0]], [1_000], None),
        "chain": ([[1, 0, 0], [0.9, 0.8, 0], [0, 0.7, 0.6]], np.eye(3), [1, 1, 1],
                  [[1, 0, 0], [1, 1, 0], [0, 1, 1]]),
        "drawn": (rng.integers(0, 9, (9, 4)) / 8, rng.integers(0, 9, (4, 4)) / 8, [2, 2, 1, 3],
                  rng.random((9, 4)) < 0.7),
        "drawn, few": (rng.integers(0, 9, (8, 3)) / 8, rng.integers(0, 9, (3, 3)) / 8, [2, 1, 2],
                       rng.random((8, 3)) < 0.8),
        "drawn, free": (rng.random((6, 5)), rng.random((3, 5)), [3, 3, 3], None),
    }  # fmt: skip
    found: dict[str, Any] = {}
    for name, (needs, strengths, room, may) in cases.items():
        allowed = None if may is None else np.asarray(may, dtype=bool)
        made = programme.match_partners(needs, strengths, room, allowed=allowed)
        found[name] = {
            "leads": str(made.lead_of), "total": made.total, "words": str(made).splitlines(),
            "why": [made.explain(i) for i in range(len(made.matches))],
            "next": [f"{m.next_lead} {m.next_cost:.9g} {m.leads_allowed} {m.drivers} {m.fit:.9g}"
                     for m in made.matches],
            "extra": [f"{v.lead} {v.more_placed} {v.more_fit:.9g}" for v in made.extra_places],
            "placed": f"{made.placed} {made.unplaced} {made!r}",
        }  # fmt: skip
    heard: list[str] = []
    made = programme.match_partners(
        [[1.0], [0.5]], [[1.0]], [1],
        progress=lambda stage, i, n: heard.append(f"{stage} {i} of {n}"),
    )  # fmt: skip
    return found | {
        "rows": made.to_rows(), "heard": heard, "fit": made.fit(),
        "named": made.explain(0, partners=["A", "B"], leads=["L"], principles=["P"]),
        "each": [*map(repr, made.matches), *map(repr, made.extra_places)],
    }  # fmt: skip


def assignments() -> Any:
    """Whole units of fit, what a change costs, who moves: before and after all are placed."""
    rng = np.random.default_rng(9)
    found: dict[str, Any] = {}
    for partners, leads, largest in ((3, 1, 1.0), (5, 2, 0.7), (6, 4, 3.0), (4, 13, 1e-9)):
        fit = np.floor(rng.random((partners, leads)) * 16) / 16 * largest
        may = rng.random((partners, leads)) < 0.8
        room = rng.integers(0, 3, leads)
        made = Assignment(fit, may, room)
        first = f"{made.exponent} {float(made.worth[np.isfinite(made.worth)].sum()):.17g}"
        made.solve()
        found[f"{partners} {leads}"] = [
            first, str(made.lead), str(made.used), str(made.mover.tolist()),
            [" ".join(f"{v:.6g}" for v in made.as_fit(row)) for row in made.distances()],
        ]  # fmt: skip
    none = Assignment(np.zeros((1, 1)), np.zeros((1, 1), dtype=bool), np.array([1]))
    none.solve()
    return found | {"nobody": [none.exponent, str(none.lead)]}


def partners_refused() -> Any:
    match = programme.match_partners
    made = match([[1.0]], [[1.0]], [1])
    bad: Any = [[True]]
    return {
        "negative": _told(lambda: match([[-1.0]], [[-0.5]], [-1])),
        "huge": _told(lambda: match([[2e100]], [[1e100]], [1.5])),
        "together": _told(lambda: match([[1.0, 2.0]], [[1.0]], [1, 2])),
        "places": _told(lambda: match([[1.0]], [[1.0]], [1, 2])),
        "allowed": _told(lambda: match([[1.0]], [[1.0]], [1], allowed=[[True, False]])),
        "no truths": _told(lambda: match([[1.0]], [[1.0]], [1], allowed=[[2]])),
        "shape": _told(lambda: match([1.0], [[1.0]], [[1]])),
        "empty": _told(lambda: match(np.zeros((0, 1)), [[1.0]], [1])),
        "stopped": _told(lambda: match([[1.0]] * 3, [[1.0]], [1], stop=lambda: True)),
        "explain": _told(lambda: made.explain(1, partners=["a", "b"], leads=[], principles=["p"])),
        "explain below": _told(lambda: made.explain(-1)),
        "made wrong": _told(lambda: evolve(made, capacity=[1, 2])),
        "no next, by hand": evolve(
            match([[1.0]], [[1.0]], [0]),
            matches=[PartnerMatch(partner=0, leads_allowed=2)],
        ).explain(0),
        "no next": [
            match([[1.0], [0.5]], [[1.0]], [1], allowed=[[True], [False]]).explain(i)
            for i in (0, 1)
        ],
        "largest": match([[1e100]], [[1e100]], [1], allowed=bad).total,
    }


# -- hubs ------------------------------------------------------------------------------------


def _lead(key: str, **fields: Any) -> LeadSchool:
    usual: dict[str, Any] = {"name": key.title(), "illustrative": True, "phase": bc.Phase.PRIMARY}
    return LeadSchool(id=key, **(usual | fields))


def _partner(key: str, **fields: Any) -> PartnerSchool:
    usual: dict[str, Any] = {"name": key.title(), "illustrative": True, "phase": bc.Phase.PRIMARY,
                             "route": "core"}  # fmt: skip
    return PartnerSchool(id=key, **(usual | fields))


def _event(key: str = "visit", **fields: Any) -> SupportEvent:
    usual: dict[str, Any] = {
        "title": f"The {key}", "strand": SupportStrand.OPEN_DAYS, "times": {"core": 1},
        "lead_hours": {"head": 1.0}, "partner_hours": {"head": 1.0},
    }  # fmt: skip
    return SupportEvent(id=key, **(usual | fields))


@cache
def _programme() -> Any:
    """The shipped one, with rules of each kind."""

    def rule(key: str, about: RuleSubject, **fields: Any) -> EligibilityRule:
        return EligibilityRule(
            id=key, about=about, text=f"rule {key}", provenance=INFERRED, **fields
        )

    rules = [
        rule("good", RuleSubject.LEAD, attribute="rating", values=["outstanding", "good"]),
        rule("willing", RuleSubject.LEAD),
        rule("mainstream", RuleSubject.PARTNER, attribute="phase", values=["primary", "secondary"]),
        rule("rated", RuleSubject.PARTNER, attribute="rating", values=["good", "weak"]),
        rule("ready", RuleSubject.PARTNER),
        rule(
            "same", RuleSubject.MATCH, attribute="phase", values=["secondary"], where=["secondary"]
        ),
        rule("seen", RuleSubject.MATCH, attribute="rating", values=["outstanding"], where=["weak"]),
        rule("asked", RuleSubject.MATCH),
    ]
    return evolve(bc.content.load_content("programme", "behaviour-hubs"), rules=rules)


def _hub(**fields: Any) -> Hub:
    second = {"phase": bc.Phase.SECONDARY}
    usual: dict[str, Any] = {
        "id": "rivers", "name": "Rivers", "farthest_km": 10,
        "leads": [
            _lead("oak", rating="outstanding", place=Place(0, 0), strengths={"p": 0.9, "q": 0.2},
                  places={"core": 1, "extended": 1}),
            _lead("yew", rating="good", place=Place(8_000, 0), strengths={"q": 0.8, "x": 0.5},
                  places={"core": 2}, **second),
            _lead("bad", rating="weak", place=Place(0, 0)),
        ],
        "partners": [
            _partner("ash", place=Place(0, 3_000), needs={"p": 0.7, "q": 0.4}, rating="good"),
            _partner("elm", place=Place(0, 10_000), needs={"p": 0.5}, **second),
            _partner("fir", place=Place(0, 10_001), needs={"q": 0.9, "z": 0.3, "y": 0.2}),
            _partner("may", place=Place(4_000, 0), needs={"q": 0.1, "z": 0.0}, rating="weak",
                     route="extended"),
            _partner("odd", place=Place(0, 0), phase=bc.Phase.SPECIAL, rating="poor"),
        ],
    }  # fmt: skip
    return Hub(**(usual | fields))


def hub_matched() -> Any:
    hub, rules = _hub(), _programme()
    made = programme.match_hub(hub, programme=rules)
    free = programme.match_hub(
        evolve(hub, farthest_km=None, leads=[_lead("oak")]), programme=evolve(rules, rules=())
    )
    return {
        "words": str(made).splitlines(), "rows": made.to_rows(), "label": repr(made),
        "extra": [*map(str, made.extra_places)], "barred": made.leads_barred,
        "to check": {m.id: [*m.to_check] for m in made.matches},
        "hard": [m.id for m in made.hard_to_place], "placed": made.placed, "total": made.total,
        "of oak": made.partners_of("oak"), "match": str(made.match("ash")).splitlines(),
        "free": str(free).splitlines(), "free places": [*map(str, free.extra_places)],
        "rules": {s.id: [barred_by(rules, s), unchecked_rules(rules, s)]
                  for s in (*hub.leads, *hub.partners)},
        "together": {f"{p.id} {s.id}": why_not_together(rules, p, s, 10.0) or "may"
                     for p in hub.partners for s in hub.leads},
        "no limit": why_not_together(rules, hub.partners[2], hub.leads[0], None) or "may",
        "no place": why_not_together(rules, _partner("x"), hub.leads[0], 1.0) or "may",
        "route": _told(lambda: programme.match_hub(
            evolve(hub, farthest_km=None, partners=[_partner("a", route="cor")],
                   leads=[_lead("l", places={"x": 1})]), programme=rules)),
        "shipped": str(programme.match_hub(evolve(
            hub, leads=hub.leads[:1], partners=hub.partners[:1]))).splitlines(),
        "no hub": _told(lambda: programme.match_hub(3, programme=4)),  # type: ignore[arg-type]
        "unknown": _told(lambda: made.match("aash")),
    }  # fmt: skip


def _result(*ratings: int | None, raters: int = 1) -> bc.AuditResult:
    """An audit of three principles of two items each, on four levels."""
    framework = framework_of({p: [1.0, 1.0] for p in "pqr"})
    responses = [
        bc.Response(rater=f"r-{n}", item=item.id, rating=rating)
        for n in range(raters)
        for item, rating in zip(
            framework.items, [r for r in ratings for _ in range(2)], strict=True
        )
    ]
    return bc.score_audit(audit_of(framework, responses=responses), framework)


def hub_heat() -> Any:
    """Where half of the schools stand low, and who can help whom."""
    keys = ["ash", "elm", "fir", "may"]
    hub = _hub(partners=[_partner(k, needs={"p": 0.5, "z": 0.75}) for k in keys], farthest_km=None)
    audits = {
        "ash": _result(0, 3, 1, raters=20),
        "elm": _result(1, 2, None),
        "fir": _result(3, 1, 3),
    }
    heat = heat_map(hub, audits, order=["r", "p"])
    helps = who_can_help(hub, heat, {"ash": "oak", "elm": "yew", "fir": None})
    told = heat_map(hub, {})
    return {
        "rows": heat.to_rows(),
        "words": [str(heat), repr(heat), str(told)],
        "shared": [
            heat.shared,
            told.shared,
            heat_map(hub, audits | {"may": _result(0, 0, 0)}).shared,
        ],
        "helps": [
            " ".join(f"{v:.6g}" if isinstance(v, float) else str(v) for v in h) for h in helps
        ],
        "of the file": [str(h) for h in who_can_help(hub, told, {})],
        "needs": programme.needs_from(audits["ash"]),
    }


def hub_beside_others() -> Any:
    """A range of four others, rounded outwards; none of fewer."""
    levels = {
        "ash": (0, 1, 2),
        "elm": (1, 1, None),
        "fir": (2, 1, 3),
        "may": (3, 1, 3),
        "oak": (1, 1, 3),
        "yew": (2, 1, 3),
    }
    results = {key: _result(*some, raters=9) for key, some in levels.items()}
    few = {k: results[k] for k in ("ash", "elm", "fir", "may")}
    strange = evolve(framework_of({"p": [1.0]}), id="strange")
    other = bc.score_audit(audit_of(strange, 1), strange)
    made = school_beside_others(results, "ash")
    return {
        "words": [str(school_beside_others(results, key)).splitlines() for key in ("ash", "elm")],
        "few": str(school_beside_others(few, "ash")).splitlines(),
        "three": str(school_beside_others(few, "ash", least=3)).splitlines(),
        "rows": made.to_rows(),
        "label": repr(made),
        "alone": repr(school_beside_others({"ash": results["ash"]}, "ash")),
        "where": {
            key: [p.where or "not told" for p in school_beside_others(results, key).principles]
            for key in results
        },
        "ends": [
            _ends_beside(0.1, 0.2, 0.3, 0.4),
            _ends_beside(0.11, 0.2, 0.3, 0.39),
            _ends_beside(*(0.5,) * 4),
            _ends_beside(*(0.0,) * 4),
            _ends_beside(*(1.0,) * 4),
            _ends_beside(*(0.52,) * 4),
            _ends_beside(0.149, 0.15, 0.15, 0.151),
        ],
        "principle": str(made.principle("q")),
        "no principle": _told(lambda: made.principle("z")),
        "refused": _told(lambda: school_beside_others(3, 4, least=2)),  # type: ignore[arg-type]
        "other": _told(lambda: school_beside_others(results | {"x": other}, "ash")),
        "no school": _told(lambda: school_beside_others(results, "asch")),
    }


def _ends_beside(*scores: float) -> str:
    """The ends of the range of others with these scores of the first principle."""
    bare = _result(0, 0, 0)
    others = {str(i): evolve(bare, scores=_scored(v)) for i, v in enumerate(scores)}
    first = school_beside_others({"x": bare, **others}, "x").principles[0]
    return f"{first.low} to {first.high} of {first.others}"


def _scored(value: float) -> list[Any]:
    """Scores whose first principle has this value."""
    made = list(_result(0, 0, 0).scores)
    at = next(i for i, s in enumerate(made) if s.id == "p")
    made[at] = evolve(made[at], estimate=estimate(value))
    return made


# -- events of a hub -------------------------------------------------------------------------


def _partner_plan(
    key: str, *steps: bc.ActionStep, route: str = "core", **fields: Any
) -> PartnerPlan:
    usual: dict[str, Any] = {"name": key.title(), "capacity": people(head=2)}
    plan = fields.pop("plan", None) or plan_of(*steps, id=f"{key}-plan")
    return PartnerPlan(id=key, route=route, plan=plan, **(usual | fields))


def hub_sessions() -> Any:
    """Which events are held, in which weeks, for whom, one after the other."""
    two = evolve(
        _YEAR,
        inset=[_YEAR.start - 3 * DAY],
        terms=[*_YEAR.terms, bc.model.Term(name="Spring", start=MONDAY + 119 * DAY,
                                           end=MONDAY + 144 * DAY)],
    )  # fmt: skip
    partners = [_partner_plan(k) for k in "abcde"] + [_partner_plan("x", route="extended")]
    events = {
        "one": _event(), "seats": _event(seats=2), "all": _event(seats=9),
        "twice": _event(times={"core": 2, "extended": 1}, seats=3, gap_weeks=1),
        "spring": _event(terms=["Spring"], seats=5), "nobody": _event(times={"other": 3}),
        "never": _event(times={"core": 0}), "no term": _event(terms=["Sprin", "Autumn"]),
    }  # fmt: skip
    found: dict[str, Any] = {}
    for quiet in (0, 1, 2, 3):
        weeks, terms = term_weeks(two, None, quiet)
        mondays = sorted(str(m) for m in open_weeks(two, quiet))
        found[f"quiet {quiet}"] = [len(weeks), [str(t) for t in terms], [*mondays]]
    weeks, terms = term_weeks(two, MONDAY + 50 * DAY)
    found["late"] = [str(weeks[0].start), [str(t) for t in terms]]
    _, terms = term_weeks(two, None)
    for name, event in events.items():
        check = Check("x")
        made = list_sessions([event], partners, terms, check, {"a": frozenset({0, 1, 99})})
        found[name] = [f"{s.id} {s.term} {s.schools} {dict(s.after)}" for s in made]
        if not check.ok():
            found[name] = _told(check.done)
    late = term_weeks(two, MONDAY + 100 * DAY)[1]
    check = Check("x")
    list_sessions([_event(terms=["Autumn"])], partners, late, check)
    sessions = list_sessions([events["twice"]], partners, terms, Check("x"))
    plan = school_plan(
        _partner_plan("a", step("k", phase=StepPhase.LAUNCH), step("l")),
        list_sessions(
            [_event(before=StepPhase.LAUNCH, times={"core": 2})],
            [_partner_plan("a")],
            terms,
            Check("x"),
        ),
    )
    one = session_step(sessions[-1], {"head": 1.0, "senco": 2.0}, sessions[-1].after)
    return found | {
        "no weeks": _told(check.done),
        "plan": [f"{s.id} {[str(p) for p in s.requires]} {s.lead}" for s in plan.steps],
        "reasons": [str(i) for i in plan.inclusions],
        "step": f"{one.id} {one.lead} {[(p.step, p.lag_weeks) for p in one.requires]} {one.phase}",
    }  # fmt: skip


def hub_support() -> Any:
    """Events and plans as one: hours of the lead, own terms, steps that wait, what does not fit."""
    a = _partner_plan(
        "ash", step("k", phase=StepPhase.LAUNCH), step("l", running_hours={"head": 0.5})
    )
    e = _partner_plan(
        "elm", step("k", weeks=2, hours=2, lead_options=["senco"]), capacity=people(head=2, senco=1)
    )
    own = _partner_plan("own", calendar=evolve(autumn(9, 5), id="own"))
    cases: dict[str, Any] = {
        "two": ([a, e], [_event()], {}),
        "tight": (
            [a, e, own],
            [_event(lead_hours={"head": 2.0}), _event("talk", seats=3)],
            {"lead_staff": people(head=2)},
        ),
        "before": ([a], [_event(before=StepPhase.LAUNCH, times={"core": 2}, gap_weeks=1)], {}),
        "own terms": ([own], [_event(times={"core": 9})], {"quiet_weeks": 1}),
        "too many": ([a, e], [_event(times={"core": 5}, lead_hours={"head": 3.0})], {}),
        "too little": ([a], [_event(lead_hours={"head": 9.0})], {}),
        "partner lacks": ([_partner_plan("few", capacity=people(head=0.5))], [_event()], {}),
        "late": ([a, e], [_event()], {"starts": MONDAY + 30 * DAY}),
        "days": (
            [
                _partner_plan(
                    "set",
                    plan=plan_of(
                        step("k"),
                        id="p",
                        not_before={"k": MONDAY + 8 * DAY},
                        not_after={"k": MONDAY + 30 * DAY},
                    ),
                )
            ],
            [_event()],
            {},
        ),
    }
    usual = {"lead_staff": people(head=3), "calendar": _YEAR, "engine": "heuristic", "budget": 40}
    usual = {"lead_staff": people(head=3), "calendar": _YEAR, "engine": "heuristic", "budget": 40}
    found: dict[str, Any] = {}
    for name, (partners, events, options) in cases.items():
        support = partial(programme.plan_support, "oak", partners, events, **(usual | options))
        made = _told(support)
        found[name] = made if isinstance(made, Exception) else _supported(made)
    return found


def _supported(made: Any) -> dict[str, Any]:
    return {
        "words": str(made).splitlines(),
        "rows": [" | ".join(r.values()) for r in made.to_rows()],
        "doses": [" ".join(map(str, r.values())) for r in made.doses()],
        "numbers": f"{made.status.value} {made.makespan} {made.lower_bound} {made.bound_source}",
        "out": dict(made.unscheduled),
        "lead": [str(u) for u in made.lead_use[:3]],
        "schools": {
            s.id: [
                f"{s!r} {s.schedule.status.value} {s.schedule.makespan} {s.schedule.lower_bound} "
                f"{s.schedule.bound_source} {s.schedule.most_placed} {s.schedule.ends}",
                *(
                    f"{t.step} {t.start} {t.lead} {dict(t.hours_per_week)}: "
                    f"{'; '.join(r.text for r in t.reasons)}"
                    for t in s.schedule.steps
                ),
                *(f"out {k}: {why}" for k, why in s.schedule.unscheduled.items()),
                *(str(u) for u in s.schedule.use[:1]),
                str(dict(s.schedule.running_hours)),
            ]
            for s in made.schools
        },
    }


def hub_support_refused() -> Any:
    a, b = _partner_plan("ash"), _partner_plan("elm")
    clash = _partner_plan("fir", plan=plan_of(step("a"), id="p"))
    support = partial(programme.plan_support, lead_staff=people(head=3), calendar=_YEAR,
                      engine="heuristic", budget=1)  # fmt: skip
    made = support("oak", [a, b], [_event()])
    return {
        "lead": _told(lambda: support("o.ak", [a], [_event()])),
        "event too": _told(
            lambda: support(
                "oak",
                [_partner_plan("fir", step("visit-1.1"), plan=plan_of(step("visit-1.1"), id="p"))],
                [_event("visit-1")],
            )
        ),
        "partner": _told(lambda: _partner_plan("a.b")),
        "labels": [repr(a), repr(made), str(made.school("ash")), str(made.session("visit.1"))],
        "lead too": _told(lambda: support("ash", [a], [_event()])),
        "none": _told(lambda: support("oak", [], [])),
        "twice": _told(lambda: support("oak", [a, a], [_event(), _event()])),
        "starts": _told(lambda: support("oak", [a], [_event()], starts=MONDAY + 90 * DAY)),
        "quiet": _told(lambda: support("oak", [a], [_event()], quiet_weeks=7, seed=-1)),
        "all quiet": _told(lambda: support("oak", [a], [_event(terms=["Autumn"])], quiet_weeks=4)),
        "role": _told(lambda: support("oak", [a], [_event(lead_hours={"clerk": 1.0})])),
        "engine": _told(lambda: support("oak", [clash], [_event()], engine="x", starts="soon")),
        "staff": _told(lambda: support("oak", 3, 4, lead_staff=5, calendar=6)),
        "school": _told(lambda: made.school("ashe")),
        "session": _told(lambda: made.session("visit.9")),
        "found": [made.school("ash").name, made.session("visit.2").schools],
        "dot": _told(lambda: _event("a.b")),
        "too many": _told(lambda: evolve(made.session("visit.1"), schools=["a", "b"])),
    }


def _series(
    *counts: float | None, start: dt.date = MONDAY, days: int = 5, **fields: Any
) -> bc.Series:
    periods = [
        bc.model.SeriesPeriod(
            label=f"week {i + 1}", start=start + 7 * i * DAY, end=start + (7 * i + days - 1) * DAY,
            **({"masked": "fewer than 5"} if n is None else {"count": n}), exposure=100,
        )
        for i, n in enumerate(counts)
    ]  # fmt: skip
    return bc.Series(
        id="incidents", indicator="low-level-incidents", periods=periods,
        exposure_kind=bc.model.ExposureKind.PUPIL_DAYS, **fields,
    )  # fmt: skip


def hub_counts() -> Any:
    """Whole periods of a term, of every school; the others are told."""
    later = [bc.model.Term(name="Spring", start=MONDAY + 119 * DAY, end=MONDAY + 144 * DAY)]
    year = evolve(_YEAR, terms=[*_YEAR.terms, *later])
    cases: dict[str, Mapping[str, bc.Series]] = {
        "none": {},
        "one": {"ash": _series(20, 30)},
        "small": {"ash": _series(3), "elm": _series(40)},
        "two": {"ash": _series(20, 30), "elm": _series(40)},
        "masked": {"ash": _series(20, None, 30), "elm": _series(12.5, 40)},
        "outside": {"ash": _series(20, start=MONDAY - 3 * DAY), "elm": _series(40)},
        "ends": {"ash": _series(20, start=MONDAY + 56 * DAY), "elm": _series(40, days=6)},
        "spring": {"ash": _series(20, 30, start=MONDAY + 119 * DAY), "elm": _series(40)},
        "both": {k: _series(*range(20, 42)) for k in ("ash", "elm", "fir")},
    }
    found: dict[str, Any] = {}
    for name, series in cases.items():
        made = term_counts(series, year)
        found[name] = "none" if made is None else [
            f"{made!r} {made.schools} {made.terms} {made.incomplete} {made.outside}",
            "no table" if made.table is None else str(made.table.cells),
            f"{made.of('ash', 'Autumn')} {made.of('ash', 'Spring')} {made.of('x', 'Autumn')} "
            f"{made.counted('ash', 'Autumn')} {made.counted('ash', 'Summer')}",
        ]  # fmt: skip
    return found


def hub_packs() -> Any:
    """Visits beside plans, the days that were agreed, and the whole pack in words."""
    framework = framework_of({p: [1.0, 1.0] for p in "pqrxyz"})
    staff = people(head=1)
    leads = [
        evolve(_hub().leads[0], staff=staff, places={"core": 4, "extended": 1}),
        _lead("yew", rating="good", staff=staff, places={"core": 1, "extended": 0}),
    ]
    partners = [
        _partner("ash", needs={"p": 0.7}),
        _partner("elm"),
        _partner("fir", route="extended"),
    ]
    visits = [_event(), _event("talk", seats=2, times={"core": 1, "extended": 1},
                               partner_hours={"head": 0.5, "senco": 2.0})]  # fmt: skip
    hub = _hub(leads=leads, partners=partners, events=visits, calendar=["year"], farthest_km=None,
               agreed={"oak.visit.1": MONDAY + 16 * DAY})  # fmt: skip
    schools = [
        HubSchool(id="elm", result=_result(1, 2, 3), series=_series(20, 30)),
        HubSchool(id="fir", calendar=evolve(autumn(9, 5), id="own"), result=_result(0, 0, 1),
                  series=_series(2, 1)),
        HubSchool(id="yew", result=_result(3, 3, 3)),
    ]  # fmt: skip
    pack = make_pack(hub, schools, programme=_programme(), framework=framework, calendar=_YEAR)
    bare = make_pack(hub, [], programme=_programme(), framework=framework)
    calendars = hold_visits(hub, pack.matching, framework, _YEAR, seed=2)

    def agreed(**days: dt.date) -> Any:
        other = evolve(hub, agreed={k.replace("_", "."): d for k, d in days.items()})
        return _told(lambda: [str(v.first) for v in list_visits(other, pack.calendars, _YEAR)])

    return {
        "words": str(pack).splitlines(),
        "bare": str(bare).splitlines(),
        "labels": [
            repr(pack),
            repr(schools[0]),
            f"{pack.dated} {pack.written_on} {bare.dated} {bare.written_on}",
        ],
        "today": [
            str(evolve(pack, hub=evolve(hub, **d)).dated)
            for d in (
                {"today": MONDAY},
                {"starts": MONDAY + DAY},
                {"today": MONDAY, "starts": MONDAY + DAY},
            )
        ],
        "visits": [" ".join(map(str, v)) for v in pack.visits],
        "needs": {p.id: p.needs for p in pack.hub.partners},
        "strengths": {s.id: s.strengths for s in pack.hub.leads},
        "calendars": [[str(c).splitlines()[0], c.seed] for c in calendars],
        "helps": [str(h) for h in pack.helps],
        "school": [pack.school("elm").id, _told(lambda: pack.school("oak"))],
        "agreed": agreed(oak_visit_1=MONDAY + 10 * DAY),
        "left out": _left_out_visit(),
        "no event": agreed(oak_visit_7=MONDAY),
        "no day": agreed(oak_visit_1=MONDAY + 5 * DAY),
        "both": agreed(yew_talk_1=MONDAY - DAY),
        "principles": _told(
            lambda: make_pack(
                hub, [], programme=_programme(), framework=framework_of({"p": [1.0], "w": [1.0]})
            )
        ),
        "no events": [len(hold_visits(evolve(hub, events=()), pack.matching, framework, _YEAR))],
    }


def _left_out_visit() -> Any:
    """A day that was agreed for an event for which its lead has no hours."""
    lead = _lead("oak", staff=people(head=1), places={"core": 2})
    events = [_event(lead_hours={"head": 2.0})]
    hub = _hub(leads=[lead], partners=[_partner("ash"), _partner("elm")], events=events,
               calendar=["year"], farthest_km=None)  # fmt: skip
    matching = programme.match_hub(hub, programme=evolve(_programme(), rules=()))
    calendars = hold_visits(hub, matching, framework_of({"p": [1.0]}), _YEAR)
    agreed = evolve(hub, agreed={"oak.visit.1": MONDAY})
    return _told(lambda: list_visits(agreed, calendars, _YEAR))


# -- a nation --------------------------------------------------------------------------------


def _mixes() -> list[SupportMix]:
    return [
        SupportMix(id="half", shares={"core": 0.5, "extended": 0.5}),
        SupportMix(id="thin", shares={"regional": 1.0}),
        SupportMix(id="chance", shares={"core": 0.3}, first="chance"),
    ]


def nation_places() -> Any:
    routes = NationAssumptions().routes
    return {
        f"{mix.id} {budget} {schools}": str(places(mix, budget, schools, routes))
        for mix in (*_mixes(), SupportMix(id="tenth", shares={"regional": 0.1}))
        for budget, schools in ((100, 1_000), (30, 1_000), (30, 4), (29.9, 2), (0.5, 10))
    } | {"words": [*map(str, (*default_mixes(), *routes, NationAssumptions()))]}


def nation_drawn() -> Any:
    """One draw by each assumption in turn, and its mixes."""
    seeds = np.random.SeedSequence(3)
    changes: dict[str, dict[str, Any]] = {
        "usual": {},
        "none alike": {"area_correlation": 0.0},
        "all alike": {"area_correlation": 1.0},
        "sure": {"closed_error": 0.0, "closed_between": 0.0},
        "blind": {"audit_error": 1.0},
        "strong": {"closed_mean": 1.0},
        "harm": {"closed_mean": -1.0, "shape": 3.0},
        "flat": {"shape": 0.5, "shape_error": 0.0, "scale_error": 0.0},
        "faithful": {"fidelity_mean": 0.95, "fidelity_strength": 30.0},
        "days": {"full_days": 5.0},
    }
    found = {}
    for name, change in changes.items():
        given = NationAssumptions(**change)
        drawn = simulate_draw(seeds, 60, _mixes(), 120.0, given)
        found[name] = [f"{a:.9g} {b:.9g}" for a, b in drawn]
    found["three schools"] = [
        str(simulate_draw(seeds, 3, _mixes(), 500.0, NationAssumptions()).shape)
    ]
    return found


def nation_simulated() -> Any:
    heard: list[str] = []
    made = simulate_nation(
        schools=120, mixes=_mixes(), budget_days=300, draws=40, seed=5, workers=1,
        progress=lambda *some: heard.append(" ".join(map(str, some))),
    )  # fmt: skip
    two = evolve(made, mixes=_mixes()[:2], closed=np.array(made.closed)[:, [1, 1]],
                 closed_most=np.array(made.closed_most)[:, :2])  # fmt: skip
    with mock.patch("behaviour_culture.programme.nation.simulation._CHUNK_SCHOOLS", 1_000):
        again = simulate_nation(
            schools=120,
            mixes=_mixes(),
            budget_days=300,
            draws=40,
            seed=5,
            workers=1,
            progress=lambda *s: heard.append(" ".join(map(str, s))),
        )
    return {
        "words": str(made).splitlines(),
        "rows": made.to_rows(),
        "best": made.best.id,
        "label": repr(made),
        "likely": made.probability_best,
        "ties": two.probability_best,
        "ties in words": str(two).splitlines()[-3:],
        "behind": {k: str(v) for k, v in made.behind_best.items()},
        "estimates": {k: str(v) for k, v in made.estimates.items()},
        "helped": [made.helped(m.id) for m in made.mixes],
        "no mix": _told(lambda: made.helped("x")),
        "closed": made.closed,
        "most": made.closed_most,
        "heard": [*heard],
        "same": [again.digest == made.digest, again == made],
        "usual": [
            m.id for m in simulate_nation(schools=10, draws=2, workers=1, budget_days=9).mixes
        ],
    }


def nation_refused() -> Any:
    simulate = partial(simulate_nation, schools=10, draws=2, workers=1, budget_days=9.0)
    made = simulate(mixes=_mixes())
    twice = [*_mixes(), *_mixes()[:1]]
    return {
        "numbers": _told(lambda: simulate(schools=0, draws=0, budget_days=0.0, level=1.0, seed=-1)),
        "much": _told(lambda: simulate(schools=1_000_001, budget_days=1e12, level=0.0)),
        "mixes": _told(lambda: simulate(mixes=[])),
        "twice": _told(lambda: simulate(mixes=twice)),
        "route": _told(lambda: simulate(mixes=[SupportMix(id="m", shares={"cor": 1.0})])),
        "running": _told(lambda: simulate(workers=0, executor=3, checkpoint=4)),
        "assumptions": _told(lambda: simulate(assumptions=3)),
        "stop": _told(lambda: simulate(stop=3)),
        "stopped": _told(lambda: simulate(stop=lambda: True)),
        "shares": [
            _told(partial(SupportMix, id="m", shares=s))
            for s in ({}, {"a": 0.0}, {"a": 0.6, "b": 0.5}, {"a": 1.5})
        ],
        "first": _told(lambda: SupportMix(id="m", shares={"a": 1.0}, first="last")),
        "sum": SupportMix(id="m", shares=dict.fromkeys("abcdefghij", 0.1)).first,
        "spread": _told(lambda: NationAssumptions(need_mean=0.1, need_spread=0.3)),
        "spread at": _told(lambda: NationAssumptions(need_mean=0.5, need_spread=0.5)),
        "route days": _told(lambda: NationRoute(id="r", adviser_days=0, source="s")),
        "rows": _told(lambda: evolve(made, draws=3)),
        "mean": _told(lambda: NationAssumptions(need_mean=1.5)),
        "by an executor": _by_an_executor(),
        "one mix": str(simulate(mixes=_mixes()[:1])).splitlines()[1:3],
        "ends": [simulate(schools=1, draws=1, level=0.5, budget_days=999.0).draws],
    }


def _by_an_executor() -> list[str]:
    with ThreadPoolExecutor(1) as pool:
        made = simulate_nation(schools=10, draws=2, budget_days=9.0, executor=pool)
    alone = simulate_nation(schools=10, draws=2, budget_days=9.0, workers=1)
    return [str(made == alone), str(made.seed)]


def nation_checkpoints() -> Any:
    """A folder of chunks: damaged ones are run again, other runs are refused."""
    simulate = partial(simulate_nation, schools=10, draws=6, workers=1, budget_days=9.0)
    with (
        tempfile.TemporaryDirectory() as name,
        mock.patch("behaviour_culture.programme.nation.simulation._CHUNK_SCHOOLS", 20),
    ):
        folder, heard = Path(name) / "run", []
        first = simulate(checkpoint=folder)
        files = sorted(p.name for p in folder.iterdir())
        (folder / files[0]).write_bytes((folder / files[0]).read_bytes()[:-1])
        (folder / files[1]).write_bytes(b"x" * (folder / files[1]).stat().st_size)
        again = simulate(
            checkpoint=str(folder), draws=7,
            progress=lambda *some: heard.append(" ".join(map(str, some))),
        )  # fmt: skip

        def told(**changes: Any) -> list[str]:
            with pytest.raises(BehaviourCultureError) as caught:
                simulate(checkpoint=folder, **changes)
            return str(caught.value).replace(name, "folder").splitlines()

        others = [told(schools=11), told(seed=1, budget_days=8.0), told(mixes=_mixes())]
        kept = Checkpoint(folder.parent / "two", {"a": 1}, (2,))
        kept.save((0, 3), np.arange(6.0).reshape(3, 2))
        loaded = [kept.load((0, 3)), kept.load((0, 2)), kept.load((3, 4))]
        manifests = []
        for text in ("{", "[]", "{}", '{"inputs": 1}', '{"inputs": {}}', "[" * 100_000):
            (folder / "manifest.json").write_text(text, encoding="utf-8")
            manifests.append(told()[:1])
        (folder / "manifest.json").unlink()
        (folder / "manifest.json").mkdir()
        with pytest.raises(ReadError):
            simulate(checkpoint=folder)
    return {
        "files": files,
        "heard": heard,
        "same": bool(np.array_equal(first.closed, again.closed[:6])),
        "others": others,
        "loaded": loaded,
        "manifests": manifests,
    }
