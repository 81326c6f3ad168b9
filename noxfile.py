"""Checks of the project: ``nox`` runs the default ones, ``nox -l`` lists all."""

from __future__ import annotations

import shutil
from pathlib import Path

import nox
from packaging.requirements import Requirement

nox.options.default_venv_backend = "virtualenv"
nox.options.reuse_existing_virtualenvs = True

ROOT = Path(__file__).parent
PROJECT = nox.project.load_toml("pyproject.toml")
PYTHONS = nox.project.python_versions(PROJECT)
LOWEST = PYTHONS[0]

MISSING_EXTRA = """
try:
    from behaviour_culture.testing import schools
except ImportError as error:
    assert 'pip install "behaviour_culture[testing]"' in str(error), error
else:
    raise SystemExit("hypothesis is there: this environment is not bare")
"""

PLUGIN = """
import behaviour_culture as bc
assert "illustrative-trust-calm" in bc.framework_ids()
assert bc.load_catalogue("illustrative-trust-steps").framework == "illustrative-trust-calm"
"""


def group(*names: str) -> tuple[str, ...]:
    """Return the requirements of dependency groups, without this project itself."""
    found = nox.project.dependency_groups(PROJECT, *names)
    return tuple(r for r in found if Requirement(r).name != "behaviour_culture")


def lowest(requirements: list[str]) -> list[str]:
    """Return ``name==version`` for the version from which each requirement says ``>=``."""
    pins = []
    for requirement in map(Requirement, requirements):
        floors = [s.version for s in requirement.specifier if s.operator == ">="]
        if requirement.name != "behaviour_culture":
            pins.append(f"{requirement.name}=={floors[0]}")
    return pins


@nox.session(python=PYTHONS)
def tests(session: nox.Session) -> None:
    """Unit, property and documentation tests; extra arguments go to pytest."""
    session.install("-e", ".[all]", *group("test"))
    session.run("coverage", "run", "-m", "pytest", "-m", "not slow", *session.posargs)
    session.run("coverage", "report")


@nox.session(python=LOWEST)
def minimums(session: nox.Session) -> None:
    """The tests with the lowest versions of all that the library depends on."""
    extras = PROJECT["project"]["optional-dependencies"]
    asked = [*PROJECT["project"]["dependencies"], *(r for e in extras.values() for r in e)]
    # pandas of that time too: SALib, an oracle, has no release for both old numpy and pandas 3.
    session.install("-e", ".[all]", *group("test"), *lowest(asked), "pandas<3")
    session.run("pytest", "-m", "not slow", *session.posargs)


@nox.session(python=LOWEST)
def bare(session: nox.Session) -> None:
    """Without extras: the demo and a whole journey run, and a missing extra says so."""
    session.install("-e", ".")
    out = Path(session.create_tmp())
    session.run("python", "-m", "behaviour_culture", "demo", "-o", str(out / "demo"))
    inputs = ROOT / "examples" / "illustrative_journey.toml"
    session.run("python", "-m", "behaviour_culture", "report", str(inputs), "-o", str(out))
    session.run("python", "-c", MISSING_EXTRA)


@nox.session(python=LOWEST)
def typing(session: nox.Session) -> None:
    """Type checks by mypy and pyright."""
    session.install("-e", ".[all]", *group("typing"))
    session.run("mypy", *session.posargs)
    session.run("pyright", *session.posargs)


@nox.session(python=LOWEST)
def lint(session: nox.Session) -> None:
    """Linting and formatting by ruff; nothing is changed."""
    session.install(*group("lint"))
    session.run("ruff", "check", *session.posargs)
    session.run("ruff", "format", "--check", *session.posargs)


@nox.session(python=LOWEST)
def imports(session: nox.Session) -> None:
    """The layers of ARCHITECTURE.md: no stage imports from one to its right."""
    session.install("-e", ".", *group("imports"))
    session.run("lint-imports")


@nox.session(python=LOWEST)
def docs(session: nox.Session) -> None:
    """Build the documentation, warnings being errors; the tests run all code that it shows."""
    session.install("-e", ".[all]", *group("docs"))
    command = ("sphinx-build", "-n", "-W", "--keep-going", "-b", "html", "docs", "docs/_build")
    session.run(*command, *session.posargs)


@nox.session(python=LOWEST)
def examples(session: nox.Session) -> None:
    """Run each script of examples/, check each of its files, install the package in it."""
    session.install("-e", ".[all]")
    out = Path(session.create_tmp()).resolve() / "examples"
    shutil.rmtree(out, ignore_errors=True)
    shutil.copytree(ROOT / "examples", out)
    session.install("--no-deps", str(out / "plugin_example"))
    session.run("python", "-c", PLUGIN)
    session.run("pip", "uninstall", "--yes", "illustrative-trust")
    files = sorted(str(p) for p in out.iterdir() if p.suffix in {".toml", ".json", ".csv"})
    session.run("python", "-m", "behaviour_culture", "check", *files)
    scripts = sorted(out.glob("*.py"))
    if not scripts:
        session.error("there are no scripts in examples/")
    with session.chdir(out):
        for script in scripts:
            session.run("python", script.name)


@nox.session(python=LOWEST, default=False)
def bench(session: nox.Session) -> None:
    """Measure all figures that have a target; a quarter worse than the committed table fails."""
    session.install("-e", ".[all]", *group("bench"))
    session.run("python", "tests/benchmarks/yardsticks.py", *session.posargs)


@nox.session(python=LOWEST, default=False)
def pages(session: nox.Session) -> None:
    """Count the sheets of the documents as Chromium and LibreOffice print them."""
    session.install("-e", ".[office]")
    session.run("python", "tests/benchmarks/pages.py", *session.posargs)


@nox.session(python=LOWEST, default=False)
def fuzz(session: nox.Session) -> None:
    """Read damaged files with every reader; ``--seconds N --seed S --out FOLDER``."""
    session.install("-e", ".[all]", *group("test"))
    session.run("python", "tests/fuzzing/run.py", *session.posargs)


@nox.session(python=LOWEST, default=False)
def thorough(session: nox.Session) -> None:
    """The slow tests; extra arguments go to pytest."""
    session.install("-e", ".[all]", *group("test"))
    session.run("pytest", "-m", "slow", *session.posargs)
