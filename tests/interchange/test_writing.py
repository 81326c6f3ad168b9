"""Writing: the same bytes each time, whole or not at all."""

from __future__ import annotations

import errno
import io
import os
import stat
from pathlib import Path
from typing import Any, NoReturn

import pytest
from hypothesis import given, settings

import behaviour_culture as bc
from behaviour_culture.errors import NotAFileKindError
from behaviour_culture.interchange import dumps, loads, read, write, write_csv
from behaviour_culture.interchange.files import write_bytes
from behaviour_culture.interchange.kinds import KINDS, kind_of
from behaviour_culture.testing import action_plans, capacities, schools

OLD = bc.School(id="hill", name="The old one")
NEW = bc.School(id="hill", name="The new one")


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def no_space(*_: Any, **__: Any) -> NoReturn:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


class TestRow30:
    """A disk that is full, a write that fails: the old file is intact, nothing else is left."""

    @pytest.mark.parametrize("name", ["school.toml", "school.json"])
    @pytest.mark.parametrize("fails", ["os.fsync", "pathlib.Path.replace", "os.urandom"])
    def test_the_old_file_stays_and_no_other_is_left(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, fails: str
    ) -> None:
        path = write(OLD, tmp_path / name)
        before = path.read_bytes()
        monkeypatch.setattr(fails, no_space)
        with pytest.raises(bc.errors.WriteError, match=r"No space left.*nothing was changed"):
            write(NEW, path)
        monkeypatch.undo()
        assert path.read_bytes() == before
        assert names_in(tmp_path) == [name]

    def test_a_full_disk_halfway_through_the_bytes(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        path = write(OLD, tmp_path / "school.toml")
        real = Path.open

        def opened(self: Path, mode: str = "r", **options: Any) -> Any:
            file = real(self, mode, **options)
            if "x" in mode:
                file.write(b"half of the ")
                file.flush()
                file.close()
                return real(self, "rb")  # every further write to it fails
            return file

        monkeypatch.setattr(Path, "open", opened)
        with pytest.raises(bc.errors.WriteError):
            write(NEW, path)
        monkeypatch.undo()
        assert read(path) == OLD
        assert names_in(tmp_path) == ["school.toml"]

    def test_an_interrupt_leaves_nothing_and_is_passed_on(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def interrupted(*_: object) -> NoReturn:
            raise KeyboardInterrupt

        path = write(OLD, tmp_path / "school.toml")
        monkeypatch.setattr("os.fsync", interrupted)
        with pytest.raises(KeyboardInterrupt):
            write(NEW, path)
        assert read(path) == OLD
        assert names_in(tmp_path) == ["school.toml"]

    def test_tables_are_written_the_same_way(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        path = write_csv([{"a": 1}], tmp_path / "a.csv")
        monkeypatch.setattr("os.fsync", no_space)
        with pytest.raises(bc.errors.WriteError):
            write_csv([{"a": 2}], path)
        assert path.read_text(encoding="utf-8") == "a\n1\n"
        assert names_in(tmp_path) == ["a.csv"]

    def test_where_nothing_can_be_written(self, tmp_path: Path) -> None:
        (tmp_path / "folder.toml").mkdir()
        for path in (tmp_path / "folder.toml", tmp_path / "no" / "school.toml", Path("a\0b.toml")):
            with pytest.raises(bc.errors.WriteError, match="nothing was changed"):
                write(NEW, path)
        assert names_in(tmp_path) == ["folder.toml"]

    def test_what_cannot_be_a_file_never_touches_one(self, tmp_path: Path) -> None:
        path = tmp_path / "role.toml"
        path.write_text("mine", encoding="utf-8")
        role = bc.Role(id="head", title="Head", hours_per_week=1)
        with pytest.raises(NotAFileKindError, match="files hold one of"):
            write(role, path)
        assert path.read_text(encoding="utf-8") == "mine"


class TestTheText:
    @pytest.mark.parametrize("format_", ["toml", "json"])
    @settings(max_examples=settings.default.max_examples // 4)  # a plan is slow to draw
    @given(plan=action_plans())
    def test_kind_and_format_come_first(self, format_: str, plan: bc.ActionPlan) -> None:
        text = dumps(plan, format=format_)
        first = {"toml": 'kind = "action-plan"\nformat = 3\n', "json": '{\n  "kind": "action-plan"'}
        assert text.startswith(first[format_])
        assert text.endswith("\n")

    @pytest.mark.parametrize("format_", ["toml", "json"])
    @given(school=schools())
    def test_reading_and_writing_again_gives_the_same_bytes(
        self, format_: str, school: bc.School
    ) -> None:
        text = dumps(school, format=format_)
        assert dumps(loads(text, format=format_), format=format_) == text

    @given(capacity=capacities())
    def test_the_order_of_hours_is_kept_and_makes_no_difference_to_equality(
        self, capacity: bc.Capacity
    ) -> None:
        school = bc.School(id="a", name="A", capacity=capacity)
        hours = {role.id: role.hours_per_week for role in capacity.roles}
        lead = capacity.roles[0].id
        step = bc.ActionStep(id="a", title="A", lead=lead, hours_per_week=hours)
        back = dict(reversed(list(hours.items())))
        assert step == bc.ActionStep(id="a", title="A", lead=lead, hours_per_week=back)
        assert loads(dumps(school, format="toml"), format="toml").capacity == capacity

    def test_json_has_a_line_for_each_value_so_that_it_compares_well(self) -> None:
        one, two = (dumps(s, format="json").splitlines() for s in (OLD, NEW))
        assert sum(a != b for a, b in zip(one, two, strict=True)) == 1

    def test_what_is_at_its_default_is_left_out(self) -> None:
        assert "urn" not in dumps(OLD, format="toml")
        assert dumps(OLD, format="json").count(":") == 4

    def test_text_stays_readable(self) -> None:
        school = bc.School(id="a", name="Ysgol Tŷ Ddewi \N{EN DASH} école")
        assert "Ysgol Tŷ Ddewi \N{EN DASH} école" in dumps(school, format="json")
        assert "Ysgol Tŷ Ddewi \N{EN DASH} école" in dumps(school, format="toml")

    def test_a_format_that_is_none(self) -> None:
        with pytest.raises(bc.InvalidInputError, match="expected one of toml, json, got 'yaml'"):
            dumps(OLD, format="yaml")


class TestKinds:
    def test_every_kind_has_a_class_and_every_class_one_kind(self) -> None:
        from behaviour_culture.interchange.kinds import class_of

        classes = {kind: class_of(kind, "test") for kind in KINDS}
        assert len(set(classes.values())) == len(KINDS)
        for kind, cls in classes.items():
            assert KINDS[kind] == f"{cls.__module__}:{cls.__qualname__}"

    def test_kind_of_is_the_way_back(self) -> None:
        assert kind_of(OLD) == "school"

    def test_a_subclass_is_no_file_of_ours(self) -> None:
        class Mine(bc.School):
            pass

        with pytest.raises(NotAFileKindError):
            kind_of(Mine(id="a", name="A"))


def test_a_relative_name_and_a_text_work_as_paths_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    write(NEW, "School.TOML")
    assert read("School.TOML") == NEW
    write_bytes(Path("plain.bin"), b"x")
    assert names_in(tmp_path) == ["School.TOML", "plain.bin"]


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.skipif(os.name == "nt", reason="Windows has other permissions and few links")
class TestPlacesOfPosix:
    @pytest.mark.parametrize("bits", [0o600, 0o640, 0o444])
    def test_the_new_file_has_the_permissions_of_the_old(self, tmp_path: Path, bits: int) -> None:
        path = write(OLD, tmp_path / "school.json")
        path.chmod(bits)
        write(NEW, path)
        assert read(path) == NEW
        assert mode(path) == bits

    def test_a_new_file_has_those_of_the_process(self, tmp_path: Path) -> None:
        (tmp_path / "plain").touch()
        assert mode(write(NEW, tmp_path / "school.json")) == mode(tmp_path / "plain")

    def test_a_link_stays_one(self, tmp_path: Path) -> None:
        (tmp_path / "there").mkdir()
        path = write(OLD, tmp_path / "there" / "school.json")
        link = tmp_path / "link.json"
        link.symlink_to(path)
        write(NEW, link)
        assert link.is_symlink()
        assert read(path) == NEW
        assert names_in(tmp_path / "there") == ["school.json"]

    def test_a_link_to_nothing_is_written_through(self, tmp_path: Path) -> None:
        link = tmp_path / "link.json"
        link.symlink_to(tmp_path / "new.json")
        write(NEW, link)
        assert read(tmp_path / "new.json") == NEW

    def test_a_circle_of_links_is_refused(self, tmp_path: Path) -> None:
        (tmp_path / "a.json").symlink_to(tmp_path / "b.json")
        (tmp_path / "b.json").symlink_to(tmp_path / "a.json")
        with pytest.raises(bc.errors.WriteError, match="nothing was changed"):
            write(NEW, tmp_path / "a.json")
        assert names_in(tmp_path) == ["a.json", "b.json"]

    def test_a_name_as_long_as_the_disk_takes(self, tmp_path: Path) -> None:
        path = tmp_path / ("\u5b66" * 83 + ".json")  # 254 bytes of at most 255
        write(OLD, path)
        assert read(write(NEW, path)) == NEW
        assert names_in(tmp_path) == [path.name]

    def test_a_pipe_is_neither_read_nor_replaced(self, tmp_path: Path) -> None:
        os.mkfifo(tmp_path / "p.json")
        with pytest.raises(bc.errors.ReadError, match="a device or a pipe"):
            read(tmp_path / "p.json")
        with pytest.raises(bc.errors.WriteError, match="neither a file nor free"):
            write(NEW, tmp_path / "p.json")


class TestStreams:
    """A service has bytes and no paths."""

    @pytest.mark.parametrize("format_", ["toml", "json"])
    def test_objects(self, format_: Any) -> None:
        text = dumps(NEW, format=format_)
        assert read(io.StringIO(text), bc.School) == NEW
        assert read(io.BytesIO(text.encode())) == NEW

    def test_an_opened_file_has_its_own_name(self, tmp_path: Path) -> None:
        path = tmp_path / "wrong.json"
        path.write_text('{"kind": "school", "format": 1, "id": "a", "name": ""}')
        with path.open("rb") as stream, pytest.raises(bc.InvalidInputError, match=r"^wrong.json:"):
            read(stream)

    @pytest.mark.parametrize("wrong", [None, 3, ["a.json"]])
    def test_what_is_neither_path_nor_stream(self, wrong: Any) -> None:
        with pytest.raises(bc.InvalidInputError, match="expected the path of a file or a stream"):
            read(wrong)

    def test_rows(self) -> None:
        text, raw = io.StringIO(), io.BytesIO()
        for stream in (text, raw):
            write_csv([{"a": 1}, {"b": "=x"}], stream)
        assert text.getvalue() == "a,b\n1,\n,'=x\n"
        assert raw.getvalue().decode() == text.getvalue()

    def test_forms_and_answers(self) -> None:
        framework = bc.load_framework("ofsted-2025")
        form, book = io.StringIO(), io.BytesIO()
        bc.audit_form(framework, form, raters=["head"])
        bc.audit_form(framework, book, raters=["head"])
        filled = form.getvalue().replace(",,,", ",expected standard,,")
        assert len(bc.read_audit(io.StringIO(filled)).responses) == 2
        with pytest.raises(bc.InvalidInputError, match="at least one rating"):
            bc.read_audit(io.BytesIO(book.getvalue()))

    def test_counts(self) -> None:
        indicator = bc.load_indicators().indicator("suspensions")
        text = "start,end,count,exposure\n2026-09-01,2026-10-01,3,100\n"
        series = bc.read_series(io.StringIO(text), indicator=indicator)
        assert [period.count for period in series.periods] == [3]


def test_no_column_of_a_later_row_is_dropped(tmp_path: Path) -> None:
    path = write_csv([{"step": "a"}, {"step": "b", "hours": 3}], tmp_path / "t.csv")
    assert path.read_text() == "step,hours\na,\nb,3\n"
