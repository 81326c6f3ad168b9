"""Run a journey with the sentences of the package as they are, or all in another language.

The other language is English with other vowels, and each module has its own: code that reads
a sentence of ours back does not recognise it. Texts of files that people send us, and of the
forms that they fill, are a format and not a sentence: the modules that read them keep theirs.
"""

from __future__ import annotations

import ast
import importlib.abc
import importlib.machinery
import importlib.util
import json
import re
import sys
from pathlib import Path
from types import CodeType
from typing import Any

VOWELS = "aeiouAEIOU"
FIRST = 0xE000
"""Where Unicode leaves characters free: each module has ten of them, a language of its own."""
READ_BACK = {
    *("startswith", "endswith", "removeprefix", "removesuffix", "split", "rsplit", "partition"),
    *("replace", "find", "index", "count", "match", "search", "fullmatch", "compile", "sub"),
}
FORMATS = (
    "behaviour_culture._lazy",
    "behaviour_culture.audit.forms",
    "behaviour_culture.audit.responses",
    "behaviour_culture.audit.workbook",
    "behaviour_culture.interchange",
    "behaviour_culture.monitoring.counts",
    "behaviour_culture.monitoring.published",
    "behaviour_culture.report.workbook",
    "behaviour_culture.start",
)


def language_of(module: str) -> dict[int, int]:
    """Return the vowels of a module's own language."""
    place = FIRST + len(VOWELS) * LANGUAGES.setdefault(module, len(LANGUAGES))
    return {ord(vowel): place + i for i, vowel in enumerate(VOWELS)}


LANGUAGES: dict[str, int] = {}


class Translator(ast.NodeTransformer):
    """Translates every text with a space between words, unless the code reads with it.

    A text that something is compared with, or searched for, is left as it is: so code that
    reads a sentence of ours does not know it any more, nor one from another module.
    """

    def __init__(self, module: str) -> None:
        self.language = language_of(module)

    def visit_Constant(self, node: ast.Constant) -> ast.Constant:
        if not isinstance(node.value, str) or " " not in node.value.strip("\n"):
            return node
        first, *rest = re.split(r"(\{[^{}]*\})", node.value)  # the fields of a format stay
        words = [part if part[:1] == "{" else part.translate(self.language) for part in rest]
        begun = first[:1] + first[1:].translate(self.language)  # code may make it a capital
        return ast.copy_location(ast.Constant("".join([begun, *words])), node)

    def visit_Expr(self, node: ast.Expr) -> ast.Expr:
        if isinstance(node.value, ast.Constant):  # a docstring
            return node
        self.generic_visit(node)
        return node

    def visit_Call(self, node: ast.Call) -> ast.Call:
        name = getattr(node.func, "attr", "")
        if name not in READ_BACK and name not in {"strftime", "attach"}:
            self.generic_visit(node)
            return node
        node.func = self.visit(node.func)
        return node

    def visit_Compare(self, node: ast.Compare) -> ast.Compare:
        return node

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AnnAssign:
        if node.value is not None:
            node.value = self.visit(node.value)
        return node

    def visit_FormattedValue(self, node: ast.FormattedValue) -> ast.FormattedValue:
        node.value = self.visit(node.value)  # a format such as %d %B is not a sentence
        return node


def in_english(text: str) -> str:
    """Return a text with every language turned back."""
    size = len(VOWELS)
    return "".join(
        VOWELS[(ord(c) - FIRST) % size] if 0 <= ord(c) - FIRST < 6400 else c for c in text
    )


class Loader(importlib.machinery.SourceFileLoader):
    """Compiles a module of ours with its sentences translated."""

    def get_code(self, fullname: str) -> CodeType:
        path = self.get_filename(fullname)
        tree = ast.parse(self.get_data(path), path)
        if not fullname.startswith(FORMATS):
            tree = Translator(fullname).visit(tree)
        return compile(tree, path, "exec", dont_inherit=True)


class Finder(importlib.abc.MetaPathFinder):
    """Finds modules of ours as ever, and gives them the loader above."""

    def find_spec(self, name: str, path: Any, target: Any = None) -> Any:
        if not name.startswith("behaviour_culture"):
            return None
        spec = importlib.machinery.PathFinder.find_spec(name, path, target)
        if spec is not None and spec.origin is not None and spec.origin.endswith(".py"):
            spec.loader = Loader(name, spec.origin)
        return spec


def outputs(demo: Any) -> dict[str, Any]:
    """Return what each stage makes of a journey, as the data of its file."""
    import tempfile

    import behaviour_culture as bc
    from behaviour_culture.journey import demo_folder
    from behaviour_culture.monitoring import judge_counts, measure_of, rate_ratio, u_chart, verdict
    from behaviour_culture.programme import PartnerPlan, SupportEvent, plan_support

    def data(value: object) -> Any:
        return json.loads(bc.dumps(value, format="json"))

    calendar = demo.calendar
    seen = {
        ("conduct", demo.forecast.half_terms[1]): bc.Estimate(
            value=0.2, lower=0.1, upper=0.3, method="count"
        )
    }
    review = bc.review_plan(demo.forecast, seen, demo.plan, found=demo.result)
    counts = [
        bc.read_series(
            demo_folder() / f"illustrative_{name}.csv",
            indicator=bc.load_indicators().indicator(indicator),
        )
        for name, indicator in (
            ("incidents_the_year_before", "serious-incidents"),
            ("incidents", "serious-incidents"),
            ("survey_staff", "good-behaviour-staff"),
        )
    ]
    counted = judge_counts(counts, starts=demo.schedule.starts)
    partners = [
        PartnerPlan(
            id=name,
            name=name.title(),
            route="core",
            plan=bc.draft_plan(
                demo.result, catalogue=bc.load_catalogue("bennett-2017"), priorities=1
            ),
            capacity=bc.Capacity(
                roles=[
                    bc.Role(id=role.id, title=role.title, people=role.people, hours_per_week=hours)
                    for role in demo.school.capacity.roles
                ]
            ),
        )
        for name, hours in (("ash", 2.0), ("birch", 0.25))
    ]
    event = SupportEvent(
        id="open-day",
        title="Open day",
        strand=bc.model.SupportStrand.OPEN_DAYS,
        times={"core": 2},
        seats=2,
        lead_hours={"coach": 4},
        partner_hours={"behaviour-lead": 2},
    )
    coach = bc.Capacity(roles=[bc.Role(id="coach", title="Coach", hours_per_week=6)])
    support = plan_support("harbour", partners, [event], lead_staff=coach, calendar=calendar)
    ratio = rate_ratio(30, 4000, 60, 4100)
    measure = measure_of(
        ratio,
        name="Incidents",
        reporter="staff",
        source="our log",
        matters=0.9,
        window="a year",
        exposure="pupil-days",
        events=90,
    )
    with tempfile.TemporaryDirectory() as folder:
        bc.write_report(
            folder,
            framework=demo.framework,
            school=demo.school,
            audit=demo.result,
            plan=demo.plan,
            schedule=demo.schedule,
            forecast=demo.forecast,
            impact=demo.impact,
            counted=counted,
            review=review,
        )
        page = (Path(folder) / "annex.html").read_text(encoding="utf-8")
    return {
        "audit": data(demo.result),
        "plan": data(demo.plan),
        "schedule": data(demo.schedule),
        "schedule_text": str(demo.schedule),
        "impact": data(demo.impact),
        "forecast": data(demo.forecast),
        "review": data(review),
        "support": data(support),
        "verdict": data(verdict([measure])),
        "chart": data(u_chart([5, 9, 4, 7, 30, 6] * 3, [400.0] * 18)),
        "page": page,
    }


if __name__ == "__main__":
    if sys.argv[1] == "translate":
        sys.meta_path.insert(0, Finder())
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    from behaviour_culture.journey import demo_folder, run_journey

    found = outputs(run_journey(demo_folder() / "illustrative_journey.toml"))
    sys.stdout.write(json.dumps({"languages": len(LANGUAGES), **found}))
