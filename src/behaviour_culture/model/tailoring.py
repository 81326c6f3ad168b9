"""Tailorings: changes that fit a framework to a school, each with its reason."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

from attrs import evolve, field, frozen

from behaviour_culture._display import count_of
from behaviour_culture._entries import Entries
from behaviour_culture.checks import Check, TupleOf, Value, require_types
from behaviour_culture.errors import FaultCode, suggest
from behaviour_culture.fields import NotNegative, Percent, Slug, Slugs, Text
from behaviour_culture.model.applied_change import AppliedChange, TailoringKind
from behaviour_culture.model.belonging import framework_faults
from behaviour_culture.model.framework import AuditItem, Framework
from behaviour_culture.model.school import Phase
from behaviour_culture.model.scoring import Threshold

__all__ = ["Tailoring", "TailoringChange", "resolve"]

_NEEDS = {
    TailoringKind.SELECT: (),
    TailoringKind.DROP: (),
    TailoringKind.ADD: ("item",),
    TailoringKind.REWEIGHT: ("weight",),
    TailoringKind.SET: ("percent",),
    TailoringKind.REWORD: ("text",),
}
"""The fields that each kind of change needs."""
_PARTS = ("items", "principles", "domains")
_LISTS = {
    **dict.fromkeys((TailoringKind.SELECT, TailoringKind.DROP, TailoringKind.REWORD), _PARTS),
    TailoringKind.ADD: (),
    TailoringKind.REWEIGHT: ("items", "principles"),
    TailoringKind.SET: ("thresholds",),
}
"""The lists in which each kind of change finds its targets."""
_SET_TO = ", set to "
_FIELDS = ("item", "weight", "percent", "text", "look_for")


@frozen(kw_only=True, repr=False)
class TailoringChange(Value):
    """One change to a framework, its reason, and the role of the person who decided it.

    Attributes
    ----------
    kind : TailoringKind
        ``select`` keeps only the targets, the entries inside them and those around them;
        ``drop`` removes the targets; ``add`` adds ``item``; ``reweight`` gives each target
        ``weight``; ``set`` gives each criterion of a threshold ``percent``; ``reword`` gives
        each target ``text``, and an item ``look_for``.
    targets : tuple of str
        Ids of items, principles or domains; for ``set``, of thresholds. Empty for ``add``.
    phase : Phase or None
        Applies the change only if the framework is resolved for this phase.
    reason, role : str
        The reason, and the role of the person who decided it (never a name).
    """

    kind: TailoringKind
    targets: Slugs = field(default=(), converter=TupleOf[str])
    item: AuditItem | None = None
    weight: NotNegative | None = None
    percent: Percent | None = None
    text: Text | None = None
    look_for: Text | None = None
    phase: Phase | None = None
    reason: Text
    role: Text

    def _check(self, check: Check) -> None:
        for name in ("weight", "percent"):
            if check.ok() and getattr(self, name) == 0:
                check.fault(name, "must be above 0; to leave a thing out, drop it", 0)
        if not check.ok():
            return
        needs = _NEEDS[self.kind]
        allowed = (*needs, "look_for") if self.kind is TailoringKind.REWORD else needs
        for name in _FIELDS:
            is_set = getattr(self, name) is not None
            if is_set and name not in allowed:
                check.fault(name, f"has no meaning in a change of kind {self.kind.value!r}")
            if not is_set and name in needs:
                check.fault(name, f"is needed in a change of kind {self.kind.value!r}")
        if self.kind is TailoringKind.ADD and self.targets:
            check.fault("targets", "an added item names its principle itself: leave this out")
        if self.kind is not TailoringKind.ADD and not self.targets:
            check.fault("targets", "needs the id of an entry to change")

    def _lines(self) -> list[str]:
        targets = self.item.id if self.item is not None else ", ".join(self.targets)
        phase = f" (for {self.phase.value})" if self.phase else ""
        return [f"{self.kind.value} {targets}{phase}: {self.reason} [{self.role}]"]


@frozen(kw_only=True, repr=False)
class Tailoring(Value):
    """Changes that fit one edition of a framework to a school, in the order of application."""

    id: Slug
    name: Text
    framework: Slug
    edition: Text
    summary: str = ""
    changes: Entries[TailoringChange] = field(default=Entries(), converter=TupleOf[TailoringChange])

    def _label(self) -> str:
        return f"{self.id}: {count_of(len(self.changes), 'change')} to {self.framework}"

    def _lines(self) -> list[str]:
        return [f"{self.name}, for {self.framework} ({self.edition})"] + [
            f"  {change}" for change in self.changes
        ]


def resolve(framework: Framework, *tailorings: Tailoring, phase: Phase | None = None) -> Framework:
    """Apply tailorings to a framework and return the result as a new framework.

    Parameters
    ----------
    framework : Framework
        A framework as published, or one that was tailored before.
    *tailorings : Tailoring
        Applied in order. ``resolve(resolve(f, a), b)`` equals ``resolve(f, a, b)``.
    phase : Phase, optional
        Applies the changes for this phase too; without it, only those for every phase.

    Returns
    -------
    Framework
        It has the same id and edition. Its ``changes`` record each change with tailoring,
        reason and role; `Framework.changes_of` returns those of one entry. References to
        entries that are gone are dropped (prerequisites, challenges, systems, thresholds).

    Raises
    ------
    InvalidInputError
        A tailoring is for another framework or edition, or was applied already; a target does
        not exist; an added id is taken; no principle would be left. The error has all faults of
        one tailoring.

    Examples
    --------
    >>> import behaviour_culture as bc
    >>> framework = bc.load_framework("bennett-2017")
    >>> small = bc.Tailoring(
    ...     id="small-primary",
    ...     name="Small primary",
    ...     framework="bennett-2017",
    ...     edition="2017",
    ...     changes=[
    ...         bc.TailoringChange(
    ...             kind=bc.model.TailoringKind.DROP,
    ...             targets=["build-internal-inclusion"],
    ...             reason="four classes, no room",
    ...             role="head",
    ...         )
    ...     ],
    ... )
    >>> tailored = bc.resolve(framework, small)
    >>> len(framework.principles) - len(tailored.principles)
    1
    >>> print(tailored.changes[0].reason)
    four classes, no room
    >>> bc.resolve(framework) == framework
    True
    """
    each = {f"tailorings[{i}]": (t, Tailoring) for i, t in enumerate(tailorings)}
    chosen = {} if phase is None else {"phase": (phase, Phase)}
    require_types("resolve", framework=(framework, Framework), **each, **chosen)
    for tailoring in tailorings:
        framework = _Resolver(framework, tailoring, phase).done()
    return framework


_HINTS = 50
"""Faults that suggest a name: an error shows as many."""
_Places: TypeAlias = list[tuple[str, str]]
"""The list and the id of each target."""
_Action: TypeAlias = Callable[[str, TailoringChange, _Places], str | None]


class _Resolver:
    """The lists of a framework while a tailoring changes them."""

    def __init__(self, framework: Framework, tailoring: Tailoring, phase: Phase | None) -> None:
        self.framework = framework
        self.tailoring = tailoring
        self.phase = phase
        self.check = Check(f"tailoring {tailoring.id!r}")
        self.parts: dict[str, dict[str, Any]] = {
            name: {entry.id: entry for entry in getattr(framework, name)}
            for name in ("domains", "principles", "items", "thresholds")
        }
        self.applied: list[AppliedChange] = []

    def done(self) -> Framework:
        self._check_fit()
        if self.check.ok():
            for i, change in enumerate(self.tailoring.changes):
                if change.phase is None or change.phase is self.phase:
                    self._apply(f"changes[{i}]", change)
        if self.check.ok() and not self.parts["principles"]:
            self.check.fault("changes", "no principle would be left")
        self.check.done()
        return self._rebuilt() if self.applied else self.framework

    def _check_fit(self) -> None:
        self.check.add(framework_faults("", self.tailoring, self.framework))
        if any(c.tailoring == self.tailoring.id for c in self.framework.changes):
            self.check.fault("id", "a tailoring with this id was already applied to this framework")

    def _apply(self, path: str, change: TailoringChange) -> None:
        places = self._find(path, change)
        if len(places) < len(change.targets):
            return
        actions: dict[TailoringKind, _Action] = {
            TailoringKind.SELECT: self._select,
            TailoringKind.DROP: self._drop,
            TailoringKind.ADD: self._add,
            TailoringKind.REWEIGHT: self._reweight,
            TailoringKind.SET: self._set,
            TailoringKind.REWORD: self._reword,
        }
        before = actions[change.kind](path, change, places)
        if before is not None:
            targets = (change.item.id,) if change.item is not None else change.targets
            self.applied.append(
                AppliedChange(
                    tailoring=self.tailoring.id,
                    kind=change.kind,
                    targets=targets,
                    before=before,
                    reason=change.reason,
                    role=change.role,
                )
            )

    def _find(self, path: str, change: TailoringChange) -> _Places:
        """Return the list and id of each target; with a fault for one that does not exist."""
        places, names = [], _LISTS[change.kind]
        for j, target in enumerate(change.targets):
            holders = [name for name in names if target in self.parts[name]]
            if len(holders) == 1:
                places.append((holders[0], target))
                continue
            words = ", ".join(name[:-1] for name in (holders or names))
            if holders:
                message = f"{target!r} is the id of several entries ({words})"
            else:
                known = [key for name in names for key in self.parts[name]]
                hint = suggest(target, known) if len(self.check.faults) < _HINTS else ""
                message = f"no {words.replace(', ', ' or ')} {target!r}{hint}"
            code = FaultCode.RULE if holders else FaultCode.UNKNOWN_NAME
            self.check.fault(f"{path}.targets[{j}]", message, target, code)
        return places

    def _select(self, _path: str, _change: TailoringChange, places: _Places) -> str:
        chosen = set(places)
        principles, items = self.parts["principles"], self.parts["items"]
        whole = {
            k for k, p in principles.items() if {("principles", k), ("domains", p.domain)} & chosen
        }
        kept = {k: i for k, i in items.items() if ("items", k) in chosen or i.principle in whole}
        holding = whole | {i.principle for i in kept.values()}
        self.parts["items"] = kept
        self.parts["principles"] = {k: p for k, p in principles.items() if k in holding}
        self._close_domains({key for name, key in chosen if name == "domains"})
        return ""

    def _drop(self, _path: str, _change: TailoringChange, places: _Places) -> str:
        for name, key in places:
            self.parts[name].pop(key)
        kept = {
            k: p for k, p in self.parts["principles"].items() if p.domain in self.parts["domains"]
        }
        self.parts["principles"] = kept
        self.parts["items"] = {k: i for k, i in self.parts["items"].items() if i.principle in kept}
        if {name for name, _ in places} - {"items"}:
            self._close_domains(set())
        return ""

    def _close_domains(self, named: set[str]) -> None:
        """Drop the domains that have no principle left, except those that are named."""
        held = {p.domain for p in self.parts["principles"].values()} | named
        self.parts["domains"] = {k: d for k, d in self.parts["domains"].items() if k in held}

    def _add(self, path: str, change: TailoringChange, _places: _Places) -> str | None:
        item, items, principles = change.item, self.parts["items"], self.parts["principles"]
        assert item is not None  # noqa: S101  (TailoringChange refuses that)
        known = self.check.known(f"{path}.item.principle", item.principle, principles, "principle")
        if item.id in items:
            message = f"an item {item.id!r} exists already"
            self.check.fault(f"{path}.item.id", message, item.id)
        elif known:
            items[item.id] = item
            return ""
        return None

    def _reweight(self, _path: str, change: TailoringChange, places: _Places) -> str:
        return self._evolve(places, "weight", weight=change.weight)

    def _reword(self, path: str, change: TailoringChange, places: _Places) -> str | None:
        if change.look_for and {name for name, _ in places} != {"items"}:
            message = "only an item has it: leave it out for a principle or a domain"
            self.check.fault(f"{path}.look_for", message)
            return None
        new = {"text": change.text} | ({"look_for": change.look_for} if change.look_for else {})
        return self._evolve(places, "text", **new)

    def _evolve(self, places: _Places, shown: str, **new: Any) -> str:  # noqa: ANN401
        before = []
        for name, key in places:
            old = getattr(self.parts[name][key], shown)
            before.append(f"{old:g}" if isinstance(old, float) else old)
            self.parts[name][key] = evolve(self.parts[name][key], **new)
        return "; ".join(before)

    def _set(self, _path: str, change: TailoringChange, places: _Places) -> str:
        before = []
        for _, key in places:
            threshold: Threshold = self.parts["thresholds"][key]
            before.append(", ".join(f"{c.percent:g}" for c in threshold.criteria))
            criteria = [evolve(c, percent=change.percent or c.percent) for c in threshold.criteria]
            # A published name may mention the published percentage.
            name = f"{threshold.name.partition(_SET_TO)[0]}{_SET_TO}{change.percent:g}%"
            self.parts["thresholds"][key] = evolve(threshold, name=name, criteria=criteria)
        return "; ".join(before)

    def _rebuilt(self) -> Framework:
        """Drop references to entries that are gone, and build the new framework."""
        framework = self.framework
        principles, domains = self.parts["principles"], self.parts["domains"]
        alive = set(principles) | {f.id for f in framework.features}
        parts = {"whole"} | set(principles) | set(domains)
        follows = {d.id: d.follows for d in framework.domains}

        def earlier(key: str | None) -> str | None:
            seen: set[str] = set()
            while key is not None and key not in domains and key not in seen:
                seen.add(key)
                key = follows.get(key)
            return key if key in domains else None

        return evolve(
            framework,
            domains=[evolve(d, follows=earlier(d.follows)) for d in domains.values()],
            principles=[
                evolve(p, prerequisites=[q for q in p.prerequisites if q.principle in principles])
                for p in principles.values()
            ],
            items=list(self.parts["items"].values()),
            short_form=[key for key in framework.short_form if key in self.parts["items"]],
            retired=[
                evolve(r, now=[key for key in r.now if key in self.parts["items"]])
                for r in framework.retired
                if r.id not in self.parts["items"]
            ],
            challenges=[
                evolve(c, opposes=[n for n in c.opposes if n in alive])
                for c in framework.challenges
            ],
            systems=[
                evolve(s, principles=[n for n in s.principles if n in principles])
                for s in framework.systems
            ],
            thresholds=[
                t
                for t in self.parts["thresholds"].values()
                if all(c.of in parts for c in t.criteria)
            ],
            changes=[*framework.changes, *self.applied],
        )
