"""A row that people added to the plan's workbook becomes a step of their own."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import date
from math import ceil
from typing import NamedTuple

from behaviour_culture.errors import Fault, InvalidInputError, shorten, suggest
from behaviour_culture.interchange.sheets import CellValue, SheetRow, plain
from behaviour_culture.interchange.table import id_from
from behaviour_culture.model.plan import Objective
from behaviour_culture.model.step import ActionStep, CostRange, Monitoring, Prerequisite, Weeks
from behaviour_culture.report.workbook.sheet import Role

__all__ = ["OwnSteps"]

_AMOUNT = re.compile(r"£?\s*(\d+(?:\.\d+)?)(?:\s*(?:to|-|\N{EN DASH})\s*£?\s*(\d+(?:\.\d+)?))?")
_NUMBER = re.compile(r"(\d{1,4})(\s*\..*)?", re.DOTALL)
_WEEK = 7


class OwnSteps(NamedTuple):
    """What new rows can name: the roles, the priorities, and the ids that are taken."""

    roles: list[Role]
    objectives: tuple[Objective, ...]
    numbers: dict[str, str]
    """The id of each step by its number, for the column of what a step waits for."""

    def step(self, row: SheetRow, taken: Collection[str], faults: list[Fault]) -> ActionStep | None:
        """Return the step of a new row; None after faults, without which it cannot be one."""
        before = len(faults)
        title = str(row.cells.get("action") or "").strip()
        if not title:
            faults.append(Fault(row.places["action"], "is empty: a new row needs an Action"))
        lead = self.role(row, faults)
        hours = self._hours(row, "set_up", faults)
        if hours is None and not _told(row, "set_up", faults):
            message = "is empty: say how many hours it takes, all people together"
            faults.append(Fault(row.places.get("set_up", f"row {row.number}"), message))
        weekly = self._hours(row, "weekly", faults) or 0.0
        cost = _cost(row, faults)
        monitoring = self._monitoring(row, faults)
        requires = self._requires(row, faults)
        if len(faults) > before or lead is None or hours is None:
            return None
        weeks = _weeks(row)
        criteria = str(row.cells.get("criteria") or "")
        try:
            return ActionStep(
                id=_free_id(title, taken),
                title=title,
                principles=self._principles(row, faults),
                weeks=Weeks(weeks, weeks, weeks),
                hours_per_week={lead.id: round(hours / weeks, 4)},
                shared_roles=[lead.id],
                running_hours={lead.id: round(weekly / lead.people, 4)} if weekly else {},
                lead=lead.id,
                success_criteria=[line.strip() for line in criteria.split("\n") if line.strip()],
                monitoring=monitoring,
                requires=requires,
                cost_gbp=cost or CostRange(0.0, 0.0),
                source="judgement: the school added it in its plan",
            )
        except InvalidInputError as error:
            faults += [
                Fault(row.places.get("action", ""), f"cannot be a step: {f}") for f in error.faults
            ]
            return None

    def role(self, row: SheetRow, faults: list[Fault]) -> Role | None:
        """Return the role that leads the step of a row; None after a fault."""
        text = str(row.cells.get("role") or "").strip()
        if found := self.of_title(text):
            return found
        titles = [role.title for role in self.roles]
        message = f"no role {shorten(text)}{suggest(text, titles)}: choose one from the list"
        if not text:
            message = "is empty: a step needs the role that leads it, from the list"
        if not _told(row, "role", faults):
            faults.append(Fault(row.places.get("role", f"row {row.number}"), message, text))
        return None

    def of_title(self, cell: CellValue) -> Role | None:
        """Return the role of a title or an id, if there is one."""
        text = plain(str(cell or ""))
        return next((r for r in self.roles if text in {plain(r.title), r.id}), None)

    @staticmethod
    def _hours(row: SheetRow, key: str, faults: list[Fault]) -> float | None:
        cell = row.cells.get(key)
        if cell is None or cell == "":
            return None
        hours = float(cell)  # type: ignore[arg-type]  # a number
        if not 0 <= hours <= 10_000:  # noqa: PLR2004  (five people, all year)
            faults.append(Fault(row.places[key], f"{hours:g} hours are out of range: 0 to 10,000"))
            return None
        return hours

    def _principles(self, row: SheetRow, faults: list[Fault]) -> list[str]:
        """Return the principles of the priorities that a row names, by number or title."""
        text = str(row.cells.get("priority") or "").strip()
        found = []
        for line in filter(None, (line.strip() for line in text.split("\n"))):
            number = _NUMBER.fullmatch(line)
            place = int(number[1]) - 1 if number else -1
            titles = [o.title for o in self.objectives]
            if not 0 <= place < len(titles):
                folded = [title.casefold() for title in titles]
                place = folded.index(line.casefold()) if line.casefold() in folded else -1
            if place >= 0:
                found.append(self.objectives[place].principle)
                continue
            message = f"no priority {shorten(line)}: write its number. The step was added without"
            faults.append(Fault(row.places["priority"], message, line))
        return list(dict.fromkeys(found))

    def _requires(self, row: SheetRow, faults: list[Fault]) -> list[Prerequisite]:
        """Return what a row waits for, by the numbers of steps."""
        found = []
        for number in re.split(r"[,;\s]+", str(row.cells.get("after") or "").strip()):
            if number in self.numbers:
                reason = "the school wants it after this one"
                found.append(Prerequisite(step=self.numbers[number], reason=reason))
            elif number:
                message = f"the plan has no step number {shorten(number, 20)}"
                faults.append(Fault(row.places["after"], message, number))
        return found

    def _monitoring(self, row: SheetRow, faults: list[Fault]) -> Monitoring | None:
        who, when, how = (str(row.cells.get(key) or "").strip() for key in ("who", "when", "how"))
        if not (who or when or how):
            return None
        for key, text in (("who", who), ("when", when), ("how", how)):
            if not text:
                message = "is empty: monitoring needs who, when and how, or none of the three"
                faults.append(Fault(row.places.get(key, f"row {row.number}"), message))
                return None
        ids = {role.title.casefold(): role.id for role in self.roles}
        return Monitoring(who=ids.get(who.casefold(), who), when=when, how=how)


def _told(row: SheetRow, key: str, faults: list[Fault]) -> bool:
    return any(fault.path == row.places.get(key) for fault in faults)


def _cost(row: SheetRow, faults: list[Fault]) -> CostRange | None:
    cell = row.cells.get("cost")
    if cell in {None, "", "none"}:
        return None
    words = str(cell).strip().casefold().replace(",", "")
    up_to = words.startswith("up to")
    found = _AMOUNT.fullmatch(words.removeprefix("up to").strip())
    if found is None:
        message = f"{shorten(cell, 40)} is no cost: type pounds like 250, or 100 to 250"
        faults.append(Fault(row.places["cost"], message, shorten(cell)))
        return None
    low, high = float(found[1]), float(found[2] or found[1])
    return CostRange(0.0 if up_to else low, high)


def _weeks(row: SheetRow) -> int:
    """Return the weeks from start to deadline; one where a row does not say."""
    start, end = row.cells.get("start"), row.cells.get("deadline")
    if isinstance(start, date) and isinstance(end, date) and end >= start:
        return min(200, max(1, ceil(((end - start).days + 1) / _WEEK)))
    return 1


def _free_id(title: str, taken: Collection[str]) -> str:
    made = id_from(title, default="own-step")[:60].strip("-")
    number = 2
    free = made
    while free in taken:
        free, number = f"{made}-{number}", number + 1
    return free
