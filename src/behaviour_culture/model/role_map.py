"""Which post does what in one kind of school: a map from roles to the people who hold them."""

from __future__ import annotations

from attrs import field, frozen

from behaviour_culture.checks import Check, TupleOf, Value
from behaviour_culture.fields import Slug, Text
from behaviour_culture.model.school import Capacity, School
from behaviour_culture.model.setting import EVERY_SIZE, RollRange, Setting, check_sizes
from behaviour_culture.model.step import applies

__all__ = ["RoleMap"]


@frozen(kw_only=True, repr=False)
class RoleMap(Value):
    """The posts of one kind of school, the roles that each holds, and the hours that each gives.

    A school copies ``capacity`` and puts its own people and hours in.

    Attributes
    ----------
    settings : tuple of Setting
    sizes : RollRange
        Pupils on roll of the schools for which it is.
    capacity : Capacity
        Its hours are judgement.
    """

    id: Slug
    name: Text
    summary: str = ""
    settings: tuple[Setting, ...] = field(default=(), converter=TupleOf[Setting])
    sizes: RollRange = EVERY_SIZE
    capacity: Capacity

    def _check(self, check: Check) -> None:
        check_sizes(check)

    def fits(self, school: School) -> bool:
        """Say whether it is for a school of this kind and size."""
        return applies(self.settings, self.sizes, school.settings, school.roll)

    def _lines(self) -> list[str]:
        posts = (f"  {p.title}: {', '.join((p.id, *p.holds))}" for p in self.capacity.roles)
        return [self.name, *posts]
