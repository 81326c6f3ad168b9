from __future__ import annotations

import datetime as dt
import warnings
from pathlib import Path
from types import ModuleType

import pytest

import behaviour_culture as bc
from behaviour_culture import audit
from behaviour_culture._deprecation import RENAMED, Deprecation, warn_deprecated

DAY = dt.date(2027, 9, 1)
OLD = Deprecation("behaviour_culture.score_audit", "1.2.0", "1.4.0", DAY)


def number(version: str) -> tuple[int, ...]:
    """Return a version as numbers, without what stands behind a release's."""
    return tuple(int(part) for part in version.split(".")[:3])


class TestNamesOfBefore:
    @pytest.mark.parametrize("package", [bc, audit])
    def test_an_old_name_gives_the_new_object_and_warns(
        self, monkeypatch: pytest.MonkeyPatch, package: ModuleType
    ) -> None:
        monkeypatch.setitem(RENAMED, f"{package.__name__}.rate_audit", OLD)
        with pytest.deprecated_call(match=r"rate_audit is deprecated since 1\.2\.0") as caught:
            assert package.rate_audit is bc.score_audit
        assert caught[0].filename == __file__
        assert "write behaviour_culture.score_audit" in str(caught[0].message)
        assert "1.4.0, not before 01 September 2027" in str(caught[0].message)

    def test_so_it_is_with_from_import(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(RENAMED, "behaviour_culture.rate_audit", OLD)
        with pytest.deprecated_call() as caught:
            from behaviour_culture import rate_audit
        assert rate_audit is bc.score_audit
        assert {w.filename for w in caught} == {__file__}

    def test_it_is_not_among_the_names_and_a_new_name_does_not_warn(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setitem(RENAMED, "behaviour_culture.rate_audit", OLD)
        assert "rate_audit" not in {*bc.__all__, *dir(bc)}
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            assert bc.score_audit

    def test_none_is_kept_longer_than_it_was_said(self) -> None:
        for old, deprecation in RENAMED.items():
            since, gone, now = map(number, (deprecation.since, deprecation.gone_in, bc.__version__))
            assert since <= now < gone, f"{old} goes in {deprecation.gone_in}: take it out"
            assert gone[:2] > since[:2], f"{old} has to warn for a minor version"


def test_a_function_can_warn_of_an_argument() -> None:
    def rate(*, level: float = 0.95, confidence: float | None = None) -> float:
        if confidence is not None:
            warn_deprecated("rate(confidence=)", OLD._replace(instead="rate(level=)"))
            level = confidence
        return level

    with pytest.deprecated_call(match="write rate\\(level=\\)") as caught:
        assert rate(confidence=0.9) == 0.9
    source = Path(__file__).read_text(encoding="utf-8").splitlines()
    assert "rate(confidence=0.9)" in source[caught[0].lineno - 1]
