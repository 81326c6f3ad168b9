"""Small plans, audit results and evidence, built by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from attrs import evolve

import behaviour_culture as bc
import builders
from behaviour_culture.audit import ScoreKind
from builders import plan_of, step


class Make:
    """Builders that give only what a test varies."""

    @staticmethod
    def estimate(value: float, error: float = 0.0) -> bc.Estimate:
        return builders.estimate(value, standard_error=error)

    @classmethod
    def result(cls, gaps: Mapping[str, tuple[float, float]]) -> bc.AuditResult:
        """An audit result with these gaps and their standard errors."""
        whole = bc.audit.Score(
            kind=ScoreKind.WHOLE,
            id="whole",
            name="Whole",
            estimate=cls.estimate(0.5),
            items=1,
            assessed=1,
            ratings=1,
            raters=1,
            lowest=0,
            highest=1,
        )
        return bc.AuditResult(
            id="a",
            framework="f",
            framework_name="F",
            edition="1",
            raters=["r"],
            level_labels=["no", "yes"],
            scores=[whole],
            gaps=[
                bc.audit.Gap(
                    principle=p,
                    name=p.upper(),
                    domain="d",
                    size=cls.estimate(size, error),
                    weight=1,
                    priority=size,
                    rank=i + 1,
                    reason="given",
                )
                for i, (p, (size, error)) in enumerate(gaps.items())
            ],
            method="given",
        )

    @staticmethod
    def step(
        key: str,
        principles: Sequence[str] = ("p",),
        *,
        parameter: str = "classroom-management",
        grade: str = "B",
        before: Sequence[str] = (),
        **fields: Any,
    ) -> bc.ActionStep:
        """A step with one hour a week of the head and the nearest published effect."""
        effect = bc.model.EffectLink(parameter=parameter, grade=grade, reason="nearest")
        return step(key, *before, **{"principles": principles, "effects": [effect], **fields})

    @staticmethod
    def plan(*steps: bc.ActionStep, **fields: Any) -> bc.ActionPlan:
        return plan_of(*steps, **fields)

    @staticmethod
    def evidence(**assumed: float) -> bc.model.EvidenceBase:
        """The shipped evidence with other values for some assumptions."""
        shipped = bc.load_evidence()
        values = {k.replace("_", "-"): v for k, v in assumed.items()}
        return evolve(
            shipped,
            assumptions=[
                evolve(a, value=values[a.id], low=values[a.id], high=values[a.id])
                if a.id in values
                else a
                for a in shipped.assumptions
            ],
        )

    @classmethod
    def sure_evidence(cls, **assumed: float) -> bc.model.EvidenceBase:
        """Effects exactly as published, the same everywhere: never the wrong way round."""
        base = cls.evidence(**assumed)
        return evolve(
            base,
            parameters=[
                evolve(p, standard_error=0, tau=0, mean=min(p.mean, -0.05)) for p in base.parameters
            ],
        )


@pytest.fixture(scope="session")
def make() -> Make:
    return Make()
