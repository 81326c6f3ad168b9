"""One school of a hub beside the range of the others, for a page that the school may be given."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import ceil, floor
from typing import Annotated, Any, ClassVar

from attrs import field, frozen
from attrs.converters import optional

from behaviour_culture._display import count_of
from behaviour_culture.audit.result import AuditResult
from behaviour_culture.checks import Check, TupleOf, Value, as_float, find
from behaviour_culture.errors import UnknownNameError, shorten
from behaviour_culture.fields import Count, Range, Share, Slug, Text, Unique
from behaviour_culture.model.belonging import framework_faults
from behaviour_culture.model.estimate import Estimate

__all__ = ["PrincipleBesideOthers", "SchoolBesideOthers", "school_beside_others"]

_LEAST = 4
"""Other schools from which their range is shown (judgement): it never is that of two or three, of
which each would know the others' scores."""
_STEP = 0.05
"""To which the ends of the range are rounded outwards, so that they give nobody's exact score away
(judgement)."""
_TINY = 1e-9


@frozen(kw_only=True, repr=False)
class PrincipleBesideOthers(Value):
    """The score of one school at one principle, beside the range of the others.

    Attributes
    ----------
    own : Estimate or None
        None where the school did not assess it.
    others : int
        How many others assessed it.
    low, high : float or None
        The range of their scores, rounded outwards to twentieths; None with too few of them.
    """

    principle: Slug
    name: Text
    own: Estimate | None = None
    others: Count
    low: Share | None = field(default=None, converter=optional(as_float))
    high: Share | None = field(default=None, converter=optional(as_float))

    @property
    def where(self) -> str | None:
        """``below``, ``within`` or ``above`` the others' range by the whole interval; else None."""
        if self.own is None or self.low is None or self.high is None:
            return None
        if self.own.upper < self.low:
            return "below"
        return "above" if self.own.lower > self.high else "within"

    def _lines(self) -> list[str]:
        own = "not assessed" if self.own is None else f"{self.own.value:.0%} ({self._interval()})"
        if self.low is None or self.high is None:
            return [f"{self.name}: {own}; others: too few to show"]
        return [f"{self.name}: {own}; others {self.low:.0%} to {self.high:.0%}"]

    def _interval(self) -> str:
        assert self.own is not None  # noqa: S101  (only called with one)
        return f"{self.own.lower:.0%} to {self.own.upper:.0%}"


@frozen(kw_only=True, repr=False)
class SchoolBesideOthers(Value):
    """One school of a hub beside the others, principle by principle, without a rank.

    Attributes
    ----------
    others : int
        How many other schools there are.
    least : int
        Other schools from which their range is shown.
    """

    school: Slug
    others: Count
    least: Annotated[int, Range(low=3)]
    principles: Annotated[tuple[PrincipleBesideOthers, ...], Unique("principle")] = field(
        converter=TupleOf[PrincipleBesideOthers]
    )

    def principle(self, principle_id: str) -> PrincipleBesideOthers:
        """Return one principle, or raise `UnknownNameError`."""
        return find("principle", principle_id, self.principles, by="principle")

    _COLUMNS: ClassVar[Mapping[str, type]] = {
        "principle": str,
        "name": str,
        "own": float,
        "lower": float,
        "upper": float,
        "others": int,
        "others_low": float,
        "others_high": float,
        "where": str,
    }

    def to_rows(self) -> list[dict[str, Any]]:
        """Return a row for each principle."""
        return [
            {
                "principle": p.principle,
                "name": p.name,
                "own": p.own and p.own.value,
                "lower": p.own and p.own.lower,
                "upper": p.own and p.own.upper,
                "others": p.others,
                "others_low": p.low,
                "others_high": p.high,
                "where": p.where,
            }
            for p in self.principles
        ]

    def _label(self) -> str:
        return f"{self.school} beside {count_of(self.others, 'other')}"

    def _lines(self) -> list[str]:
        hidden = sum(p.low is None for p in self.principles)
        lines = [
            f"{self.school} beside {count_of(self.others, 'other school')} of the hub: own score "
            "with its interval, and the range of theirs. No order of schools follows from it"
        ]
        if hidden:
            lines.append(
                f"  Fewer than {self.least} others assessed {count_of(hidden, 'principle')}: their "
                "range is not shown"
            )
        return lines + [f"  {p}" for p in self.principles]


def school_beside_others(
    results: Mapping[str, AuditResult], school: str, *, least: int = _LEAST
) -> SchoolBesideOthers:
    """Set the audit of one school beside the range of the other schools of a hub.

    For hubs that are too small for bands (`cohort_bands`). What comes out may be given to the
    school: it names no other, ranks nobody, and shows a range only of several schools, rounded so
    that its ends give nobody's exact score away.

    Parameters
    ----------
    results : mapping of str to AuditResult
        The audit of every school, by id; all against one framework.
    school : str
        Whose page it is.
    least : int
        Other schools from which their range is shown, 3 or more.

    Returns
    -------
    SchoolBesideOthers

    Raises
    ------
    InvalidInputError
        Not audits, or audits against several frameworks.
    UnknownNameError
        The school is not among them.

    Examples
    --------
    >>> import behaviour_culture as bc
    >>> made = bc.run_journey("examples/illustrative_journey.toml")
    >>> results = {key: made.result for key in ("ash", "birch", "cedar", "elm", "fir")}
    >>> page = bc.programme.school_beside_others(results, "ash")
    >>> page
    <SchoolBesideOthers ash beside 4 others>
    """
    check = Check("school_beside_others")
    check.value("school", school, str)
    check.whole("least", least, 3, 1_000)
    given: object = results
    if not isinstance(given, Mapping) or not all(
        isinstance(r, AuditResult) for r in given.values()
    ):
        check.fault("results", f"expected an audit result by school, got {shorten(results)}")
    check.done()
    if school not in results:
        raise UnknownNameError("school", school, [*results])
    own = results[school]
    for key, result in results.items():
        check.add(framework_faults(f"results[{key!r}]", result, own))
    check.done()
    names = {p.id: p.name for result in results.values() for p in result.principles}
    found = {key: {p.id: p.estimate for p in result.principles} for key, result in results.items()}
    mine = found.pop(school)
    made = []
    for principle, name in names.items():
        theirs = [some[principle].value for some in found.values() if principle in some]
        low, high = _range(theirs) if len(theirs) >= least else (None, None)
        made.append(
            PrincipleBesideOthers(
                principle=principle,
                name=name,
                own=mine.get(principle),
                others=len(theirs),
                low=low,
                high=high,
            )
        )
    return SchoolBesideOthers(school=school, others=len(results) - 1, least=least, principles=made)


def _range(scores: Sequence[float]) -> tuple[float, float]:
    """Return the ends of the range of some scores, rounded outwards to twentieths."""
    low, high = floor(min(scores) / _STEP + _TINY), ceil(max(scores) / _STEP - _TINY)
    if low == high:  # all have one score, and it is a twentieth: the ends would be it
        low, high = low - 1, high + 1
    return max(0.0, round(low * _STEP, 10)), min(1.0, round(high * _STEP, 10))
