"""The working plan: what each does when, how we watch it, and the first letters."""

from __future__ import annotations

from datetime import date, timedelta
from typing import NamedTuple

from behaviour_culture.report.actions import StepRow
from behaviour_culture.report.documents.facts import Facts
from behaviour_culture.report.documents.fitting import SHEET, Sheet, first_that_fits
from behaviour_culture.report.documents.letters import parent_letter, staff_letter
from behaviour_culture.report.documents.model import (
    Block,
    Cell,
    Document,
    Figure,
    Heading,
    Notice,
    Part,
    Row,
    Run,
    Table,
    cell,
    runs,
    text,
)
from behaviour_culture.report.words import day, days, hours, plural, sentence
from behaviour_culture.scheduling.result import ScheduledStep

__all__ = ["working_plan"]

_TEN = 9.6
"""The sheets that may be filled, of ten."""
_WEEK = timedelta(days=7)
_FORTNIGHT = 2
_FEW_DAYS = 2
"""A first week with fewer days than these after its first does not count."""


class _Words(NamedTuple):
    """How much is said of each step."""

    criteria: int = 10
    support: bool = True
    how: bool = True


_LADDER = (
    _Words(),
    _Words(criteria=2),
    _Words(criteria=2, support=False),
    _Words(criteria=1, support=False),
    _Words(criteria=1, support=False, how=False),
)
"""From all of it to the fewest words; what is not said is counted."""


def working_plan(facts: Facts, sheet: Sheet = SHEET) -> Document:
    """Return the working plan, with as many words as fit on ten sheets."""
    return first_that_fits(_LADDER, lambda words: _plan(facts, words), _TEN, sheet)


def _plan(facts: Facts, words: _Words) -> Document:
    first: list[Block] = [Heading(facts.title, 1), *_masthead(facts), *_priorities(facts)]
    some = facts.page.actions.steps > 0
    parts = [Part((*first, *(_steps(facts, words) if some else [])), wide=True)]
    if facts.timeline:
        parts.append(Part(tuple(_timeline(facts)), new_sheet=True))
    if some:
        parts.append(Part((*_first(facts), *_monitoring(facts, words)), new_sheet=True))
    parts.append(Part(tuple(staff_letter(facts)), new_sheet=True))
    parts.append(Part(tuple(parent_letter(facts)), new_sheet=True))
    return Document(
        title=f"Working plan: {facts.title}",
        subject="What each does when, how we watch it, and the first letters",
        parts=tuple(parts),
    )


def _masthead(facts: Facts) -> list[Block]:
    said, actions = facts.page.summary, facts.page.actions
    school = f"{said.school}. " if said.school not in facts.title else ""
    dated = f" of {said.written_on}" if said.written_on else ""
    blocks: list[Block] = [
        text(
            f"{school}Working plan, draft{dated}, for those who carry it out. The reasons, the "
            "sources and the forecast are in the annex.",
            note=True,
        )
    ]
    if said.illustrative:
        words = " ".join(said.illustrative)
        blocks.append(Notice(runs(Run("Illustrative. ", strong=True), words)))
    blocks += [Notice(runs(f"{doubt}.")) for doubt in facts.page.doubts]
    blocks += [
        Notice(
            runs(
                Run(f"Nobody holds the role {nobody.title}. ", strong=True),
                f"Name a post for it before these steps begin: {_numbers(nobody.refs)}.",
            )
        )
        for nobody in facts.page.nobody
    ]
    if since := facts.page.since:
        blocks.append(text(f"{since.counts} {since.end}"))
    if actions.steps:
        money = f", and {actions.cost} beyond staff time" if actions.costed else ""
        goes_on = f" From then on: {said.running}." if said.running else ""
        blocks.append(
            text(
                f"{plural(actions.steps, 'step')}, {actions.quick} of them meant to show results "
                f"within a half-term; about {actions.hours} staff hours{money}.{goes_on}"
            )
        )
    return blocks


def _numbers(refs: list[int]) -> str:
    return ", ".join(str(ref) for ref in refs)


# -- priorities ------------------------------------------------------------------------


def _priorities(facts: Facts) -> list[Block]:
    objectives = facts.page.actions.objectives
    if not objectives:
        return [text("The audit found no gap to work on.")]
    rows = [
        Row(
            (
                cell(f"{o.number} {o.title}", head=True),
                cell(f"{o.now} ({o.range})"),
                cell(f"{o.target}{o.chance}"),
                cell(o.by),
                cell(_numbers(sorted(row.ref for row in facts.serving(o.number))) or "none"),
                cell(f"{o.status.symbol} {o.status.word}", colour=o.status.colour),
            )
        )
        for o in objectives
    ]
    table = Table(
        caption="Priorities: audit score now and by when, as a share of the scale",
        heads=tuple(runs(h) for h in ("Priority", "Now", "Target", "By", "Steps", "Status")),
        rows=tuple(rows),
        widths=(0.30, 0.14, 0.18, 0.10, 0.18, 0.10),
        together=True,
    )
    return [Heading("Priorities", 2), table]


# -- the plan --------------------------------------------------------------------------


def _steps(facts: Facts, words: _Words) -> list[Block]:
    actions = facts.page.actions
    heads = ["No.", "Step", "Who leads", "From, to", "After", "Hours, cost"]
    widths = [0.035, 0.215, 0.125, 0.09, 0.055, 0.09]
    heads += ["How we will know", "Status"]
    widths += [0.295, 0.095]
    rows: list[Row] = []
    for area in actions.areas:
        rows.append(Row((Cell((runs(area.name),), head=True, span=len(heads)),), band=True))
        rows += [_step(row, words) for row in area.rows]
    table = Table(
        caption="The plan, by area and start",
        heads=tuple(runs(h) for h in heads),
        rows=tuple(rows),
        widths=tuple(widths),
        hide_caption=True,
    )
    legend = text(
        "Status: \N{WHITE CIRCLE} not started, \N{BLACK CIRCLE} on track, "
        "\N{BLACK UP-POINTING TRIANGLE} at risk, \N{BLACK SQUARE} off track, "
        "\N{CHECK MARK} complete, \N{MULTIPLICATION X} stopped. Off track is a prompt for a "
        "conversation, not a verdict. Quick: meant to show results within a half-term; the others "
        "embed over terms.",
        note=True,
    )
    return [Heading("The plan", 2), legend, table]


def _step(row: StepRow, words: _Words) -> Row:
    objectives = ", ".join(str(o.ref) for o in row.objectives)
    serves = f"Priority {objectives}" if len(row.objectives) == 1 else f"Priorities {objectives}"
    criteria = list(row.criteria[: words.criteria])
    rest = len(row.criteria) - len(criteria)
    if rest:
        criteria.append(f"and {rest} more in the annex")
    dates = (row.start,) if row.start == row.deadline else (row.start, row.deadline)
    after = ", ".join(str(link.ref) for link in row.depends)
    return Row(
        (
            cell(str(row.ref)),
            cell(
                row.title,
                runs(Run(f"{serves if row.objectives else 'No priority'}; {row.pace}", soft=True)),
                head=True,
            ),
            cell(row.lead),
            cell(*dates, row.half_term),
            cell(after or "none"),
            cell(f"{row.hours} h", row.cost if row.cost != "none" else "no cost"),
            cell(*(criteria or ["not stated"])),
            cell(f"{row.status.symbol} {row.status.word}", row.note, colour=row.status.colour),
        )
    )


def _timeline(facts: Facts) -> list[Block]:
    blocks: list[Block] = [Heading("Timeline", 2)]
    blocks += [
        Figure(
            chart.picture,
            f"Bars of the steps by half-term, {chart.caption}. The plan above has the same dates.",
            f"{chart.caption}. Dark bars have no slack; a dotted line is how far a step can slip; "
            "hatched are holidays; diamonds are the milestones under Monitoring.",
        )
        for chart in facts.timeline
    ]
    return blocks


# -- the first fortnight ---------------------------------------------------------------


class _Span(NamedTuple):
    """One week of work."""

    name: str
    start: date
    end: date


def _weeks(facts: Facts) -> list[_Span]:
    """Return the next two weeks with staff: the first of the plan, or those from its day on."""
    parts, schedule = facts.parts, facts.parts.schedule
    if schedule is None or not schedule.steps:
        return []
    begins = min(s.start for s in schedule.steps)
    if parts.first_schedule is not None and parts.written_on is not None:
        begins = max(begins, parts.written_on)
    if parts.calendar is None:
        monday = begins - timedelta(days=begins.weekday())
        return [
            _Span(f"Week {i + 1}", monday + i * _WEEK, monday + i * _WEEK + timedelta(days=4))
            for i in range(_FORTNIGHT)
        ]
    coming = [w for w in parts.calendar.staff_weeks if w.end >= begins]
    short = bool(coming) and (coming[0].end - max(coming[0].start, begins)).days < _FEW_DAYS
    names = [*(["Before the first whole week"] if short else []), "Week 1", "Week 2"]
    return [_Span(name, w.start, w.end) for name, w in zip(names, coming, strict=False)]


def _first(facts: Facts) -> list[Block]:
    schedule = facts.parts.schedule
    weeks = _weeks(facts)
    if schedule is None or not weeks:
        return []
    begun = facts.parts.first_schedule is not None
    rows: list[Row] = []
    for week in weeks:
        one = week.start == week.end
        name = f"{week.name}: {day(week.start) if one else days(week.start, week.end)}"
        rows.append(Row((Cell((runs(name),), head=True, span=3),), band=True))
        running = [
            s
            for s in schedule.steps
            if s.start <= week.end and s.finish >= week.start and not facts.names.is_over(s.step)
        ]
        rows += [_weekly(facts, entry, week) for entry in running]
        if not running:
            nothing = Cell((runs("No step runs in this week."),), span=3)
            rows.append(Row((nothing,)))
    table = Table(
        caption="Week by week: what happens, who leads it, what it takes of whom",
        heads=(runs("Step"), runs("Who leads"), runs("Hours in this week, each")),
        rows=tuple(rows),
        widths=(0.58, 0.17, 0.25),
        hide_caption=True,
    )
    return [Heading("The next fortnight" if begun else "The first fortnight", 2), table]


def _weekly(facts: Facts, entry: ScheduledStep, week: _Span) -> Row:
    names, step = facts.names, facts.parts.plan.step(entry.step)
    opens = week.start <= entry.start <= week.end
    ends = week.start <= entry.finish <= week.end
    when = [f"begins {day(entry.start)}"] if opens else []
    when += [f"done by {day(entry.finish)}"] if ends else []
    if entry.start == entry.finish:
        when = [f"on {day(entry.start)}"]
    asked = []
    for role, each in sorted(names.weekly(step).items(), key=lambda pair: (-pair[1], pair[0])):
        people = names.people(role)
        who = f"{names.role(role)} ({people})" if people > 1 else names.role(role)
        shared = " between them" if people > 1 and role in step.shared_roles else ""
        asked.append(f"{who} {hours(each)} h{shared}")
    return Row(
        (
            cell(
                runs(Run(f"{names.ref[entry.step]} {entry.title}", strong=True)),
                step.text if opens else "",
                runs(Run(sentence("; ".join(when or ["goes on"])), soft=True)),
                head=True,
            ),
            cell(names.lead(step)),
            cell(*asked),
        )
    )


# -- monitoring ------------------------------------------------------------------------


def _monitoring(facts: Facts, words: _Words) -> list[Block]:
    rows = [
        Row(
            (
                cell(f"{row.ref} {row.title}", head=True),
                cell(row.monitoring.who),
                cell(row.monitoring.when),
                cell(row.monitoring.how if words.how else ""),
            )
        )
        for row in facts.rows
        if row.monitoring is not None
    ]
    blocks: list[Block] = [Heading("Monitoring", 2)]
    if rows:
        blocks.append(
            Table(
                caption="Who looks at each step, when and how",
                heads=tuple(runs(h) for h in ("Step", "Who looks", "When", "How")),
                rows=tuple(rows),
                widths=(0.27, 0.15, 0.16, 0.42),
                hide_caption=True,
            )
        )
    else:
        blocks.append(text("No step says who looks at it: agree that first."))
    silent = len(facts.rows) - len(rows)
    if rows and silent:
        blocks.append(text(f"{plural(silent, 'step')} without: agree who looks.", note=True))
    blocks += _milestones(facts)
    return blocks


def _milestones(facts: Facts) -> list[Block]:
    milestones = facts.page.milestones
    if not milestones:
        return []
    table = Table(
        caption="Milestones and reviews",
        heads=(runs("When"), runs("What should be true by then"), runs("Met?")),
        rows=tuple(
            Row(
                (
                    cell(f"{m.label} {m.when}", head=True),
                    cell(m.statement),
                    cell(m.outcome or "not yet"),
                )
            )
            for m in milestones
        ),
        widths=(0.18, 0.70, 0.12),
        together=True,
    )
    return [table]
