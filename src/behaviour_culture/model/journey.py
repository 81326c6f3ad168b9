"""A journey: the files and options that take one school from framework to report."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from attrs import field, frozen

from behaviour_culture.checks import TupleOf, Value, as_tuple
from behaviour_culture.fields import Count, Range, Slug, Some, Text, Texts

__all__ = ["Journey"]


def _one_or_several(value: Any) -> Any:  # noqa: ANN401  (the check refuses the rest)
    return (value,) if isinstance(value, str) else as_tuple(value)


@frozen(kw_only=True, repr=False)
class Journey(Value):
    """The input of `behaviour_culture.run_journey`; paths are relative to the journey's file.

    ``framework``, ``catalogue``, each ``calendar``, ``evidence``, ``benchmarks`` and
    ``crosswalk`` are ids of shipped content or paths; ``school``, ``responses``, ``progress``,
    ``support_offer``, ``first_plan`` and ``first_schedule`` are paths. ``calendar`` has one or
    several years that follow one another. ``crosswalk`` links the audited framework to that of
    the catalogue, where they differ.

    Once the plan has begun, by ``today`` or the date of the ``progress``, it is not drafted anew:
    ``first_plan`` and ``first_schedule`` are as they were before it began, and what is not done
    is planned again from there.
    """

    id: Slug
    title: Text
    framework: Text
    catalogue: Text
    calendar: Annotated[Texts, Some()] = field(converter=_one_or_several)
    school: Text
    responses: Text
    evidence: Text = "behaviour-2026"
    benchmarks: Text | None = None
    progress: Text | None = None
    first_plan: Text | None = None
    first_schedule: Text | None = None
    support_offer: Text | None = None
    crosswalk: Text | None = None
    audit_date: date | None = None
    starts: date | None = None
    today: date | None = None
    """By default the date of the progress report."""
    priorities: Annotated[int, Range(low=1, high=100)] = 5
    steps_per_priority: Annotated[int, Range(low=1, high=100)] = 3
    pattern: Slug | None = None
    """A shape of the year that the catalogue has, such as ``september``."""
    draws: Annotated[int, Range(low=100, high=10_000_000)] = 10_000
    budget: Annotated[int, Range(low=1, high=10_000_000)] = 2_000
    seed: Count = 0
    formats: Texts = field(default=("html",), converter=TupleOf[str])
