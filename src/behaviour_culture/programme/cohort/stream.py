"""Scores of more audits than memory holds: read, scored and dropped a few hundred at a time."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import NamedTuple

from behaviour_culture.checks import require_types
from behaviour_culture.errors import Fault, InvalidInputError
from behaviour_culture.model.framework import Framework
from behaviour_culture.model.scoring import Aggregation
from behaviour_culture.programme.cohort.audit_lines import batches_of
from behaviour_culture.programme.cohort.scoring import Weights
from behaviour_culture.typing import FloatArray

__all__ = ["ScoreBatch", "stream_scores"]


class ScoreBatch(NamedTuple):
    """The scores of some lines of a file, as columns."""

    schools: tuple[str, ...]
    rounds: tuple[int, ...]
    phases: tuple[str | None, ...]
    contexts: tuple[str | None, ...]
    scores: FloatArray
    """Shape (rows, parts), on [0, 1]: principles, domains and the whole, as in `Cohort.parts`."""


def stream_scores(path: str | os.PathLike[str], *, framework: Framework) -> Iterator[ScoreBatch]:
    """Yield the scores of a file of audits, a JSON object a line, some hundred lines at a time.

    Nothing is kept, so memory stays flat however long the file is. So a school with two audits
    of one round is not noticed here; `Cohort.read_jsonl` refuses it.

    Parameters
    ----------
    path : str or path-like
        As for `Cohort.read_jsonl`.
    framework : Framework
        The framework that all of them used, in its edition.

    Yields
    ------
    ScoreBatch

    Raises
    ------
    InvalidInputError
        After the last good line, with the faults of the others, by line and path.

    Examples
    --------
    >>> import behaviour_culture as bc
    >>> from behaviour_culture.programme import Cohort
    >>> tfi = bc.load_framework("tfi-2.1")
    >>> cohort = Cohort(framework=tfi, schools=["s-1"], rounds=[1], ratings=[[[1.0] * 45]])
    >>> path = cohort.write_jsonl("audits.jsonl")
    >>> [round(float(batch.scores[0, -1]), 9) for batch in stream_scores(path, framework=tfi)]
    [0.5]
    """
    require_types("stream_scores", framework=(framework, Framework))
    if framework.aggregation is Aggregation.NONE or not framework.items:
        words = "has no items, or levels without distance: there is nothing to average"
        raise InvalidInputError("stream_scores", [Fault("framework", words, framework.id)])
    return _batches(path, framework)


def _batches(path: str | os.PathLike[str], framework: Framework) -> Iterator[ScoreBatch]:
    weights = Weights(framework)
    for rows in batches_of(path, framework):
        if rows.schools:
            yield ScoreBatch(
                tuple(rows.schools),
                tuple(rows.rounds),
                tuple(rows.phases),
                tuple(rows.contexts),
                weights.scores(rows.ratings),
            )
