"""A nation of synthetic schools: which mix of support closes most need within a budget.

Small by default, so that it takes seconds. For the whole country, with a folder from which a
run that was stopped goes on:

    python examples/nation.py --schools 24000 --budget-days 10000 --draws 1000 --checkpoint run/
"""

from __future__ import annotations

import argparse

from behaviour_culture.programme import NationAssumptions, simulate_nation


def main() -> None:
    """Simulate, print, and ask whether the answer hangs on one judgement."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--schools", type=int, default=600)
    parser.add_argument("--budget-days", type=float, default=None)
    parser.add_argument("--draws", type=int, default=100)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--checkpoint", default=None)
    options = parser.parse_args()
    # As many days for each school as 10,000 for 24,000.
    budget = options.budget_days or 10_000 * options.schools / 24_000
    print(
        simulate_nation(
            schools=options.schools,
            budget_days=budget,
            draws=options.draws,
            workers=options.workers,
            checkpoint=options.checkpoint,
        )
    )
    # What if a first day of support alone did most of what can be done?
    spread = simulate_nation(
        schools=options.schools,
        budget_days=budget,
        draws=options.draws,
        workers=options.workers,
        assumptions=NationAssumptions(shape=0.7),
    )
    print(f"If the first day did most, {spread.best.id!r} would close most.")


if __name__ == "__main__":
    main()
