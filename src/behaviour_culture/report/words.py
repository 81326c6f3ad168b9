"""Numbers, dates and lists in words: shares, hours, pounds."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from behaviour_culture._display import MONTHS
from behaviour_culture.model.estimate import Estimate
from behaviour_culture.model.plan import StepStatus
from behaviour_culture.model.step import CostRange, Payoff
from behaviour_culture.model.support import SupportStrand

__all__ = [
    "STATUS",
    "Status",
    "capital",
    "clean",
    "day",
    "days",
    "hours",
    "joined",
    "month",
    "number",
    "pace",
    "percent",
    "percent_interval",
    "plural",
    "pounds",
    "sentence",
    "strand",
    "whole",
    "whole_interval",
]

_MINUS = "\N{MINUS SIGN}"
_WAVE = re.compile(r"(?P<year>\d+)-(?P<month>\d\d?)")
_STRANDS = {
    SupportStrand.TRAINING: "Training by expert advisers",
    SupportStrand.OPEN_DAYS: "Open days at the lead school",
    SupportStrand.NETWORKING: "Networking events",
    SupportStrand.RESOURCES: "Online resources",
    SupportStrand.ACTION_PLAN: "Help with the action plan",
    SupportStrand.ONE_TO_ONE: "One-to-one support, mentoring and coaching",
}
_UNSAFE = {"Cc", "Cs"}
_BIDI = {chr(c) for c in (*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F, 0x061C)}
_KEPT = {"\n", "\t"}


class Status(NamedTuple):
    """A status: a word, a symbol of its own shape, the name of a colour."""

    word: str
    symbol: str
    colour: str


STATUS = {
    StepStatus.NOT_STARTED: Status("not started", "\N{WHITE CIRCLE}", "grey"),
    StepStatus.ON_TRACK: Status("on track", "\N{BLACK CIRCLE}", "green"),
    StepStatus.AT_RISK: Status("at risk", "\N{BLACK UP-POINTING TRIANGLE}", "amber"),
    StepStatus.OFF_TRACK: Status("off track", "\N{BLACK SQUARE}", "red"),
    StepStatus.COMPLETE: Status("complete", "\N{CHECK MARK}", "blue"),
    StepStatus.STOPPED: Status("stopped", "\N{MULTIPLICATION X}", "grey"),
}


def clean(text: str) -> str:
    """Remove characters that a page cannot show: control characters, half surrogate pairs.

    Marks that change the direction of text are removed too, since they can make a line read
    as something that it does not say.

    Examples
    --------
    >>> clean("on" + chr(0x202E) + "e" + chr(0))
    'one'
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        c for c in text if c in _KEPT or (c not in _BIDI and unicodedata.category(c) not in _UNSAFE)
    )


def day(value: date) -> str:
    """Return a date as ``dd/mm/yyyy``.

    Examples
    --------
    >>> day(date(2026, 9, 2))
    '02/09/2026'
    """
    return f"{value.day:02}/{value.month:02}/{value.year:04}"


def days(start: date, end: date) -> str:
    """Return a range of dates, such as ``02/09/2026 to 23/10/2026``."""
    return f"{day(start)} to {day(end)}"


def month(wave: str) -> str:
    """Return a survey's wave such as ``2025-05`` in words; any other text as it is.

    Examples
    --------
    >>> month("2025-05"), month("spring 2025")
    ('May 2025', 'spring 2025')
    """
    found = _WAVE.fullmatch(wave)
    if found and 1 <= int(found["month"]) <= len(MONTHS):
        return f"{MONTHS[int(found['month']) - 1]} {found['year']}"
    return wave


def percent(share: float) -> str:
    """Return a share from 0 to 1 as a whole per cent.

    Examples
    --------
    >>> percent(0.364), percent(-0.001)
    ('36%', '0%')
    """
    return f"{whole(100 * share)}%"


def whole(value: float) -> str:
    """Return a number without decimals, with a proper minus sign and never minus nought.

    Examples
    --------
    >>> whole(1234.4), whole(-0.3)
    ('1,234', '0')
    """
    text = f"{value:,.0f}"
    return "0" if text == "-0" else text.replace("-", _MINUS)


def number(value: float) -> str:
    """Return a number with at most two decimals, without trailing zeros.

    Examples
    --------
    >>> number(12.0), number(0.25), number(1234.5)
    ('12', '0.25', '1,234.5')
    """
    text = f"{value:,.2f}".rstrip("0").removesuffix(".")
    return "0" if text == "-0" else text.replace("-", _MINUS)


def hours(value: float) -> str:
    """Return hours as people plan them: whole from ten on, with one decimal from one on.

    Examples
    --------
    >>> hours(602.2), hours(5.357), hours(0.25)
    ('602', '5.4', '0.25')
    """
    if value >= 10:  # noqa: PLR2004  (see above)
        return whole(value)
    return number(round(value, 1) if value >= 1 else value)


def whole_interval(estimate: Estimate) -> str:
    """Return the ends of an interval as whole numbers."""
    return f"{whole(estimate.lower)} to {whole(estimate.upper)}"


def percent_interval(estimate: Estimate) -> str:
    """Return the ends of an interval of a share as whole per cents."""
    return f"{percent(estimate.lower)} to {percent(estimate.upper)}"


def plural(count: int, word: str, words: str | None = None) -> str:
    """Return a count with its noun.

    Examples
    --------
    >>> plural(1, "step"), plural(2, "step"), plural(0, "person", "people")
    ('1 step', '2 steps', '0 people')
    """
    return f"{count:,} {word if count == 1 else words or word + 's'}"


def joined(texts: Sequence[str]) -> str:
    """Return a list in words.

    Examples
    --------
    >>> joined(["a", "b", "c"])
    'a, b and c'
    """
    return " and ".join([", ".join(texts[:-1]), texts[-1]]) if len(texts) > 1 else "".join(texts)


def pounds(cost: CostRange) -> str:
    """Return a range of pounds.

    Examples
    --------
    >>> pounds(CostRange(0, 0)), pounds(CostRange(0, 2000)), pounds(CostRange(50, 50))
    ('none', 'up to £2,000', '£50')
    """
    low, high = whole(cost.low), whole(cost.high)
    if high == "0":
        return "none"
    if low == "0":
        return f"up to £{high}"
    return f"£{low}" if low == high else f"£{low} to £{high}"


def capital(text: str) -> str:
    """Return a text with its first letter in upper case."""
    return text[:1].upper() + text[1:]


def sentence(text: str) -> str:
    """Return a text with a capital letter at its start and a full stop at its end.

    Examples
    --------
    >>> sentence("waits for the audit")
    'Waits for the audit.'
    """
    text = capital(text.strip())
    return text + ("" if not text or text[-1] in ".!?" else ".")


def strand(value: SupportStrand) -> str:
    """Return the name of a strand of support."""
    return _STRANDS[value]


def pace(value: Payoff) -> str:
    """Return the word for when a step shows results."""
    return "quick" if value is Payoff.QUICK else "embeds"
