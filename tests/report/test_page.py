from __future__ import annotations

import datetime as dt
import json
import re
from collections import Counter
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve

import behaviour_culture as bc
from behaviour_culture.model.plan import ObjectiveScale
from behaviour_culture.model.reading import Doubt
from behaviour_culture.report.names import Names
from behaviour_culture.report.standing import standing
from behaviour_culture.report.summary import _unknowns
from behaviour_culture.report.svg import Span
from behaviour_culture.report.timing import _between, _seen, _sheets
from behaviour_culture.scheduling.replanning import replan
from builders import audit_of, framework_of, plan_of

Parts = dict[str, Any]
Node = Any
Render = Callable[..., tuple[str, Node]]
TEMPLATES = Path(bc.__file__).parent / "report" / "templates"
MINUS = "\N{MINUS SIGN}"
_WHOLE = rf"{MINUS}?[\d,]+"
NUMBER = re.compile(rf"\+?{_WHOLE}( \({_WHOLE} to {_WHOLE}\))?")
LOADING = {"script", "link", "img", "iframe", "object", "embed", "base", "form", "video", "audio"}


def section(page: Node, key: str) -> Node:
    return page.first("section", key)


def sections(page: Node) -> list[str]:
    return [n.attrs["id"] for n in page.all("section") if "id" in n.attrs]


def rows(table: Node) -> list[dict[str, str]]:
    """The rows of a table's body by the words of its header."""
    names = [th.text for th in table.all("thead")[0].all("th")]
    found = []
    for body in table.all("tbody"):
        for tr in body.all("tr"):
            cells = [c for c in tr.children if not isinstance(c, str)]
            if len(cells) == len(names):
                found.append({n: c.text for n, c in zip(names, cells, strict=True)})
    return found


def table(page: Node, caption: str) -> Node:
    return next(t for t in page.all("table") if caption in t.all("caption")[0].text)


@pytest.fixture(params=["page", "large_page"])
def any_page(request: pytest.FixtureRequest) -> Node:
    return request.getfixturevalue(request.param)


class TestFile:
    """One file that loads nothing and does nothing."""

    def test_nothing_that_acts_or_loads(self, any_page: Node) -> None:
        for node in any_page.all():
            assert node.tag not in LOADING
            assert "src" not in node.attrs
            assert not [a for a in node.attrs if a.startswith("on")]
            if "href" in node.attrs:
                assert re.match(r"#|https?://", node.attrs["href"])
        assert set(Counter(m.attrs.get("name") for m in any_page.all("meta"))) == {
            None,
            "viewport",
            "color-scheme",
            "generator",
        }

    def test_styles_reach_for_nothing(self, html: str, page: Node) -> None:
        css = page.all("style")[0].children[0]
        assert "@import" not in css
        assert "url(" not in css
        assert all(re.fullmatch(r"url\(#hatch-\d\)", u) for u in re.findall(r"url\([^)]*\)", html))

    def test_the_browser_is_told_to_load_nothing(self, page: Node) -> None:
        policy = [m for m in page.all("meta") if "http-equiv" in m.attrs]
        assert [m.attrs["content"] for m in policy] == [
            "default-src 'none'; style-src 'unsafe-inline'"
        ]

    def test_language_title_and_viewport(self, html: str, page: Node) -> None:
        assert html.startswith("<!doctype html>\n")
        assert page.all("html")[0].attrs["lang"] == "en-GB"
        title = "".join(page.all("title")[0].children)
        assert title == "Behaviour action plan of Riverbank School"

    def test_a_title_without_the_school_gets_it(self, render: Render, parts: Parts) -> None:
        _, page = render(parts, title="Plan")
        assert page.all("title")[0].children == ["Plan, Riverbank School"]
        assert page.all("h1")[0].text == "Plan"

    def test_no_value_of_the_code_shows(self, any_page: Node) -> None:
        text = any_page.text
        for word in ("None", "Undefined", "<Action", "Estimate(", "{{", f"{MINUS}0 "):
            assert word not in text, word
        assert not re.search(r"\bnan\b", text)


HOSTILE = '</style></title><script>alert(1)</script>" onload="x\' {{ 7*7 }} \u202e &lt;' + "w" * 90


def _spoil(value: object) -> object:
    """Put something nasty behind every free text of a file's data."""
    if isinstance(value, dict):
        return {k: _spoil(v) for k, v in value.items()}
    if isinstance(value, list):
        return [_spoil(v) for v in value]
    return value + HOSTILE if isinstance(value, str) and " " in value else value


@pytest.fixture(scope="module")
def spoilt(render: Render, parts: Parts) -> tuple[str, Node]:
    made = {
        key: bc.loads(json.dumps(_spoil(json.loads(bc.dumps(part, format="json")))), format="json")
        for key, part in parts.items()
    }
    plan = made["plan"]
    progress = [bc.StepProgress(step=plan.steps[0].id, status=bc.StepStatus.AT_RISK, note=HOSTILE)]
    source = bc.model.Source(id="s", title="T", url="javascript:alert(1)", note=HOSTILE)
    offer = evolve(made["support_offer"], lead=HOSTILE, sources=[source])
    return render(made, plan=evolve(plan, progress=progress), support_offer=offer, title=HOSTILE)


class TestHostileText:
    """Whatever the files say stays text."""

    def test_the_page_has_the_same_elements(self, spoilt: tuple[str, Node], page: Node) -> None:
        found = spoilt[1]
        assert {n.tag for n in found.all()} == {n.tag for n in page.all()}
        assert not found.all("script")
        assert not [a for n in found.all() for a in n.attrs if a.startswith("on")]
        heads = [
            len(p.all("head")) + len(p.all("style")) + len(p.all("title")) for p in (found, page)
        ]
        assert heads[0] == heads[1]

    def test_the_text_is_there_word_for_word(self, spoilt: tuple[str, Node], parts: Parts) -> None:
        html, found = spoilt
        assert "<script" not in html
        assert html.count("&lt;script&gt;alert(1)") > 500
        shown = found.all("h1")[0].text
        assert shown == " ".join(HOSTILE.replace("\u202e", "").split())
        assert f"{parts['plan'].steps[0].title}</style></title><script>alert(1)" in found.text

    def test_only_web_addresses_are_links(self, spoilt: tuple[str, Node]) -> None:
        assert "javascript:alert(1)" in spoilt[1].text
        assert not [a for a in spoilt[1].all("a") if a.attrs["href"].startswith("javascript")]

    def test_directions_and_controls_are_taken_out(self, spoilt: tuple[str, Node]) -> None:
        assert not re.search("[\u202a-\u202e\u2066-\u2069\x00-\x08\x0b-\x1f]", spoilt[0])


class TestStructure:
    """What a screen reader and a printer need."""

    def test_one_h1_and_headings_in_order(self, any_page: Node) -> None:
        levels = [int(n.tag[1]) for n in any_page.all("h1", "h2", "h3", "h4", "h5", "h6")]
        assert levels[0] == 1
        assert levels.count(1) == 1
        assert all(b - a <= 1 for a, b in pairwise(levels))

    def test_landmarks_have_names(self, any_page: Node) -> None:
        for tag in ("header", "nav", "main", "footer"):
            assert len(any_page.all(tag)) == 1
        ids = {n.attrs["id"] for n in any_page.all() if "id" in n.attrs}
        for part in any_page.all("section", "article"):
            assert part.attrs["aria-labelledby"] in ids

    def test_ids_are_unique_and_every_link_leads_somewhere(self, any_page: Node) -> None:
        ids = Counter(n.attrs["id"] for n in any_page.all() if "id" in n.attrs)
        assert max(ids.values()) == 1
        for link in any_page.all("a"):
            if link.attrs["href"].startswith("#"):
                assert link.attrs["href"][1:] in ids

    def test_the_first_link_skips_to_the_summary(self, page: Node) -> None:
        first = page.all("a")[0]
        assert (first.attrs["href"], first.attrs["class"]) == ("#main", "skip")

    def test_tables_have_captions_scopes_and_whole_rows(self, any_page: Node) -> None:
        assert len(any_page.all("table")) > 10
        for t in any_page.all("table"):
            assert t.all("caption")[0].text
            for th in t.all("th"):
                assert th.attrs["scope"] in {"col", "row", "rowgroup"}
                assert th.text
            widths = {
                sum(int(c.attrs.get("colspan", 1)) for c in tr.all("td", "th"))
                for tr in t.all("tr")
            }
            assert len(widths) == 1

    def test_tables_that_stack_keep_their_roles(self, any_page: Node) -> None:
        roles = {"thead": "rowgroup", "tbody": "rowgroup", "tr": "row", "td": "cell"}
        for t in any_page.all("table"):
            if "stack" in t.attrs.get("class", ""):
                assert t.attrs["role"] == "table"
                for tag, role in roles.items():
                    assert all(n.attrs.get("role") == role for n in t.all(tag))

    def test_pictures_have_titles(self, any_page: Node) -> None:
        assert any_page.all("svg")
        for svg in any_page.all("svg"):
            assert svg.attrs["role"] == "img"
            assert svg.children[0].tag == "title"
            assert svg.children[0].text

    def test_regions_that_scroll_can_be_reached(self, page: Node) -> None:
        regions = [n for n in page.all("div") if n.attrs.get("class") == "scroll"]
        assert regions
        for region in regions:
            assert region.attrs["tabindex"] == "0"
            assert region.attrs["aria-label"]

    def test_sections_are_numbered_as_the_contents_list_them(self, any_page: Node) -> None:
        keys = sections(any_page)
        assert [a.attrs["href"] for a in any_page.all("nav")[0].all("a")] == [f"#{k}" for k in keys]
        heads = [section(any_page, k).all("h2")[0].text for k in keys]
        assert [h.split(".")[0] for h in heads] == [str(i + 1) for i in range(len(keys))]


class TestColours:
    """WCAG AA: text and its ground differ by 4.5 to 1, in light, in dark and in print."""

    PAIRS = (
        *(("ink", ground) for ground in ("paper", "tint", "band")),
        *(("soft", ground) for ground in ("paper", "tint", "band")),
        *(("accent", ground) for ground in ("paper", "tint")),
        *((c, f"{c}-on") for c in ("green", "amber", "red", "blue", "grey")),
        *((text, "amber-on") for text in ("ink", "soft")),
    )

    @staticmethod
    def luminance(colour: str) -> float:
        digits = colour[1:] if len(colour) == 7 else "".join(2 * c for c in colour[1:])
        parts = [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
        linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    def test_contrast(self) -> None:
        common, own = (
            re.findall(r":root \{(.*?)\}", (TEMPLATES / name).read_text("utf-8"), flags=re.DOTALL)
            for name in ("base.css", "report.css")
        )
        assert (len(common), len(own)) == (2, 3)  # in print the page says all of them itself
        for theme in map("".join, zip((*common, ""), own, strict=True)):
            colours = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{3,6})", theme))
            for text, ground in self.PAIRS:
                a, b = sorted((self.luminance(colours[text]), self.luminance(colours[ground])))
                assert (b + 0.05) / (a + 0.05) >= 4.5, (text, ground)

    def test_a_status_is_never_colour_alone(self, render: Render, parts: Parts) -> None:
        plan = parts["plan"]
        progress = [
            bc.StepProgress(step=s.id, status=status)
            for s, status in zip(plan.steps, bc.StepStatus, strict=False)
        ]
        _, page = render(parts, plan=evolve(plan, progress=progress))
        chips = [n for n in page.all("span") if n.attrs.get("class", "").startswith("chip")]
        words = {n.text for n in chips}
        assert {w.split(" ", 1)[1] for w in words} == {s.words for s in bc.StepStatus}
        assert len({w[0] for w in words}) == len(bc.StepStatus)


class TestSummary:
    def test_an_illustrative_school_is_labelled_before_anything_else(self, page: Node) -> None:
        header = page.all("header")[0].text
        assert "Illustrative. This school does not exist." in header
        assert "term dates are invented" in header

    def test_a_real_school_has_no_such_label(self, render: Render, parts: Parts) -> None:
        school = evolve(parts["school"], illustrative=False, urn=123456)
        year = evolve(parts["calendar"], illustrative=False)
        _, page = render(parts, school=school, calendar=year)
        assert "llustrative." not in page.all("header")[0].text
        assert "URN 123456" in page.all("header")[0].text

    def test_priorities_in_one_line_each(self, page: Node, parts: Parts) -> None:
        found = rows(table(page, "Priorities"))
        assert [r["Priority"] for r in found] == [o.title for o in parts["plan"].objectives]
        for row, objective in zip(found, parts["plan"].objectives, strict=True):
            now, target = f"{objective.baseline.value:.0%}", f"{objective.target:.0%}"
            assert row["From now to target"] == f"{now} to {target} by 02/09/2027"
            low, high = f"{objective.baseline.lower:.0%}", f"{objective.baseline.upper:.0%}"
            assert row["Interval of the present score"].startswith(f"{low} to {high}, ")
            assert row["Status"] == "○ not started"

    def test_more_than_seven_are_counted(self, large_page: Node, large: Parts) -> None:
        assert len(rows(table(large_page, "Priorities"))) == 7
        more = len(large["plan"].objectives) - 7
        assert f"And {more} more: see what first and why" in large_page.text

    def test_the_first_half_term_with_its_leads(self, page: Node, parts: Parts) -> None:
        summary = page.all("section")[0].text
        assert "First half-term: Autumn 1 03/09/2026 to 22/10/2026" in summary
        for step in parts["schedule"].in_half_term("Autumn 1")[:10]:
            assert f"{step.title} The {step.lead.replace('-', ' ')}" in summary

    def test_time_and_money_add_up(self, page: Node, parts: Parts) -> None:
        plan = parts["plan"]
        people = dict.fromkeys((r.id for r in parts["school"].capacity.roles), 2)
        hours = f"{plan.hours(people):,.0f}"
        assert f"About {hours} hours over the whole plan" in page.text
        assert f"Agree about {hours} hours of staff time" in page.text
        high = sum(s.cost_gbp.high for s in plan.steps)
        assert f"£{high:,.0f} beyond staff time" in page.text

    def test_a_stopped_step_is_no_decision(self, render: Render, parts: Parts) -> None:
        schedule, plan = parts["schedule"], parts["plan"]
        last = next(s.id for s in plan.steps if not plan.graph.descendants(s.id))
        stopped = bc.StepProgress(step=last, status=bc.StepStatus.STOPPED)
        made = replan(
            schedule,
            plan,
            [stopped],
            today=plan.starts,
            calendar=parts["calendar"],
            capacity=parts["school"].capacity,
        ).schedule
        assert [*made.left_out] == [last]
        _, page = render(parts, schedule=made, impact=None, forecast=None)
        assert "not fit this year" not in page.text
        assert "stopped" in page.text

    def test_decisions_name_what_does_not_fit(self, large_page: Node, large: Parts) -> None:
        late = len(large["schedule"].unscheduled)
        assert late > 1
        assert f"Decide on the {late} steps that do not fit this year" in large_page.text

    def test_what_is_not_known(self, page: Node, large_page: Node, parts: Parts) -> None:
        unknowns = next(n for n in page.all("ul") if n.attrs.get("class") == "unknowns")
        assert "With 3 raters a principle is known to within about" in unknowns.text
        assert "What nobody assessed" not in unknowns.text
        doubts = len(parts["framework"].unverified())
        assert f"{doubts} statements of it not checked" in unknowns.text
        total = parts["impact"].total
        low = f"{total.lower:.0f}".replace("-", MINUS)
        assert f"anything from {low} to {total.upper:.0f} points" in unknowns.text
        assert "What nobody assessed. 6 of 114 items" in large_page.text

    def test_what_is_known_is_not_called_unknown(self) -> None:
        read = bc.model.Provenance(mark=bc.model.Mark.READ, sources=["s"])
        inferred = framework_of({"p": [1]})
        framework = inferred.evolve(
            sources=[bc.model.Source(id="s", title="The page")],
            domains=[d.evolve(provenance=read) for d in inferred.domains],
            principles=[p.evolve(provenance=read) for p in inferred.principles],
        )
        audit = bc.score_audit(audit_of(framework, 1), framework)
        plan = plan_of(framework=framework.id)

        def unknown(**changes: Any) -> list[str]:
            given = {"framework": framework, "audit": audit, "plan": plan} | changes
            parts = bc.report.ReportParts(**given)
            return [what for what, _ in _unknowns(parts, standing(parts, Names(parts), ""))]

        good = "How good the school's culture really is."
        follows = "Whether the framework follows its source."
        assert {good, follows} <= {*unknown(framework=inferred)}
        assert follows not in unknown()
        assert good not in unknown(audit=audit.evolve(scores=[audit.whole], gaps=()))


class TestStanding:
    def test_every_score_with_its_interval_and_level(self, page: Node, parts: Parts) -> None:
        found = {r["Domain and principle"]: r for r in rows(table(page, "Scores by domain"))}
        scale = parts["framework"].scale
        for score in parts["audit"].principles:
            if score.name in {d.name for d in parts["framework"].domains}:
                continue  # a principle may share its domain's name
            row, e = found[score.name], score.estimate
            assert row["Score"] == f"{e.value:.0%}"
            assert row["95% interval"] == f"{e.lower:.0%} to {e.upper:.0%}"
            assert row["Nearest level"] == scale.nearest(e.value).label
            assert row["Items assessed"] == f"{score.assessed} of {score.items}"
            assert row["Raters"] == "3"

    def test_gaps_stand_in_order_with_reasons(self, page: Node, parts: Parts) -> None:
        found = rows(table(page, "Gaps, the first"))
        assert [r["Principle"] for r in found] == [g.name for g in parts["audit"].gaps]
        assert [r["Why it ranks here"] for r in found] == [g.reason for g in parts["audit"].gaps]
        assert [r["Rank"] for r in found] == [str(i + 1) for i in range(len(found))]

    def test_what_was_not_assessed_is_listed(self, large_page: Node, large: Parts) -> None:
        text = section(large_page, "standing").text
        assert "Nobody assessed 6 of 114 items, among them every item of Designing the cult" in text
        for item in large["framework"].items[:6]:
            assert item.text in text
        whole = large["audit"].whole
        assert f"the whole would be {whole.lowest:.0%}" in text

    def test_what_a_short_form_rests_on_and_what_does_not_count(
        self, parts: Parts, render: Render
    ) -> None:
        audit, items = parts["audit"], parts["framework"].items
        doubt = Doubt(code="retired-item", column="item", message="'x' is no longer asked", count=2)
        short = evolve(
            audit,
            scores=[evolve(s, asked=min(s.items, 2)) for s in audit.scores],
            short_form=True,
            not_applicable=[items[0].id],
            disputed=[items[1].id],
            doubts=[doubt],
        )
        _, page = render(parts, audit=short)
        text = section(page, "standing").text
        assert short.rests_on.startswith("The short form asked 2 of the 114 items that apply")
        assert short.rests_on in text
        assert f"Not applicable to this school, so in no score: {items[0].text}" in text
        assert f"so find out who is right: {items[1].text}" in text
        assert "'x' is no longer asked." in text

    def test_the_order_of_principles_is_called_ours(self, page: Node) -> None:
        text = section(page, "standing").text
        assert "Which principle depends on which is our order" in text
        assert "build on it in our order" in text

    def test_all_assessed_is_said(self, page: Node) -> None:
        assert "Every item was assessed by somebody." in page.text

    def test_benchmarks_are_the_newest_and_not_subtracted(self, page: Node, parts: Parts) -> None:
        found = rows(table(page, "The newest figure"))
        assert len(found) == len(parts["benchmarks"].latest())
        calm = [r for r in found if "calm and orderly" in r["Question"]]
        assert {r["When"] for r in calm} == {"May 2025"}
        assert all(r["Source"] for r in found)
        assert "never subtracted" in page.text


class TestPlan:
    def test_a_row_for_each_step_with_all_that_leaders_ask(self, page: Node, parts: Parts) -> None:
        plan, schedule = parts["plan"], parts["schedule"]
        found = {r["Action"]: r for r in rows(table(page, "The action plan"))}
        assert len(found) == len(plan.steps)
        for step in plan.steps:
            row = found[f"{step.title} {step.payoff.value}"]
            entry = schedule.step(step.id)
            assert row["Start"] == f"{entry.start:%d/%m/%Y}"
            assert row["Deadline"] == f"{entry.finish:%d/%m/%Y}"
            assert row["Half-term"].startswith(entry.half_term)
            assert row["Lead"] == f"The {entry.lead.replace('-', ' ')}"
            for text in step.success_criteria:
                assert text in row["Success criteria"]
            # Someone from outside has no title of the school's: the catalogue's stands there.
            who = step.monitoring.who.replace("-", " ")
            assert row["Monitoring"].lower().startswith((f"the {who}, ", f"{who}, "))
            assert row["Status"] == "○ not started"

    def test_numbers_run_through_the_page(self, page: Node, parts: Parts) -> None:
        found = rows(table(page, "The action plan"))
        assert [r["Ref"] for r in found] == [str(i + 1) for i in range(len(found))]
        ref = {r["Action"].rsplit(" ", 1)[0]: r["Ref"] for r in found}
        plan = parts["plan"]
        met = {m.step for m in plan.met}
        for step in plan.steps:
            row = next(r for r in found if r["Ref"] == ref[step.title])
            after = {ref[plan.step(p.step).title] for p in step.requires if p.step not in met}
            assert set(row["After"].split(", ")) - {"none"} == after

    def test_every_step_says_why_it_is_in(self, page: Node, parts: Parts) -> None:
        text = section(page, "priorities").text
        for inclusion in parts["plan"].inclusions:
            reason = inclusion.reason.strip().rstrip(".")
            assert reason[1:] in text

    def test_what_was_left_out_is_folded_and_says_why(self, page: Node, parts: Parts) -> None:
        details = section(page, "priorities").all("details")
        assert [bool(d.attrs.get("open")) for d in details] == [False, False]
        for skipped in parts["plan"].skipped:
            assert f"{skipped.title}: {skipped.reason}" in details[1].text
        assert f": {len(parts['plan'].skipped)} steps" in details[1].all("summary")[0].text

    def test_roles_have_titles_and_not_ids(self, any_page: Node) -> None:
        text = any_page.text
        for role in ("behaviour-lead", "pastoral-lead", "middle-leader", "data-manager"):
            assert role not in text, role

    def test_titles_come_from_the_catalogue_without_a_school(
        self, render: Render, parts: Parts
    ) -> None:
        _, page = render(parts, school=None)
        leads = {r["Lead"] for r in rows(table(page, "The action plan"))}
        assert leads <= {r.title for r in parts["catalogue"].roles}
        assert "times one person in each role" in section(page, "plan").text
        _, bare = render(parts, school=None, catalogue=None)
        assert "Behaviour lead" in {r["Lead"] for r in rows(table(bare, "The action plan"))}

    def test_progress_shows_with_what_was_seen(self, render: Render, parts: Parts) -> None:
        plan = parts["plan"]
        first = plan.steps[0]
        entry = bc.StepProgress(
            step=first.id,
            status=bc.StepStatus.AT_RISK,
            started=dt.date(2026, 9, 3),
            fidelity=0.6,
            reach=0.25,
            note="two of five seen",
        )
        _, page = render(parts, plan=evolve(plan, progress=[entry]))
        row = next(
            r for r in rows(table(page, "The action plan")) if r["Action"].startswith(first.title)
        )
        assert row["Status"] == (
            "▲ at risk begun 03/09/2026; done as intended: 60%; reach: 25%; two of five seen"
        )
        assert f"Ask what step {row['Ref']} (at risk) would need" in page.text


class TestDates:
    def test_each_start_has_its_reasons(self, page: Node, parts: Parts) -> None:
        found = {r["Step"]: r for r in rows(table(page, "Dates, the reason"))}
        for step in parts["schedule"].steps:
            row = found[step.title]
            assert row["Dates"].startswith(f"{step.start:%d/%m/%Y} to {step.finish:%d/%m/%Y}")
            assert (row["Slack"] == "none") is step.critical
            assert len(row["Why not earlier"]) > 10

    def test_how_good_the_schedule_is(self, page: Node, parts: Parts, large_page: Node) -> None:
        schedule = parts["schedule"]
        text = section(page, "dates").text
        assert f"They take {schedule.makespan} teaching weeks" in text
        assert f"{schedule.tried:,} possible schedules were compared" in text
        assert "do not fit before the calendar ends" in section(large_page, "dates").text

    def test_what_does_not_fit_says_why(self, large_page: Node, large: Parts) -> None:
        text = section(large_page, "dates").text
        late = rows(table(large_page, "The action plan"))
        for key in large["schedule"].unscheduled:
            title = large["plan"].step(key).title
            assert title in text
            row = next(r for r in late if r["Action"].startswith(title))
            assert (row["Start"], row["Half-term"]) == ("does not fit", "none")

    def test_the_chart_has_a_bar_for_each_step(self, any_page: Node) -> None:
        labels = " ".join(
            t.text
            for svg in section(any_page, "gantt").all("svg")
            for t in svg.all("text")
            if t.attrs["class"] == "label"
        )
        for row in rows(table(any_page, "Dates, the reason")):
            assert f"{row['Ref']} {row['Step']}" in labels

    def test_long_plans_take_several_sheets(self, large_page: Node, page: Node) -> None:
        few, many = (len(section(p, "gantt").all("svg")) for p in (page, large_page))
        assert 1 <= few < many
        for svg in section(large_page, "gantt").all("svg"):
            kinds = Counter(t.attrs["class"] for t in svg.all("text"))
            assert kinds["column-name"] == 6
            assert kinds["group"] >= 1

    def test_load_counts_the_hours_of_each_half_term(self, page: Node, parts: Parts) -> None:
        year, schedule = parts["calendar"], parts["schedule"]
        row = rows(table(page, "Hours to set up of hours available"))[0]
        role = schedule.use[0].role
        assert row["Role"] == f"The {role.replace('-', ' ')}"
        weeks = [
            u for u in schedule.use if u.role == role and year.half_term(u.week).label == "Autumn 1"
        ]
        used, there = sum(u.used for u in weeks), sum(u.capacity for u in weeks)
        kept = sum(u.running for u in weeks)
        assert all(u.running_capacity is None for u in weeks)
        shown = f"{used:g} of {there:g} h + {kept:g} h kept going {(used + kept) / there:.0%}"
        assert row["Autumn 1"].startswith(shown)

    def test_milestones_and_the_two_full_reviews(self, page: Node, parts: Parts) -> None:
        found = rows(table(page, "Milestones"))
        assert len(found) == len(parts["plan"].milestones)
        assert [r["When"] for r in found[-2:]] == ["01/06/2027", "01/06/2028"]
        assert {r["Seen?"] for r in found} == {"not recorded"}

    def test_a_milestone_says_what_was_seen(self) -> None:
        stone = bc.model.Milestone(id="m", statement="Calm", months=3, outcome="not-met")
        assert _seen(stone, None) == "not met"

    def test_terms_that_follow_each_other_at_once_have_no_holiday(self) -> None:
        wednesday = dt.date(2026, 10, 21)
        first = Span("Autumn 1", dt.date(2026, 9, 2), wednesday)
        at_once = Span("Autumn 2", wednesday + dt.timedelta(days=1), dt.date(2026, 12, 18))
        assert _between([first, at_once]) == []
        later = at_once._replace(start=dt.date(2026, 11, 2))
        assert [(s.start, s.end) for s in _between([first, later])] == [
            (dt.date(2026, 10, 22), dt.date(2026, 11, 1))
        ]

    def test_an_area_of_which_nothing_has_a_date_has_no_bars(self, parts: Parts) -> None:
        made = bc.report.ReportParts(**parts)
        names = Names(made)
        (_, steps), *others = names.areas
        gone = {s.id for s in steps}
        dated = [s for s in parts["schedule"].steps if s.step not in gone]
        fewer = evolve(made, schedule=evolve(parts["schedule"], steps=dated))
        rows = [row for rows in _sheets(fewer, names, parts["calendar"], 30) for row in rows]
        assert [row for row in rows if isinstance(row, str)] == [area for area, _ in others]

    def test_milestones_whose_day_has_come_are_due(self, render: Render, parts: Parts) -> None:
        _, page = render(parts, written_on=dt.date(2027, 6, 1))
        seen = [r["Seen?"] for r in rows(table(page, "Milestones"))]
        assert seen[-2:] == ["due: say what is seen", "to come"]
        assert set(seen) == set(seen[-2:])


class TestExpected:
    def test_ranks_are_shares_of_draws(self, page: Node, parts: Parts) -> None:
        impact = parts["impact"]
        found = rows(table(page, "Steps by mean index; "))
        for row, score in zip(found, impact.steps, strict=False):
            assert row["First in"] == f"{score.first:.0%} of draws"
            assert ("no clear order" in row["How clear the order is"]) is not score.clear
        assert len(found) == min(10, len(impact.steps))

    def test_the_statement_and_the_total(self, page: Node, parts: Parts) -> None:
        text, total = section(page, "expected").text, parts["impact"].total
        assert parts["impact"].statement in text
        low = f"{total.lower:.0f}".replace("-", MINUS)
        assert f"95% interval {low} to {total.upper:.0f}." in text
        assert "not a finding of no effect" in text

    def test_points_are_whole_numbers(self, any_page: Node) -> None:
        for t in section(any_page, "expected").all("table"):
            for row in rows(t):
                for name, cell in row.items():
                    if name.startswith("Points"):
                        assert NUMBER.fullmatch(cell), cell

    def test_an_index_above_nought_says_so(self, render: Render, parts: Parts) -> None:
        impact = parts["impact"]
        sure = evolve(impact, total=evolve(impact.total, value=9.0, lower=2.0, upper=20.0))
        _, page = render(parts, impact=sure)
        text = section(page, "expected").text
        assert "The whole interval lies above nought" in text
        assert "no effect" not in text

    def test_the_cap_is_told_where_it_matters(self, render: Render, parts: Parts) -> None:
        texts = [
            section(render(parts, impact=evolve(parts["impact"], p_capped=p))[1], "expected").text
            for p in (0.002, 0.31)
        ]
        assert "largest total that a plan may have" not in texts[0]
        assert "In 31% of draws the sum was above the largest total" in texts[1]

    def test_steps_without_an_index_say_why(self, render: Render, parts: Parts) -> None:
        impact, plan = parts["impact"], parts["plan"]
        gone = impact.steps[0].step
        fewer = evolve(impact, steps=impact.steps[1:], unscored={gone: "it names no effect"})
        _, page = render(parts, impact=fewer)
        assert f"{plan.step(gone).title}: It names no effect." in section(page, "expected").text


class TestSupportAndSources:
    def test_each_strand_beside_its_steps(self, page: Node, parts: Parts) -> None:
        found = rows(table(page, "Each strand of support"))
        offered = [r for r in found if r["Offer"].startswith("What we do")]
        assert len(offered) == 4
        wanted = {s.strand for step in parts["plan"].steps for s in step.support}
        missing = wanted - {o.strand for o in parts["support_offer"].strands}
        assert len(found) - 4 == len(missing)
        for step in parts["plan"].steps:
            for support in step.support:
                assert support.how in section(page, "support").text
        assert "lead school since April 2022" in section(page, "support").text

    def test_assumptions_with_value_range_and_basis(self, page: Node, parts: Parts) -> None:
        found = rows(table(page, "Assumptions behind"))
        for row, a in zip(found, parts["evidence"].assumptions, strict=True):
            assert (row["Value"], row["Basis"]) == (f"{a.value:g}", a.basis)
            assert row["Range"].startswith(f"{a.low:g} to {a.high:g}")

    def test_only_effects_that_the_plan_uses(self, page: Node, parts: Parts) -> None:
        used = {link.parameter for s in parts["plan"].steps for link in s.effects}
        names = [p.name for p in parts["evidence"].parameters if p.id in used]
        found = rows(table(page, "Effects; a negative"))
        assert [r["Effect"] for r in found] == names
        cite = {s.id: s.cite() for s in parts["evidence"].sources}
        for row in found:
            parameter = next(p for p in parts["evidence"].parameters if p.name == row["Effect"])
            assert all(
                cite[s] in row["Source, and evidence mark"] for s in parameter.provenance.sources
            )

    def test_unverified_statements_are_counted_and_listed(self, page: Node, parts: Parts) -> None:
        doubts = parts["framework"].unverified()
        listed, ours = section(page, "sources").all("details")[-2:]
        assert listed.all("summary")[0].text.startswith(f"{len(doubts)} statements")
        assert len(listed.all("li")) == len(doubts)
        glosses = parts["framework"].glosses()
        assert ours.all("summary")[0].text.startswith(f"{len(glosses)} texts of the framework are")
        assert [li.text for li in ours.all("li")] == [entry.name for entry in glosses]

    def test_how_to_repeat_it(self, page: Node, parts: Parts) -> None:
        text = section(page, "sources").text
        assert f"{parts['schedule'].id}, engine heuristic, seed 0" in text
        assert f"{parts['impact'].id}, 400 draws, seed 0" in text
        assert f"behaviour-2026, edition {parts['evidence'].edition}" in text
        assert f"behaviour_culture {bc.__version__}" in text


class TestLeavingOut:
    """What is not given has no section, and the page stays whole."""

    WHOLE = (
        "standing",
        "priorities",
        "plan",
        "gantt",
        "dates",
        "load",
        "running",
        "law",
        "expected",
        "forecast",
        "milestones",
        "support",
        "sources",
    )

    def test_all_given(self, any_page: Node) -> None:
        assert sections(any_page) == list(self.WHOLE)

    @pytest.mark.parametrize(
        ("missing", "gone"),
        [
            (("schedule",), {"gantt", "dates", "load"}),
            (("calendar",), {"gantt"}),
            (("impact",), {"expected"}),
            (("forecast",), {"forecast"}),
            (("support_offer",), {"support"}),
            (("duties",), {"law"}),
            (("school", "evidence", "benchmarks", "catalogue"), set()),
            (
                (
                    "school",
                    "schedule",
                    "impact",
                    "forecast",
                    "evidence",
                    "benchmarks",
                    "support_offer",
                    "catalogue",
                    "duties",
                    "calendar",
                ),
                {"gantt", "dates", "load", "law", "expected", "forecast", "support"},
            ),
        ],
    )
    def test_parts(
        self, render: Render, parts: Parts, missing: tuple[str, ...], gone: set[str]
    ) -> None:
        html, page = render(parts, **dict.fromkeys(missing))
        assert sections(page) == [k for k in self.WHOLE if k not in gone]
        assert "None" not in page.text
        for link in re.findall(r'href="#([^"]+)"', html):
            assert f'id="{link}"' in html

    def test_without_dates_the_first_wave_comes_first(self, render: Render, parts: Parts) -> None:
        _, page = render(parts, schedule=None)
        summary = page.all("section")[0].text
        assert "Steps that wait for no other" in summary
        wave = next(parts["plan"].graph.waves())
        assert parts["plan"].step(wave[0]).title in summary
        assert "Start" not in rows(table(page, "The action plan"))[0]

    def test_without_a_calendar_the_load_is_that_of_the_whole(
        self, render: Render, parts: Parts
    ) -> None:
        _, page = render(parts, calendar=None)
        row = rows(table(page, "Hours to set up of hours available"))[0]
        wanted = ["Role", "People", "Whole plan", "Fullest week", "Each week from then on"]
        assert list(row) == wanted

    def test_bare_steps(self, render: Render, parts: Parts) -> None:
        plan = parts["plan"]
        bare = [
            evolve(
                s,
                text="",
                monitoring=None,
                success_criteria=(),
                support=(),
                cost_gbp=bc.model.CostRange(0, 0),
            )
            for s in plan.steps
        ]
        _, page = render(parts, plan=evolve(plan, steps=bare))
        row = rows(table(page, "The action plan"))[0]
        assert "Cost" not in row
        assert "Monitoring" not in row
        assert row["Success criteria"] == "not stated"

    def test_milestones_and_objectives_without_dates(self, render: Render, parts: Parts) -> None:
        plan = parts["plan"]
        undated = evolve(
            plan,
            starts=None,
            objectives=[evolve(o, by=None, monitoring=None) for o in plan.objectives],
            milestones=[evolve(m, date=None) for m in plan.milestones],
        )
        _, page = render(parts, plan=undated)
        # From September it is eight whole months to the audit in June, and a year more to the next.
        assert rows(table(page, "Milestones"))[-1]["When"] == f"month {8 + 12}"
        assert "by month 12" in rows(table(page, "Priorities"))[0]["From now to target"]

    def test_an_objective_with_a_measure_of_its_own(self, render: Render, parts: Parts) -> None:
        plan = parts["plan"]
        own = evolve(
            plan.objectives[0],
            measure="Suspensions per 100 pupils",
            baseline=bc.Estimate(value=4.25, lower=3, upper=6, unit="per 100", method="count"),
            target=3,
            scale=ObjectiveScale.OWN,
        )
        _, page = render(parts, plan=evolve(plan, objectives=[own, *plan.objectives[1:]]))
        row = rows(table(page, "Priorities"))[0]
        assert row["From now to target"] == "4.25 per 100 to 3 per 100 by 02/09/2027"
        assert row["Interval of the present score"] == "3 per 100 to 6 per 100"

    @pytest.mark.parametrize("kept_up", [True, False])
    def test_a_plan_without_gaps_reads_sensibly(
        self, render: Render, parts: Parts, *, kept_up: bool
    ) -> None:
        framework, catalogue, year = parts["framework"], parts["catalogue"], parts["calendar"]
        top = framework.scale.values[-1]
        audit = audit_of(framework, top, id="full")
        result = bc.score_audit(audit, framework)
        plan = bc.draft_plan(result, catalogue=catalogue)
        assert plan.steps
        assert not plan.objectives
        if not kept_up:
            plan = evolve(plan, steps=(), inclusions=(), milestones=())
        schedule = bc.schedule_plan(plan, calendar=year, capacity=parts["school"].capacity)
        impact = bc.score_impact(plan, result, draws=100)
        _, page = render(
            {
                "framework": framework,
                "audit": result,
                "plan": plan,
                "schedule": schedule,
                "impact": impact,
                "evidence": parts["evidence"],
                "calendar": year,
            }
        )
        text = page.text
        then = "the plan keeps up what is in place" if kept_up else "no plan was drafted"
        assert f"No gap was found to work on, so {then}." in text
        assert "Whether the audit can be relied on" in text
        assert "There are no priorities" in text
        of_steps = {"plan", "gantt", "dates", "load", "running", "law"}
        assert bool(of_steps & set(sections(page))) is kept_up
        assert "No step of this plan has an index." in text


class TestWords:
    """No claim of cause; the wording ladder is held in what this project writes itself."""

    FORBIDDEN = re.compile(
        r"\b(because|due to|proved|proves|proven|thanks to|led to)\b", re.IGNORECASE
    )

    def own_texts(self) -> dict[str, str]:
        folder = TEMPLATES.parent
        return {p.name: p.read_text("utf-8") for p in [*folder.glob("*.py"), *TEMPLATES.iterdir()]}

    def test_nothing_claims_a_cause(self) -> None:
        found = {name: self.FORBIDDEN.findall(text) for name, text in self.own_texts().items()}
        assert not any(found.values()), found

    def test_impact_is_said_in_the_title_of_a_section_only(
        self, render: Render, parts: Parts
    ) -> None:
        # The ids of the parts and the offer of a school are data, not our words.
        impact = evolve(parts["impact"], id="index")
        _, page = render(parts, impact=impact, support_offer=None, title="Plan")
        text = page.text.replace("Expected impact: a planning index", "")
        data = [u.text for u in parts["framework"].unverified()]
        data += [s.text for s in parts["catalogue"].steps] + [parts["evidence"].name]
        for words in data:
            text = text.replace(words, "")
        assert not re.findall(r".{40}\bimpact\b.{40}", text, flags=re.IGNORECASE)
