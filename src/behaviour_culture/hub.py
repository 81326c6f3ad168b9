"""A whole hub in one call: read its file and those of its schools, run their journeys."""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path

from behaviour_culture._watch import Watch
from behaviour_culture.checks import Check
from behaviour_culture.content.loader import load_content, load_framework, load_indicators
from behaviour_culture.errors import Fault, InvalidInputError
from behaviour_culture.interchange.file_bytes import as_path
from behaviour_culture.interchange.files import read
from behaviour_culture.journey import JourneyResult, run_journey
from behaviour_culture.journey_inputs import FileReader
from behaviour_culture.model.calendar import SchoolYear
from behaviour_culture.model.hub import Hub, LeadSchool, PartnerSchool
from behaviour_culture.model.indicator import Indicator, Series
from behaviour_culture.model.journey import Journey
from behaviour_culture.model.school_years import join_years
from behaviour_culture.monitoring.counts.series_reader import read_series
from behaviour_culture.programme.hub.hub_pack import HubPack, HubSchool, make_pack
from behaviour_culture.typing import Progress, Stop

__all__ = ["run_hub"]


def run_hub(
    path: str | os.PathLike[str],
    *,
    progress: Progress | None = None,
    stop: Stop | None = None,
) -> HubPack:
    """Read a file of kind ``hub``, run the journey of each school in it, match and schedule.

    Paths in the file are relative to it. A partner without a journey has the needs that the file
    says, and no plan.

    Parameters
    ----------
    path : str or path-like
    progress : callable, optional
        Called with (stage, done, total): ("reading Hill School", schools read, schools) and so
        on, then ("scheduling", schedules tried, budget) for the events of each lead.
    stop : callable, optional
        Asked again and again, such as ``threading.Event().is_set``: once it says True,
        `StoppedError` is raised in about a second.

    Returns
    -------
    HubPack
        `behaviour_culture.report.write_hub` makes its files.

    Raises
    ------
    BehaviourCultureError
        One error with the faults of all schools' files.
    StoppedError
        The run was stopped.

    Examples
    --------
    >>> from behaviour_culture.hub import run_hub
    >>> pack = run_hub("examples/illustrative_hub.toml")
    >>> len(pack.schools), pack.matching.placed
    (6, 6)
    """
    check = Check("run_hub")
    watch = check.watch(progress, stop)
    file = as_path(check, "path", path, "the path of a file")
    check.done()
    hub = read(file, Hub)
    return _Run(hub, file.parent, os.fspath(path), watch).pack()


class _Run:
    """One hub on the way to its pack, and the errors of all of its files."""

    def __init__(self, hub: Hub, base: Path, subject: str, watch: Watch) -> None:
        self.hub, self.base, self.subject, self.watch = hub, base, subject, watch
        self.reader = FileReader(base)

    def pack(self) -> HubPack:
        hub, schools = self.hub, []
        reader = self.reader
        programme = reader.take(partial(load_content, "programme"), hub.programme)
        framework = reader.take(load_framework, hub.framework)
        indicator = reader.attempt(lambda: load_indicators().indicator(hub.indicator))
        given = [year for name in hub.calendar if (year := reader.calendar(name)) is not None]
        calendar = reader.attempt(lambda: join_years(given)) if given else None
        everyone: list[LeadSchool | PartnerSchool] = [*hub.leads, *hub.partners]
        for number, one in enumerate(everyone):
            self.watch.tell(f"reading {one.name}", number, len(everyone))
            schools.append(self.school(one, indicator, calendar))
        self._check_same(schools)
        reader.check(self.subject)
        try:
            made = make_pack(
                hub,
                schools,
                programme=programme,
                framework=framework,
                calendar=calendar,
                indicator=indicator,
                progress=self.watch.progress,
                stop=self.watch.stop,
            )
        except InvalidInputError as error:  # its faults have the paths of the hub's file
            raise InvalidInputError(self.subject, error.faults) from None
        self.watch.check("scheduling")  # its calendars would be the best so far
        return made

    def school(
        self,
        one: LeadSchool | PartnerSchool,
        indicator: Indicator | None,
        calendar: SchoolYear | None,
    ) -> HubSchool:
        made: JourneyResult | None = self.reader.attempt(lambda: self.journey(one))
        if made is None:
            return HubSchool(id=one.id, series=self.counts(one, indicator, calendar, None))
        if made.school.name != one.name:
            message = f"the hub calls it {one.name!r}, its own file {made.school.name!r}"
            fault = Fault(f"{one.id}.name", message, one.name)
            self.reader.errors.append(InvalidInputError(self.subject, [fault]))
        return HubSchool(
            id=one.id,
            school=made.school,
            result=made.result,
            plan=made.plan,
            schedule=made.schedule,
            calendar=made.calendar,
            series=self.counts(one, indicator, made.calendar, made.school.roll),
        )

    def journey(self, one: LeadSchool | PartnerSchool) -> JourneyResult | None:
        hub = self.hub
        if one.journey is not None:
            return run_journey(self.base / one.journey, stop=self.watch.stop)
        if not isinstance(one, PartnerSchool) or one.school is None or one.responses is None:
            return None
        journey = Journey(
            id=one.id,
            title=f"Behaviour action plan of {one.name}",
            framework=hub.framework,
            catalogue=hub.catalogue,
            calendar=hub.calendar,
            school=one.school,
            responses=one.responses,
            starts=hub.starts,
        )
        return run_journey(journey, base=self.base)

    def counts(
        self,
        one: LeadSchool | PartnerSchool,
        indicator: Indicator | None,
        calendar: SchoolYear | None,
        roll: int | None,
    ) -> Series | None:
        if not isinstance(one, PartnerSchool) or one.counts is None or indicator is None:
            return None
        path = self.base / one.counts
        series: Series | None = self.reader.attempt(
            lambda: read_series(path, indicator=indicator, calendar=calendar, pupils=roll)
        )
        return series

    def _check_same(self, schools: list[HubSchool]) -> None:
        """Record audits under another framework: needs and strengths would not compare."""
        for school in schools:
            if school.result is not None and school.result.framework != self.hub.framework:
                message = (
                    f"was audited under {school.result.framework!r}, the hub under "
                    f"{self.hub.framework!r}"
                )
                fault = Fault(f"{school.id}.journey", message)
                self.reader.errors.append(InvalidInputError(self.subject, [fault]))
