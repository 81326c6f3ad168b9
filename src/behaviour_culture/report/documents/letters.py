"""Drafts of the first letters: one to staff, one to parents."""

from __future__ import annotations

from behaviour_culture.model.step import StepPhase
from behaviour_culture.report.documents.facts import Facts
from behaviour_culture.report.documents.model import (
    Block,
    Heading,
    Listing,
    Notice,
    Run,
    runs,
    text,
)
from behaviour_culture.report.words import hours, plural

__all__ = ["parent_letter", "staff_letter"]

_FIRST = 5
"""Steps that a letter names."""


def _draft(who: str) -> Notice:
    return Notice(
        runs(
            Run("Draft. ", strong=True),
            f"Put your own words where there are [brackets], take out what is not for {who}, and "
            "let two of them read it before it goes out.",
        )
    )


def staff_letter(facts: Facts) -> list[Block]:
    """Return the letter to staff: why, what first, what it asks of each, who helps."""
    said, actions = facts.page.summary, facts.page.actions
    first = [runs(f"{s.title}: {s.lead}{f', {s.dates}' if s.dates else ''}.") for s in said.first]
    blocks: list[Block] = [
        Heading("Letter to staff", 2),
        _draft("staff"),
        text("Dear colleagues,"),
        text(
            f"{_asked(facts)} Thank you to everyone who answered. From what you said we have "
            f"chosen {plural(len(actions.objectives), 'priority', 'priorities')}, and no more:"
        ),
        Listing(tuple(runs(o.title) for o in actions.objectives)),
        text("Everything else waits. [Say here what stops or is put off, to make room.]"),
    ]
    if not actions.objectives:
        blocks[3:] = [text(f"{_asked(facts)} It found no gap to work on: we keep up what works.")]
    if first:
        blocks += [text(f"{said.first_name}. What begins, and who leads it:"), _listed(first)]
    blocks += [
        text(*_ask_of_staff(facts)),
        text(
            "We will look at whether each step is done as we agreed, and at how it works. That is "
            "not about you: where it does not work, we change the step. [Name] hears what is in "
            "the way, [when and where]. After the first half-term you will be asked again, and "
            "told what changed because of it."
        ),
        text("[Name, head]"),
    ]
    return blocks


def _asked(facts: Facts) -> str:
    raters = plural(facts.page.standing.raters, "person", "people")
    when = f" in the audit of {facts.page.standing.date}" if facts.page.standing.date else ""
    return f"{raters} rated how we go about behaviour here{when}."


def _listed(items: list[tuple[Run, ...]]) -> Listing:
    rest = len(items) - _FIRST
    more = [runs(f"and {rest} more in the working plan.")] if rest > 0 else []
    return Listing((*items[:_FIRST], *more))


def _ask_of_staff(facts: Facts) -> list[str | Run]:
    """Return what the plan asks of those who are in most classrooms."""
    names = facts.names
    asked = {
        role: total
        for role, total in names.hours_by_role().items()
        if names.group(role) in {"teachers", "support-staff"}
    }
    if not asked:
        return ["[Say here what the plan asks of each of you, and when.]"]
    each = "; ".join(
        f"{names.role(role)} {hours(total / names.people(role))} hours each"
        if names.people(role) > 1
        else f"{names.role(role)} {hours(total)} hours"
        for role, total in asked.items()
    )
    return [
        Run("What it asks of you, ", strong=True),
        f"over the whole plan: {each}. [Say in which meetings.]",
    ]


def _met_by_pupils(facts: Facts) -> list[tuple[Run, ...]]:
    """Return the first steps that pupils meet, with their months: what staff prepare is not."""
    plan, schedule = facts.parts.plan, facts.parts.schedule
    over = facts.names.is_over
    if schedule is None:
        found = [(s.title, "") for s in plan.steps if s.phase is StepPhase.LAUNCH]
    else:
        found = [
            (s.title, f" (from {s.start:%B %Y})")
            for s in sorted(schedule.steps, key=lambda s: (s.start, s.step))
            if plan.step(s.step).phase is StepPhase.LAUNCH and not over(s.step)
        ]
    return [runs(f"{title}{when}") for title, when in found[:_FIRST]]


def parent_letter(facts: Facts) -> list[Block]:
    """Return the letter to parents: what the school works on, what they may notice, whom to ask."""
    said, actions = facts.page.summary, facts.page.actions
    school = said.school or "our school"
    titles = [runs(o.title) for o in actions.objectives]
    met = _met_by_pupils(facts)
    blocks: list[Block] = [
        Heading("Letter to parents and carers", 2),
        _draft("parents"),
        text("Dear parents and carers,"),
        text(
            f"We want {school} to be calm and safe for every child, every day. Staff, leaders and "
            "governors have looked at how we go about behaviour. [Say in a sentence what is good.]"
        ),
    ]
    if titles:
        blocks += [text("This year we work on:"), Listing(tuple(titles))]
    if met:
        blocks += [
            text("What pupils meet first. [Say of each, in a few words, what your child notices.]"),
            Listing(tuple(met)),
        ]
    blocks += [
        text(
            "Children with special educational needs or a disability keep the adjustments that "
            "they have. If your child finds a change hard, tell [name] before it begins."
        ),
        text(
            "We will ask you and your child how it goes [when], and tell you what we changed "
            "because of your answers. Questions: [name, telephone, email]."
        ),
        text("[Name, head]"),
    ]
    return blocks
