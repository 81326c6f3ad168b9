"""A journey: the files of one school's way from framework to report, and its options."""

from __future__ import annotations

from datetime import date

from attrs import field, frozen

from behaviour_culture._display import Displayed
from behaviour_culture.model.checks import Check, as_tuple

__all__ = ["Journey"]


@frozen(kw_only=True, repr=False)
class Journey(Displayed):
    """What `behaviour_culture.run_journey` runs; paths are relative to the journey's file.

    ``framework``, ``catalogue``, ``calendar``, ``evidence`` and ``benchmarks`` are ids of
    shipped content or paths; ``school``, ``responses``, ``progress`` and ``support_offer``
    are paths.
    """

    id: str
    title: str
    framework: str
    catalogue: str
    calendar: str
    school: str
    responses: str
    evidence: str = "behaviour-2026"
    benchmarks: str | None = None
    progress: str | None = None
    support_offer: str | None = None
    audit_date: date | None = None
    starts: date | None = None
    priorities: int = 5
    steps_per_priority: int = 3
    draws: int = 10_000
    budget: int = 2_000
    seed: int = 0
    formats: tuple[str, ...] = field(default=("html",), converter=as_tuple)

    def __attrs_post_init__(self) -> None:
        check = Check(self)
        check.slug("id")
        check.text("title", "framework", "catalogue", "calendar", "school", "responses", "evidence")
        check.optional_text("benchmarks", "progress", "support_offer")
        check.optional_day("audit_date", "starts")
        check.integer("priorities", low=1, high=100)
        check.integer("steps_per_priority", low=1, high=100)
        check.integer("draws", low=100, high=10_000_000)
        check.integer("budget", low=1, high=10_000_000)
        check.integer("seed", low=0)
        check.texts("formats")
        check.done()
