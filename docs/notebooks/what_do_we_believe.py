# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
# ---

# %% [markdown]
# # What do we believe, and why?
#
# *Where do these effects come from, would one study more change them, and which of our assumptions drive the answer?* Every number of the
# library has a source or the word judgement. This notebook looks behind them.

# %%
from pathlib import Path

import matplotlib.pyplot as plt

import behaviour_culture as bc

ROOT = next((p for p in [Path.cwd(), *Path.cwd().parents] if (p / "examples").is_dir()), None)
if ROOT is None:
    raise SystemExit(
        "Run this in a copy of the project: it reads the files of its folder examples/."
    )
evidence = bc.load_evidence()
print(evidence)
print(len(evidence.findings), "rows of published studies")

# %% [markdown]
# ## Would the studies have foretold each other?
#
# Leave one out, pool the others, and see whether the one falls inside what they predict.

# %%
left = bc.impact.leave_one_out(evidence, outcome="conduct")
print(left)

# %%
rows = left.to_rows()
figure, axes = plt.subplots(figsize=(8, 7), layout="constrained")
for place, row in enumerate(rows):
    axes.plot([row["lower"], row["upper"]], [place, place], color="0.7", linewidth=3)
    mark, colour = ("o", "C0") if row["inside"] else ("X", "C1")
    axes.plot(row["seen"], place, mark, color=colour)
axes.set_yticks(range(len(rows)), [row["name"] for row in rows], fontsize="small")
axes.axvline(0, color="0.3", linewidth=1)
axes.set_xlabel("Effect on conduct, standard deviations (less misconduct to the left)")
axes.set_title("Each study, and what the others predict of it", loc="left")
plt.show()

# %% [markdown]
# ## Which assumptions drive our answer?
#
# The evidence holds assumptions too: how fully steps are done, how fast an effect shows, how long it lasts. Most of them move nothing.

# %%
made = bc.run_journey(ROOT / "examples" / "illustrative_journey.toml")
drivers = bc.impact.what_drives(made.plan, made.result, made.schedule, combinations=16, draws=100)
print(drivers)

# %%
bars = drivers.drivers[:8]
figure, axes = plt.subplots(figsize=(9, 4), layout="constrained")
for place, driver in enumerate(bars):
    axes.plot([driver.at_low, driver.at_high], [place, place], linewidth=9, color="C0", alpha=0.5)
    axes.plot(driver.at_low, place, "<", color="C0")
    axes.plot(driver.at_high, place, ">", color="C1")
axes.set_yticks(range(len(bars)), [driver.name for driver in bars])
axes.invert_yaxis()
axes.axvline(drivers.base, color="0.3", linewidth=1)
axes.set_xlabel(f"{drivers.outcome.capitalize()}, {drivers.unit}")
axes.set_title("What moves it: assumption low (<) and high (>)", loc="left")
plt.show()

# %% [markdown]
# ## And once we have seen something?

# %%
forecast = bc.forecast(made.plan, made.result, made.schedule, draws=4_000)
seen = [bc.Observation(half_term=6, outcome="conduct", value=0.12, standard_error=0.08)]
beliefs = bc.learn(forecast, seen)
print(beliefs)

# %% [markdown]
# **What now?** Watch what drives the answer and can be seen: how fully steps are done. The rest of the uncertainty is whether it takes
# here, and only counting will tell.
