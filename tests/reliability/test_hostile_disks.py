"""Disks that are full, read only or odd: the old file stays whole, and the error says why."""

from __future__ import annotations

import ctypes
import os
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path

import pytest

import behaviour_culture as bc
from reliability.saved import KINDS, NOTE, Kind, leftovers, seen

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the faults are those of Linux")
FILES = ["toml", "json", "csv", "workbook"]
REPORTS = ["report", "report beside files", "report beside folders"]
ALL = [*KINDS]
Fault = Callable[[Path], AbstractContextManager[None]]


# -- faults ----------------------------------------------------------------------------------


@contextmanager
def full(_: Path) -> Iterator[None]:
    """No file may be longer than 100 bytes."""
    import resource

    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, limits[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)


@contextmanager
def read_only(place: Path) -> Iterator[None]:
    """Neither the folder of a place nor the place itself, if it is one, may be written to."""
    folders = [place.parent, *([place, *place.glob("seed-*")] if place.is_dir() else [])]
    for folder in folders:
        folder.chmod(0o555)
    try:
        with bound_by_permissions():
            yield
    finally:
        for folder in folders:
            folder.chmod(0o755)


@contextmanager
def bound_by_permissions() -> Iterator[None]:
    """Take from this thread the right of root to write what its permissions forbid."""
    if os.geteuid() != 0:
        yield
        return
    libc = ctypes.CDLL(None, use_errno=True)
    head = (ctypes.c_uint32 * 2)(0x20080522, 0)  # version 3, this thread
    held = (ctypes.c_uint32 * 6)()
    assert libc.capget(head, held) == 0
    less = (ctypes.c_uint32 * 6)(*held)
    less[0] &= ~0b1110  # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH and CAP_FOWNER
    assert libc.capset(head, less) == 0
    try:
        yield
    finally:
        assert libc.capset(head, held) == 0


def everything(folder: Path) -> dict[str, tuple[int, bytes | str]]:
    """Return what lies in a folder, with permissions, and with links as what they point to."""
    found: dict[str, tuple[int, bytes | str]] = {}
    for path in sorted(folder.rglob("*")):
        mode = path.lstat().st_mode
        what: bytes | str = str(path.readlink()) if path.is_symlink() else ""
        if stat.S_ISREG(mode):
            what = path.read_bytes()
        found[str(path.relative_to(folder))] = (mode, what)
    return found


@pytest.fixture
def place(tmp_path: Path) -> Callable[[Kind], Path]:
    """Return a place in which the first version of a kind lies."""

    def made(kind: Kind) -> Path:
        found = tmp_path / "place" / kind.name
        found.parent.mkdir()
        kind.prepare(found)
        kind.save(0, found)
        return found

    return made


Place = Callable[[Kind], Path]


class TestNothingIsChanged:
    @pytest.mark.parametrize("fault", [full, read_only])
    @pytest.mark.parametrize("name", ALL)
    def test_the_old_one_stays(self, place: Place, name: str, fault: Fault) -> None:
        kind = KINDS[name]
        there = place(kind)
        before = everything(there.parent)
        kind.save(1, there.parent.parent / f"other-{kind.name}")  # all is imported
        with fault(there), pytest.raises(bc.errors.WriteError) as caught:
            kind.save(1, there)
        if not kind.several:
            assert everything(there.parent) == before
        assert not leftovers(there.parent)
        assert caught.value.path.startswith(str(there))
        words = {full: "File too large", read_only: "Permission denied"}
        assert caught.value.problem.startswith(words[fault])
        assert "nothing was changed" in str(caught.value)

    @pytest.mark.parametrize("fault", [full, read_only])
    @pytest.mark.parametrize("name", ALL)
    def test_where_nothing_was_nothing_is(self, tmp_path: Path, name: str, fault: Fault) -> None:
        kind = KINDS[name]
        (tmp_path / "place").mkdir()
        there = tmp_path / "place" / kind.name
        kind.save(1, tmp_path / f"other-{kind.name}")  # all is imported
        with fault(there), pytest.raises(bc.errors.WriteError):
            kind.save(1, there)
        assert not leftovers(tmp_path)
        assert kind.several or not everything(tmp_path / "place")

    @pytest.mark.parametrize("name", FILES)
    def test_a_folder_stands_in_the_way_of_a_file(self, tmp_path: Path, name: str) -> None:
        there = tmp_path / KINDS[name].name
        (there / "inside").mkdir(parents=True)
        before = everything(tmp_path)
        with pytest.raises(bc.errors.WriteError, match="neither a file nor free") as caught:
            KINDS[name].save(0, there)
        assert everything(tmp_path) == before
        assert caught.value.path == str(there)

    @pytest.mark.parametrize("name", REPORTS[:1])
    def test_a_file_stands_in_the_way_of_a_folder(self, tmp_path: Path, name: str) -> None:
        there = tmp_path / KINDS[name].name
        there.write_text("mine")
        before = everything(tmp_path)
        with pytest.raises(bc.errors.WriteError, match="it is a file"):
            KINDS[name].save(0, there)
        assert everything(tmp_path) == before

    def test_a_file_stands_in_the_way_of_a_checkpoint(self, tmp_path: Path) -> None:
        (tmp_path / "seed-0").write_text("mine")
        with pytest.raises(bc.errors.WriteError, match="it is a file"):
            KINDS["checkpoint"].save(0, tmp_path)
        assert (tmp_path / "seed-0").read_text() == "mine"

    @pytest.mark.parametrize("name", FILES)
    def test_a_circle_of_links(self, tmp_path: Path, name: str) -> None:
        there, other = tmp_path / KINDS[name].name, tmp_path / "other"
        there.symlink_to(other)
        other.symlink_to(there)
        before = everything(tmp_path)
        with pytest.raises(bc.errors.WriteError, match="circle of links"):
            KINDS[name].save(0, there)
        assert everything(tmp_path) == before

    @pytest.mark.parametrize("name", FILES)
    def test_a_name_longer_than_the_disk_takes(self, tmp_path: Path, name: str) -> None:
        with pytest.raises(bc.errors.WriteError, match="File name too long"):
            KINDS[name].save(0, tmp_path / ("n" * 250 + "-" + KINDS[name].name))
        assert not everything(tmp_path)


class TestWhatIsKept:
    @pytest.mark.parametrize("name", FILES)
    def test_a_link_stays_a_link(self, place: Place, name: str) -> None:
        kind = KINDS[name]
        there = place(kind)
        link = there.parent.parent / f"link{there.suffix}"
        link.symlink_to(there)
        kind.save(1, link)
        assert link.is_symlink()
        assert seen(there) == kind.versions(2, there.parent.parent / "alone")[1]

    @pytest.mark.parametrize("name", FILES)
    def test_a_link_to_a_folder_is_no_file(self, tmp_path: Path, name: str) -> None:
        there = tmp_path / KINDS[name].name
        (tmp_path / "folder").mkdir()
        there.symlink_to(tmp_path / "folder")
        before = everything(tmp_path)
        with pytest.raises(bc.errors.WriteError, match="neither a file nor free"):
            KINDS[name].save(0, there)
        assert everything(tmp_path) == before

    @pytest.mark.parametrize("name", FILES)
    def test_the_other_name_of_a_file_keeps_the_old_content(self, place: Place, name: str) -> None:
        there = place(KINDS[name])
        other, before = there.parent / "other", there.read_bytes()
        other.hardlink_to(there)
        KINDS[name].save(1, there)
        assert other.read_bytes() == before != there.read_bytes()

    @pytest.mark.parametrize("name", FILES)
    def test_the_longest_name(self, tmp_path: Path, name: str) -> None:
        end = f"-{KINDS[name].name}"
        there = tmp_path / ("n" * (255 - len(end)) + end)
        for version in (0, 1):
            KINDS[name].save(version, there)
        assert [*everything(tmp_path)] == [there.name]

    @pytest.mark.parametrize("name", ALL)
    def test_the_mask_of_the_process_is_followed(self, tmp_path: Path, name: str) -> None:
        before = os.umask(0o027)
        try:
            KINDS[name].save(0, tmp_path / KINDS[name].name)
        finally:
            os.umask(before)
        modes = {stat.S_IMODE(mode) for mode, _ in everything(tmp_path).values()}
        assert modes <= {0o750, 0o640}

    @pytest.mark.parametrize("name", [*FILES, *REPORTS])
    def test_permissions_stay(self, place: Place, name: str) -> None:
        there = place(KINDS[name])
        files = [there] if there.is_file() else [p for p in there.rglob("*") if p.is_file()]
        for path in files:
            path.chmod(0o600)
        if there.is_dir():
            there.chmod(0o700)
        before = [mode for mode, _ in everything(there.parent).values()]
        KINDS[name].save(1, there)
        assert [mode for mode, _ in everything(there.parent).values()] == before


class TestReports:
    """What is true of the folder of a report alone."""

    @pytest.mark.parametrize("name", REPORTS)
    def test_a_link_to_the_folder_stays_a_link(self, place: Place, name: str) -> None:
        there = place(KINDS[name])
        link = there.parent.parent / "link"
        link.symlink_to(there)
        KINDS[name].save(1, link)
        assert link.is_symlink()
        assert seen(there) == KINDS[name].versions(2, there.parent.parent / "alone")[1]

    @pytest.mark.parametrize("there_before", [True, False])
    def test_a_link_in_the_folder_stays_a_link(self, place: Place, *, there_before: bool) -> None:
        kind = KINDS["report"]
        there = place(kind)
        elsewhere = there.parent / "elsewhere.json"
        if there_before:
            elsewhere.write_text("old")
        (there / "plan.json").unlink()
        (there / "plan.json").symlink_to(elsewhere)
        kind.save(1, there)
        assert (there / "plan.json").is_symlink()
        expected = kind.versions(2, there.parent.parent / "alone")[1]
        assert seen(there) == expected
        assert elsewhere.read_bytes() == expected["plan.json"]

    def test_files_of_others_are_the_same_files_afterwards(self, place: Place) -> None:
        kind = KINDS["report beside files"]
        there = place(kind)
        numbers = (there.stat().st_ino, (there / "notes.txt").stat().st_ino)
        kind.save(1, there)
        assert (there / "notes.txt").stat().st_ino == numbers[1]
        assert there.stat().st_ino != numbers[0], "the folder was not replaced as a whole"

    def test_what_others_put_there_meanwhile_is_not_lost(
        self, place: Place, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from behaviour_culture.report import write as module

        kind = KINDS["report beside files"]
        there, real = place(kind), module._exchange

        def late(first: Path, second: Path) -> bool:
            (there / "late.txt").write_text("late")
            (there / "notes.txt").unlink()
            (there / "notes.txt").write_text("changed as editors change a file")
            return real(first, second)

        monkeypatch.setattr(module, "_exchange", late)
        kind.save(1, there)
        assert (there / "late.txt").read_text() == "late"
        assert (there / "notes.txt").read_text() == "changed as editors change a file"

    def test_a_run_that_was_killed_is_mended_as_a_whole(self, place: Place) -> None:
        kind = KINDS["report"]
        there = place(kind)
        (there / NOTE).write_text("left by a run that was killed")
        number = there.stat().st_ino
        kind.save(1, there)
        assert not (there / NOTE).exists()
        assert there.stat().st_ino != number

    def test_a_disk_without_hard_links(self, place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
        def refuse(*_: object, **__: object) -> None:
            raise OSError(1, "Operation not permitted")

        kind = KINDS["report beside files"]
        there = place(kind)
        monkeypatch.setattr("os.link", refuse)
        kind.save(1, there)
        monkeypatch.undo()
        assert seen(there) == kind.versions(2, there.parent.parent / "alone")[1]


class TestSeveralFiles:
    """Files that are no one whole: an error names those that were written before it."""

    def test_the_first_files_of_a_school(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from behaviour_culture.start import folder as module

        fail_on(monkeypatch, module, "calendar.toml")
        with pytest.raises(bc.errors.WriteError) as caught:
            module.start_folder(tmp_path, name="Hill", phase="primary", roll=210)
        assert caught.value.path == str(tmp_path / "calendar.toml")
        assert [Path(p).name for p in caught.value.changed] == ["journey.toml", "school.toml"]
        assert "nothing was changed" not in str(caught.value)
        assert [*everything(tmp_path)] == ["journey.toml", "school.toml"]

    def test_edits_of_a_plan_are_put_back(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from behaviour_culture.commands import plan_edits as module

        one, two = tmp_path / "first-plan.json", tmp_path / "progress.toml"
        one.write_text("old")
        edits = module.PlanEdits(bc.model.Journey, {one: b"new", two: b"new"})  # type: ignore[arg-type]
        fail_on(monkeypatch, module, "progress.toml")
        with pytest.raises(bc.errors.WriteError, match="nothing was changed"), edits.written():
            pass
        assert one.read_text() == "old"
        assert not two.exists()


def fail_on(monkeypatch: pytest.MonkeyPatch, module: object, name: str) -> None:
    """Let a module find the disk full when it writes the file of a name."""
    real = module.write_bytes  # type: ignore[attr-defined]

    def write(path: Path, content: bytes) -> None:
        if path.name == name:
            raise bc.errors.WriteError(str(path), "No space left on device")
        real(path, content)

    monkeypatch.setattr(module, "write_bytes", write)


class TestAbandoned:
    """What killed processes left is removed an hour later, and nothing else is."""

    @pytest.mark.parametrize("name", ALL)
    def test_by_the_next_save(self, place: Place, name: str) -> None:
        kind = KINDS[name]
        there = place(kind)
        folder = there / "seed-0" if kind.several else there if kind.one_by_one else there.parent
        file, young = (folder / f".behaviour-culture-{digit * 16}.tmp" for digit in "12")
        old = folder / f".behaviour-culture-{'3' * 16}.tmp"
        others = folder / ".behaviour-culture.json", folder / ".behaviour-culture-mine.tmp"
        old.mkdir()
        for path in (file, young, old / "inside", *others):
            path.write_text("half")
        for path in (file, old, *others):
            os.utime(path, (0, 0))
        if kind.several:
            next(folder.glob("draws-*")).unlink()
        kind.save(0, there)
        assert not file.exists()
        assert not old.exists()
        assert all(path.exists() for path in (young, *others))


@pytest.mark.slow
class TestDisksOfTheirOwn:
    """Real ones, where this user may mount them."""

    @pytest.fixture
    def disk(self, tmp_path: Path) -> Iterator[Path]:
        disk = tmp_path / "disk"
        disk.mkdir()
        command = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(disk)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
        if done.returncode != 0:
            pytest.skip(f"no disk can be mounted: {done.stderr.strip()}")
        yield disk
        subprocess.run(["umount", str(disk)], check=True)  # noqa: S603, S607

    @pytest.mark.parametrize("name", ALL)
    def test_full(self, disk: Path, name: str) -> None:
        kind = KINDS[name]
        there = disk / kind.name
        filler = disk / "filler"
        kind.prepare(there)
        if kind.several:
            there.mkdir()
        with suppress(OSError), filler.open("wb", buffering=0) as file:
            while file.write(b"x" * 512):
                pass
        before = everything(disk)
        with pytest.raises(
            bc.errors.WriteError, match=r"No space left on device.*nothing was changed"
        ):
            kind.save(1, there)
        if not kind.several:
            assert everything(disk) == before
        assert not leftovers(disk)
        filler.unlink()

    @pytest.mark.parametrize("name", ALL)
    def test_read_only(self, disk: Path, name: str) -> None:
        kind = KINDS[name]
        there = disk / kind.name
        if "report" in name or kind.several:
            there.mkdir()
        before = everything(disk)
        again = ["mount", "-o", "remount,ro", str(disk)]
        subprocess.run(again, check=True)  # noqa: S603
        with pytest.raises(bc.errors.WriteError, match="Read-only file system"):
            kind.save(1, there)
        assert everything(disk) == before

    def test_a_report_into_a_disk_of_its_own(self, disk: Path) -> None:
        kind = KINDS["report"]
        for version in (0, 1):
            kind.save(version, disk)
        assert seen(disk) == kind.versions(2, disk.parent / "alone")[1]
