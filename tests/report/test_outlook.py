"""The section on what to expect by half-term: figures, words, pictures, and when it is missing."""

from __future__ import annotations

import re
from collections.abc import Callable
from math import erf, sqrt
from types import SimpleNamespace
from typing import Any

import pytest
from attrs import evolve

import behaviour_culture as bc
from behaviour_culture.report.outlook import _dates, _direction, _units
from behaviour_culture.report.svg import fan
from builders import estimate, example_journey

Parts = dict[str, Any]
Node = Any
Render = Callable[..., tuple[str, Node]]
MINUS = "\N{MINUS SIGN}"


def whole(value: float) -> str:
    text = f"{value:.0f}".replace("-", MINUS)
    return "0" if text == f"{MINUS}0" else text


def section(page: Node) -> Node:
    return page.first("section", "forecast")


class TestPage:
    def test_it_says_what_it_is_before_any_figure(self, page: Node, parts: Parts) -> None:
        text = section(page).text
        assert text.index(parts["forecast"].statement) < text.index("points on average")
        assert "The plan is simulated 400 times" in text
        assert "never averaged" in text

    def test_every_half_term_of_every_outcome(self, page: Node, parts: Parts) -> None:
        made = parts["forecast"]
        (table,) = (
            t for t in section(page).all("table") if "Change from today" in t.all("caption")[0].text
        )
        found = table.all("tbody")[0].all("tr")
        assert len(found) == len(made.ends) == 12
        for k, row in enumerate(found, start=1):
            head, *cells = (n.text for n in row.children if not isinstance(n, str))
            assert head == f"{made.half_terms[k - 1]} {made.ends[k - 1]:%d/%m/%Y}"
            for cell, series in zip(cells, made.outcomes, strict=True):
                at = series.at(k)
                value, low, high = (whole(100 * v) for v in (at.value, at.lower, at.upper))
                better = f"{100 * series.p_benefit[k - 1]:.0f}%"
                assert cell == f"{value} ({low} to {high}) {better} better"

    def test_staff_and_pupils_are_apart_and_in_people(self, page: Node, parts: Parts) -> None:
        figures = [n.text for n in section(page).all("figure")]
        by_outcome = dict(zip((o.id for o in parts["forecast"].outcomes), figures, strict=True))
        for key, who in (("climate-staff", "staff"), ("climate-pupils", "pupils")):
            text = by_outcome[key]
            at = parts["forecast"].outcome(key).at(6)
            mean, low, high = (
                f"{50 * (1 + erf(v / sqrt(2))):.0f}" for v in (at.value, at.lower, at.upper)
            )
            assert f"if 50 of 100 {who} call behaviour good today, then {mean} of 100" in text
            assert f"{low} to {high} in 95% of draws" in text
        assert "In people" not in by_outcome["conduct"]

    def test_each_principle_begins_where_the_audit_found_it(
        self, large_page: Node, large: Parts
    ) -> None:
        (table,) = (
            t for t in section(large_page).all("table") if "Principles" in t.all("caption")[0].text
        )
        rows = {
            cells[0]: cells
            for tr in table.all("tbody")[0].all("tr")
            if (cells := [n.text for n in tr.children if not isinstance(n, str)])
        }
        assert len(rows) == len(large["forecast"].maturity)
        gaps = {g.principle: g for g in large["audit"].gaps}
        for series in large["forecast"].maturity:
            name = next(p.name for p in large["framework"].principles if p.id == series.id)
            gap = gaps.get(series.id)
            today = "not assessed" if gap is None else f"{100 * (1 - gap.size.value):.0f}%"
            assert rows[name][1] == today
            assert rows[name][2].startswith(f"{100 * series.mean[5]:.0f}%")

    def test_targets_beyond_the_forecast_are_told_where_they_are_agreed(
        self, render: Render, parts: Parts
    ) -> None:
        plan, made = parts["plan"], parts["forecast"]
        first = plan.objectives[0]
        over = sum(end <= first.by for end in made.ends)
        upper = made.principle(first.principle).at(over).upper

        def page_with(target: float) -> Node:
            objectives = [evolve(o, target=0.0) for o in plan.objectives[1:]]
            changed = evolve(plan, objectives=[evolve(first, target=target), *objectives])
            return render(parts, plan=changed)[1]

        high, low = page_with(upper + 0.01), page_with(upper - 0.01)
        assert f"above the range of 95% of draws at its date ({first.title})" in section(high).text
        assert "(1 lies beyond what the forecast expects by then)" in high.text
        assert "range of 95% of draws at" not in section(low).text
        assert "beyond what the forecast expects" not in low.text

    def test_steps_that_add_nothing_are_named(self, large_page: Node, large: Parts) -> None:
        left = large["forecast"].left_out
        assert left
        items = [n.text for n in section(large_page).all("li")]
        assert len(items) == len(left)

    def test_a_plan_without_effects_says_so(self, render: Render, parts: Parts) -> None:
        plan = evolve(parts["plan"], steps=[evolve(s, effects=()) for s in parts["plan"].steps])
        made = bc.forecast(plan, parts["audit"], parts["schedule"], draws=100)
        _, page = render(parts, plan=plan, impact=None, forecast=made)
        assert "no outcome can be forecast" in section(page).text
        assert not section(page).all("figure")

    def test_one_half_term_is_enough(self, render: Render, parts: Parts) -> None:
        made = bc.forecast(
            parts["plan"], parts["audit"], parts["schedule"], half_terms=1, draws=100
        )
        _, page = render(parts, forecast=made)
        assert "By the end of Autumn 1 2026:" in section(page).text


class TestWords:
    @pytest.mark.parametrize(
        ("value", "better", "words"),
        [
            (0.0, 0.5, "No direction is clear: a rise, a fall and no change are all to be"),
            (1.5, 0.99, "All but a few draws are better."),
            (-1.5, 0.01, "All but a few draws are worse."),
            (0.4, 0.7, "It is more likely better, but a change the other way would be no"),
            (-0.4, 0.3, "It is more likely worse, but a change the other way would be no"),
        ],
    )
    def test_where_the_draws_lie(self, value: float, better: float, words: str) -> None:
        assert _direction(estimate(value, 1.0), better, 1 - better).startswith(words)

    def test_a_forecast_without_a_calendar_says_what_a_half_term_is(self, parts: Parts) -> None:
        made = evolve(parts["forecast"], calendar=None)
        assert "a half-term is two calendar months here" in _dates(made)

    def test_a_rate_has_a_unit_of_its_own(self, parts: Parts) -> None:
        made = parts["forecast"]
        rate = evolve(made.outcomes[0], id="suspensions-rate", name="Suspensions")
        of_rates: Any = SimpleNamespace(outcomes=[rate], draws=made.draws)
        said = "For Suspensions as a rate, a point is about one per cent fewer."
        assert said in _units(of_rates)
        assert said not in _units(made)


class TestGiven:
    @pytest.mark.parametrize(
        ("change", "path"),
        [
            ({"plan": "another"}, "forecast.plan"),
            ({"starts": "2026-09-04"}, "forecast.starts"),
            ({"evidence": "other"}, "forecast.evidence"),
        ],
    )
    def test_one_of_another_journey_is_refused(
        self, parts: Parts, tmp_path: Any, change: dict[str, str], path: str
    ) -> None:
        made = parts["forecast"]
        if "starts" in change:
            change = {"starts": made.starts.replace(day=made.starts.day + 1)}
        with pytest.raises(bc.InvalidInputError) as caught:
            bc.write_report(tmp_path, **parts | {"forecast": evolve(made, **change)})
        assert [f.path for f in caught.value.faults] == [path]

    def test_one_of_other_steps_is_refused(self, parts: Parts, tmp_path: Any) -> None:
        made = parts["forecast"]
        inputs = evolve(made.inputs, steps=["other", *made.inputs.steps[1:]])
        with pytest.raises(bc.InvalidInputError, match="forecast it again"):
            bc.write_report(tmp_path, **parts | {"forecast": evolve(made, inputs=inputs)})


class TestFan:
    def test_its_shape_is_that_of_the_numbers(self) -> None:
        picture = fan(
            ["a", "b"], [2.0, 4.0], [1.0, -2.0], [(0.0, 2.0), (-3.0, 0.0)],
            [(-4.0, 5.0), (-8.0, 3.0)], reach=8.0, title="T", desc="D",
        )  # fmt: skip
        shapes = dict(re.findall(r'<path class="(\w+)" d="M([^"]*)"', picture))
        points = {
            css: [tuple(map(float, p.split())) for p in d.removesuffix(" Z").split(" L")]
            for css, d in shapes.items()
        }
        (x0, zero), (x1, up), (x2, down) = points["mean"]
        assert x1 - x0 == pytest.approx(x2 - x1)
        assert zero - up == pytest.approx((down - zero) / 2, abs=0.2)
        assert len(points["outer"]) == len(points["inner"]) == 5
        unit = zero - up
        assert zero - points["outer"][1][1] == pytest.approx(5 * unit, abs=0.5)
        assert points["outer"][3][1] - zero == pytest.approx(8 * unit, abs=0.6)

    def test_no_change_at_all_can_be_drawn(self) -> None:
        flat = [(0.0, 0.0)]
        assert "<svg" in fan(["a"], [2.0], [0.0], flat, flat, reach=0.0, title="T", desc="D")


def test_a_journey_ends_with_a_forecast(tmp_path: Any) -> None:
    made = example_journey()
    assert made.forecast is not None
    assert made.forecast.draws == 2_000
    assert made.forecast.calendar == made.calendar.id
    files = [p.name for p in made.write(tmp_path, formats=("json", "csv"))]
    assert {"forecast.json", "forecast.csv"} <= set(files)
    assert bc.read(tmp_path / "forecast.json") == made.forecast
    assert made.forecast.statement in str(made)
