# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
# ---

# %% [markdown]
# # What if things go otherwise?
#
# *What does it cost us if a third of the staff leave, if we begin a term late, if people have half the hours?* A plan meets the year as it
# comes. This notebook runs a grid of scenarios in the same draws, so that each compares one school with itself.

# %%
from pathlib import Path

import matplotlib.pyplot as plt

import behaviour_culture as bc

ROOT = next((p for p in [Path.cwd(), *Path.cwd().parents] if (p / "examples").is_dir()), None)
if ROOT is None:
    raise SystemExit(
        "Run this in a copy of the project: it reads the files of its folder examples/."
    )
made = bc.run_journey(ROOT / "examples" / "illustrative_journey.toml")
forecast = bc.forecast(made.plan, made.result, made.schedule, draws=2_000)
print(forecast)

# %% [markdown]
# The forecast is modest: only steps whose effect was measured in such schools count, and whether they help at all is not sure.

# %%
forecast.plot(outcome="conduct")
plt.show()

# %% [markdown]
# ## A grid of scenarios
#
# Whether work of this kind helps at all is one question for all scenarios, and drops out when they are compared.

# %%
grid = bc.impact.scenario_grid(turnover=[None, 0.25, 0.33, 0.5], delay_weeks=[0, 6, 13, 26])
kept = {}
runs = bc.run_scenarios(made.plan, made.result, made.schedule, grid, draws=1_000, kept=kept, seed=1)
print(runs)

# %%
rows = bc.to_frame(runs.delivery_rows(), kind="polars")
figure, axes = plt.subplots(figsize=(8, 4.5), layout="constrained")
styles = iter(["o-", "s--", "^-.", "D:"])
for delay in (0, 6, 13, 26):
    part = rows.filter(start_delay_weeks=delay).sort("staff_turnover")
    turnover = part["staff_turnover"].fill_null(0.15) * 100
    name = f"{delay} weeks late" if delay else "on time"
    axes.plot(turnover, part["ratio"], next(styles), label=name)
axes.axhline(1, color="0.4", linewidth=1)
axes.set_xlabel("Staff who leave in a year, per cent (15: the usual share assumed)")
axes.set_ylabel("Times as much as the plan")
axes.set_title("How much of the work on conduct each scenario delivers", loc="left")
axes.legend(title="Begins")
plt.show()

# %% [markdown]
# ## Half the hours
#
# With other hours the plan is *scheduled again*: steps move, and some no longer fit. The answer is the one that `schedule_plan` gives.

# %%
half = bc.impact.scenario_grid(hours=[0.5])
short = bc.run_scenarios(made.plan, made.result, made.schedule, half, draws=1_000, seed=1)
print(short)
for step in short.runs[0].unscheduled:
    print("does not fit:", made.plan.step(step).title)

# %% [markdown]
# Look at the dates before you look at the figure: with fewer steps in the year, the one with a measured effect may begin earlier.
#
# **What now?** Choose the scenario that you fear most and ask who would notice it first. Keep `kept`: a longer grid goes on from it.
