# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
# ---

# %% [markdown]
# # A hub of six schools
#
# *Who can help whom, and is there time for it?* Lead schools have strengths, partner schools have needs, and the coach's week has only so
# many hours. All schools here are invented.

# %%
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
from attrs import evolve

import behaviour_culture as bc
from behaviour_culture.programme import match_hub, needs_from

ROOT = next((p for p in [Path.cwd(), *Path.cwd().parents] if (p / "examples").is_dir()), None)
if ROOT is None:
    raise SystemExit(
        "Run this in a copy of the project: it reads the files of its folder examples/."
    )
framework = bc.load_framework("bennett-2017")
hub = bc.read(ROOT / "examples" / "illustrative_hub.toml")
print(hub)

# %% [markdown]
# ## Every partner audits itself
#
# The answers are invented: low where the hub's file names a need. Needs are then 1 minus the scores of the audits.

# %%
levels = sorted(level.value for level in framework.scale.levels)
results = {}
for partner in hub.partners:
    answers = [
        bc.Response(
            rater=rater,
            item=item.id,
            rating=levels[round((1 - partner.needs.get(item.principle, 0.25)) * (len(levels) - 1))],
        )
        for rater in ("head", "teacher")
        for item in framework.items
    ]
    audit = bc.Audit(
        id=f"{partner.id}-audit",
        framework=framework.id,
        edition=framework.edition,
        school=partner.name,
        responses=answers,
    )
    results[partner.id] = bc.score_audit(audit, framework)
for key, result in results.items():
    print(key, result.whole)

# %% [markdown]
# ## Who helps whom, and why?

# %%
partners = [evolve(p, needs=needs_from(results[p.id])) for p in hub.partners]
matching = match_hub(evolve(hub, partners=partners))
print(matching)

# %%
shown = [
    p
    for p in framework.principles
    if any(r.score(p.id).estimate.value < 0.6 for r in results.values())
]
needs = np.array([[1 - r.score(p.id).estimate.value for p in shown] for r in results.values()])
figure, axes = plt.subplots(figsize=(9, 5), layout="constrained")
image = axes.imshow(needs.T, cmap="cividis", vmin=0, vmax=1, aspect="auto")
axes.set_xticks(range(len(results)), [p.name for p in hub.partners], rotation=20, ha="right")
axes.set_yticks(range(len(shown)), [p.name for p in shown])
for row in range(len(shown)):
    for column in range(len(results)):
        dark = "black" if needs[column, row] > 0.55 else "white"
        axes.text(column, row, f"{needs[column, row]:.0%}", ha="center", va="center", color=dark)
axes.set_title("Where each partner asks for help (need, per cent)", loc="left")
figure.colorbar(image, label="Need: 1 minus the score")
plt.show()

# %% [markdown]
# ## One school beside the others
#
# A page that a school may be given: its own scores with their intervals, and the range of the other five. No names, no ranks.

# %%
page = bc.programme.school_beside_others(results, hub.partners[0].id)
for principle in page.principles[:6]:
    print(principle)

# %% [markdown]
# ## A plan for each, from its own audit

# %%
catalogue = bc.load_catalogue("bennett-2017")
for partner in hub.partners:
    plan = bc.draft_plan(results[partner.id], catalogue=catalogue, priorities=2)
    first = ", ".join(objective.title for objective in plan.objectives)
    print(f"{partner.name}: {len(plan.steps)} steps; {first}")

# %% [markdown]
# **What now?** `examples/hub.py` goes on from here: open days, networking and coaching visits in one calendar that shares the coach's
# hours among all schools.
