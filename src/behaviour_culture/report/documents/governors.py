"""The governors' page: one sheet that says what to agree and what to ask."""

from __future__ import annotations

from typing import NamedTuple

from behaviour_culture.model.plan import StepStatus
from behaviour_culture.report.actions import ObjectiveView, StepRow
from behaviour_culture.report.documents.facts import Facts
from behaviour_culture.report.documents.fitting import SHEET, Sheet, first_that_fits
from behaviour_culture.report.documents.model import (
    Block,
    Document,
    Heading,
    Listing,
    Notice,
    Part,
    Row,
    Run,
    Table,
    cell,
    runs,
    text,
)
from behaviour_culture.report.words import STATUS, capital, joined, plural

__all__ = ["governors"]

_ONE = 0.97
"""The share of the sheet that may be filled."""


class _Words(NamedTuple):
    """How much is said."""

    steps: int = 3
    """Steps that are named under each priority."""
    priorities: int = 7
    criteria: int = 1
    decisions: int = 8
    unknown: bool = True
    why: bool = True
    """Whether questions say what a good answer shows."""
    notices: bool = True
    most: int = 10_000
    """The most letters of a text that the plan brings with it."""


_LADDER = (
    _Words(),
    _Words(why=False),
    _Words(steps=2),
    _Words(steps=2, why=False),
    _Words(steps=2, why=False, decisions=5),
    _Words(steps=2, why=False, decisions=5, unknown=False),
    _Words(steps=1),
    _Words(steps=1, why=False),
    _Words(steps=1, why=False, decisions=5),
    _Words(steps=1, why=False, decisions=4, unknown=False),
    _Words(steps=1, why=False, decisions=4, unknown=False, criteria=0),
    _Words(steps=1, why=False, decisions=4, unknown=False, criteria=0, priorities=5),
    _Words(steps=1, why=False, decisions=3, unknown=False, criteria=0, priorities=4, most=90),
    _Words(0, 3, 0, 3, unknown=False, why=False, notices=False, most=60),
    _Words(0, 3, 0, 2, unknown=False, why=False, notices=False, most=32),
)
"""From all of it to the fewest words; what is not said is counted."""


def governors(facts: Facts, sheet: Sheet = SHEET) -> Document:
    """Return the page, with as many words as fit on one sheet."""
    return first_that_fits(_LADDER, lambda words: _page(facts, words), _ONE, sheet)


def _page(facts: Facts, words: _Words) -> Document:
    heading = _cut(facts.title, words)
    blocks: list[Block] = [Heading(heading, 1), *_masthead(facts, words)]
    blocks += _standing(facts)
    blocks += [Heading("What we will do, by when, who, and how we will know", 2)]
    blocks += _priorities(facts, words)
    blocks += _costs(facts)
    blocks += [Heading("What we ask you to decide", 2), *_decisions(facts, words)]
    blocks += [Heading("Five questions to ask", 2), _questions(facts, words)]
    blocks += _inspection(facts)
    if words.unknown:
        blocks += [
            text(
                Run("What we do not know: ", strong=True),
                "ratings are what adults think, nobody has measured behaviour itself; targets, "
                "hours and costs are judgement; and a change may have other causes than the plan.",
            )
        ]
    return Document(
        title=f"Governors' page: {facts.title}",
        subject="What governors are asked to decide, and what to ask",
        parts=(Part(tuple(blocks)),),
        compact=True,
    )


def _cut(words: str, how: _Words) -> str:
    """Return a text, or its beginning where it is too long."""
    if len(words) <= how.most:
        return words
    cut = words[: how.most].rsplit(" ", 1)[0]
    return f"{cut}\N{HORIZONTAL ELLIPSIS}"


def _masthead(facts: Facts, words: _Words) -> list[Block]:
    said = facts.page.summary
    school = f"{_cut(said.school, words)}. " if said.school not in facts.title else ""
    dated = f" of {said.written_on}" if said.written_on else ""
    blocks: list[Block] = [
        text(
            f"{school}Draft{dated} for governors to discuss, change and agree. Numbers of steps "
            "are those of the working plan."
        )
    ]
    if said.illustrative:
        why = said.illustrative if words.notices else ["Everything here is invented."]
        blocks.append(Notice(runs(Run("Illustrative. ", strong=True), " ".join(why))))
    doubts = facts.page.doubts
    if doubts:
        more = f" And {plural(len(doubts) - 1, 'more doubt')}: see the annex." if doubts[1:] else ""
        blocks.append(Notice(runs(f"{doubts[0]}.{more}")))
    return blocks


def _standing(facts: Facts) -> list[Block]:
    apart = facts.views
    words = [Run("Where we are. ", strong=True), Run(facts.page.summary.audit)]
    together = "Leaders, teachers, support staff and pupils are not told apart here."
    words.append(Run(f" {apart.text if apart is not None else together}"))
    levels = facts.parts.framework.rating_scale.levels
    ends = f"0% is '{levels[0].label}', 100% '{levels[-1].label}'"
    words.append(Run(f" {ends}; brackets hold where a score could lie with other raters."))
    whole = facts.parts.audit.whole
    if whole.asked is not None and whole.asked < whole.items:
        words.append(Run(f" {whole.asked} of its {whole.items} questions were asked."))
    return [text(*words), *_looked_back(facts)]


def _looked_back(facts: Facts) -> list[Block]:
    """Return what was counted, and what became of the plan, where somebody has looked."""
    blocks: list[Block] = []
    if found := facts.page.counted:
        said = found.conclusion[0] if found.conclusion else "It allows no verdict on behaviour."
        blocks.append(text(Run("What was counted. ", strong=True), said))
    if looked := facts.page.change:
        what = "Last year's plan. "
        head = what if looked.last_year else "Looking back. "
        blocks.append(text(Run(head, strong=True), looked.summary))
    return blocks


def _priorities(facts: Facts, words: _Words) -> list[Block]:
    objectives = facts.page.actions.objectives
    if not objectives:
        steps = facts.page.actions.steps
        kept = f" The plan keeps up what is in place: {plural(steps, 'step')}." if steps else ""
        return [text(f"The audit found no gap to work on.{kept}")]
    shown = objectives[: words.priorities]
    begun = facts.parts.first_schedule is not None
    table = Table(
        caption="Priorities with their steps, leads, dates and measures",
        heads=(
            runs("Priority and its steps"),
            runs("Who leads"),
            runs("By when"),
            runs("How we will know"),
        ),
        rows=tuple(_priority(facts, o, words, begun=begun) for o in shown),
        widths=(0.36, 0.18, 0.13, 0.33),
        hide_caption=True,
    )
    rest = len(objectives) - len(shown)
    more = [text(f"And {plural(rest, 'more priority', 'more priorities')}: see the working plan.")]
    return [table, *(more if rest else [])]


def _priority(facts: Facts, objective: ObjectiveView, words: _Words, *, begun: bool) -> Row:
    steps = facts.serving(objective.number)
    named = steps[: words.steps]
    lines = [f"{s.ref} {_cut(s.title, words)}{_stopped(s)}" for s in named]
    rest = len(steps) - len(named)
    if rest:
        lines.append(
            f"and {plural(rest, 'more step')}" if named else f"{plural(rest, 'step')} of the plan"
        )
    led: dict[str, list[str]] = {}
    for s in named or steps[:1]:
        led.setdefault(_cut(s.lead, words), []).append(str(s.ref))
    status = f"{objective.status.symbol} {objective.status.word}" if begun else ""
    finished = facts.finished(steps)
    when = [f"Steps done {finished}"] if finished else []
    when.append(f"Target for {objective.by}" if finished else objective.by)
    score = f"Audit {objective.now} ({objective.range})"
    return Row(
        (
            cell(
                runs(Run(f"{objective.number}. {_cut(objective.title, words)}", strong=True)),
                *lines,
                head=True,
            ),
            cell(*(f"{lead} ({joined(refs)})" for lead, refs in led.items()), status),
            cell(*when),
            cell(
                f"{score}, then {objective.target}{objective.chance}.",
                *(_cut(c, words) for c in objective.criteria[: words.criteria]),
            ),
        )
    )


def _stopped(step: StepRow) -> str:
    return f" ({step.status.word})" if step.status is STATUS[StepStatus.STOPPED] else ""


def _costs(facts: Facts) -> list[Block]:
    said, actions = facts.page.summary, facts.page.actions
    if not actions.steps:
        return []
    apart = "; ".join(
        f"{e.who} {e.total}" + (f" ({e.each} each)" if e.each else "") for e in facts.effort
    )
    money = f"{actions.cost} beyond staff time" if actions.costed else "no money beyond staff time"
    left = f", {said.hours_left} of them still to come" if said.hours_left else ""
    lines = [
        Run("What it costs. ", strong=True),
        Run(f"To set up: {money}, and about {actions.hours} hours of staff time{left}"),
        Run(f" ({apart})." if apart else "."),
    ]
    if said.running:
        lines.append(Run(f" From then on: {said.running}."))
    if said.fullest:
        lines.append(Run(f" Fullest: {said.fullest}."))
    blocks: list[Block] = [text(*lines)]
    if rises := facts.rises:
        blocks.append(
            text(
                Run(f"Why {actions.hours} hours for {rises} more of the scale? ", strong=True),
                "A target is what the forecast expects within a year, with its chance beside it: "
                "published effects of such steps are small, and much of the work only prepares "
                "what shows later.",
            )
        )
    return blocks


def _decisions(facts: Facts, words: _Words) -> list[Block]:
    decisions = facts.page.summary.decisions_brief
    shown = decisions[: words.decisions]
    rest = len(decisions) - len(shown)
    items = [runs(d) for d in shown]
    if rest:
        items.append(runs(f"{capital(plural(rest, 'more decision'))}: see the annex."))
    return [Listing(tuple(items), numbered=True)] if items else [text("Nothing at present.")]


def _shown(facts: Facts, words: _Words) -> list[StepRow]:
    """Return the steps that the page names."""
    priorities = facts.page.actions.objectives[: words.priorities]
    return [row for o in priorities for row in facts.serving(o.number)[: words.steps]]


def _questions(facts: Facts, words: _Words) -> Listing:
    looked = facts.first_looked_at(_shown(facts, words))
    done = (
        f"Who has looked at step {looked.ref} without notice, and what did they see?"
        if looked is not None
        else "Who has looked, without notice, whether it is done as we agreed?"
    )
    fullest = facts.page.summary.fullest
    room = (
        f"Whose time is fullest ({facts.fullest_role}), and what stops to make room?"
        if fullest
        else "What stops, to make room for this?"
    )
    asked = [
        (
            "Why these priorities, and what did you decide to leave?",
            "The answer names the evidence, and what waits.",
        ),
        (done, "The answer is a count, not an impression."),
        (
            "What do pupils, teachers and support staff say, each apart, and is it so for pupils "
            "with SEND?",
            "The answer says how many were asked.",
        ),
        (
            "Against the same half-term last year, what has changed, and what else could "
            "explain it?",
            "Intake, season and recording change too.",
        ),
        (room, "The answer names what is dropped."),
    ]
    return Listing(
        tuple(runs(ask, f" {why}" if words.why else "") for ask, why in asked), numbered=True
    )


def _inspection(facts: Facts) -> list[Block]:
    found = facts.inspection
    if found is None:
        return []
    if not found.parts:
        return [
            text(
                Run("Inspection areas touched. ", strong=True),
                f"{found.framework}: no priority is linked with one.",
            )
        ]
    ours = " The links are our reading, not the inspectorate's." if found.inferred else ""
    return [
        text(
            Run("Inspection areas touched. ", strong=True),
            f"{joined(found.areas)}: {found.text}.{ours}",
        )
    ]
