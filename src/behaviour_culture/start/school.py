"""A school as it is at the start: its name, phase and roll, and the posts of its kind of school."""

from __future__ import annotations

from typing import Annotated, NamedTuple

from behaviour_culture.checks import Check
from behaviour_culture.content.loader import content_ids, load_content
from behaviour_culture.fields import OneOf, Text
from behaviour_culture.interchange.table import id_from
from behaviour_culture.model.role_map import RoleMap
from behaviour_culture.model.school import Phase, School

__all__ = ["FirstSchool", "first_school"]

_NO_SCHOOL = "trust"
"""The role map that is for no single school."""
_NEAREST = {
    Phase.NURSERY: "village-primary",
    Phase.ALL_THROUGH: "secondary",
    Phase.SIXTEEN_PLUS: "secondary",
}
"""The map that is taken where none is for a phase (judgement)."""


class FirstSchool(NamedTuple):
    """A school as it is at the start, and where its posts come from.

    Attributes
    ----------
    school : School
    role_map : RoleMap
        Its capacity is that of the school.
    fits : bool
        False where no role map is for schools of this kind, and the nearest was taken.
    """

    school: School
    role_map: RoleMap
    fits: bool


def first_school(*, name: str, phase: Phase | str, roll: int) -> FirstSchool:
    """Return a school with the posts and hours that its kind of school has.

    Parameters
    ----------
    name : str
    phase : Phase or str
        Such as ``primary`` or ``secondary``; a pupil referral unit is ``alternative-provision``.
    roll : int
        Pupils on roll.

    Raises
    ------
    InvalidInputError
        With every fault of the arguments.

    Examples
    --------
    >>> made = first_school(name="Hill Road Primary", phase="primary", roll=210)
    >>> made.role_map.id, made.school.illustrative, made.fits
    ('one-form-primary', False, True)
    """
    check = Check("start")
    check.value("name", name, Text)
    known = tuple(p.value for p in Phase if p is not Phase.NOT_APPLICABLE)
    check.value("phase", str(phase), Annotated[str, OneOf(known)])
    check.whole("roll", roll, 0, 20_000)
    check.done()
    made = School(id=id_from(name, default="school"), name=name, phase=Phase(phase), roll=roll)
    maps = [load_content("role-map", key) for key in content_ids("role-map") if key != _NO_SCHOOL]
    fitting = next((found for found in maps if found.fits(made)), None)
    taken = fitting or load_content("role-map", _NEAREST.get(made.phase, "secondary"))
    return FirstSchool(made.evolve(capacity=taken.capacity), taken, fitting is not None)
