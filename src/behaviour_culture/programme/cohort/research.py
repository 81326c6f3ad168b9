"""A cohort for researchers: no names, no rare combinations, ids that only a secret links."""

from __future__ import annotations

import hmac
from collections import Counter
from collections.abc import Sequence
from typing import Annotated, Any

import numpy as np
from attrs import field, frozen

from behaviour_culture._arrays import FrozenArray, array_field, frozen_array
from behaviour_culture.checks import Check, TupleOf, Value
from behaviour_culture.disclosure.rules import SYMBOL
from behaviour_culture.errors import MissingExtraError
from behaviour_culture.fields import Count, Range, Shape, Texts
from behaviour_culture.programme.cohort.cohort import Cohort

__all__ = ["ResearchExport", "research_export"]

_SALT = 16
_ID = 16
_DECIMALS = 2
Group = tuple[str, str]


@frozen(kw_only=True, repr=False)
class ResearchExport(Value):
    """Scores under ids that reveal no school, a row for each school and round.

    Attributes
    ----------
    least : int
        The fewest schools with one combination of phase, context and rounds: it is often known
        which schools were audited when.
    ids : tuple of str
        Of each row; rows are in the order of ids, which are hashes.
    rounds : tuple of int
    phases, contexts : tuple of str
        ``c`` where it would make a school rare, empty where not known.
    parts : tuple of str
    scores : array of float, shape (rows, parts)
        To two decimals; NaN where nothing was assessed.
    left_out : int
        Schools that no coarsening hides.
    audits_left_out : int
        Audits of the others that were left out, since few schools were audited in those rounds.
    """

    least: Annotated[int, Range(low=2)]
    ids: tuple[str, ...] = field(converter=TupleOf[str])
    rounds: tuple[int, ...] = field(converter=TupleOf[int])
    phases: tuple[str, ...] = field(converter=TupleOf[str])
    contexts: tuple[str, ...] = field(converter=TupleOf[str])
    parts: Texts = field(converter=TupleOf[str])
    scores: Annotated[FrozenArray, Shape("ids", "parts", missing=True)] = array_field()
    left_out: Count = 0
    audits_left_out: Count = 0

    def _check(self, check: Check) -> None:
        for name in ("rounds", "phases", "contexts"):
            if check.ok("ids", name) and len(getattr(self, name)) != len(self.ids):
                check.fault(name, f"expected one for each of {len(self.ids)} rows")
        if check.ok() and self.smallest_group not in {0, *range(self.least, 1 + len(self.ids))}:
            words = f"a combination of phase, context and rounds has {self.smallest_group} schools"
            check.fault("least", f"{words}: expected {self.least} or more", self.least)

    @property
    def smallest_group(self) -> int:
        """Schools of the rarest combination of phase, context and rounds; 0 without a row."""
        each: dict[str, tuple[Group, list[int]]] = {}
        rows = zip(self.ids, self.rounds, self.phases, self.contexts, strict=True)
        for key, turn, *group in rows:
            each.setdefault(key, ((group[0], group[1]), []))[1].append(turn)
        count = Counter((group, tuple(sorted(turns))) for group, turns in each.values())
        return min(count.values(), default=0)

    def to_rows(self) -> list[dict[str, Any]]:
        """Return a row for each school and round."""
        return [
            {
                "id": key,
                "round": self.rounds[i],
                "phase": self.phases[i],
                "context": self.contexts[i],
                **{
                    part: None if np.isnan(value) else float(value)
                    for part, value in zip(self.parts, self.scores[i], strict=True)
                },
            }
            for i, key in enumerate(self.ids)
        ]

    def to_arrow(self) -> Any:  # noqa: ANN401  (a pyarrow.Table)
        """Return a pyarrow table, which polars, pandas and DuckDB read (extra ``arrow``)."""
        try:
            import pyarrow as pa  # type: ignore[import-untyped]  # noqa: PLC0415  (an extra)
        except ImportError:
            raise MissingExtraError("pyarrow", "arrow", "a table of Arrow") from None
        columns: dict[str, Any] = {
            "id": list(self.ids),
            "round": pa.array(self.rounds, pa.int16()),
            "phase": list(self.phases),
            "context": list(self.contexts),
        }
        for k, part in enumerate(self.parts):
            columns[part] = pa.array(np.array(self.scores[:, k]), from_pandas=True)
        return pa.table(columns)

    def _label(self) -> str:
        return f"{len(set(self.ids)):,} schools, groups of {self.least} or more"

    def _lines(self) -> list[str]:
        rare = sum(SYMBOL in pair for pair in zip(self.phases, self.contexts, strict=True))
        return [
            f"{len(self.ids):,} audits of {len(set(self.ids)):,} schools for research: each "
            f"combination of phase, context and rounds has {self.smallest_group:,} or more",
            f"  Rows coarsened ({SYMBOL}): {rare:,}; schools left out: {self.left_out}; audits of "
            f"others left out: {self.audits_left_out}.",
            "  Somebody who knows a school's own scores could still find it: hand the file over "
            "under terms.",
        ]


def research_export(cohort: Cohort, *, salt: str, least: int = 5) -> ResearchExport:
    """Return the scores with nothing that names a school, to be handed to researchers.

    Parameters
    ----------
    cohort : Cohort
    salt : str
        A secret of 16 characters or more, such as ``secrets.token_hex(16)``. Ids are
        hashes under it: the same secret gives the same ids, so that another round can be
        joined; without it nobody finds a school by trying all numbers of the register.
    least : int
        Schools that each combination of phase, context and rounds has, at least
        (k-anonymity [1]_); from 2. The default of 5 is judgement. Rarer phases and contexts
        are coarsened, and audits of rounds that few schools have are left out.

    Returns
    -------
    ResearchExport

    Raises
    ------
    InvalidInputError
        A salt that is too short, or ``least`` below 2.

    References
    ----------
    .. [1] Sweeney, L. (2002). k-anonymity: a model for protecting privacy. *International
       Journal of Uncertainty, Fuzziness and Knowledge-Based Systems* 10, 557-570.
    """
    check = Check("research_export")
    check.value("cohort", cohort, Cohort)
    check.value("least", least, Annotated[int, Range(low=2)])
    given: object = salt
    if not isinstance(given, str) or len(given) < _SALT:
        words = f"expected a secret text of {_SALT} characters or more"
        check.fault("salt", words, type(salt).__name__)
    check.done()
    scores = cohort.scores().round(_DECIMALS)
    audited = ~np.isnan(scores[:, :, -1])
    present = np.flatnonzero(audited.any(axis=0)).tolist()
    groups = cohort.groups()
    coarse = _coarsened([groups[s] for s in present], least)
    turns = [frozenset(np.flatnonzero(audited[:, s]).tolist()) for s in present]
    kept = _usual(coarse, turns, least)
    secret = salt.encode("utf-8", "surrogatepass")
    rows = []
    for s, group, mine in zip(present, coarse, kept, strict=True):
        if group is not None:
            name = hmac.new(secret, cohort.schools[s].encode(), "sha256").hexdigest()[:_ID]
            rows += [(name, cohort.rounds[r], r, s, group) for r in mine]
    rows.sort()
    return ResearchExport(
        least=least,
        ids=[row[0] for row in rows],
        rounds=[row[1] for row in rows],
        phases=[row[4][0] for row in rows],
        contexts=[row[4][1] for row in rows],
        parts=cohort.parts,
        scores=frozen_array(
            np.array([scores[row[2], row[3]] for row in rows]).reshape(-1, len(cohort.parts))
        ),
        left_out=sum(not mine for mine in kept),
        audits_left_out=sum(len(a) - len(b) for a, b in zip(turns, kept, strict=True) if b),
    )


def _coarsened(groups: list[Group], least: int) -> list[Group | None]:
    """Return groups of which each has enough schools, or None for schools to leave out.

    Contexts that are rare in their phase become one; if they still are few, the phase's next
    smallest context joins them, and so on until they are not. Then phases in the same way.
    """
    count = Counter(groups)
    contexts = {
        phase: _hidden({c: n for (p, c), n in count.items() if p == phase}, least)
        for phase in {p for p, _ in count}
    }
    first = [(p, SYMBOL if c in contexts[p] else c) for p, c in groups]
    phases = Counter(p for p, _ in first)
    hidden = _hidden(dict(phases), least)
    second = [(SYMBOL, SYMBOL) if p in hidden else (p, c) for p, c in first]
    final = Counter(second)
    return [group if final[group] >= least else None for group in second]


def _usual(
    groups: Sequence[Group | None], turns: Sequence[frozenset[int]], least: int
) -> list[frozenset[int]]:
    """Return the rounds to show of each school: enough schools of its group show the same.

    Where few have the same rounds, the round that fewest schools of the group have is left out,
    from the longest histories down to those of one round, which are left out whole.
    """
    kept = [frozenset() if g is None else t for g, t in zip(groups, turns, strict=True)]
    often = Counter((g, r) for g, mine in zip(groups, kept, strict=True) for r in mine)
    for size in range(max(map(len, kept), default=0), 0, -1):
        count = Counter(zip(groups, kept, strict=True))
        for i, (group, mine) in enumerate(zip(groups, kept, strict=True)):
            if len(mine) == size and count[group, mine] < least:
                kept[i] = mine - {min(mine, key=lambda r: (often[group, r], r))}
    return kept


def _hidden(sizes: dict[str, int], least: int) -> set[str]:
    """Return the names that become one: the small ones, and others until they are enough."""
    hidden = {name for name, number in sizes.items() if number < least}
    while hidden and sum(sizes[name] for name in hidden) < least:
        rest = [(number, name) for name, number in sizes.items() if name not in hidden]
        if not rest:
            break
        hidden.add(min(rest)[1])
    return hidden
