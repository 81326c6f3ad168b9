"""Of nothing, nothing; of a real fall, as often as was said beforehand."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

import pytest

SCRIPT = Path(__file__).parent.parent / "benchmarks" / "monitoring.py"


@pytest.fixture(scope="module")
def script() -> Any:
    spec = importlib.util.spec_from_file_location("benchmark_monitoring", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.slow
@pytest.mark.parametrize("trend", [False, True])
def test_null_series_are_seldom_called_better(script: Any, trend: bool) -> None:  # noqa: FBT001
    found = script.nulls(1000, 1, trend=trend)
    # 67 is 5% of 1,000 and two and a half standard errors.
    assert found["estimate_below_1"] <= 67
    assert found["verdict_improved"] <= 67
    # The same series fool whoever leaves the bad half-term in, or compares two raw totals.
    assert found["estimate_below_1_with_the_trigger"] > found["estimate_below_1"]
    assert found["raw_totals_fell_by_a_tenth"] > 500


@pytest.mark.slow
@pytest.mark.parametrize("memory", [0.3, 0.6, 0.8])
def test_waves_are_seldom_called_better(script: Any, memory: float) -> None:
    found = script.nulls(1000, 1, trend=True, memory=memory)
    assert found["estimate_below_1"] <= 67
    assert found["verdict_improved"] <= 67


@pytest.mark.slow
@pytest.mark.parametrize("trend", [False, True])
def test_a_fall_is_found_at_the_power_told(script: Any, trend: bool) -> None:  # noqa: FBT001
    found = script.found(1000, 2, trend=trend)
    assert found["power_seen"] == pytest.approx(found["power_told"], abs=0.05)
