"""A cohort: the audits of all schools and rounds as columns, and what may be said of them.

Schools stand in the order of their ids, and nothing here puts them in another: a school sees
itself beside the spread of schools like it, never a list of who is ahead of whom.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from itertools import islice
from operator import lt
from typing import TYPE_CHECKING, Annotated

import numpy as np
from attrs import field, frozen
from numpy.typing import ArrayLike

from behaviour_culture._arrays import FloatArray, FrozenArray, array_field, frozen_array
from behaviour_culture._display import escape
from behaviour_culture.checks import Check, Value, as_tuple, require_types
from behaviour_culture.disclosure import DisclosureRules
from behaviour_culture.errors import Fault, InvalidInputError, UnknownNameError, shorten
from behaviour_culture.fields import Range, Slugs, Some, is_slug
from behaviour_culture.model.audit import Audit, Response
from behaviour_culture.model.framework import Framework
from behaviour_culture.model.scoring import Aggregation
from behaviour_culture.monitoring.funnels import Funnel, funnel
from behaviour_culture.monitoring.shrink import ShrunkRates, shrink_rates
from behaviour_culture.programme.cohort.columns import Table, from_arrow, from_jsonl, from_records
from behaviour_culture.programme.cohort.jsonl import are_ids
from behaviour_culture.programme.cohort.jsonl_line import MOST_ROUNDS
from behaviour_culture.programme.cohort.records import AuditRecord
from behaviour_culture.programme.cohort.scoring import Weights

if TYPE_CHECKING:
    from behaviour_culture.programme.cohort.bands import CohortBands, SchoolStanding
    from behaviour_culture.programme.cohort.change import CohortChange
    from behaviour_culture.programme.cohort.research import ResearchExport

__all__ = ["Cohort"]

_MOST_SCHOOLS = 1_000_000


@frozen(kw_only=True, repr=False)
class Cohort(Value):
    """The audits of many schools against one framework, as columns.

    Attributes
    ----------
    framework : Framework
        With items, and a scale that may be averaged.
    schools : tuple of str
        Ids, sorted.
    rounds : tuple of int
        Rising.
    phases, contexts : tuple of str or None
        Of each school, by which schools are like each other: a phase of education, and an id
        such as ``high-fsm``.
    ratings : array of float, shape (rounds, schools, items)
        Values of the framework's scale; NaN where an item was not assessed, or a school has
        no audit of that round.

    Examples
    --------
    >>> import behaviour_culture as bc
    >>> tfi = bc.load_framework("tfi-2.1")
    >>> ratings = [[[1.0] * 45, [2.0] * 45], [[2.0] * 45, [2.0] * 45]]
    >>> cohort = Cohort(framework=tfi, schools=["a", "b"], rounds=[1, 2], ratings=ratings)
    >>> cohort.scores()[:, :, -1].round(9).tolist()
    [[0.5, 1.0], [1.0, 1.0]]
    """

    framework: Framework
    schools: tuple[str, ...] = field(converter=as_tuple)
    rounds: Annotated[tuple[Annotated[int, Range(low=1, high=MOST_ROUNDS)], ...], Some()] = field(
        converter=as_tuple
    )
    phases: tuple[str | None, ...] = field(default=(), converter=as_tuple)
    contexts: tuple[str | None, ...] = field(default=(), converter=as_tuple)
    ratings: FrozenArray = array_field()

    def _check(self, check: Check) -> None:
        if check.ok("framework"):
            if self.framework.aggregation is Aggregation.NONE:
                check.fault("framework", "its levels have no distance: nothing can be averaged")
            if not self.framework.items:
                check.fault("framework", self.framework.item_faults()[0].message, self.framework.id)
        if not _are_sorted_ids(self.schools):
            check.value("schools", self.schools, Slugs)
            if check.ok("schools"):
                words = "must be sorted by id, and their columns with them: order says nothing"
                check.fault("schools", words)
        if check.ok("schools") and not 1 <= len(self.schools) <= _MOST_SCHOOLS:
            check.fault("schools", f"expected 1 to {_MOST_SCHOOLS:,}, got {len(self.schools):,}")
        self._check_rounds(check)
        for name in ("phases", "contexts"):
            self._check_group(check, name)
        if check.ok():
            self._check_ratings(check)

    def _check_rounds(self, check: Check) -> None:
        numbers = self.rounds
        if check.ok("rounds") and list(numbers) != sorted(set(numbers)):
            words = f"expected whole numbers from 1 to {MOST_ROUNDS} that rise"
            check.fault("rounds", words, numbers)

    def _check_group(self, check: Check, name: str) -> None:
        values = getattr(self, name)
        if not isinstance(values, tuple) or (values and len(values) != len(self.schools)):
            check.fault(name, f"expected one for each of {len(self.schools)} schools, or none")
            return
        for value in values if _unhashable(values) else set(values):
            if value is not None and not is_slug(value):
                check.fault(name, f"{shorten(value)} is not an id like 'high-fsm'", value)

    def _check_ratings(self, check: Check) -> None:
        shape = (len(self.rounds), len(self.schools), len(self.framework.items))
        given: object = self.ratings
        if not isinstance(given, FrozenArray) or given.shape != shape:
            got = getattr(given, "shape", shorten(given))
            words = f"expected numbers of shape {shape} (rounds, schools, items), got {got}"
            check.fault("ratings", words)
            return
        plain = np.asarray(given)
        wrong = ~np.isnan(plain)
        for value in self.framework.scale.values:
            wrong &= plain != value
        for r, s, i in np.argwhere(wrong)[:5]:
            allowed = ", ".join(str(v) for v in self.framework.scale.values)
            got = float(plain[r, s, i])
            check.fault(f"ratings[{r}][{s}][{i}]", f"{got:g} is off the scale: {allowed}", got)
        if np.isnan(plain).all():
            check.fault("ratings", "nothing was assessed at all")

    # -- how it is made ----------------------------------------------------------------

    @classmethod
    def from_records(cls, records: Iterable[AuditRecord], framework: Framework) -> Cohort:
        """Return the cohort of typed records, such as `read_audits_jsonl` gives."""
        require_types("Cohort.from_records", framework=(framework, Framework))
        return cls._of(from_records(records, framework), framework)

    @classmethod
    def read_jsonl(cls, path: str | os.PathLike[str], framework: Framework) -> Cohort:
        """Read a file of audits, a JSON object a line, straight into columns."""
        require_types("Cohort.read_jsonl", framework=(framework, Framework))
        return cls._of(from_jsonl(path, framework), framework)

    @classmethod
    def from_frame(cls, frame: object, framework: Framework) -> Cohort:
        """Return the cohort of a table with a row for each school and round.

        Parameters
        ----------
        frame : Arrow table, frame of polars or pandas, or mapping of columns
            Whatever pyarrow makes a table of (extra ``arrow``). Columns ``school`` and
            ``round``, if wanted ``phase`` and ``context``, and one named after each item.
        framework : Framework
        """
        require_types("Cohort.from_frame", framework=(framework, Framework))
        return cls._of(from_arrow(frame, framework), framework)

    @classmethod
    def _of(cls, table: Table, framework: Framework) -> Cohort:
        return cls(
            framework=framework,
            schools=table.schools,
            rounds=table.rounds,
            phases=table.phases,
            contexts=table.contexts,
            ratings=frozen_array(table.ratings),
        )

    # -- what it says ------------------------------------------------------------------

    @property
    def parts(self) -> tuple[str, ...]:
        """Ids of what is scored: principles, domains, and ``whole`` last."""
        principles = [p.id for p in self.framework.principles]
        return (*principles, *(d.id for d in self.framework.domains), "whole")

    def scores(self) -> FloatArray:
        """Return the scores of all schools and rounds, as `score_audit` gives them.

        Returns
        -------
        array of float, shape (rounds, schools, parts)
            On [0, 1], parts as in `parts`; NaN where nothing of a part was assessed.

        Notes
        -----
        Within a school's own walls: to show them to others, take `bands`, `standing` or
        `for_research`.
        """
        plain = np.asarray(self.ratings)
        flat = plain.reshape(-1, plain.shape[2])
        return Weights(self.framework).scores(flat).reshape(*plain.shape[:2], -1)

    def audit(self, school: str, round: int) -> Audit:  # noqa: A002  (the plain word)
        """Return one school's audit of one round, as an object with one rater."""
        at, when = self.place(school), self.at_round(round)
        row = np.asarray(self.ratings)[when, at]
        rated = [
            Response(rater="consensus", item=item.id, rating=None if np.isnan(v) else int(v))
            for item, v in zip(self.framework.items, row, strict=True)
        ]
        return Audit(
            id=f"round-{round}",
            framework=self.framework.id,
            edition=self.framework.edition,
            school=school,
            responses=rated,
        )

    def place(self, school: str) -> int:
        """Return where a school stands in the columns."""
        at = int(np.searchsorted(np.array(self.schools), str(school)))
        if at >= len(self.schools) or self.schools[at] != school:
            raise UnknownNameError("school", str(school), self.schools[:12])
        return at

    def at_round(self, round: int | None) -> int:  # noqa: A002
        """Return where a round stands in the columns; the last where None."""
        if round is None:
            return len(self.rounds) - 1
        if round not in self.rounds:
            raise UnknownNameError("round", str(round), [str(r) for r in self.rounds])
        return self.rounds.index(round)

    def funnel(self, observed: ArrayLike, expected: ArrayLike) -> Funnel:
        """Return the published funnel of counts, one for each school in the order of ids.

        See `behaviour_culture.monitoring.funnel`; schools with small counts are hidden.
        """
        found = funnel(observed, expected)
        self._one_each("funnel", len(found.expected))
        return found.published(DisclosureRules())

    def shrunk_rates(self, counts: ArrayLike, exposure: ArrayLike) -> ShrunkRates:
        """Return the published rates of the schools, drawn towards the rate of all.

        See `behaviour_culture.monitoring.shrink_rates`; small counts are hidden.
        """
        found = shrink_rates(counts, exposure)
        self._one_each("shrunk_rates", len(found.exposure))
        return found.published(DisclosureRules())

    def change(self, first: int | None = None, last: int | None = None) -> CohortChange:
        """Return how scores changed between two rounds, in the schools that have both.

        Parameters
        ----------
        first, last : int, optional
            Rounds; the first and the last of the cohort where not given.
        """
        from behaviour_culture.programme.cohort.change import change_of  # noqa: PLC0415  (needs Cohort)

        return change_of(self, first, last)

    def bands(self, *, round: int | None = None, least: int = 30) -> CohortBands:  # noqa: A002
        """Return how scores spread among schools that are alike in phase and context.

        Parameters
        ----------
        round : int, optional
            The last where not given.
        least : int
            Smallest group that has bands of its own, from 10. The default of 30 is that of
            the Department for Education's omnibus surveys, which leave out what fewer
            answered (School and college voice, May 2025). A smaller group is merged into its
            phase, and a small phase into all schools; so is one that is all but fewer than ten
            of the schools around it, who could be told from the difference.
        """
        from behaviour_culture.programme.cohort.bands import bands_of  # noqa: PLC0415  (needs Cohort)

        return bands_of(self, round, least)

    def standing(self, school: str, *, round: int | None = None, least: int = 30) -> SchoolStanding:  # noqa: A002
        """Return one school's scores beside the bands of schools like it.

        Parameters
        ----------
        school : str
        round : int, optional
            The last where not given.
        least : int
            As for `bands`.
        """
        from behaviour_culture.programme.cohort.bands import standing_of  # noqa: PLC0415  (needs Cohort)

        return standing_of(self, school, round, least)

    def for_research(self, *, salt: str, least: int = 5) -> ResearchExport:
        """Return the scores with nothing that names a school, to be handed to researchers.

        Parameters
        ----------
        salt : str
            A secret of 16 characters or more, such as ``secrets.token_hex(16)``. Ids are
            hashes under it: the same secret gives the same ids, for another round to be
            joined; without it nobody finds a school by trying all numbers of the register.
        least : int
            Schools that each combination of phase, context and rounds has, at least
            (k-anonymity [1]_); from 2. The default of 5 is judgement. Rarer phases and contexts
            are coarsened, and audits of rounds that few schools have are left out.

        References
        ----------
        .. [1] Sweeney, L. (2002). k-anonymity: a model for protecting privacy. *International
           Journal of Uncertainty, Fuzziness and Knowledge-Based Systems* 10, 557-570.
        """
        from behaviour_culture.programme.cohort.research import export_of  # noqa: PLC0415  (needs Cohort)

        return export_of(self, salt, least)

    def _one_each(self, subject: str, number: int) -> None:
        if number != len(self.schools):
            words = f"expected one for each of {len(self.schools)} schools, got {number}"
            raise InvalidInputError(subject, [Fault("observed", words)])

    def groups(self) -> list[tuple[str, str]]:
        """Return phase and context of each school, empty where not known."""
        none: Sequence[str | None] = (None,) * len(self.schools)
        pairs = zip(self.phases or none, self.contexts or none, strict=True)
        return [(phase or "", context or "") for phase, context in pairs]

    def _label(self) -> str:
        return f"{len(self.schools):,} schools, {len(self.rounds)} rounds of {self.framework.id}"

    def _lines(self) -> list[str]:
        audits = int((~np.isnan(np.asarray(self.ratings)).all(axis=2)).sum())
        return [
            f"Cohort of {len(self.schools):,} schools with {audits:,} audits in "
            f"{len(self.rounds)} rounds against {self.framework.name}",
            "  Schools are in the order of their ids; nothing here puts them in another.",
        ]

    def _repr_html_(self) -> str:
        return "<p>" + "<br>".join(escape(line) for line in self._lines()) + "</p>"


def _unhashable(values: tuple[object, ...]) -> bool:
    return not all(isinstance(value, (str, type(None))) for value in values)


def _are_sorted_ids(values: object) -> bool:
    """Say at once whether all is well with many ids; what is wrong is for slower checks."""
    if not isinstance(values, tuple) or not all(type(value) is str for value in values):
        return False
    return all(map(lt, values, islice(values, 1, None))) and are_ids(values)
