"""Checks of the project: ``nox`` runs the default ones, ``nox -l`` lists all."""

from __future__ import annotations

import os
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
NO_BYTECODE = "--no-compile"
"""For sessions that read what they install and run little of it: pip takes a third less time."""
HOSTED = {
    "vendor.github-workflows": ".github/workflows/*.yml",
    "vendor.github-issue-forms": ".github/ISSUE_TEMPLATE/[!c]*.yml",
    "vendor.github-issue-config": ".github/ISSUE_TEMPLATE/config.yml",
    "vendor.dependabot": ".github/dependabot.yml",
    "vendor.readthedocs": ".readthedocs.yaml",
}
"""The schema of each kind of file for a host; the form of the names is that of check-jsonschema."""

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


def apart(session: nox.Session, *what: str) -> str:
    """Make a new environment beside the session's, install there; return its Python."""
    place = Path(session.create_tmp()).resolve() / "apart"
    session.run("python", "-m", "venv", "--clear", str(place), silent=True)
    python = str(place / ("Scripts/python.exe" if os.name == "nt" else "bin/python"))
    session.run(python, "-m", "pip", "install", "--quiet", *what, external=True)
    return python


@nox.session(python=PYTHONS)
def tests(session: nox.Session) -> None:
    """Unit, property and documentation tests; extra arguments go to pytest."""
    session.install("-e", ".[all]", *group("test"))
    session.run("coverage", "run", "-m", "pytest", "-n", "auto", *session.posargs)
    session.run("coverage", "combine", "--quiet")
    session.run("coverage", "report", "--fail-under=100")


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
    """Type checks by mypy and pyright; every public name has a type that both know."""
    session.install(NO_BYTECODE, "-e", ".[all]", *group("typing"))
    session.run("mypy", *session.posargs)
    session.run("pyright", *session.posargs)
    # The editable installation leaves a folder of data, which pyright would take for the package.
    env = {"PYTHONPATH": str(ROOT / "src")}
    session.run("pyright", "--verifytypes", "behaviour_culture", "--ignoreexternal", env=env)


@nox.session(python=LOWEST)
def lint(session: nox.Session) -> None:
    """Linting and formatting by ruff; nothing is changed."""
    session.install(*group("lint"))
    session.run("ruff", "check", *session.posargs)
    session.run("ruff", "format", "--check", *session.posargs)


@nox.session(python=LOWEST)
def imports(session: nox.Session) -> None:
    """The layers of ARCHITECTURE.md: no stage imports from one to its right."""
    session.install(NO_BYTECODE, "-e", ".", *group("imports"))
    session.run("lint-imports")


@nox.session(python=LOWEST)
def docs(session: nox.Session) -> None:
    """Build the documentation, warnings being errors; the tests run all code that it shows."""
    session.install(NO_BYTECODE, "-e", ".[all]", *group("docs"))
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
def mutants(session: nox.Session) -> None:
    """Break the code in a random sample of places and count what the tests miss."""
    session.install("-e", ".[all]", *group("test"))
    session.run("python", "tests/mutation/run.py", *session.posargs)


@nox.session(python=LOWEST, default=False)
def shuffled(session: nox.Session) -> None:
    """The tests in a random order, whose seed is printed; ``--randomly-seed=N`` repeats it."""
    session.install("-e", ".[all]", *group("test"), "pytest-randomly>=3.16")
    session.run("pytest", "tests", *session.posargs)


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
    """All tests, the slow ones too, with new examples; extra arguments go to pytest."""
    session.install("-e", ".[all]", *group("test", "service"))
    command = ("pytest", "-n", "auto", "-m", "slow or not slow", *session.posargs)
    session.run(*command, env={"HYPOTHESIS_PROFILE": "dev"})


@nox.session(python=LOWEST, default=False)
def reliability(session: nox.Session) -> None:
    """Kills, many writers, hostile disks, threads, places; RELIABILITY_TIMES says how often."""
    session.install("-e", ".[all]", *group("test"))
    files = ("tests/reliability", "tests/test_global_state.py")
    session.run("pytest", "-m", "slow or not slow", *files, *session.posargs)


@nox.session(python=LOWEST, default=False)
def news(session: nox.Session) -> None:
    """Show what the fragments of changelog.d/ make of the changelog; nothing is changed."""
    session.install("-e", ".", *group("release"))
    session.run("towncrier", "build", "--draft", *session.posargs)


@nox.session(python=LOWEST, default=False)
def licences(session: nox.Session) -> None:
    """The licences of all that the library depends on: no GPL, of no kind, and none unknown."""
    session.install(*group("release"))
    session.run(
        *("pip-licenses", "--python", apart(session, f"{ROOT}[all]")),
        *("--from=mixed", "--partial-match", "--fail-on=GPL;GNU;UNKNOWN", *session.posargs),
    )


@nox.session(python=LOWEST, default=False)
def build(session: nox.Session) -> None:
    """Build into dist/: the same bits twice, and the wheel runs the demo where nothing else is."""
    session.install(*group("release"))
    last = session.run("git", "log", "-1", "--format=%ct", external=True, silent=True)
    env = {"SOURCE_DATE_EPOCH": (last or "").strip()}
    shutil.rmtree(ROOT / "dist", ignore_errors=True)
    again = Path(session.create_tmp()).resolve() / "again"
    shutil.rmtree(again, ignore_errors=True)
    for place in (ROOT / "dist", again):
        session.run("python", "-m", "hatchling", "build", "-d", str(place), env=env)
    made, repeated = ({p.name: p.read_bytes() for p in d.iterdir()} for d in (ROOT / "dist", again))
    if made != repeated or len(made) != len(("sdist", "wheel")):
        session.error(f"two builds differ: {sorted(made)}")
    (wheel,) = (ROOT / "dist").glob("*.whl")
    python = apart(session, str(wheel))
    with session.chdir(again):  # away from the source
        session.run(python, "-I", "-m", "behaviour_culture", "demo", external=True)


@nox.session(python=LOWEST, default=False)
def sbom(session: nox.Session) -> None:
    """Write dist/sbom.json, all that an installation with every extra consists of (CycloneDX)."""
    session.install(*group("release"))
    (ROOT / "dist").mkdir(exist_ok=True)
    session.run(
        *("cyclonedx-py", "environment", apart(session, f"{ROOT}[all]")),
        *("--pyproject", "pyproject.toml", "--mc-type", "library", "--output-reproducible"),
        *("--output-file", "dist/sbom.json", *session.posargs),
    )


@nox.session(python=LOWEST, default=False)
def audit(session: nox.Session) -> None:
    """Known vulnerabilities of all that the library depends on; it asks a service."""
    session.install(*group("release"))
    env = {"PIPAPI_PYTHON_LOCATION": apart(session, f"{ROOT}[all]")}
    session.run("pip-audit", "--skip-editable", *session.posargs, env=env)


@nox.session(python=LOWEST, default=False)
def workflows(session: nox.Session) -> None:
    """The files for the host of the code, by their schemas and for what makes them unsafe."""
    session.install(*group("release"))
    session.run("pre-commit", "validate-config")
    for schema, files in HOSTED.items():
        paths = sorted(str(p) for p in ROOT.glob(files))
        session.run("check-jsonschema", "--builtin-schema", schema, *paths)
    session.run("zizmor", "--offline", "--persona=pedantic", ".github")
