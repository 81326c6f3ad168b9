"""A journey: the files and options that take one school from framework to report."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from attrs import field, frozen

from behaviour_culture.checks import TupleOf, Value, as_tuple
from behaviour_culture.fields import (
    Count,
    OneOf,
    Positive,
    Range,
    Slug,
    Some,
    Text,
    Texts,
    Unique,
    within,
)
from behaviour_culture.model.indicator import RecordingChange

__all__ = ["CountsFile", "Journey"]


def _one_or_several(value: Any) -> Any:  # noqa: ANN401  (the check refuses the rest)
    return (value,) if isinstance(value, str) else as_tuple(value)


@frozen(kw_only=True, repr=False)
class CountsFile(Value):
    """A file of counts that a journey names, for `behaviour_culture.read_series`.

    Attributes
    ----------
    file : str
        A CSV file, relative to the journey's. Several of one indicator, as of two years, are one.
    indicator : str
        Id of an indicator of the journey's ``indicators``.
    group : str
        The group of pupils that is counted; empty for all of them.
    matters : float or None
        The smallest change that matters, decided before anybody looks: a ratio for counts, such
        as 0.8, or a difference of shares for a survey. None takes a fifth, or five points.
    missing : {"zero", "unknown"} or None
        What teaching weeks without a row are.
    recording_changes : tuple of RecordingChange
    """

    file: Text
    indicator: Slug
    group: str = ""
    matters: Positive | None = None
    missing: Annotated[str, OneOf(("zero", "unknown"))] | None = None
    recording_changes: Annotated[tuple[RecordingChange, ...], Unique("day")] = field(
        default=(), converter=TupleOf[RecordingChange]
    )

    def _label(self) -> str:
        return f"{self.indicator}: {self.file}"


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

    ``counts`` and ``audit_again``, the responses of a second audit, are set beside what the plan
    was expected to do. In the year that follows ``last_plan`` and ``last_forecast`` are the
    ``plan.json`` and ``forecast.json`` of the report before: their targets and expectations are
    then set beside this journey's audit and counts.
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
    counts: Annotated[tuple[CountsFile, ...], Unique("file")] = field(
        default=(), converter=TupleOf[CountsFile]
    )
    indicators: Text = "behaviour-2026"
    """The indicators that are counted: an id of shipped content or a path."""
    audit_again: Text | None = None
    last_plan: Text | None = None
    last_forecast: Text | None = None
    audit_date: date | None = None
    starts: date | None = None
    today: date | None = None
    """By default the date of the progress report."""
    priorities: Annotated[int, Range(low=1, high=100)] = 5
    steps_per_priority: Annotated[int, Range(low=1, high=100)] = 3
    pattern: Slug | None = None
    """A shape of the year that the catalogue has, such as ``september``."""
    draws: Annotated[int, within("draws", 100)] = 10_000
    budget: Annotated[int, within("budget")] = 2_000
    seed: Count = 0
    formats: Texts = field(default=("html",), converter=TupleOf[str])
