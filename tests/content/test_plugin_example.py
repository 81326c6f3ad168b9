"""The example package of examples/plugin_example, built, installed and used."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

import behaviour_culture as bc
from behaviour_culture.audit import carry
from behaviour_culture.content import content_ids, load_content
from behaviour_culture.errors import DuplicateContentError

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "plugin_example"
CALM = "illustrative-trust-calm"


def install(package: Path, target: Path) -> None:
    """Install with pip where its build backend is there, and else as pip would, by hand."""
    if find_spec("hatchling") and find_spec("pip"):
        options = "--quiet --no-deps --no-index --no-build-isolation --disable-pip-version-check"
        command = [sys.executable, "-m", "pip", "install", *options.split()]
        subprocess.run(  # noqa: S603  (pip, and the package of this project)
            [*command, "--target", str(target), str(package)], check=True
        )
        return
    data = tomllib.loads((package / "pyproject.toml").read_text(encoding="utf-8"))
    project = data["project"]
    for folder in data["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]:
        shutil.copytree(package / folder, target / Path(folder).name)
    name = project["name"].replace("-", "_")
    info = target / f"{name}-{project['version']}.dist-info"
    info.mkdir()
    head = f"Metadata-Version: 2.1\nName: {project['name']}\nVersion: {project['version']}\n"
    (info / "METADATA").write_text(head, encoding="utf-8")
    lines = []
    for group, entries in project["entry-points"].items():
        lines += [f"[{group}]", *(f"{key} = {value}" for key, value in entries.items())]
    (info / "entry_points.txt").write_text("\n".join(lines), encoding="utf-8")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of packages into which the example was installed once."""
    folder = tmp_path_factory.mktemp("plugin")
    shutil.copytree(EXAMPLE, folder / "package", ignore=shutil.ignore_patterns("__pycache__"))
    install(folder / "package", folder / "site")
    return folder / "site"


@pytest.fixture
def installed(site: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.syspath_prepend(str(site))
    yield site / "illustrative_trust" / "behaviour"
    for name in [n for n in sys.modules if n.split(".")[0] == "illustrative_trust"]:
        del sys.modules[name]


def test_without_it_nothing_is_there() -> None:
    assert CALM not in bc.framework_ids()


@pytest.mark.usefixtures("installed")
class TestInstalled:
    def test_it_is_listed_beside_what_is_shipped(self) -> None:
        assert {CALM, "bennett-2017"} <= set(bc.framework_ids())
        assert "illustrative-trust-steps" in bc.catalogue_ids()
        assert "illustrative-trust-evidence" in content_ids("evidence")
        assert f"{CALM}-to-bennett-2017" in content_ids("crosswalk")

    def test_a_whole_round_with_its_content(self) -> None:
        framework = bc.load_framework(CALM)
        catalogue = bc.load_catalogue("illustrative-trust-steps")
        evidence = bc.load_evidence("illustrative-trust-evidence")
        ratings = [
            bc.Response(rater=rater, item=item.id, rating=1)
            for item in framework.items
            for rater in ("head", "teacher-1")
        ]
        audit = bc.Audit(id="a", framework=CALM, edition="2026", responses=ratings)
        result = bc.score_audit(audit, framework)
        plan = bc.draft_plan(result, catalogue=catalogue)
        assert [step.id for step in plan.steps] == ["staff-the-gate", "stand-at-doors"]
        assert bc.score_impact(plan, result, evidence=evidence, draws=100).steps
        carried = carry(
            result,
            load_content("crosswalk", f"{CALM}-to-bennett-2017"),
            framework,
            bc.load_framework("bennett-2017"),
        )
        assert carried.to_rows()

    def test_everything_in_it_says_that_it_is_illustrative(self, installed: Path) -> None:
        files = sorted(installed.rglob("*.toml"))
        assert len(files) == 4
        for path in files:
            assert path.read_text(encoding="utf-8").startswith("# Illustrative: ")
            assert "illustrative" in bc.read(path).name.casefold()


class TestClashes:
    @pytest.fixture
    def rival(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
        """A second package, with ids that others have."""
        folder = tmp_path / "rival_trust"
        (folder / "frameworks").mkdir(parents=True)
        (folder / "__init__.py").touch()
        info = tmp_path / "rival_trust-1.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text("Metadata-Version: 2.1\nName: rival-trust\nVersion: 1.0\n")
        (info / "entry_points.txt").write_text("[behaviour_culture.content]\nrival = rival_trust\n")
        monkeypatch.syspath_prepend(str(tmp_path))
        yield folder / "frameworks"
        sys.modules.pop("rival_trust", None)

    @pytest.mark.parametrize("taken", [CALM, "bennett-2017"])
    def test_an_id_that_is_taken_is_refused_with_both_places(
        self, installed: Path, rival: Path, taken: str
    ) -> None:
        other = rival / f"{taken}.toml"
        own = installed / "frameworks" / f"{CALM}.toml"
        text = own.read_text(encoding="utf-8")
        other.write_text(text.replace(f'id = "{CALM}"', f'id = "{taken}"'), encoding="utf-8")
        for ask in (bc.framework_ids, lambda: bc.load_framework(taken)):
            with pytest.raises(DuplicateContentError) as caught:
                ask()
            assert str(other) in str(caught.value)
            assert len(set(caught.value.places)) == 2
        assert bc.load_framework("eef-behaviour").id == "eef-behaviour"
        assert bc.load_framework(other).id == taken
        assert bc.catalogue_ids()
