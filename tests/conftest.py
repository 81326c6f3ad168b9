"""Hypothesis profiles, the list of all types, and the shipped content as fixtures."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

import behaviour_culture as bc
from builders import public_classes

if TYPE_CHECKING:
    from behaviour_culture import Framework, SchoolYear, StepCatalogue

# How fast examples come is a matter of the machine, no property of the code.
_MACHINE = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow]}
# The suite gives everybody the same answer; "dev" and "thorough" look for new failures, and take
# the whole number of a property that says `examples`.
settings.register_profile("suite", max_examples=12, derandomize=True, **_MACHINE)
settings.register_profile("dev", max_examples=50, **_MACHINE)
settings.register_profile("thorough", max_examples=1_000, **_MACHINE)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "suite"))


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test that asks for a ``public_type`` for each public class."""
    if "public_type" in metafunc.fixturenames:
        types = public_classes()
        metafunc.parametrize("public_type", types, ids=[cls.__name__ for cls in types])


@pytest.fixture(scope="session")
def framework() -> Framework:
    return bc.load_framework("bennett-2017")


@pytest.fixture(scope="session")
def catalogue() -> StepCatalogue:
    return bc.load_catalogue("bennett-2017")


@pytest.fixture(scope="session")
def year() -> SchoolYear:
    return bc.load_calendar("illustrative-2026-27")
