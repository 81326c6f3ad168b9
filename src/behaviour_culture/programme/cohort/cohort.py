"""A cohort: the audits of all schools and rounds as columns.

Schools are in the order of their ids, and nothing here puts them in another: a school sees
itself beside the spread of schools like it, never a list of who is ahead of whom.
"""

from __future__ import annotations

import os
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import islice
from operator import lt
from pathlib import Path
from typing import Annotated, Any

import numpy as np
from attrs import field, frozen
from numpy.typing import NDArray

from behaviour_culture._arrays import FrozenArray, array_field, frozen_array
from behaviour_culture._display import count_of, escape
from behaviour_culture.checks import Check, TupleOf, Value, require_types
from behaviour_culture.errors import Fault, InvalidInputError, UnknownNameError
from behaviour_culture.fields import Shape, Slug, Slugs, Some, within
from behaviour_culture.limits import LIMITS
from behaviour_culture.model.audit import Audit, Response
from behaviour_culture.model.framework import Framework
from behaviour_culture.model.scoring import Aggregation
from behaviour_culture.programme.cohort.audit_lines import (
    PHASES,
    batches_of,
    write_lines,
)
from behaviour_culture.programme.cohort.columns import Columns, columns_of, rows_of_frame
from behaviour_culture.programme.cohort.scoring import Weights
from behaviour_culture.typing import FloatArray, Progress, Stop

__all__ = ["Cohort"]


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
        Of each school: a phase of education, and an id such as ``high-fsm``. Schools that
        share both are alike.
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
    schools: Annotated[Slugs, Some()] = field(converter=TupleOf[str])
    rounds: Annotated[tuple[Annotated[int, within("rounds")], ...], Some()] = field(
        converter=TupleOf[int]
    )
    phases: tuple[Slug | None, ...] = field(default=(), converter=TupleOf[str | None])
    contexts: tuple[Slug | None, ...] = field(default=(), converter=TupleOf[str | None])
    ratings: Annotated[FrozenArray, Shape("rounds", "schools", None, missing=True)] = array_field()

    def _check(self, check: Check) -> None:
        if check.ok("framework"):
            if self.framework.aggregation is Aggregation.NONE:
                check.fault("framework", "its levels have no distance: nothing can be averaged")
            check.add(self.framework.item_faults())
        if check.ok("schools"):
            if not all(map(lt, self.schools, islice(self.schools, 1, None))):
                words = "must be sorted by id, and their columns with them"
                check.fault("schools", words)
            if len(self.schools) > LIMITS.schools:
                most = f"{LIMITS.schools:,} (the limit `schools`)"
                words = f"expected at most {most}, got {len(self.schools):,}"
                check.fault("schools", words)
            for name in ("phases", "contexts"):
                if check.ok(name) and len(getattr(self, name)) not in {0, len(self.schools)}:
                    words = (
                        f"expected one for each of {count_of(len(self.schools), 'school')}, or none"
                    )
                    check.fault(name, words)
        if check.ok("rounds") and not all(map(lt, self.rounds, self.rounds[1:])):
            check.fault("rounds", "expected whole numbers that rise", self.rounds)
        if check.ok():
            self._check_ratings(check)

    def _check_ratings(self, check: Check) -> None:
        plain = np.asarray(self.ratings)
        if plain.shape[2] != len(self.framework.items):
            words = f"has the shape {plain.shape}, and {self.framework.id} has "
            check.fault("ratings", f"{words}{count_of(len(self.framework.items), 'item')}")
            return
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
    def read_jsonl(
        cls,
        path: str | os.PathLike[str],
        framework: Framework,
        *,
        progress: Progress | None = None,
        stop: Stop | None = None,
    ) -> Cohort:
        """Read a file of audits, a JSON object a line, straight into columns.

        Parameters
        ----------
        path : str or path-like
            Each line has ``framework``, ``edition``, ``school``, ``round`` (1 to 100), if
            wanted ``phase`` and ``context``, and ``ratings``, which has every item of the
            framework: a value of its scale, or null where it was not assessed. A school's
            phase and context are those of its last round.
        framework : Framework
            The framework that all of them used, in its edition.
        progress : callable, optional
            Called with ("reading audits", bytes read, bytes).
        stop : callable, optional
            Asked again and again: once it says True, `StoppedError` is raised.

        Raises
        ------
        InvalidInputError
            All faults, each with its line and path, such as ``line 7, ratings.tfi-1.1``; or
            the second audits of one school and round.
        ReadError
            The file cannot be read.

        Examples
        --------
        >>> import behaviour_culture as bc
        >>> tfi = bc.load_framework("tfi-2.1")
        >>> cohort = Cohort(framework=tfi, schools=["s-1"], rounds=[1], ratings=[[[1.0] * 45]])
        >>> Cohort.read_jsonl(cohort.write_jsonl("audits.jsonl"), tfi) == cohort
        True
        """
        check = Check("Cohort.read_jsonl")
        check.value("framework", framework, Framework)
        watch = check.watch(progress, stop)
        check.done()
        lines = batches_of(path, framework, watch)
        return cls._of(columns_of(str(path), lines, "line"), framework)

    def write_jsonl(self, path: str | os.PathLike[str]) -> Path:
        """Write the audits as JSON lines, which `read_jsonl` reads.

        A school without a rating in a round has no line for it.

        Returns
        -------
        Path
            Where they were written. A reader sees the old file or the new one.

        Raises
        ------
        InvalidInputError
            A phase that `Phase` does not have: the file could not be read again.
        """
        strange = sorted({phase for phase in self.phases if phase} - set(PHASES))
        if strange:
            words = f"expected each one of {', '.join(PHASES)}, got {', '.join(strange[:5])}"
            raise InvalidInputError("Cohort.write_jsonl", [Fault("phases", words)])
        ratings = np.asarray(self.ratings)
        rated = np.any(~np.isnan(ratings), axis=2)
        items = [item.id for item in self.framework.items]
        return write_lines(self._heads(rated), items, ratings[rated], path)

    def _heads(self, rated: NDArray[np.bool_]) -> Iterator[dict[str, Any]]:
        """Yield what a line says of each school and round that has an audit, but its ratings."""
        groups = self.groups()
        for turn, schools in zip(self.rounds, rated, strict=True):
            for s in np.flatnonzero(schools):
                known = zip(("phase", "context"), groups[s], strict=True)
                yield {
                    "framework": self.framework.id,
                    "edition": self.framework.edition,
                    "school": self.schools[s],
                    "round": turn,
                    **{name: value for name, value in known if value},
                }

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
        subject = "Cohort.from_frame"
        require_types(subject, framework=(framework, Framework))
        rows = rows_of_frame(frame, framework, subject)
        return cls._of(columns_of(subject, [rows], "row"), framework)

    @classmethod
    def _of(cls, columns: Columns, framework: Framework) -> Cohort:
        return cls(
            framework=framework,
            schools=columns.schools,
            rounds=columns.rounds,
            phases=columns.phases if any(columns.phases) else (),
            contexts=columns.contexts if any(columns.contexts) else (),
            ratings=frozen_array(columns.ratings),
        )

    # -- scores and audits --------------------------------------------------------------

    @property
    def parts(self) -> tuple[str, ...]:
        """Ids of the scored parts: principles, domains, and ``whole`` last."""
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
        Within a school's own walls: to show them to others, take `cohort_bands`,
        `school_standing` or `research_export`.
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
        """Return the index of a school in the columns."""
        at = bisect_left(self.schools, str(school))
        if at >= len(self.schools) or self.schools[at] != school:
            raise UnknownNameError("school", str(school), self.schools[:12])
        return at

    def at_round(self, round: int | None) -> int:  # noqa: A002
        """Return the index of a round in the columns; of the last one where None."""
        if round is None:
            return len(self.rounds) - 1
        if round not in self.rounds:
            raise UnknownNameError("round", str(round), [str(r) for r in self.rounds])
        return self.rounds.index(round)

    def groups(self) -> list[tuple[str, str]]:
        """Return phase and context of each school, empty where not known."""
        none: Sequence[str | None] = (None,) * len(self.schools)
        pairs = zip(self.phases or none, self.contexts or none, strict=True)
        return [(phase or "", context or "") for phase, context in pairs]

    def _label(self) -> str:
        return (
            f"{count_of(len(self.schools), 'school')}, {len(self.rounds)} rounds of "
            f"{self.framework.id}"
        )

    def _lines(self) -> list[str]:
        audits = int((~np.isnan(np.asarray(self.ratings)).all(axis=2)).sum())
        return [
            f"Cohort of {count_of(len(self.schools), 'school')} with {audits:,} audits in "
            f"{len(self.rounds)} rounds against {self.framework.name}",
            "  Schools are in the order of their ids; nothing here puts them in another.",
        ]

    def _repr_html_(self) -> str:
        return "<p>" + "<br>".join(escape(line) for line in self._lines()) + "</p>"
