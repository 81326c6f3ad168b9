"""How sure is an audit? The same answers from one rater, from three, from six.

Run it from anywhere: python examples/how_sure.py
"""

from __future__ import annotations

from pathlib import Path

from attrs import evolve

import behaviour_culture as bc

HERE = Path(__file__).parent
framework = bc.load_framework("bennett-2017")
audit = bc.read_audit(HERE / "illustrative_responses.csv", framework=framework)

print(f"{'raters':>7} {'whole':>6} {'interval':>12}   first gap")
for count in (1, 3, 6):
    raters = audit.raters[:count]
    some = evolve(audit, responses=[r for r in audit.responses if r.rater in raters])
    result = bc.score_audit(some, framework)
    whole = result.whole.estimate
    print(
        f"{count:>7} {whole.value:>6.2f} {whole.lower:>5.2f} to {whole.upper:.2f}   "
        f"{result.gaps[0].name}"
    )
