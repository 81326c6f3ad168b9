"""Nothing of the process is changed, and nothing of it changes a result."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import locale
import os
import random
import subprocess
import sys
import threading
import time
import warnings
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

import behaviour_culture as bc
from behaviour_culture import monitoring as mo
from behaviour_culture._display import day_words, short_day
from builders import HOURS

COUNTS = [12, 14, 9, 11, 13, 15, 10, 12, 6, 5, 7, 4, 6, 5, 7, 3]


def work() -> str:
    """Read, score, plan, schedule, forecast and chart; return what came out as one digest."""
    framework, catalogue = bc.load_framework("bennett-2017"), bc.load_catalogue("bennett-2017")
    rows = "".join(f"head,{item.id},1\nteacher-1,{item.id},2\n" for item in framework.items)
    audit = bc.read_audit(io.StringIO(f"rater,item,rating\n{rows}"), framework=framework)
    result = bc.score_audit(audit, framework)
    plan = bc.draft_plan(result, catalogue=catalogue, priorities=3)
    roles = [bc.Role(id=k, title=k, hours_per_week=v, people=2) for k, v in HOURS.items()]
    schedule = bc.schedule_plan(
        plan,
        calendar=bc.load_calendar("illustrative-2026-27"),
        capacity=bc.Capacity(roles=roles),
        budget=30,
    )
    done = [result, plan, schedule, bc.score_impact(plan, result, draws=100)]
    done.append(mo.xmr_chart(COUNTS))
    series = mo.interrupted_time_series(COUNTS, change_at=8, exposure=[100] * 16)
    texts = [bc.dumps(value, format="json") for value in done]
    texts += [str(value) for value in (*done, series)]
    return hashlib.sha256("\n".join(texts).encode()).hexdigest()


def state() -> tuple[object, ...]:
    return (
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
    expected = work()
    with ThreadPoolExecutor(64) as pool:
        assert set(pool.map(lambda _: work(), range(64))) == {expected}


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
    folders = [str(Path(__file__).parent), *sys.path]
    done = subprocess.run(  # noqa: S603  (this interpreter and the code of this file)
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(folders), **changed},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == work()


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
