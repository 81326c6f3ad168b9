from __future__ import annotations

import csv
import datetime as dt
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve

import behaviour_culture as bc
from behaviour_culture.report import write as module
from builders import first_of

Parts = dict[str, Any]
ALL = ("html", "json", "csv")
KNOWN = ", ".join(module.FORMATS)
PAGES = ["governors.html", "plan.html", "annex.html"]
NAMES = [
    "governors.html",
    "plan.html",
    "annex.html",
    "audit-result.json",
    "plan.json",
    "schedule.json",
    "impact.json",
    "forecast.json",
    "audit.csv",
    "plan.csv",
    "schedule.csv",
    "impact.csv",
    "forecast.csv",
]


def names(folder: Path) -> list[str]:
    return sorted(p.name for p in folder.iterdir())


def annex(paths: tuple[Path, ...]) -> Path:
    return next(p for p in paths if p.name == "annex.html")


def faults(error: pytest.ExceptionInfo[bc.InvalidInputError]) -> dict[str, str]:
    return {f.path: f.message for f in error.value.faults}


@pytest.fixture(scope="module")
def written(parts: Parts, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, ...]:
    """The files of all formats, in a folder below one that was not there; to be read only."""
    out = tmp_path_factory.mktemp("written") / "a" / "b"
    return bc.write_report(out, **parts, formats=ALL)


def of_suffix(paths: tuple[Path, ...], suffix: str) -> list[Path]:
    return [p for p in paths if p.suffix == suffix]


class TestFiles:
    def test_all_formats_in_the_order_asked_for(self, written: tuple[Path, ...]) -> None:
        assert [p.name for p in written] == NAMES
        assert names(written[0].parent) == sorted(NAMES)

    def test_a_plan_without_a_schedule_has_no_dates(self, parts: Parts, tmp_path: Path) -> None:
        few = {k: parts[k] for k in ("framework", "audit", "plan")}
        paths = bc.write_report(tmp_path, **few, formats=("json", "ics"))
        assert [p.name for p in paths] == ["audit-result.json", "plan.json"]

    def test_html_alone_is_the_default(self, parts: Parts, tmp_path: Path) -> None:
        paths = bc.write_report(str(tmp_path), **parts)
        assert [p.name for p in paths] == PAGES

    def test_json_reads_back_as_the_same_objects(
        self, parts: Parts, written: tuple[Path, ...]
    ) -> None:
        read = [bc.read(p) for p in of_suffix(written, ".json")]
        assert read == [parts[k] for k in ("audit", "plan", "schedule", "impact", "forecast")]

    def test_csv_has_a_row_for_each_row(self, parts: Parts, written: tuple[Path, ...]) -> None:
        keys = ("audit", "plan", "schedule", "impact", "forecast")
        for path, key in zip(of_suffix(written, ".csv"), keys, strict=True):
            with path.open(encoding="utf-8", newline="") as file:
                rows = list(csv.DictReader(file))
            assert len(rows) == len(parts[key].to_rows())

    def test_what_is_not_given_is_not_written(self, parts: Parts, tmp_path: Path) -> None:
        few = {k: parts[k] for k in ("framework", "audit", "plan")}
        paths = bc.write_report(tmp_path, **few, formats=("csv", "json"))
        assert [p.name for p in paths] == [
            "audit.csv",
            "plan.csv",
            "audit-result.json",
            "plan.json",
        ]

    def test_a_format_named_twice_is_written_once(self, small: Parts, tmp_path: Path) -> None:
        assert len(bc.write_report(tmp_path, **small, formats=("html", "html"))) == len(PAGES)

    def test_other_files_stay_and_old_ones_are_replaced(self, small: Parts, tmp_path: Path) -> None:
        (tmp_path / "notes.txt").write_text("mine")
        (tmp_path / "annex.html").write_text("old" * 500_000)
        bc.write_report(tmp_path, **small)
        assert names(tmp_path) == sorted(["notes.txt", *PAGES])
        assert (tmp_path / "notes.txt").read_text() == "mine"
        assert (tmp_path / "annex.html").read_bytes().endswith(b"</html>\n")

    def test_the_same_parts_give_the_same_bytes(
        self, parts: Parts, written: tuple[Path, ...], tmp_path: Path
    ) -> None:
        again = bc.write_report(tmp_path, **parts, formats=ALL)
        assert [p.read_bytes() for p in written] == [p.read_bytes() for p in again]

    def test_files_are_of_a_sane_size(self, large: Parts, tmp_path: Path) -> None:
        for path in bc.write_report(tmp_path, **large, formats=ALL):
            assert 200 < path.stat().st_size < 900_000, path.name


class TestDates:
    def test_no_clock_is_read(self, written: tuple[Path, ...]) -> None:
        assert "Dated" not in annex(written).read_text("utf-8")

    def test_the_date_given_is_printed(self, small: Parts, tmp_path: Path) -> None:
        path = annex(bc.write_report(tmp_path, **small, written_on=dt.date(2026, 7, 9)))
        assert "Dated 09/07/2026." in path.read_text("utf-8")


class TestRefusals:
    def test_unknown_format(self, parts: Parts, tmp_path: Path) -> None:
        with pytest.raises(bc.InvalidInputError) as error:
            bc.write_report(tmp_path / "new", **parts, formats=("html", "jsn", "pdf"))
        assert faults(error) == {
            "formats[1]": f"no format 'jsn'; did you mean 'json'?; known: {KNOWN}",
            "formats[2]": f"no format 'pdf'; known: {KNOWN}",
        }
        assert not (tmp_path / "new").exists()

    @pytest.mark.parametrize("formats", ["html", (), None, 3, {"html"}])
    def test_formats_that_are_no_list(self, parts: Parts, tmp_path: Path, formats: Any) -> None:
        with pytest.raises(bc.InvalidInputError, match=KNOWN):
            bc.write_report(tmp_path / "new", **parts, formats=formats)
        assert not (tmp_path / "new").exists()

    def test_out_is_a_file(self, small: Parts, tmp_path: Path) -> None:
        (tmp_path / "file").write_text("mine")
        with pytest.raises(bc.errors.WriteError, match="it is a file; name a folder"):
            bc.write_report(tmp_path / "file", **small)
        assert (tmp_path / "file").read_text() == "mine"

    def test_out_is_inside_a_file(self, small: Parts, tmp_path: Path) -> None:
        (tmp_path / "file").write_text("mine")
        with pytest.raises(bc.errors.WriteError, match="cannot write"):
            bc.write_report(tmp_path / "file" / "below", **small)
        assert names(tmp_path) == ["file"]

    def test_a_folder_stands_in_the_way(self, small: Parts, tmp_path: Path) -> None:
        (tmp_path / "plan.csv").mkdir()
        with pytest.raises(bc.errors.WriteError, match=r"plan\.csv in it is a folder"):
            bc.write_report(tmp_path, **small, formats=("csv", "html"))
        assert names(tmp_path) == ["plan.csv"]

    def test_a_name_that_no_disk_takes(self, small: Parts) -> None:
        with pytest.raises(bc.errors.WriteError, match="null"):
            bc.write_report("a\x00b", **small)

    def test_things_of_the_wrong_kind_all_at_once(self, parts: Parts, tmp_path: Path) -> None:
        with pytest.raises(bc.InvalidInputError) as error:
            bc.write_report(
                tmp_path,
                **(
                    parts
                    | {
                        "framework": "bennett-2017",
                        "audit": None,
                        "school": parts["plan"],
                        "written_on": dt.datetime(2026, 7, 9, tzinfo=dt.UTC),
                        "title": 7,
                    }
                ),
            )
        found = faults(error)
        assert list(found) == ["framework", "audit", "school", "title", "written_on"]
        assert found["framework"].startswith(
            "expected a Framework, got 'bennett-2017'; load_framework"
        )
        assert found["audit"].startswith("expected an AuditResult, got None; score_audit makes one")
        assert found["written_on"].startswith("expected a date like 2026-09-01, got datetime")

    def test_an_empty_title(self, parts: Parts, tmp_path: Path) -> None:
        with pytest.raises(bc.InvalidInputError, match="title: must not be empty"):
            bc.write_report(tmp_path, **parts, title=" ")

    def test_parts_of_different_journeys_all_at_once(self, parts: Parts, tmp_path: Path) -> None:
        strange = {
            "framework": evolve(parts["framework"], edition="2099"),
            "schedule": evolve(parts["schedule"], plan="another-plan"),
            "impact": evolve(parts["impact"], plan="another-plan"),
            "evidence": evolve(parts["evidence"], edition="2020-01-01"),
            "catalogue": evolve(parts["catalogue"], id="another"),
            "calendar": evolve(parts["calendar"], id="another-year"),
            "school": evolve(parts["school"], id="elsewhere", name="Elsewhere"),
        }
        with pytest.raises(bc.InvalidInputError) as error:
            bc.write_report(tmp_path / "new", **(parts | strange), formats=("html", "pdf"))
        assert [f.path for f in error.value.faults] == [
            "formats[1]",
            "audit.edition",
            "plan.edition",
            "catalogue.edition",
            "catalogue.id",
            "schedule.plan",
            "schedule.calendar",
            "impact.plan",
            "impact.evidence",
            "forecast.evidence",
            "audit.school",
            "plan.school",
        ]
        assert "another-plan" in str(error.value)
        assert not (tmp_path / "new").exists()

    def test_a_schedule_of_an_older_state_of_the_plan(self, parts: Parts, tmp_path: Path) -> None:
        plan = parts["plan"]
        needed = {p.step for s in plan.steps for p in s.requires}
        gone = next(s.id for s in plan.steps if s.id not in needed)
        shorter = evolve(
            plan,
            steps=[s for s in plan.steps if s.id != gone],
            inclusions=[i for i in plan.inclusions if i.step != gone],
        )
        with pytest.raises(bc.InvalidInputError) as error:
            bc.write_report(tmp_path, **(parts | {"plan": shorter}))
        found = faults(error)
        assert found["schedule.steps"] == (
            f"holds steps that are not in the plan: {gone}; schedule the plan again"
        )
        assert gone in found["impact.steps"]

    def test_a_schedule_that_lacks_a_step(self, parts: Parts, tmp_path: Path) -> None:
        schedule = evolve(parts["schedule"], steps=parts["schedule"].steps[1:])
        with pytest.raises(bc.InvalidInputError, match="lacks steps of the plan"):
            bc.write_report(tmp_path, **(parts | {"schedule": schedule}))

    def test_a_calendar_that_was_changed_since(self, parts: Parts, tmp_path: Path) -> None:
        year = parts["calendar"]
        shorter = evolve(year, terms=year.terms[:1], inset=(), days_off=())
        with pytest.raises(bc.InvalidInputError, match="calendar: runs from 2026-09-02 to"):
            bc.write_report(tmp_path, **(parts | {"calendar": shorter}))

    def test_a_school_may_go_by_its_id(self, parts: Parts, tmp_path: Path) -> None:
        audit = evolve(parts["audit"], school=parts["school"].id)
        assert bc.write_report(tmp_path, **(parts | {"audit": audit}), formats=("json",))


class TestAllOrNothing:
    """Whatever fails, the old report stands whole and nothing else is left behind."""

    @pytest.fixture(params=["write", "write_csv", "replace"])
    def break_one(self, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
        if request.param == "replace":

            def refuse(self: Path, _target: Path) -> Path:
                raise PermissionError(13, "Permission denied", str(self))

            monkeypatch.setattr(Path, "replace", refuse)
            return
        real: Callable[..., Path] = getattr(module, request.param)

        def full_disk(value: object, path: Path) -> Path:
            if path.stem == "plan":
                path.write_bytes(b"hal")
                raise OSError(28, "No space left on device", str(path))
            return real(value, path)

        monkeypatch.setattr(module, request.param, full_disk)

    @pytest.fixture
    def some(self, small: Parts) -> Parts:
        """Parts with a result that is written after the plan, which breaks."""
        return small | {"impact": bc.score_impact(small["plan"], small["audit"], draws=100)}

    @pytest.mark.usefixtures("break_one")
    def test_an_old_report_stays(self, some: Parts, tmp_path: Path) -> None:
        old = [n for n in NAMES if "schedule" not in n and "forecast" not in n]
        for name in old:
            (tmp_path / name).write_text(f"old {name}")
        with pytest.raises(bc.errors.WriteError, match="nothing was changed"):
            bc.write_report(tmp_path, **some, formats=ALL)
        assert names(tmp_path) == sorted(old)
        assert all((tmp_path / n).read_text() == f"old {n}" for n in old)

    @pytest.mark.usefixtures("break_one")
    def test_folders_that_were_made_go_again(self, some: Parts, tmp_path: Path) -> None:
        with pytest.raises(bc.errors.WriteError):
            bc.write_report(tmp_path / "new" / "deep", **some, formats=ALL)
        assert names(tmp_path) == []

    def test_the_error_names_the_place_that_was_meant(
        self, small: Parts, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def refuse(_value: object, path: Path) -> Path:
            raise bc.errors.WriteError(str(path), "the disk is full")

        monkeypatch.setattr(module, "write", refuse)
        with pytest.raises(bc.errors.WriteError) as error:
            bc.write_report(tmp_path, **small, formats=("json",))
        assert error.value.path == str(tmp_path / "audit-result.json")
        assert str(error.value).endswith("the disk is full; nothing was changed")


FEW = ("html", "json")


def contents(folder: Path) -> dict[str, bytes]:
    return {p.name: p.read_bytes() for p in folder.iterdir()}


@pytest.fixture(scope="module")
def two(small: Parts) -> tuple[Parts, Parts]:
    """Two runs of one journey, of which every file differs."""
    other = evolve(small["plan"], id="other-plan", title="The second")
    audit = evolve(small["audit"], id="second")
    return small, {**small, "plan": other, "audit": audit}


class TestOfOneRun:
    """All files are of one run, whatever ends the process or a file that cannot be replaced."""

    @pytest.mark.skipif(sys.platform != "linux", reason="the folder is exchanged in one step")
    @pytest.mark.parametrize("at", first_of([4, 1, 2, 9]))
    def test_a_process_that_is_killed(
        self, two: tuple[Parts, Parts], tmp_path: Path, at: int
    ) -> None:
        out, other = tmp_path / "out", tmp_path / "other"
        bc.write_report(out, **two[0], formats=FEW)
        bc.write_report(other, **two[1], formats=FEW)
        old, new = contents(out), contents(other)
        framework = bc.write(two[0]["framework"], tmp_path / "framework.json")
        code = f"""
import os, signal, sys
import behaviour_culture as bc
seen = []
def hook(event, _):
    if event == "os.rename":
        seen.append(event)
        if len(seen) == {at}:
            os.kill(os.getpid(), signal.SIGKILL)
audit, plan = (bc.read({str(other)!r} + name) for name in ("/audit-result.json", "/plan.json"))
framework = bc.read({str(framework)!r})
sys.addaudithook(hook)
bc.write_report({str(out)!r}, framework=framework, audit=audit, plan=plan, formats={FEW!r})
"""
        subprocess.run([sys.executable, "-c", code], check=False)  # noqa: S603  (our own code)
        assert contents(out) in (old, new)

    @pytest.mark.parametrize("stays", ["notes.txt", ""])
    def test_an_old_file_that_cannot_be_replaced(
        self,
        two: tuple[Parts, Parts],
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
        stays: str,
    ) -> None:
        monkeypatch.setattr(module, "_EXCHANGES", False)
        bc.write_report(tmp_path, **two[0], formats=FEW)
        if stays:
            (tmp_path / stays).write_text("mine")
        before, real = contents(tmp_path), os.replace

        def replace(old: Path, new: Path) -> None:
            if Path(new) == tmp_path / "plan.json":
                raise PermissionError(13, "in use")
            real(old, new)

        monkeypatch.setattr("os.replace", replace)
        with pytest.raises(bc.errors.WriteError, match=r"plan.json: in use; nothing was changed"):
            bc.write_report(tmp_path, **two[1], formats=FEW)
        assert contents(tmp_path) == before

    def test_whatever_ends_it_the_files_are_put_back_and_new_ones_taken_away(
        self, two: tuple[Parts, Parts], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(module, "_EXCHANGES", False)
        bc.write_report(tmp_path, **two[0], formats=("csv",))
        before, real = contents(tmp_path), os.replace

        def replace(old: Path, new: Path) -> None:
            if Path(new) == tmp_path / "plan.csv":
                raise KeyboardInterrupt
            real(old, new)

        monkeypatch.setattr("os.replace", replace)
        with pytest.raises(KeyboardInterrupt):
            bc.write_report(tmp_path, **two[1], formats=("json", "csv"))
        assert contents(tmp_path) == before

    def test_a_system_that_cannot_exchange_folders_replaces_the_files(
        self, two: tuple[Parts, Parts], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("ctypes.CDLL", lambda _name: object())
        for run in two:
            bc.write_report(tmp_path / "out", **run, formats=("json",))
        assert bc.read(tmp_path / "out" / "plan.json").id == "other-plan"
        assert names(tmp_path) == ["out"]

    @pytest.mark.parametrize("by_another", [True, False])
    def test_a_new_folder_that_cannot_get_its_name(
        self,
        two: tuple[Parts, Parts],
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
        *,
        by_another: bool,
    ) -> None:
        out = tmp_path / "out"

        def rename(self: Path, target: Path) -> Path:
            if by_another:  # who writes there at the same moment
                target.mkdir()
                (target / "theirs.txt").write_text("theirs")
            raise OSError(39, "Directory not empty", str(self))

        monkeypatch.setattr(Path, "rename", rename)
        if by_another:
            assert bc.write_report(out, **two[0], formats=("json",))
            assert names(out) == ["audit-result.json", "plan.json", "theirs.txt"]
        else:
            with pytest.raises(bc.errors.WriteError, match="Directory not empty; nothing was"):
                bc.write_report(out, **two[0], formats=("json",))
            assert names(tmp_path) == []

    def test_a_long_path_keeps_the_name_of_the_file(self) -> None:
        folder = "/".join(["a-long-name"] * 60)
        error = bc.errors.WriteError(f"{folder}/plan.json", "in use")
        assert error.path == f"{folder}/plan.json"
        assert "long-name/plan.json: in use; nothing was changed" in str(error)
        assert len(str(error)) < 350
        assert r"a\x00b: x" in str(bc.errors.ReadError("a\x00b", "x"))

    def test_what_cannot_be_put_back_is_named(
        self, two: tuple[Parts, Parts], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(module, "_EXCHANGES", False)
        bc.write_report(tmp_path, **two[0], formats=FEW)
        calls, real = [], os.replace

        def replace(old: Path, new: Path) -> None:
            ours = Path(new).parent == tmp_path and Path(new).suffix != ".txt"
            calls.extend([new] if ours else [])
            if len(calls) > 1:
                raise PermissionError(13, "in use")
            real(old, new)

        monkeypatch.setattr("os.replace", replace)
        with pytest.raises(bc.errors.WriteError) as caught:
            bc.write_report(tmp_path, **two[1], formats=FEW)
        assert caught.value.changed == ("governors.html",)
        assert "nothing was changed" not in str(caught.value)

    @pytest.mark.skipif(os.name == "nt", reason="Windows has other permissions")
    @pytest.mark.parametrize("beside", [True, False])
    def test_permissions_of_the_folder_and_of_each_file_stay(
        self, two: tuple[Parts, Parts], tmp_path: Path, *, beside: bool
    ) -> None:
        out = tmp_path / "out"
        bc.write_report(out, **two[0], formats=FEW)
        if beside:
            (out / "notes.txt").write_text("mine")
        out.chmod(0o750)
        (out / "plan.json").chmod(0o600)
        bc.write_report(out, **two[1], formats=FEW)
        assert out.stat().st_mode & 0o777 == 0o750
        assert (out / "plan.json").stat().st_mode & 0o777 == 0o600
        assert bc.read(out / "plan.json").id == "other-plan"
        assert names(tmp_path) == ["out"]

    def test_the_folder_in_which_the_process_works_stays_the_same(
        self, two: tuple[Parts, Parts], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.chdir(tmp_path)
        number = tmp_path.stat().st_ino
        bc.write_report(".", **two[0])
        bc.write_report(".", **two[1])
        assert tmp_path.stat().st_ino == number


def test_the_page_as_text_is_that_of_the_file(parts: Parts, written: tuple[Path, ...]) -> None:
    page = bc.report.render_html(bc.report.ReportParts(**parts))
    assert page == annex(written).read_text("utf-8")
    with pytest.raises(bc.InvalidInputError, match="plan: expected an ActionPlan"):
        bc.report.render_html(bc.report.ReportParts(**{**parts, "plan": None}))
