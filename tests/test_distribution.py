"""What is published: all that belongs to the package, nothing else, and always the same bits."""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "src" / "behaviour_culture"


def build(source: Path, out: Path, *targets: str) -> dict[str, Path]:
    """Build as ``nox -s build`` does; return what was made, by its last suffix."""
    command = [sys.executable, "-m", "hatchling", "build", "-d", str(out)]
    for target in targets:
        command += ["-t", target]
    env = os.environ | {"SOURCE_DATE_EPOCH": "1767225600"}
    subprocess.run(command, cwd=source, check=True, capture_output=True, env=env)  # noqa: S603
    return {path.suffix: path for path in out.iterdir()}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(ROOT, tmp_path_factory.mktemp("dist"), "wheel")[".whl"]


def names_of(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as file:
        return set(file.namelist())


class TestTheWheel:
    def test_it_has_the_whole_package_and_nothing_else(self, wheel: Path) -> None:
        files = {p for p in SOURCE.rglob("*") if p.is_file() and p.suffix != ".pyc"}
        own = {p.relative_to(SOURCE.parent).as_posix() for p in files}
        other = names_of(wheel) - own
        assert own <= names_of(wheel)
        demo, info = "behaviour_culture/content/demo/", "behaviour_culture-"
        assert all(name.startswith((demo, info)) for name in other), other

    def test_what_type_checkers_and_the_demo_need_is_there(self, wheel: Path) -> None:
        names = names_of(wheel)
        assert {"behaviour_culture/py.typed", "behaviour_culture/__init__.pyi"} <= names
        assert "behaviour_culture/content/frameworks/bennett-2017.toml" in names
        assert "behaviour_culture/content/demo/illustrative_journey.toml" in names
        assert any(name.endswith("licenses/LICENSE") for name in names)

    def test_there_is_no_test_no_cache_and_no_way_out_of_its_folder(self, wheel: Path) -> None:
        for name in names_of(wheel):
            assert name.split("/")[0].startswith("behaviour_culture"), name
            assert ".." not in name.split("/")
            assert "/tests/" not in name
            assert not name.endswith(".pyc")


@pytest.mark.slow
def test_the_same_bits_twice_and_from_the_sdist(wheel: Path, tmp_path: Path) -> None:
    first = build(ROOT, tmp_path / "first", "sdist", "wheel")
    second = build(ROOT, tmp_path / "second", "sdist", "wheel")
    assert {p.name for p in first.values()} == {p.name for p in second.values()}
    for suffix, path in first.items():
        assert path.read_bytes() == second[suffix].read_bytes(), suffix
    with tarfile.open(first[".gz"]) as file:
        file.extractall(tmp_path / "unpacked", filter="data")
    (unpacked,) = (tmp_path / "unpacked").iterdir()
    again = build(unpacked, tmp_path / "again", "wheel")[".whl"]
    assert again.read_bytes() == wheel.read_bytes()
    for needed in ("tests/builders.py", "changelog.d/README.md", ".github/workflows/checks.yml"):
        assert (unpacked / needed).is_file(), needed
