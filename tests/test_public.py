"""The public names: all of them there, documented, typed, and cheap to import."""

from __future__ import annotations

import ast
import importlib
import inspect
import subprocess
import sys
from importlib.metadata import distribution, entry_points
from operator import attrgetter
from pathlib import Path
from types import ModuleType

import pytest

import behaviour_culture as bc
from api_snapshot import packages
from behaviour_culture._deprecation import RENAMED

HOME = Path(bc.__file__).parent
PACKAGES = packages()
HEAVY = {
    *("attr", "attrs", "cattrs", "hypothesis", "jinja2", "matplotlib"),
    *("networkx", "numpy", "ortools", "pandas", "scipy", "tomllib", "typing"),
}


def promised(module: ModuleType) -> dict[str, str]:
    """Return the names that the checkers see, with the module of each; none of before."""
    stub = Path(str(module.__file__)).with_suffix(".pyi")
    tree = ast.parse(stub.read_text(encoding="utf-8"))
    return {
        alias.asname: f"{node.module}.{alias.name}"
        for node in tree.body
        if isinstance(node, ast.ImportFrom) and node.module != module.__name__
        for alias in node.names
        if alias.asname and f"{module.__name__}.{alias.asname}" not in RENAMED
    }


def test_a_package_loads_on_first_use() -> None:
    assert bc.__getattr__("audit") is importlib.import_module("behaviour_culture.audit")


@pytest.mark.parametrize("name", PACKAGES)
class TestEachPackage:
    def test_all_is_what_type_checkers_see(self, name: str) -> None:
        module = importlib.import_module(name)
        assert list(module.__all__) == sorted(promised(module))

    def test_each_name_is_the_one_that_checkers_see(self, name: str) -> None:
        module = importlib.import_module(name)
        for public, place in promised(module).items():
            where, _, own = place.rpartition(".")
            assert getattr(module, public) is getattr(importlib.import_module(where), own)

    def test_each_name_has_a_docstring(self, name: str) -> None:
        module = importlib.import_module(name)
        bare = []
        for public in module.__all__:
            value = getattr(module, public)
            if not (inspect.isclass(value) or inspect.isfunction(value)):
                continue
            text = value.__doc__ or ""
            if not text.strip() or text.startswith(f"{public}("):  # as attrs or enum write it
                bare.append(public)
        assert not bare
        assert (module.__doc__ or "").strip()

    def test_dir_lists_them_and_a_wrong_name_gets_a_suggestion(self, name: str) -> None:
        module = importlib.import_module(name)
        assert set(module.__all__) <= set(dir(module))
        first = module.__all__[0]
        with pytest.raises(AttributeError, match=f"did you mean '{first}'"):
            getattr(module, f"{first}x")
        assert not hasattr(module, "__no_such_dunder__")


PROMISED = (
    "BehaviourCultureError",
    "Estimate",
    "draft_plan",
    "dumps",
    "forecast",
    "framework_ids",
    "from_dict",
    "inspect_file",
    "learn",
    "load_calendar",
    "load_catalogue",
    "load_duties",
    "load_evidence",
    "load_framework",
    "loads",
    "read",
    "read_audit",
    "read_plan_workbook",
    "review_plan",
    "run_scenarios",
    "schedule_plan",
    "score_audit",
    "score_impact",
    "to_dict",
    "write",
    "write_report",
    "audit.cohen_kappa",
    "audit.icc",
    "audit.krippendorff_alpha",
    "audit_form",
    "impact.leave_one_out",
    "impact.pool_effects",
    "impact.rank_acceptability",
    "impact.rank_steps",
    "impact.sobol_indices",
    "monitoring.difference_in_differences",
    "monitoring.funnel",
    "monitoring.interrupted_time_series",
    "monitoring.p_chart",
    "monitoring.rate_ratio",
    "monitoring.regression_to_mean",
    "monitoring.shrink_rates",
    "monitoring.u_chart",
    "monitoring.xmr_chart",
    "programme.learn_cohort",
    "programme.match_partners",
)


@pytest.mark.parametrize("name", PROMISED)
def test_what_was_promised_to_other_tools_stays_where_it_is(name: str) -> None:
    assert attrgetter(name)(bc)


def test_no_public_function_bears_the_name_of_a_subpackage() -> None:
    folders = {path.parent.name for path in HOME.glob("*/__init__.py")}
    for name in PACKAGES:
        assert not folders & set(importlib.import_module(name).__all__)


def test_public_methods_have_docstrings() -> None:
    bare = []
    for name in bc.__all__:
        cls = getattr(bc, name)
        if not inspect.isclass(cls):
            continue
        for key, member in vars(cls).items():
            function = member.fget if isinstance(member, property) else member
            public = inspect.isfunction(function) and not key.startswith("_")
            if public and not (function.__doc__ or "").strip():
                bare.append(f"{name}.{key}")
    assert not bare


def loaded_by(code: str) -> set[str]:
    """Return the top-level modules that a fresh interpreter has loaded after some code."""
    script = f"import sys\nbefore = set(sys.modules)\n{code}\nprint(*(set(sys.modules) - before))"
    done = subprocess.run(  # noqa: S603  (this interpreter and the code of these tests)
        [sys.executable, "-I", "-c", script], capture_output=True, text=True, check=True
    )
    return {name.partition(".")[0] for name in done.stdout.split()}


class TestImport:
    def test_importing_the_package_loads_nothing_heavy(self) -> None:
        loaded = loaded_by("import behaviour_culture")
        assert "behaviour_culture" in loaded
        assert not loaded & HEAVY

    def test_listing_its_names_loads_nothing_heavy_either(self) -> None:
        code = "import behaviour_culture as bc; assert len(bc.__all__) > 60; dir(bc)"
        assert not loaded_by(code) & HEAVY

    def test_the_model_loads_no_numpy_networkx_or_cattrs(self) -> None:
        loaded = loaded_by("import behaviour_culture as bc; bc.School, bc.Framework, bc.Schedule")
        assert "attr" in loaded
        assert not loaded & {"numpy", "networkx", "cattrs", "hypothesis", "jinja2", "matplotlib"}

    def test_loading_a_framework_needs_no_numpy_networkx_or_hypothesis(self) -> None:
        loaded = loaded_by("import behaviour_culture as bc; bc.load_framework('bennett-2017')")
        assert not loaded & {"numpy", "networkx", "hypothesis", "jinja2", "matplotlib"}

    def test_hypothesis_loads_next_to_nothing_of_ours(self) -> None:
        code = (
            "import hypothesis, sys\n"
            "assert sum(m.startswith('behaviour_culture') for m in sys.modules) <= 5, sys.modules"
        )
        assert "hypothesis" in loaded_by(code)

    def test_only_testing_loads_hypothesis(self) -> None:
        stages = [name for name in PACKAGES if not name.endswith(".testing")]
        everything = "; ".join(
            f"import {name}; [getattr({name}, n) for n in {name}.__all__]" for name in stages
        )
        assert "hypothesis" not in loaded_by(everything)
        assert "hypothesis" in loaded_by("from behaviour_culture.testing import schools")


class TestDistribution:
    def test_its_types_are_marked_as_complete(self) -> None:
        assert (HOME / "py.typed").is_file()

    def test_version_and_entry_point_are_those_of_the_package(self) -> None:
        assert distribution("behaviour_culture").version == bc.__version__
        (entry,) = [e for e in entry_points(group="hypothesis") if e.name == "behaviour_culture"]
        from behaviour_culture.testing.register import register

        assert entry.load() is register
