from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

import behaviour_culture as bc

ROOT = Path(__file__).resolve().parents[2]


def text_of(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def settings() -> dict[str, Any]:
    return tomllib.loads(text_of("pyproject.toml"))


def sessions() -> set[str]:
    return set(re.findall(r"^def (\w+)\(session", text_of("noxfile.py"), re.MULTILINE))


class TestVersions:
    def test_the_citation_is_of_this_version(self) -> None:
        found = re.search(r"^version: (\S+)$", text_of("CITATION.cff"), re.MULTILINE)
        assert found is not None
        assert found.group(1) == bc.__version__

    def test_the_changelog_begins_with_this_version(self) -> None:
        found = re.search(r"^## (\d\S*)", text_of("CHANGELOG.md"), re.MULTILINE)
        assert found is not None
        assert found.group(1) == bc.__version__


FRAGMENTS = sorted(p for p in (ROOT / "changelog.d").glob("*") if p.name != "README.md")


class TestChangelog:
    def test_the_functions_that_it_names_exist(self) -> None:
        texts = [text_of("CHANGELOG.md"), *(p.read_text(encoding="utf-8") for p in FRAGMENTS)]
        names = set(re.findall(r"`(\w+)\([^`]*\)`", "".join(texts)))
        assert len(names) > 10
        known = re.findall(
            r"^(?:def |class |    def |    classmethod )?(?:\w+\.)*(\w+)\b",
            text_of("tests/api/names.txt"),
            re.MULTILINE,
        )
        assert names <= set(known)

    @pytest.mark.parametrize("path", FRAGMENTS, ids=lambda p: p.name)
    def test_each_fragment_is_named_and_written_as_it_should_be(self, path: Path) -> None:
        kinds = [kind["directory"] for kind in settings()["tool"]["towncrier"]["type"]]
        assert re.fullmatch(rf"(\+[a-z0-9-]+|\d+)\.({'|'.join(kinds)})\.md", path.name)
        text = path.read_text(encoding="utf-8").strip()
        assert re.fullmatch(r"[^#*\-\s].*[.)]", text), "a sentence, no heading or list, on one line"
        assert len(text) <= 600

    def test_the_place_where_a_release_is_written_stands_before_the_newest(self) -> None:
        marker = settings()["tool"]["towncrier"]["start_string"]
        before, _, after = text_of("CHANGELOG.md").partition(marker)
        assert "\n## " not in before
        assert after.lstrip().startswith("## ")


class TestContributing:
    def test_the_sessions_that_it_names_exist(self) -> None:
        places = ("CONTRIBUTING.md", "SECURITY.md", "docs/explanation/promises.md")
        called = [c for p in places for c in re.findall(r"nox -s ([a-z ]+)", text_of(p))]
        named = {name for names in called for name in names.split()}
        assert named
        assert named <= sessions()


class TestNoxfile:
    def test_the_scripts_that_it_runs_exist(self) -> None:
        scripts = set(re.findall(r"tests/\w+/\w+\.py", text_of("noxfile.py")))
        assert scripts
        for script in scripts:
            assert (ROOT / script).is_file(), script

    def test_every_extra_is_in_all(self) -> None:
        extras = settings()["project"]["optional-dependencies"]
        (everything,) = extras["all"]
        named = set(everything.partition("[")[2].rstrip("]").split(","))
        assert named == set(extras) - {"all"}


WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda p: p.name)
class TestWorkflows:
    """What the schemas do not know; ``nox -s workflows`` checks the rest."""

    def test_its_sessions_exist(self, path: Path) -> None:
        text = path.read_text(encoding="utf-8")
        named = set(re.findall(r"--session (\w+)", text))
        for job in yaml.safe_load(text)["jobs"].values():
            named |= set(job.get("strategy", {}).get("matrix", {}).get("session", ()))
        assert named
        assert named <= sessions()

    def test_actions_are_pinned_to_commits_and_have_no_right_that_they_do_not_need(
        self, path: Path
    ) -> None:
        text = path.read_text(encoding="utf-8")
        for used in re.findall(r"uses: (\S+)", text):
            assert used.startswith("./") or re.search(r"@[0-9a-f]{40}$", used), used
        workflow = yaml.safe_load(text)
        assert workflow["permissions"] == {}
        for job in workflow["jobs"].values():
            assert set(job["permissions"].items()) <= {("contents", "read"), ("id-token", "write")}


def test_the_tests_run_on_every_python_that_is_named() -> None:
    text = text_of(".github/workflows/checks.yml")
    matrix = yaml.safe_load(text)["jobs"]["tests"]["strategy"]["matrix"]
    words = [c.rpartition(" :: ")[2] for c in settings()["project"]["classifiers"]]
    assert matrix["python"] == [word for word in words if re.fullmatch(r"3\.\d+", word)]


def test_nothing_in_the_package_uses_the_network() -> None:
    reach = re.compile(
        r"^\s*(?:import|from) (?:asyncio|ftplib|http|httpx|requests|smtplib|socket|ssl|urllib)\b",
        re.MULTILINE,
    )
    sources = sorted((ROOT / "src").rglob("*.py"))
    assert len(sources) > 200
    assert [p.name for p in sources if reach.search(p.read_text(encoding="utf-8"))] == []
