"""Progress of steps that are gone, under the ids of the steps that took over."""

from __future__ import annotations

from collections.abc import Iterable

from attrs import evolve

from behaviour_culture._entries import Entries
from behaviour_culture.model.catalogue import StepCatalogue
from behaviour_culture.model.plan import StepProgress, StepStatus

__all__ = ["under_present_ids"]


def under_present_ids(
    progress: Iterable[StepProgress], catalogue: StepCatalogue
) -> Entries[StepProgress]:
    """Return progress with old ids replaced by those of `StepCatalogue.aliases`.

    A step that took over from several is complete once all of them are, and on track before.
    Its note names the old ids. Reports under a present id stay as they are, and win.

    Examples
    --------
    >>> import behaviour_culture as bc
    >>> catalogue = bc.StepCatalogue(
    ...     id="c", name="C", framework="f", edition="1", aliases={"write-rules": "rules"},
    ...     steps=[bc.ActionStep(id="rules", title="Rules", hours_per_week={}, lead="head")],
    ... )
    >>> done = bc.StepProgress(step="write-rules", status=bc.StepStatus.COMPLETE)
    >>> under_present_ids([done], catalogue)[0].note
    "reported as 'write-rules'"
    """
    kept: list[StepProgress] = []
    moved: dict[str, list[StepProgress]] = {}
    for report in progress:
        if report.step in catalogue.aliases:
            moved.setdefault(catalogue.aliases[report.step], []).append(report)
        else:
            kept.append(report)
    present = {report.step for report in kept}
    for new, reports in sorted(moved.items()):
        if new not in present:
            kept.append(_joined(new, reports, catalogue))
    return Entries(kept)


def _joined(new: str, reports: list[StepProgress], catalogue: StepCatalogue) -> StepProgress:
    old = {key for key, step in catalogue.aliases.items() if step == new}
    complete = {r.step for r in reports if r.status is StepStatus.COMPLETE}
    names = ", ".join(repr(r.step) for r in reports)
    notes = "; ".join(["reported as " + names, *(r.note for r in reports if r.note)])
    if len(reports) == 1 and (len(old) == 1 or reports[0].status is not StepStatus.COMPLETE):
        return evolve(reports[0], step=new, note=notes)
    started = min((r.started for r in reports if r.started), default=None)
    if complete == old:
        finished = max((r.finished for r in reports if r.finished), default=None)
        status = StepStatus.COMPLETE
    else:
        finished, status = None, StepStatus.ON_TRACK
    return StepProgress(step=new, status=status, started=started, finished=finished, note=notes)
