"""What people changed in the ``plan.xlsx`` of a report, taken over into the next run."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from behaviour_culture.commands.terminal import say
from behaviour_culture.errors import Fault, InvalidInputError
from behaviour_culture.interchange.file_bytes import write_bytes

if TYPE_CHECKING:
    from behaviour_culture.model.journey import Journey
    from behaviour_culture.planning.plan import ActionPlan
    from behaviour_culture.report.workbook.reading import PlanWorkbook

__all__ = ["PlanEdits", "plan_edits"]

_BOOK, _PROGRESS = "plan.xlsx", "progress.toml"


class PlanEdits(NamedTuple):
    """The journey with what people changed, and the files that keep it."""

    journey: Journey
    files: dict[Path, bytes]

    @contextmanager
    def written(self) -> Iterator[None]:
        """Write the files for a run; put the old ones back where it fails."""
        old = {path: path.read_bytes() if path.exists() else None for path in self.files}
        try:
            for path, content in self.files.items():
                write_bytes(path, content)
            yield
        except BaseException:
            for path, before in old.items():
                if before is None:
                    path.unlink(missing_ok=True)
                else:
                    write_bytes(path, before)
            raise


def plan_edits(folder: Path, journey: Journey, base: Path) -> PlanEdits:
    """Return a journey that goes on from a report's folder, with the edits of its ``plan.xlsx``.

    Progress goes into ``progress.toml`` beside it, and changes of the plan into the plan that was
    kept. ``first_plan`` of the journey names that one, relative to the folder ``base``.

    Raises
    ------
    InvalidInputError
        Every cell that cannot be taken over: nothing is, until they are mended.
    """
    from behaviour_culture.interchange.files import dumps, read  # noqa: PLC0415  (the stages)
    from behaviour_culture.model.plan import ProgressReport  # noqa: PLC0415
    from behaviour_culture.planning.plan import ActionPlan as Plan  # noqa: PLC0415
    from behaviour_culture.report.workbook.reading import read_plan_workbook  # noqa: PLC0415

    book, progress = folder / _BOOK, folder / _PROGRESS
    own = journey.progress is not None and Path(journey.progress).suffix.lower() != ".xlsx"
    if not own and progress.exists():
        journey = journey.evolve(progress=str(progress.absolute()))
    if not book.exists() or journey.first_plan is None:
        return PlanEdits(journey, {})
    kept = base / journey.first_plan
    plan = read(kept, Plan)
    if progress.exists() and not own:
        known = {s.id for s in plan.steps} | {m.step for m in plan.met}
        before = [p for p in read(progress, ProgressReport).steps if p.step in known]
        plan = plan.evolve(progress=before)
    found = read_plan_workbook(book, plan)
    reported = found.progress != plan.progress
    _check(found, reported=reported, own=own)
    files: dict[Path, bytes] = {}
    if found.plan.changes != plan.changes:
        changed = _numbered(found.plan.evolve(progress=()))
        files[kept] = dumps(changed, format="json").encode()
    if reported:
        files[progress] = dumps(found.report(), format="toml").encode()
        journey = journey.evolve(progress=str(progress.absolute()))
    if files:
        say(f"Taken from {book}:", stream=sys.stderr)
        for change in found.plan.changes[len(plan.changes) :]:
            say(f"  {change}", stream=sys.stderr)
        for entry in found.progress:
            if entry not in plan.progress:
                say(f"  {entry}", stream=sys.stderr)
    return PlanEdits(journey, files)


def _numbered(plan: ActionPlan) -> ActionPlan:
    """Give steps that people added the next numbers, which they keep."""
    numbers = dict(plan.numbers)
    there = {step.id for step in plan.steps}
    for change in plan.changes:
        if numbers and change.step in there:
            numbers.setdefault(change.step, max(numbers.values()) + 1)
    return plan.evolve(numbers=numbers)


def _check(found: PlanWorkbook, *, reported: bool, own: bool) -> None:
    """Raise an error with all that cannot be taken over."""
    faults = list(found.faults)
    if reported and own:
        message = (
            "progress was changed here, but the journey names a file of progress of its own: "
            "write it there, or take the line 'progress' out of the journey"
        )
        faults.append(Fault("", message))
    elif reported and found.updated is None:
        faults.append(Fault("Updated on", "is empty: type the day of your update beside it"))
    if faults:
        raise InvalidInputError(found.name, faults)
