"""Disclosure control: small counts of pupils are hidden so that no total reveals them.

`suppress` takes a plain table of counts, adds its totals, and hides the small counts. A small
count that is hidden alone in its row or column follows from the total, so others are hidden
with it. The table is read as a network of sums to find out how many: a hidden count is safe
if it lies on a closed path of counts that can rise and fall by enough without changing any
number that is published.

The guarantee for any table: to somebody who knows everything published, and whether a 0 would
have been shown, at least ``ambiguity`` different values are possible for each small count, and
at least two for each other hidden count.

Whoever also runs this open procedure on each of those tables can rule out the ones that it would
have hidden in another way (a minimality attack: Wong, R. C.-W. et al. (2007). *Proceedings of
VLDB*, 543-554). So squares of four counts are tried first. Which square belongs to a count depends
on its place alone, and one is used only if ``ambiguity`` of its tables end in the same square. In
other tables, where no such square will do, the first guarantee is all there is.
"""

from __future__ import annotations

from behaviour_culture._lazy import attach

__getattr__, __dir__, __all__ = attach(__name__)
