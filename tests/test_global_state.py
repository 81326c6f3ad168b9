"""Nothing of the process is changed, and nothing of it changes a result."""

from __future__ import annotations

import datetime as dt
import decimal
import gc
import hashlib
import io
import locale
import logging
import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
import warnings
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest

import behaviour_culture as bc
from behaviour_culture import monitoring as mo
from behaviour_culture._display import day_words, short_day
from builders import HOURS

COUNTS = [12, 14, 9, 11, 13, 15, 10, 12, 6, 5, 7, 4, 6, 5, 7, 3]
ALL = ("html", "json", "csv")
MEASURE = mo.Measure(
    name="removals from lessons",
    reporter="records",
    source="behaviour log",
    design=1,
    estimate=mo.rate_ratio(80, 40_000, 140, 40_000),
    matters=0.8,
    window="Sept 2024 to July 2026",
    exposure="80,000 pupil days",
    events=220,
)


def printed(code: str, changed: Mapping[str, str] | None = None, folder: Path | None = None) -> str:
    """Return what some code prints in a process of its own."""
    folders = [str(Path(__file__).parent), *sys.path]
    done = subprocess.run(  # noqa: S603  (this interpreter and the code of this file)
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(folders), **(changed or {})},
        cwd=folder,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip()


def work(formats: Sequence[str] = ("json", "csv")) -> str:
    """Go the whole way from answers to a report; return what came out as one digest."""
    framework, catalogue = bc.load_framework("bennett-2017"), bc.load_catalogue("bennett-2017")
    rows = "".join(f"head,{item.id},1\nteacher-1,{item.id},2\n" for item in framework.items)
    audit = bc.read_audit(io.StringIO(f"rater,item,rating\n{rows}"), framework=framework)
    result = bc.score_audit(audit, framework)
    plan = bc.draft_plan(result, catalogue=catalogue, priorities=3)
    roles = [bc.Role(id=k, title=k, hours_per_week=3 * v) for k, v in HOURS.items()]
    schedule = bc.schedule_plan(
        plan,
        calendar=bc.load_calendar("illustrative-2026-27"),
        capacity=bc.Capacity(roles=roles),
        budget=30,
    )
    done = [result, plan, schedule, bc.score_impact(plan, result, draws=100)]
    done.append(bc.forecast(plan, result, schedule, draws=100))
    done.append(mo.xmr_chart(COUNTS))
    done.append(mo.verdict([MEASURE]))
    series = mo.interrupted_time_series(COUNTS, change_at=8, exposure=[100] * 16)
    texts = [bc.dumps(value, format="json") for value in done]
    texts += [str(value) for value in (*done, series)]
    with TemporaryDirectory() as folder:
        parts = {"framework": framework, "audit": result, "plan": plan, "schedule": schedule}
        files = bc.write_report(folder, **parts, formats=formats)
        texts += [path.read_text("utf-8") for path in files]
    return hashlib.sha256("\n".join(texts).encode()).hexdigest()


def drawn() -> str:
    """Draw a chart, and return what lies on it as text."""
    import matplotlib.pyplot as plt

    axes = mo.xmr_chart(COUNTS).plot()
    found = [axes.get_title(loc="left"), *(str(line.get_xydata()) for line in axes.lines)]
    plt.close(axes.get_figure())
    return "\n".join(found)


def state() -> tuple[object, ...]:
    mask = os.umask(0)
    os.umask(mask)
    return (
        mask,
        str(decimal.getcontext()),
        {number: signal.getsignal(number) for number in signal.valid_signals()},
        {name: str(logger) for name, logger in logging.root.manager.loggerDict.items()},
        (logging.root.level, list(logging.root.handlers), logging.getLevelName(25)),
        (sys.getswitchinterval(), gc.get_threshold(), gc.isenabled(), socket.getdefaulttimeout()),
        (sys.excepthook, sys.displayhook, threading.excepthook, sys.stdout, sys.stderr),
        (list(sys.path), list(map(str, sys.meta_path)), sys.gettrace(), sys.getprofile()),
        list(warnings.filters),
        locale.setlocale(locale.LC_ALL),
        Path.cwd(),
        dict(os.environ),
        np.geterr(),
        str(np.random.get_state()),  # noqa: NPY002  (that it is left alone is the point)
        random.getstate(),
        np.get_printoptions(),
        sys.getrecursionlimit(),
        time.tzname,
        threading.active_count(),
    )


def test_working_changes_nothing_of_the_process() -> None:
    work()  # what is imported on first use is loaded, and may set filters of its own
    before = state()
    work()
    assert state() == before


def test_many_threads_at_once_give_the_same_bits_and_change_nothing() -> None:
    expected = work()
    before = state()
    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(lambda _: work(), range(8))) == {expected}
    assert state() == before


@pytest.mark.slow
def test_sixty_four_threads_do_too() -> None:
    expected = work(ALL)
    before = state()
    with ThreadPoolExecutor(64) as pool:
        assert set(pool.map(lambda _: work(ALL), range(64))) == {expected}
    assert state() == before


@pytest.mark.slow
def test_sixty_four_threads_do_in_a_process_that_has_imported_nothing_yet() -> None:
    code = """
import test_global_state as t
with t.ThreadPoolExecutor(64) as pool:
    print(*set(pool.map(lambda _: t.work(), range(64))))
"""
    assert printed(code) == work()


def test_charts_of_many_threads_are_alike_and_leave_the_style_alone() -> None:
    matplotlib = pytest.importorskip("matplotlib")
    matplotlib.use("Agg")
    expected, before, often = drawn(), dict(matplotlib.rcParams), sys.getswitchinterval()
    sys.setswitchinterval(1e-5)  # threads take turns in the middle of a chart
    try:
        with ThreadPoolExecutor(8) as pool:
            assert set(pool.map(lambda _: drawn(), range(16))) == {expected}
    finally:
        sys.setswitchinterval(often)
    assert dict(matplotlib.rcParams) == before


@pytest.mark.slow
@pytest.mark.parametrize(
    "changed",
    [
        {"PYTHONHASHSEED": "1"},
        {"PYTHONHASHSEED": "2", "TZ": "Pacific/Kiritimati"},
        {"LC_ALL": "C", "PYTHONUTF8": "0"},
        {"PYTHONOPTIMIZE": "1"},
    ],
)
def test_the_environment_changes_no_result(tmp_path: Path, changed: dict[str, str]) -> None:
    code = "import test_global_state as t; print(t.work())"
    assert printed(code, changed, tmp_path) == work()


def test_days_are_in_english_in_every_locale() -> None:
    days = [dt.date(2026, month, 9) for month in range(1, 13)]
    assert [day_words(day) for day in days] == [f"{day:%d %B %Y}" for day in days]
    assert [short_day(day) for day in days] == [f"{day:%d %b %Y}" for day in days]
    assert day_words(days[8], weekday=True) == f"{days[8]:%A %d %B %Y}"


def test_no_source_asks_the_locale_or_changes_the_warnings_of_the_process() -> None:
    words = ("%B", "%b", "%A", "%a", "strftime(", "setlocale", "catch_warnings", "simplefilter")
    home = Path(str(bc.__file__)).parent
    found = [
        (path.name, word)
        for path in home.rglob("*.py")
        for word in words
        if word in path.read_text("utf-8")
    ]
    assert not found
