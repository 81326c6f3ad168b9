"""A line of a file of audits read in plain Python: what it holds, or all that is wrong with it."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

from behaviour_culture.errors import Fault, shorten, suggest
from behaviour_culture.fields import is_slug
from behaviour_culture.model.framework import Framework
from behaviour_culture.model.school import Phase

__all__ = ["KEYS", "MOST_ROUNDS", "PHASES", "LineReader", "Row"]

MOST_ROUNDS = 100
KEYS = ("framework", "edition", "school", "round", "phase", "context", "ratings")
PHASES = tuple(phase.value for phase in Phase)
_OPTIONAL = frozenset({"phase", "context"})
_BOM = b"\xef\xbb\xbf"

Row = tuple[int, str, int, str | None, str | None, Any]
"""Number, school, round, phase, context and ratings of a line."""


class LineReader:
    """Reads a line, and says all that is wrong with it."""

    def __init__(self, framework: Framework) -> None:
        self._framework = framework
        self._items = [item.id for item in framework.items]
        self._known = set(self._items)
        self._values = set(framework.scale.values)

    def read(
        self, line: int, content: bytes, faults: list[Fault], *, rated: bool = True
    ) -> Row | None:
        """Return what a line holds, or None and add its faults; ratings unread if not ``rated``."""
        before = len(faults)

        def fault(path: str, message: str, value: object = None) -> None:
            place = f"line {line}, {path}" if path else f"line {line}"
            faults.append(Fault(place, message, "" if value is None else shorten(value)))

        data = self._parsed(content, fault)
        if len(faults) == before:
            self._check(data, fault, rated=rated)
        if len(faults) > before or not isinstance(data, dict):
            return None
        ratings = data["ratings"]
        if rated:
            ratings = tuple(ratings[item] for item in self._items)
        group = data.get("phase"), data.get("context")
        return line, data["school"], data["round"], *group, ratings

    @staticmethod
    def _parsed(content: bytes, fault: Callable[..., None]) -> object:
        twice: list[str] = []

        def table(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
            found = dict(pairs)
            if len(found) < len(pairs):
                keys = [key for key, _ in pairs]
                twice.extend(key for key in found if keys.count(key) > 1)
            return found

        if content.startswith(_BOM):
            fault("", "begins with a byte order mark: save it as UTF-8 without one")
            return None
        try:
            data: object = json.loads(content.decode("utf-8"), object_pairs_hook=table)
        except UnicodeDecodeError:
            fault("", "it is not UTF-8: save the file in that encoding")
            return None
        except (ValueError, RecursionError) as error:
            fault("", f"it is not a JSON object of its own: {error}", content[:80])
            return None
        for key in twice:
            fault("", f"the key {key!r} stands twice: keep one", key)
        return data

    def _check(self, data: object, fault: Callable[..., None], *, rated: bool) -> None:
        if not isinstance(data, dict):
            fault("$", f"expected an object with {', '.join(KEYS)}, got {shorten(data)}", data)
            return
        for key in KEYS:
            if key not in data and key not in _OPTIONAL:
                fault(f"$.{key}", "is missing")
        for key in data:
            if key not in KEYS:
                fault(f"$.{shorten(key)[1:-1]}", f"no such key{suggest(key, KEYS)}", key)
        for key in ("framework", "edition"):
            want = getattr(self._framework, "id" if key == "framework" else key)
            if key in data and data[key] != want:
                fault(f"$.{key}", f"expected {want!r}, got {shorten(data[key])}", data[key])
        for key in ("school", "context"):
            value = data.get(key)
            if key in data and not is_slug(value) and not (key == "context" and value is None):
                fault(f"$.{key}", f"{shorten(value)} is not an id like 's-00001'", value)
        round_ = data.get("round", 1)
        if type(round_) is not int or not 1 <= round_ <= MOST_ROUNDS:
            words = f"expected a whole number from 1 to {MOST_ROUNDS}, got {shorten(round_)}"
            fault("$.round", words, round_)
        phase = data.get("phase")
        if phase is not None and phase not in PHASES:
            hint = suggest(phase, PHASES)
            words = f"expected one of {', '.join(PHASES)}, got {shorten(phase)}{hint}"
            fault("$.phase", f"{words}; a special school is 'not-applicable'", phase)
        if rated and "ratings" in data:
            self._check_ratings(data["ratings"], fault)

    def _check_ratings(self, ratings: object, fault: Callable[..., None]) -> None:
        if not isinstance(ratings, dict):
            fault("$.ratings", f"expected an object, a rating an item, got {shorten(ratings)}")
            return
        allowed = ", ".join(str(value) for value in sorted(self._values))
        for item in self._items:
            if item not in ratings:
                fault(f"$.ratings.{item}", "is missing: write null where it was not assessed")
        for item, value in ratings.items():
            if item not in self._known:
                name = shorten(item)[1:-1]
                fault(f"$.ratings.{name}", f"no such item{suggest(item, self._items)}", item)
            elif value is not None and (type(value) is not int or value not in self._values):
                words = f"expected one of {allowed}, or null, got {shorten(value)}"
                fault(f"$.ratings.{item}", words, value)
