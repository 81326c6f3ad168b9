"""Errors: one family, builtin parents, words that say what to do, and pickling."""

from __future__ import annotations

import importlib
import json
import pickle
import pkgutil
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import behaviour_culture as bc
from behaviour_culture import errors
from behaviour_culture.errors import (
    DuplicateContentError,
    FaultCode,
    UnknownContentError,
    shorten,
    suggest,
)

HOME = Path(str(bc.__file__)).parent
FAULTS = [
    bc.errors.Fault("steps[2].title", "must not be empty", "''"),
    bc.errors.Fault("", "the file is empty"),
]

EXAMPLES: list[tuple[bc.BehaviourCultureError, type[Exception], str]] = [
    (
        bc.InvalidInputError("plan.toml", FAULTS),
        ValueError,
        "plan.toml: 2 faults\n  steps[2].title: must not be empty\n  the file is empty",
    ),
    (
        bc.InvalidInputError("Role 'head'", FAULTS[:1]),
        ValueError,
        "Role 'head': 1 fault\n  steps[2].title: must not be empty",
    ),
    (
        bc.errors.ReadError("plan.yaml", "YAML is refused"),
        OSError,
        "cannot read plan.yaml: YAML is refused",
    ),
    (
        bc.errors.WriteError("out.toml", "the disk is full"),
        OSError,
        "cannot write out.toml: the disk is full; nothing was changed",
    ),
    (
        bc.errors.UnknownNameError("step", "agre", ["agree", "teach"]),
        KeyError,
        "no step 'agre'; did you mean 'agree'?",
    ),
    (
        bc.errors.UnknownNameError("step", "zzz", ["agree", "teach"]),
        KeyError,
        "no step 'zzz'; known: agree, teach",
    ),
    (bc.errors.UnknownNameError("step", "zzz", []), KeyError, "no step 'zzz'"),
    (
        bc.errors.UnknownNameError("step", "zzz", [f"s{i}" for i in range(13)]),
        KeyError,
        "no step 'zzz'; known: s0, s1, s2, s3, s4, s5, s6, s7, s8, s9, s10, s11, ...",
    ),
    (
        bc.errors.CycleError(["a", "b"], ["Agree", "b"], ("a", "b"), "it is judgement only"),
        ValueError,
        "the prerequisites form a circle: a (Agree) -> b -> a; drop the weakest one: 'b' "
        "requires 'a' (it is judgement only)",
    ),
    (
        bc.errors.MissingExtraError("matplotlib", "plot", "drawing a chart"),
        ImportError,
        "drawing a chart needs matplotlib, which is not installed: run  python -m pip install "
        '"behaviour_culture[plot]"',
    ),
    (
        UnknownContentError("framework", "bennet-2017", ("bennett-2017",)),
        LookupError,
        "no framework 'bennet-2017'; did you mean 'bennett-2017'?; known ids: bennett-2017; or "
        "give the Path of a .toml or .json file",
    ),
    (
        DuplicateContentError("framework", "mine", ("a.toml", "b.toml")),
        ValueError,
        "two files hold the framework 'mine': a.toml, b.toml; give one of them another id, or "
        "load it by its path",
    ),
]
IDS = [type(error).__name__ for error, _, _ in EXAMPLES]


@pytest.mark.parametrize(("error", "parent", "words"), EXAMPLES, ids=IDS)
class TestFamily:
    def test_one_root_and_a_builtin_parent(
        self, error: bc.BehaviourCultureError, parent: type[Exception], words: str
    ) -> None:
        assert words
        assert isinstance(error, bc.BehaviourCultureError)
        assert isinstance(error, parent)

    def test_words(
        self, error: bc.BehaviourCultureError, parent: type[Exception], words: str
    ) -> None:
        assert str(error) == words, parent

    def test_it_crosses_a_process_border_whole(
        self, error: bc.BehaviourCultureError, parent: type[Exception], words: str
    ) -> None:
        back = pickle.loads(pickle.dumps(error))  # noqa: S301  (our own bytes)
        assert type(back) is type(error)
        assert issubclass(type(back), parent)
        assert str(back) == words
        assert vars(back) == vars(error)


class TestInvalidInput:
    def test_what_many_places_have_alike_is_said_once(self) -> None:
        rows = [bc.errors.Fault(f"row {i}", "no exposure") for i in range(2, 42)]
        error = bc.InvalidInputError("f.csv", [bc.errors.Fault("row 1", "odd"), *rows])
        assert str(error).splitlines() == [
            "f.csv: 41 faults",
            "  row 1: odd",
            "  row 2: no exposure; the same in 39 more places, the last row 41",
        ]
        assert len(error.faults) == 41

    @pytest.mark.parametrize(
        ("count", "more"), [(50, ""), (51, "and 1 more"), (999, "and 949 more")]
    )
    def test_fifty_faults_are_shown_and_the_rest_counted(self, count: int, more: str) -> None:
        error = bc.InvalidInputError(
            "f", [bc.errors.Fault(f"$[{i}]", f"bad {i}") for i in range(count)]
        )
        head, *lines = str(error).splitlines()
        assert head == f"f: {count} faults"
        assert len(lines) == min(count, 50) + bool(more)
        assert more in lines[-1]
        assert len(error.faults) == count

    def test_all_faults_of_an_object_come_at_once(self) -> None:
        with pytest.raises(bc.InvalidInputError) as caught:
            bc.Role(id="The Head", title=" ", people=0, hours_per_week=float("nan"))
        assert [f.path for f in caught.value.faults] == ["id", "title", "people", "hours_per_week"]
        assert str(caught.value).startswith("Role 'The Head': 4 faults\n")

    def test_a_fault_keeps_the_value_for_a_program(self) -> None:
        with pytest.raises(bc.InvalidInputError) as caught:
            bc.Role(id="head", title="Head", hours_per_week=-2)
        (fault,) = caught.value.faults
        assert (fault.path, fault.value) == ("hours_per_week", "-2.0")
        assert fault.message == "-2.0 is out of range: more than 0 and at most 60"


class TestSuggest:
    known = ("rating", "rater", "item", "evidence", "note")

    @pytest.mark.parametrize(
        ("name", "nearest"),
        [("ratng", "rating"), ("evidense", "evidence"), ("items", "item"), ("raters", "rater")],
    )
    def test_a_slip_of_the_keyboard(self, name: str, nearest: str) -> None:
        assert suggest(name, self.known) == f"; did you mean {nearest!r}?"

    @pytest.mark.parametrize("name", ["", "zebra", 17, None, "x" * 10_000])
    def test_nothing_where_nothing_is_near(self, name: object) -> None:
        assert suggest(name, self.known) == ""

    @given(st.lists(st.text(max_size=12), max_size=8), st.text(max_size=12))
    def test_it_only_ever_names_what_is_known(self, known: Sequence[str], name: str) -> None:
        said = suggest(name, known)
        assert said == "" or any(said == f"; did you mean {k!r}?" for k in known)

    @given(st.lists(st.text(min_size=1, max_size=12), min_size=1, max_size=8))
    def test_the_name_itself_is_nearest(self, known: Sequence[str]) -> None:
        assert suggest(known[0], known) == f"; did you mean {known[0]!r}?"


class TestShorten:
    @given(
        st.recursive(
            st.none() | st.text() | st.binary() | st.integers() | st.floats(),
            lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner),
        ),
        st.integers(10, 100),
    )
    def test_never_longer_than_asked(self, value: object, limit: int) -> None:
        text = shorten(value, limit)
        assert len(text) <= limit
        assert text == repr(value) or text.endswith("...")

    def test_a_text_of_a_hundred_megabytes(self) -> None:
        assert shorten("a" * 10**8) == "'" + "a" * 76 + "..."

    def test_a_list_too_deep_for_a_repr(self) -> None:
        deep: list[object] = []
        for _ in range(100_000):
            deep = [deep]
        assert shorten(deep) == "<list>"

    def test_a_number_of_ten_thousand_digits(self) -> None:
        assert shorten(10**10_000) == "<int>"


def test_everything_raised_on_purpose_can_be_caught_at_the_root() -> None:
    framework = bc.load_framework("bennett-2017")
    for refused in (
        lambda: bc.load_framework("no-such-framework"),
        lambda: bc.read("no-such-file.toml"),
        lambda: framework.principle("no-such-principle"),
        lambda: bc.StepCatalogue(id="c", name="C", framework="f", edition="1", steps=None),
    ):
        with pytest.raises(bc.BehaviourCultureError):
            refused()


class TestFault:
    """What programs read: a path, a code that keeps its meaning, the value, the mend."""

    def test_codes_are_stable(self) -> None:
        assert [code.value for code in FaultCode] == [
            *("missing", "unknown-key", "wrong-type", "out-of-range", "empty", "too-long"),
            *("not-text", "not-an-id", "not-a-date", "not-an-option", "unknown-name"),
            *("repeated", "wrong-shape", "wrong-order", "syntax", "too-deep", "wrong-kind"),
            *("newer-format", "rule"),
        ]
        assert all(code.mend for code in FaultCode)

    def test_as_plain_data(self) -> None:
        with pytest.raises(bc.InvalidInputError) as caught:
            bc.School(id="hill", name="")
        error = caught.value.to_dict()
        assert error["error"] == "InvalidInputError"
        assert error["subject"] == "School 'hill'"
        assert error["faults"] == [
            {
                "path": "name",
                "code": "empty",
                "message": "must not be empty",
                "value": "''",
                "mend": "fill it in",
            }
        ]
        assert json.loads(json.dumps(error)) == error

    @pytest.mark.parametrize("error", [example[0] for example in EXAMPLES])
    def test_every_error_can_be_shown_as_plain_data(self, error: bc.BehaviourCultureError) -> None:
        data = json.loads(json.dumps(error.to_dict()))
        assert data["error"] == type(error).__name__
        assert data["message"] == str(error)

    def test_one_that_is_about_one_thing_has_one_fault(self) -> None:
        with pytest.raises(bc.BehaviourCultureError) as caught:
            bc.load_framework("bennet-2017")
        (fault,) = caught.value.to_dict()["faults"]
        assert (fault["code"], fault["value"]) == ("unknown-name", "bennet-2017")
        assert bc.errors.ReadError("a.toml", "it is away").to_dict()["faults"] == []

    def test_long_ones_are_cut(self) -> None:
        long = "x" * 100_000
        fault = bc.errors.Fault(long, long, long)
        assert [len(part) for part in fault[:3]] == [300, 4_000, 80]
        assert pickle.loads(pickle.dumps(fault)) == fault  # noqa: S301

    def test_cells_and_headings_of_tables_too(self, tmp_path: Path) -> None:
        file = tmp_path / "a.csv"
        file.write_text(f"rater,item,rating,{'x' * 100_000}\nhead,i,2,z\n")
        with pytest.raises(bc.InvalidInputError) as caught:
            bc.read_audit(file, framework=bc.load_framework("bennett-2017"))
        assert max(len(fault.value) for fault in caught.value.faults) <= 80
        assert len(str(caught.value)) < 1_000


WITHOUT: dict[str, tuple[str, Callable[[], object], str]] = {
    "a row left out": (
        "scipy.special",
        lambda: bc.impact.leave_one_out(bc.load_evidence(), outcome="conduct"),
        "stats",
    ),
    "Sobol indices": (
        "scipy.stats.qmc",
        lambda: bc.impact.sobol_indices(lambda u: u.sum(axis=1), inputs=["a"], draws=8),
        "stats",
    ),
    "a segmented regression": (
        "statsmodels",
        lambda: bc.monitoring.interrupted_time_series([9, 8, 9, 7, 3, 2, 3, 2], change_at=4),
        "stats",
    ),
    "a cohort from a frame": (
        "pyarrow",
        lambda: bc.programme.Cohort.from_frame({}, bc.load_framework("tfi-2.1")),
        "arrow",
    ),
    "a table of Arrow": (
        "pyarrow",
        lambda: bc.programme.ResearchExport.to_arrow(object()),
        "arrow",
    ),
    "a frame of a published table": (
        "polars",
        lambda: bc.monitoring.PublishedTable.to_frame(object()),
        "frames",
    ),
}


@pytest.mark.parametrize("what", WITHOUT)
def test_a_library_that_is_not_installed_is_named_with_its_extra(
    what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    module, call, extra = WITHOUT[what]
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(errors.MissingExtraError, match=rf"behaviour_culture\[{extra}\]") as caught:
        call()
    assert caught.value.package == module.partition(".")[0]


def test_every_error_is_in_the_list_of_its_package() -> None:
    every = set()
    for module in pkgutil.walk_packages(bc.__path__, "behaviour_culture."):
        if "__main__" not in module.name:
            names = vars(importlib.import_module(module.name)).values()
            every |= {v for v in names if isinstance(v, type)}
    ours = {v.__name__ for v in every if issubclass(v, bc.BehaviourCultureError)}
    packages = [errors, bc, *(getattr(bc, path.parent.name) for path in HOME.glob("*/__init__.py"))]
    assert ours <= {name for package in packages for name in getattr(package, "__all__", ())}


def test_a_write_error_says_what_was_changed() -> None:
    error = bc.errors.WriteError("out", "in use", ["report.html"])
    assert str(error).endswith("changed all the same, and not put back: report.html")
    assert pickle.loads(pickle.dumps(error)).changed == ("report.html",)  # noqa: S301
