"""What the partners of a hub count, term by term, with the small counts hidden."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import frozen

from behaviour_culture._display import Displayed, count_of
from behaviour_culture.checks import Check
from behaviour_culture.disclosure.rules import DisclosureRules
from behaviour_culture.disclosure.table import SuppressedTable, suppress
from behaviour_culture.model.calendar import SchoolYear
from behaviour_culture.model.indicator import Series, SeriesPeriod

__all__ = ["TermCounts", "term_counts"]


@frozen(kw_only=True, repr=False)
class TermCounts(Displayed):
    """Counts of one indicator by school and term, as they may be shown to all schools.

    Attributes
    ----------
    indicator : str
    schools, terms : tuple of str
        The rows and the columns of the table.
    table : SuppressedTable or None
        None where no term was counted by every school.
    incomplete : tuple of (str, str)
        A term and a school that did not count in it; such a term is not in the table.
    outside : tuple of (str, int)
        Schools and how many of their periods are masked, have a part of a count, or lie in no term
        whole: these are not counted.
    """

    indicator: str
    schools: tuple[str, ...]
    terms: tuple[str, ...]
    table: SuppressedTable | None
    incomplete: tuple[tuple[str, str], ...]
    outside: tuple[tuple[str, int], ...]

    def _label(self) -> str:
        schools, terms = count_of(len(self.schools), "school"), count_of(len(self.terms), "term")
        return f"{self.indicator}: {schools} by {terms}"

    def of(self, school: str, term: str) -> int | None:
        """Return a count, or None where it is hidden or there is none."""
        if self.table is None or school not in self.schools or term not in self.terms:
            return None
        return self.table.cells[self.schools.index(school)][self.terms.index(term)]

    def counted(self, school: str, term: str) -> bool:
        """Say whether the school has a count of this term, shown or hidden."""
        return self.table is not None and school in self.schools and term in self.terms


def term_counts(
    series: Mapping[str, Series], calendar: SchoolYear, *, rules: DisclosureRules | None = None
) -> TermCounts | None:
    """Add up counts by term and hide the small ones; None where no school counts.

    A period counts for the term in which all of it lies. One table holds all schools, so that
    none of its totals gives a small count back.

    Parameters
    ----------
    series : mapping of str to Series
        By school.
    calendar : SchoolYear
        The hub's terms.
    rules : DisclosureRules, optional
    """
    check = Check("term_counts")
    check.value("series", series, Mapping[str, Series])
    check.value("calendar", calendar, SchoolYear)
    check.value("rules", rules, DisclosureRules | None)
    check.done()
    if not series:
        return None
    terms = sorted(calendar.terms, key=lambda t: t.start)
    sums: dict[tuple[str, str], int] = {}
    outside: dict[str, int] = {}
    for school, mine in series.items():
        for period in mine.periods:
            inside = [t for t in terms if t.start <= period.start and period.end <= t.end]
            count = _whole(period)
            if count is None or not inside:
                outside[school] = outside.get(school, 0) + 1
                continue
            key = school, inside[0].label
            sums[key] = sums.get(key, 0) + count
    schools = tuple(series)
    begun = [t.label for t in terms if any((s, t.label) in sums for s in schools)]
    missing = [(t, s) for t in begun for s in schools if (s, t) not in sums]
    whole = tuple(t for t in begun if t not in {term for term, _ in missing})
    table = None
    if whole:
        table = suppress([[sums[s, t] for t in whole] for s in schools], rules=rules)
    return TermCounts(
        indicator=next(iter(series.values())).indicator,
        schools=schools,
        terms=whole,
        table=table,
        incomplete=tuple(missing),
        outside=tuple(outside.items()),
    )


def _whole(period: SeriesPeriod) -> int | None:
    """Return the count of a period, or None where it is masked or no whole number."""
    if period.masked or period.count is None or not float(period.count).is_integer():
        return None
    return int(period.count)
