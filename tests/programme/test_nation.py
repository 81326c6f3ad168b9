from __future__ import annotations

import multiprocessing
import os
import signal
from concurrent.futures import (
    BrokenExecutor,
    Executor,
    Future,
    ProcessPoolExecutor,
    ThreadPoolExecutor,
)
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import behaviour_culture as bc
from behaviour_culture.errors import WorkersLostError
from behaviour_culture.programme import NationAssumptions, SupportMix, simulate_nation
from behaviour_culture.programme.nation import simulation as nation
from behaviour_culture.programme.nation.model import NationRoute, places

SMALL: dict[str, Any] = {"schools": 300, "budget_days": 120.0, "draws": 40, "seed": 3}


@pytest.fixture(autouse=True)
def chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nation, "_CHUNK_SCHOOLS", 1500)  # five draws a task


class _Killer:
    """Kills a worker process once something is done."""

    killed = False

    def __call__(self, _stage: str, done: int, _total: int) -> None:
        if done and not self.killed:
            self.killed = True
            os.kill(multiprocessing.active_children()[0].pid or 0, signal.SIGKILL)


class TestSameBits:
    def test_in_this_process_threads_and_processes_with_one_killed(self) -> None:
        alone = simulate_nation(**SMALL, workers=1)
        with ThreadPoolExecutor(3) as pool:
            assert simulate_nation(**SMALL, executor=pool) == alone
        kill = _Killer()
        assert simulate_nation(**SMALL, workers=2, progress=kill).digest == alone.digest
        assert kill.killed

    def test_however_many_draws_a_task_takes(self, monkeypatch: pytest.MonkeyPatch) -> None:
        alone = simulate_nation(**SMALL, workers=1)
        monkeypatch.setattr(nation, "_CHUNK_SCHOOLS", 4000)
        assert simulate_nation(**SMALL, workers=1) == alone

    def test_another_seed_gives_other_bits_and_more_draws_begin_with_the_same(self) -> None:
        few = simulate_nation(**SMALL, workers=1)
        more = simulate_nation(**SMALL | {"draws": 50}, workers=1)
        assert (more.closed[:40] == few.closed).all()
        assert simulate_nation(**SMALL | {"seed": 4}, workers=1).digest != few.digest

    @pytest.mark.slow
    def test_on_one_two_and_seven_processes_and_dask(self) -> None:
        distributed = pytest.importorskip("distributed")
        alone = simulate_nation(**SMALL, workers=1)
        for workers in (2, 7):
            assert simulate_nation(**SMALL, workers=workers) == alone
        with (
            distributed.LocalCluster(n_workers=2, dashboard_address=None) as cluster,
            distributed.Client(cluster) as client,
        ):
            assert simulate_nation(**SMALL, executor=client.get_executor()) == alone


class _Dying(Executor):
    """A pool whose workers die at once, or with some work done."""

    alive = 0

    def submit(self, work: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        if _Dying.alive > 0:
            _Dying.alive -= 1
            future.set_result(work(*args, **kwargs))
        else:
            future.set_exception(BrokenExecutor())
        return future


class TestDyingWorkers:
    def test_an_executor_that_breaks_is_said_in_words(self) -> None:
        with pytest.raises(WorkersLostError, match="died once, with 0 of 8 chunks done"):
            simulate_nation(**SMALL, executor=_Dying())

    def test_what_a_broken_pool_of_processes_left_runs_in_our_own(self) -> None:
        alone = simulate_nation(**SMALL, workers=1)
        with ProcessPoolExecutor(2, multiprocessing.get_context("spawn")) as pool:
            kill = _Killer()
            found = simulate_nation(**SMALL, executor=pool, progress=kill)
        assert kill.killed
        assert found == alone

    @pytest.mark.parametrize("each", [0, 1])
    def test_pools_may_die_as_often_as_each_gets_something_done(
        self, monkeypatch: pytest.MonkeyPatch, each: int
    ) -> None:
        def pool(*_: Any, **__: Any) -> _Dying:
            _Dying.alive = each
            return _Dying()

        alone = simulate_nation(**SMALL, workers=1)
        monkeypatch.setattr("concurrent.futures.ProcessPoolExecutor", pool)
        if each:
            assert simulate_nation(**SMALL, workers=2) == alone
        else:
            with pytest.raises(WorkersLostError, match="died 5 times"):
                simulate_nation(**SMALL, workers=2)


class TestCheckpoint:
    def test_a_stopped_run_goes_on_from_where_it_was(self, tmp_path: Path) -> None:
        alone = simulate_nation(**SMALL, workers=1)

        def stop(_stage: str, done: int, _total: int) -> None:
            if done == 3:
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            simulate_nation(**SMALL, workers=1, checkpoint=tmp_path, progress=stop)
        assert len(list(tmp_path.glob("draws-*.bin"))) == 3
        seen: list[int] = []
        found = simulate_nation(
            **SMALL, workers=1, checkpoint=tmp_path, progress=lambda _, done, __: seen.append(done)
        )
        assert seen == [3, 4, 5, 6, 7, 8]
        assert found == alone

    def test_a_damaged_file_is_run_again(self, tmp_path: Path) -> None:
        first = simulate_nation(**SMALL, workers=1, checkpoint=tmp_path)
        other = tmp_path / "other"
        simulate_nation(**SMALL | {"seed": 9}, workers=1, checkpoint=other)
        one, two, three, four, five, *_ = sorted(tmp_path.glob("draws-*.bin"))
        one.write_bytes(one.read_bytes()[:-1])
        two.write_bytes(bytes(len(two.read_bytes())))
        three.write_bytes((other / three.name).read_bytes())  # of another run
        four.write_bytes(five.read_bytes())  # of other draws
        assert simulate_nation(**SMALL, workers=1, checkpoint=tmp_path) == first

    def test_a_folder_of_another_run_is_refused_by_name(self, tmp_path: Path) -> None:
        simulate_nation(**SMALL, workers=1, checkpoint=tmp_path)
        with pytest.raises(bc.InvalidInputError, match="another seed"):
            simulate_nation(**SMALL | {"seed": 9}, workers=1, checkpoint=tmp_path)
        for damaged in ("{", "", "null", "[]", "{}", '{"inputs": 3}'):
            (tmp_path / "manifest.json").write_text(damaged, encoding="utf-8")
            with pytest.raises(bc.errors.ReadError, match="no manifest"):
                simulate_nation(**SMALL, workers=1, checkpoint=tmp_path)


class TestModel:
    def test_without_uncertainty_it_is_what_one_works_out_by_hand(self) -> None:
        """Every school gets the full dose and uses it: the share closed is the assumption."""
        sure = NationAssumptions(
            routes=[NationRoute(id="full", adviser_days=15, source="test")],
            closed_mean=0.2,
            closed_error=0,
            closed_between=0,
            scale_error=0,
            shape_error=0,
            fidelity_mean=0.5,
            fidelity_strength=1e6,
        )
        mix = SupportMix(id="all", shares={"full": 1.0})
        found = simulate_nation(
            schools=200, budget_days=3000, draws=5, mixes=[mix], assumptions=sure, workers=1
        )
        assert found.helped("all") == 200
        assert found.closed[:, 0].tolist() == pytest.approx([0.1] * 5, abs=1e-3)

    def test_need_first_closes_more_than_chance_of_those_with_most(self) -> None:
        options = {"shares": {"enhanced": 1.0}}
        mixes = [SupportMix(id=f, first=f, **options) for f in ("need", "chance")]
        sure = NationAssumptions(closed_error=0, closed_mean=0.3)
        found = simulate_nation(**SMALL, mixes=mixes, assumptions=sure, workers=1)
        need, chance = found.closed_most.mean(axis=0)
        assert need > 1.5 * chance > 0

    def test_no_more_days_are_spent_than_there_are(self) -> None:
        routes = NationAssumptions().routes
        rng = np.random.default_rng(0)
        for mix in nation.default_mixes():
            for budget in rng.uniform(1, 5000, 20):
                found = places(mix, float(budget), 400, routes)
                assert sum(days * number for days, number in found) <= budget + 1e-6
                assert sum(number for _, number in found) <= 400

    def test_the_answer_hangs_on_the_shape_and_so_is_said_to(self) -> None:
        big = {**SMALL, "schools": 600, "budget_days": 250.0}
        thin = simulate_nation(**big, assumptions=NationAssumptions(shape=0.6), workers=1)
        thick = simulate_nation(**big, assumptions=NationAssumptions(shape=3.0), workers=1)
        assert thin.best.id == "light"
        assert thick.best.id != "light"
        assert "judgement" in str(thin)

    def test_estimates_hold_their_mean_and_the_best_is_behind_none(self) -> None:
        found = simulate_nation(**SMALL, workers=1)
        for estimate in found.estimates.values():
            assert estimate.lower <= estimate.value <= estimate.upper
        assert found.behind_best[found.best.id].value == 0
        assert sum(found.probability_best.values()) == pytest.approx(1)
        with pytest.raises(bc.errors.UnknownNameError, match="did you mean 'core'"):
            found.helped("cor")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"schools": 0}, "schools"),
        ({"schools": 2.5}, "schools"),
        ({"budget_days": float("nan")}, "budget_days"),
        ({"budget_days": -1}, "budget_days"),
        ({"draws": True}, "draws"),
        ({"mixes": []}, "at least one SupportMix"),
        ({"mixes": [3]}, r"mixes\[0\]"),
        ({"mixes": [SupportMix(id="a", shares={"nowhere": 1.0})]}, "no route 'nowhere'"),
        ({"mixes": [SupportMix(id="a", shares={"core": 1.0})] * 2}, "appears 2 times"),
        ({"assumptions": {}}, "NationAssumptions"),
        ({"level": 1.0}, "level"),
        ({"seed": -1}, "seed"),
        ({"workers": 0}, "workers"),
        ({"executor": object()}, "get_executor"),
        ({"checkpoint": 3}, "checkpoint"),
        ({"progress": 3}, "progress"),
    ],
)
def test_what_is_refused(changes: dict[str, Any], words: str) -> None:
    with pytest.raises(bc.InvalidInputError, match=words):
        simulate_nation(**changes)


def test_all_faults_come_at_once() -> None:
    with pytest.raises(bc.InvalidInputError) as caught:
        simulate_nation(schools=0, draws=0, seed=-1, workers=0)
    assert len(caught.value.faults) == 4


@pytest.mark.parametrize("shares", [{}, {"core": 0.0}, {"core": 0.7, "regional": 0.7}])
def test_shares_that_are_no_split(shares: dict[str, float]) -> None:
    with pytest.raises(bc.InvalidInputError, match="add up"):
        SupportMix(id="a", shares=shares)
