"""Strategies for schools, their people, their audits and the support they get."""

from __future__ import annotations

import datetime as dt
from typing import Any

from hypothesis import strategies as st

from behaviour_culture._frozenmap import Extra, as_extra
from behaviour_culture.model.audit import RATER_GROUPS, Audit, Response
from behaviour_culture.model.framework import AuditItem, Framework
from behaviour_culture.model.journey import Journey
from behaviour_culture.model.school import (
    Capacity,
    CapacityChange,
    Context,
    Role,
    School,
    SchoolSystem,
)
from behaviour_culture.model.support import StrandOffer, SupportOffer
from behaviour_culture.testing._basics import (
    Ids,
    Strategy,
    check_options,
    check_sizes,
    dates,
    entries,
    maybe,
    numbers,
    one_of_ids,
    refuse,
    slugs,
    some_of_ids,
    texts,
    words,
)
from behaviour_culture.testing._frameworks import draw_sources
from behaviour_culture.testing._objects import built, in_order, make
from behaviour_culture.testing._registry import arrange, draws

__all__ = ["audits", "capacities", "schools", "support_offers"]


# -- the school ------------------------------------------------------------------------------


def _no_urn_if_illustrative(values: dict[str, Any]) -> None:
    if values["illustrative"]:
        values["urn"] = None


arrange(School, _no_urn_if_illustrative, in_order("low_age", "high_age"))
# Under one in a hundred it would be taken for a share.
_PERCENT = st.none() | st.just(0.0) | numbers(1.0, 100.0)
arrange(Context, fsm_percent=_PERCENT, sen_support_percent=_PERCENT)
arrange(CapacityChange, in_order("start", "end"))
arrange(
    Role,
    people=st.integers(1, 60),
    hours_per_week=st.sampled_from([0.5, 1.0, 2.0, 4.0, 8.0]) | numbers(0.01, 60.0),
)


@draws(School)
def schools(*, kinds: Ids = None, principles: Ids = None, roles: Ids = None) -> Strategy[School]:
    """Draw schools.

    Parameters
    ----------
    kinds, principles : sequence of str, optional
        Ids of a framework's kinds of systems and of its principles to choose from.
    roles : sequence of str, optional
        Ids of roles that a school has, each of them; of any or none without it.
    """
    check_options("schools", kinds=kinds, principles=principles, roles=roles)
    one = built(
        SchoolSystem,
        kind=maybe(one_of_ids("schools", "kinds", kinds)),
        principles=some_of_ids(principles),
    )
    people: Strategy[Capacity | None] = capacities(roles=roles)
    return built(
        School,
        systems=entries(one, max_size=2),
        capacity=maybe(people) if roles is None else people,
    )


arrange(Role, holds=())  # two roles of one school could hold the same; `capacities` draws some


@draws(Capacity)
def capacities(
    *,
    roles: Ids = None,
    min_value: dt.date = dt.date(2015, 1, 1),
    max_value: dt.date = dt.date(2040, 12, 31),
) -> Strategy[Capacity]:
    """Draw the hours that the people of a school can give, with changes that do not overlap.

    Parameters
    ----------
    roles : sequence of str, optional
        Ids of roles that it has, each of them; one to three of any without it.
    min_value, max_value : date
        Between which dates hours may change.
    """
    check_options("capacities", roles=roles)
    if roles is not None:
        one_of_ids("capacities", "roles", roles)
    dates(min_value=min_value, max_value=max_value)
    return _capacities(None if roles is None else tuple(dict.fromkeys(roles)), min_value, max_value)


@st.composite
def _capacities(
    draw: st.DrawFn, ids: tuple[str, ...] | None, low: dt.date, high: dt.date
) -> Capacity:
    if ids is None:
        ids = draw(some_of_ids(None, min_size=1))
    held = [role for role in draw(some_of_ids(None, max_size=2)) if role not in ids]
    people = [make(draw, Role, id=role, holds=[] if i else held) for i, role in enumerate(ids)]
    changes = []
    for role in draw(st.lists(st.sampled_from(ids), max_size=2, unique=True)):
        # Distinct days in order, taken two by two: no two changes of a role overlap.
        day = dates(min_value=low, max_value=high)
        days = sorted(draw(st.lists(day, max_size=4, unique=True)))
        changes += [
            make(
                draw,
                CapacityChange,
                role=role,
                start=start,
                end=end,
                hours_per_week=numbers(0.0, 8.0),
            )
            for start, end in zip(days[::2], days[1::2], strict=False)
        ]
    return Capacity(roles=people, changes=draw(st.permutations(changes)))


# -- its audit and its support ---------------------------------------------------------------


def _rated_or_not(values: dict[str, Any]) -> None:
    """Call nothing not applicable that has a rating."""
    values["not_applicable"] = values["not_applicable"] and values["rating"] is None


arrange(Response, _rated_or_not, group=st.just("") | st.sampled_from(RATER_GROUPS))


@draws(Audit)
def audits(
    *, framework: Framework | None = None, max_raters: int = 3, max_responses: int = 12
) -> Strategy[Audit]:
    """Draw audits with one rating at least, of a framework or of any items.

    Parameters
    ----------
    framework : Framework, optional
        The framework of the audit: its items and its scale are used, and it needs an item.
    max_raters, max_responses : int
        Most raters and most responses, from 1.
    """
    check_options("audits", framework=framework)
    check_sizes("audits", 1, max_raters=max_raters)
    check_sizes("audits", 1, max_responses=max_responses)
    if framework is not None and not framework.items:
        raise refuse("audits", ("framework", f"{framework.id!r} has no items to audit"))
    return _audits(framework, max_raters, max_responses)


def _may_lack(item: AuditItem | None) -> bool:
    return item is None or bool(item.not_applicable)


@st.composite
def _audits(
    draw: st.DrawFn, framework: Framework | None, max_raters: int, max_responses: int
) -> Audit:
    raters = draw(st.lists(slugs(), min_size=1, max_size=max_raters, unique=True))
    value = st.integers(0, 1000)
    given: dict[str, object] = {"edition": texts(max_size=8)}
    if framework is None:
        items = draw(st.lists(slugs(), min_size=1, max_size=6, unique=True))
    else:
        items = [item.id for item in framework.items]
        value = st.sampled_from(framework.scale.values)
        given = {"framework": framework.id, "edition": framework.edition}
    groups = {rater: draw(st.just("") | st.sampled_from(RATER_GROUPS)) for rater in raters}
    asked = {} if framework is None else {item.id: item for item in framework.items}
    possible = [
        (r, i) for r in raters for i in items if i not in asked or asked[i].open_to(groups[r])
    ]
    if not possible:
        groups[raters[0]] = ""
        possible = [(raters[0], i) for i in items]
    many = min(max_responses, len(possible))
    pairs = draw(st.lists(st.sampled_from(possible), min_size=1, max_size=many, unique=True))
    answers = [
        Response(
            rater=rater,
            group=groups[rater],
            item=item,
            rating=rating,
            not_applicable=rating is None and draw(st.booleans()) and _may_lack(asked.get(item)),
            note=draw(words(max_size=8)),
            evidence=draw(words(max_size=8)),
        )
        for i, (rater, item) in enumerate(pairs)
        # The first is assessed in any case.
        for rating in [draw(maybe(value) if i else value)]
    ]
    return make(draw, Audit, responses=st.permutations(answers), **given)


@draws(SupportOffer)
@st.composite
def support_offers(draw: st.DrawFn) -> SupportOffer:
    """Draw support offers, with each strand once at most."""
    known, cited = draw_sources(draw)
    offered = built(StrandOffer, provenance=cited)
    return make(
        draw,
        SupportOffer,
        lead_since=maybe(dates().map("{:%Y-%m}".format)),
        strands=entries(offered, key="strand", min_size=1, max_size=6),
        sources=known,
    )


# The files that a journey names need not exist.
arrange(
    Journey,
    seed=st.integers(0, 2**63 - 1),
    formats=st.lists(st.sampled_from(["html", "md"]), max_size=2, unique=True),
)


@draws(Extra)
def _extra() -> Strategy[Extra]:
    """Draw data of other systems; mostly there is none."""
    plain = words() | st.integers(-_MOST_EXTRA, _MOST_EXTRA) | numbers(-1e6, 1e6) | st.booleans()
    more = st.lists(plain, max_size=2) | st.dictionaries(texts(), plain, max_size=2)
    tables = st.dictionaries(texts(), plain | more, max_size=2)
    some = st.dictionaries(slugs(), tables, min_size=1, max_size=2).map(as_extra)
    return st.just(Extra()) | st.just(Extra()) | some


_MOST_EXTRA = 10**6
