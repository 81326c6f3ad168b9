"""A journey: the files and options that take one school from framework to report."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from attrs import field, frozen

from behaviour_culture.checks import TupleOf, Value
from behaviour_culture.fields import Count, Range, Slug, Text, Texts

__all__ = ["Journey"]


@frozen(kw_only=True, repr=False)
class Journey(Value):
    """The input of `behaviour_culture.run_journey`; paths are relative to the journey's file.

    ``framework``, ``catalogue``, ``calendar``, ``evidence``, ``benchmarks`` and ``crosswalk``
    are ids of shipped content or paths; ``school``, ``responses``, ``progress`` and
    ``support_offer`` are paths. ``crosswalk`` links the audited framework to that of the
    catalogue, where they differ.
    """

    id: Slug
    title: Text
    framework: Text
    catalogue: Text
    calendar: Text
    school: Text
    responses: Text
    evidence: Text = "behaviour-2026"
    benchmarks: Text | None = None
    progress: Text | None = None
    support_offer: Text | None = None
    crosswalk: Text | None = None
    audit_date: date | None = None
    starts: date | None = None
    priorities: Annotated[int, Range(low=1, high=100)] = 5
    steps_per_priority: Annotated[int, Range(low=1, high=100)] = 3
    pattern: Slug | None = None
    """A shape of the year that the catalogue has, such as ``september``."""
    draws: Annotated[int, Range(low=100, high=10_000_000)] = 10_000
    budget: Annotated[int, Range(low=1, high=10_000_000)] = 2_000
    seed: Count = 0
    formats: Texts = field(default=("html",), converter=TupleOf[str])
