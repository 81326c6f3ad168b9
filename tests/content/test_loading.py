"""Finding content by id, by path, and in other packages that are installed."""

from __future__ import annotations

import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from functools import partial
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve

import behaviour_culture as bc
from behaviour_culture.errors import (
    DuplicateContentError,
    InvalidInputError,
    ReadError,
    UnknownContentError,
)
from behaviour_culture.interchange import write

LOADERS: list[tuple[str, Callable[[Any], Any], str]] = [
    ("framework", bc.load_framework, "bennett-2017"),
    ("catalogue", bc.load_catalogue, "bennett-2017"),
    ("calendar", bc.load_calendar, "blue-coat-2024-25"),
    ("evidence", bc.load_evidence, "behaviour-2026"),
    ("benchmarks", partial(bc.content.load_content, "benchmarks"), "national-behaviour-survey"),
]


@pytest.fixture
def other_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Another package that is installed and offers content; returns its folder."""
    name = "a_trust_s_content"
    folder = tmp_path / name
    (folder / "frameworks").mkdir(parents=True)
    (folder / "calendars").mkdir()
    (folder / "__init__.py").write_text("", encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    entry = EntryPoint(name="a-trust", value=name, group="behaviour_culture.content")

    def entry_points(*, group: str) -> list[EntryPoint]:
        return [entry] if group == entry.group else []

    monkeypatch.setattr("importlib.metadata.entry_points", entry_points)
    yield folder
    sys.modules.pop(name, None)


class TestById:
    def test_ids_are_sorted_and_hold_what_is_shipped(self) -> None:
        for ids in (bc.framework_ids(), bc.catalogue_ids(), bc.calendar_ids()):
            assert list(ids) == sorted(set(ids))
        assert "bennett-2017" in bc.framework_ids()
        assert "bennett-2017" in bc.catalogue_ids()
        assert {"blue-coat-2024-25", "illustrative-2026-27"} <= set(bc.calendar_ids())

    @pytest.mark.parametrize(("kind", "load", "key"), LOADERS)
    def test_an_id_loads_an_equal_object_each_time(
        self, kind: str, load: Callable[[Any], Any], key: str
    ) -> None:
        assert load(key) == load(key)
        assert load(key).id == key
        assert kind

    @pytest.mark.parametrize(("kind", "load", "key"), LOADERS)
    def test_a_wrong_id_suggests_the_right_one(
        self, kind: str, load: Callable[[Any], Any], key: str
    ) -> None:
        with pytest.raises(UnknownContentError) as caught:
            load(key[:-1])
        text = str(caught.value)
        assert f"no {kind} {key[:-1]!r}; did you mean {key!r}?" in text
        assert "known ids: " in text
        assert key in caught.value.known

    def test_an_id_that_resembles_none_lists_them(self) -> None:
        with pytest.raises(UnknownContentError, match=r"known ids: .*bennett-2017.*or give"):
            bc.load_framework("zzz")
        with pytest.raises(UnknownContentError) as caught:
            bc.load_framework("x" * 10_000)
        assert len(str(caught.value)) < 600

    @pytest.mark.parametrize("name", ["", ".", "..", "a\0b", "../frameworks/bennett-2017"])
    def test_a_name_never_reaches_outside_the_folder(self, name: str) -> None:
        with pytest.raises(bc.BehaviourCultureError):
            bc.load_framework(name)


class TestByPath:
    def test_a_file_of_any_name_and_either_format(
        self, tmp_path: Path, framework: bc.Framework
    ) -> None:
        for name in ("mine.toml", "mine.json"):
            path = write(framework, tmp_path / name)
            assert bc.load_framework(path) == framework
            assert bc.read(str(path), bc.Framework) == framework

    def test_a_file_of_another_kind(self, tmp_path: Path, framework: bc.Framework) -> None:
        path = write(framework, tmp_path / "mine.toml")
        with pytest.raises(InvalidInputError, match="kind 'calendar', got 'framework'"):
            bc.load_calendar(path)

    def test_a_path_that_is_not_there(self, tmp_path: Path) -> None:
        with pytest.raises(ReadError, match="no such file"):
            bc.load_framework(tmp_path / "mine.toml")

    def test_a_folder(self, tmp_path: Path) -> None:
        with pytest.raises(ReadError):
            bc.load_framework(tmp_path)


class TestOtherPackages:
    def test_their_content_is_found_by_id(self, other_package: Path, year: bc.SchoolYear) -> None:
        mine = evolve(year, id="our-trust-2026-27")
        write(mine, other_package / "calendars" / "our-trust-2026-27.json")
        assert "our-trust-2026-27" in bc.calendar_ids()
        assert bc.load_calendar("our-trust-2026-27") == mine

    def test_their_package_may_be_an_archive_and_holds_other_files_too(
        self, other_package: Path, year: bc.SchoolYear, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        mine = evolve(year, id="our-trust-2026-27")
        write(mine, other_package / "calendars" / "our-trust-2026-27.json")
        (other_package / "calendars" / "notes.md").write_text("Ours.", encoding="utf-8")
        home = other_package.parent
        archive = shutil.make_archive(str(home / "all"), "zip", home, other_package.name)
        shutil.rmtree(other_package)
        monkeypatch.syspath_prepend(archive)
        assert bc.load_calendar("our-trust-2026-27") == mine
        assert "notes" not in bc.calendar_ids()

    def test_two_files_for_one_id_are_refused_with_both_places(
        self, other_package: Path, framework: bc.Framework
    ) -> None:
        path = write(framework, other_package / "frameworks" / "bennett-2017.toml")
        with pytest.raises(DuplicateContentError) as caught:
            bc.framework_ids()
        assert str(path) in str(caught.value)
        assert caught.value.places[0].endswith("bennett-2017.toml")
        assert len(set(caught.value.places)) == 2
        assert "give one of them another id" in str(caught.value)
        with pytest.raises(DuplicateContentError) as caught:
            bc.load_framework("bennett-2017")
        assert str(path) in str(caught.value)
        assert bc.load_framework(path) == framework  # by its path there is no doubt
        assert bc.load_framework("eef-behaviour").id == "eef-behaviour"  # nor by another id

    def test_two_other_packages_may_not_hold_one_id_either(
        self, other_package: Path, year: bc.SchoolYear
    ) -> None:
        mine = evolve(year, id="ours")
        for name in ("ours.toml", "ours.json"):
            write(mine, other_package / "calendars" / name)
        with pytest.raises(DuplicateContentError, match=r"ours\.json"):
            bc.load_calendar("ours")

    def test_a_file_that_is_not_named_after_its_id_is_refused(
        self, other_package: Path, framework: bc.Framework
    ) -> None:
        write(framework, other_package / "frameworks" / "another-name.toml")
        with pytest.raises(InvalidInputError, match="make them agree"):
            bc.load_framework("another-name")

    def test_a_faulty_file_of_theirs_is_named(self, other_package: Path) -> None:
        path = other_package / "frameworks" / "faulty.toml"
        path.write_text('kind = "framework"\nformat = 1\n', encoding="utf-8")
        with pytest.raises(InvalidInputError, match=r"faulty\.toml"):
            bc.load_framework("faulty")
        assert bc.load_framework("bennett-2017").id == "bennett-2017"

    @pytest.mark.parametrize(
        ("text", "why"),
        [("1 / 0", "ZeroDivisionError"), ("import nothing_of_this_name", "No module named")],
    )
    def test_a_package_that_cannot_be_imported_is_named(
        self, other_package: Path, text: str, why: str
    ) -> None:
        (other_package / "__init__.py").write_text(text, encoding="utf-8")
        for ask in (bc.framework_ids, lambda: bc.load_framework("theirs")):
            with pytest.raises(ReadError, match=rf"entry point 'a-trust'.*{why}.*uninstall"):
                ask()

    def test_and_keeps_nothing_else_from_loading(self, other_package: Path, tmp_path: Path) -> None:
        (other_package / "__init__.py").write_text("1 / 0", encoding="utf-8")
        framework = bc.load_framework("bennett-2017")
        form = bc.audit_form(framework, tmp_path / "form.csv")
        form.write_text(form.read_text(encoding="utf-8").replace(",,,", ",1,,"), encoding="utf-8")
        assert bc.read_audit(form).framework == "bennett-2017"

    def test_a_clash_over_another_id_keeps_no_form_from_being_read(
        self, other_package: Path, framework: bc.Framework, tmp_path: Path
    ) -> None:
        write(evolve(framework, id="nbs"), other_package / "frameworks" / "nbs.toml")
        path = tmp_path / "form.csv"
        path.write_text("framework,rater,item,rating\nnbs,head,x,1\n", encoding="utf-8")
        with pytest.raises(DuplicateContentError):
            bc.read_audit(path)
        bennett = bc.load_framework("bennett-2017")
        row = f"bennett-2017,head,{bennett.items[0].id},1\n"
        path.write_text(f"framework,rater,item,rating\n{row}", encoding="utf-8")
        assert bc.read_audit(path).framework == "bennett-2017"


class TestStrangers:
    """Who asks for content by a text gets no file, and learns nothing of those that are there."""

    def test_a_text_is_an_id_and_no_path(self, tmp_path: Path, framework: bc.Framework) -> None:
        path = write(framework, tmp_path / "mine.toml")
        said = []
        for name in (path, tmp_path / "no.toml"):
            with pytest.raises(UnknownContentError, match=r"or give the Path of a") as at:
                bc.load_framework(str(name))
            said.append(str(at.value).replace(str(name), "it"))
        assert said[0] == said[1]

    def test_no_name_of_another_file_is_told(self, tmp_path: Path) -> None:
        (tmp_path / "payroll-2026.json").write_text("{}")
        with pytest.raises(UnknownContentError) as caught:
            bc.load_framework(str(tmp_path / "payrol-2026.json"))
        assert "payroll" not in str(caught.value)
        with pytest.raises(ReadError, match=r"did you mean 'payroll-2026.json'"):
            bc.read(tmp_path / "payrol-2026.json")  # the path is the caller's own here


def test_content_is_found_in_a_zip_archive(tmp_path: Path) -> None:
    home = Path(str(bc.__file__)).parent
    archive = tmp_path / "library.zip"
    with zipfile.ZipFile(archive, "w") as out:
        for path in home.rglob("*"):
            if path.suffix != ".pyc" and path.is_file():
                out.write(path, path.relative_to(home.parent))
    code = (
        f"import sys; sys.path.insert(0, {str(archive)!r})\n"
        "import behaviour_culture as bc\n"
        "from behaviour_culture.monitoring.published.datasets import DATASETS\n"
        "from behaviour_culture.report.html import environment\n"
        "assert 'library.zip' in bc.__file__ and DATASETS\n"
        "environment().get_template('report.html.j2')\n"
        "print(*bc.framework_ids(), bc.load_calendar('blue-coat-2024-25').id)"
    )
    done = subprocess.run(  # noqa: S603  (this interpreter and our own code)
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == [*bc.framework_ids(), "blue-coat-2024-25"]
