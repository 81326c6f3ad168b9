# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
# ---

# %% [markdown]
# # A framework of your own
#
# *We have our own words for what good looks like. Can we audit and plan with them?* A trust with three principles of its own writes them
# down, audits against them, links them with Bennett's review, and plans with steps of its own.

# %%
import tempfile
from pathlib import Path

import matplotlib.pyplot as plt

import behaviour_culture as bc

folder = Path(tempfile.mkdtemp())

# %% [markdown]
# ## Write it down
#
# A framework is one file. Every statement says where it is from: `read` from a source that is named, or our own `inferred` judgement.

# %%
text = """
kind = "framework"
format = 1
id = "trust-calm"
name = "Calm and kind"
edition = "2026"
summary = "An invented trust's three principles."

[scale]
id = "seen"
name = "How often it is seen"

[[scale.levels]]
value = 0
label = "hardly ever"
[[scale.levels]]
value = 1
label = "sometimes"
[[scale.levels]]
value = 2
label = "nearly always"

[[sources]]
id = "handbook"
title = "Staff handbook of an invented trust"
year = 2026

[[domains]]
id = "day"
name = "The school day"
provenance = { mark = "read", sources = ["handbook"] }
"""
principles = {
    "arrival": ("A calm arrival", "Adults are at the gate before the first pupil.", []),
    "lessons": ("Lessons that begin", "Every lesson begins within two minutes.", ["arrival"]),
    "repair": ("Putting things right", "After an incident adult and pupil talk.", ["arrival"]),
}
for key, (name, meaning, needs) in principles.items():
    text += f"""
[[principles]]
id = "{key}"
name = "{name}"
domain = "day"
text = "{meaning}"
provenance = {{ mark = "read", sources = ["handbook"] }}
"""
    for need in needs:
        text += f"""
[[principles.prerequisites]]
principle = "{need}"
reason = "Nothing else holds on a morning that began badly"
basis = "inferred"
provenance = {{ mark = "inferred" }}
"""
    for number in (1, 2):
        text += f"""
[[items]]
id = "{key}-{number}"
principle = "{key}"
text = "{meaning} Seen on walk {number}."
origin = "own"
provenance = {{ mark = "inferred", sources = [] }}
"""
path = folder / "trust-calm.toml"
path.write_text(text, encoding="utf-8")
framework = bc.load_framework(path)
print(framework)

# %% [markdown]
# ## Audit against it

# %%
walks = {
    "head": [2, 1, 1, 0, 1, 1],
    "teacher": [1, 1, 0, 0, 2, 1],
    "lunch-supervisor": [1, 0, 0, 1, 1, 2],
}
answers = [
    bc.Response(rater=rater, item=item.id, rating=rating)
    for rater, ratings in walks.items()
    for item, rating in zip(framework.items, ratings, strict=True)
]
audit = bc.Audit(id="autumn", framework=framework.id, edition=framework.edition, responses=answers)
result = bc.score_audit(audit, framework)
print(result)

# %% [markdown]
# Three raters leave the intervals wide.

# %%
result.plot()
plt.show()

# %% [markdown]
# ## Plan with steps of your own

# %%
provenance = bc.model.Provenance(mark=bc.model.Mark.INFERRED)


def step(key, title, principle, weeks, *before, phase=bc.StepPhase.DEVELOP):
    """Return a step of the trust."""
    return bc.ActionStep(
        id=key,
        title=title,
        principles=[principle],
        lead="behaviour-lead",
        hours_per_week={"behaviour-lead": 2.0, "teacher": 0.25},
        weeks=bc.Weeks(optimistic=weeks, likely=weeks, pessimistic=2 * weeks),
        requires=[bc.Prerequisite(step=b, reason="it builds on it") for b in before],
        success_criteria=["Seen on nine walks of ten"],
        source="judgement of the invented trust",
        phase=phase,
    )


catalogue = bc.StepCatalogue(
    id="trust-steps",
    name="Steps of the trust",
    framework=framework.id,
    edition=framework.edition,
    steps=[
        step("gate-rota", "Put adults at the gate, by rota", "arrival", 2),
        step("entry-routine", "Agree how a lesson begins, and practise", "lessons", 4, "gate-rota"),
        step("repair-talk", "Teach all staff a five-minute repair talk", "repair", 3, "gate-rota"),
    ],
)
plan = bc.draft_plan(result, catalogue=catalogue, framework=framework, priorities=3)
print(plan)
for wave in plan.graph.waves():
    print("together:", ", ".join(wave))

# %% [markdown]
# **What now?** `bc.write(framework, "trust-calm.json")` keeps it, and `ship content from your own package` in the how-to pages puts it
# beside those that come with the library, for all your schools.
