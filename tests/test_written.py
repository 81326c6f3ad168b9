"""The results of all packages are those that are written down in ``tests/written/``."""

from __future__ import annotations

from functools import cache

import pytest

import written
from written import PACKAGES, lines

examples, kept = cache(written.examples), cache(written.written)


@pytest.mark.parametrize(
    ("package", "name"), [(package, name) for package in PACKAGES for name in examples(package)]
)
def test_results_are_as_written(package: str, name: str) -> None:
    assert lines(examples(package)[name]()) == kept(package).get(name)


@pytest.mark.parametrize("package", PACKAGES)
def test_nothing_is_written_that_is_no_example(package: str) -> None:
    assert list(kept(package)) == list(examples(package))
