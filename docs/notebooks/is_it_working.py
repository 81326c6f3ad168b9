# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
# ---

# %% [markdown]
# # Is it working?
#
# *The numbers moved. Is that more than chance, and is it us?* First real published counts, the Department for Education's exclusions of
# 2006/07 to 2016/17, then the school's own counts of two years (invented), and a verdict that may be "could not tell".

# %%
from pathlib import Path

import matplotlib.pyplot as plt

import behaviour_culture as bc
from behaviour_culture.monitoring import (
    interrupted_time_series,
    measure_of,
    read_published,
    series_from_published,
    verdict,
    xmr_chart,
)

ROOT = next((p for p in [Path.cwd(), *Path.cwd().parents] if (p / "examples").is_dir()), None)
if ROOT is None:
    raise SystemExit(
        "Run this in a copy of the project: it reads the files of its folder examples/."
    )

# %% [markdown]
# ## What the country did meanwhile
#
# Before you credit a school with a change, look at what happened everywhere.

# %%
table = read_published(ROOT / "examples" / "published" / "exclusions_england_2006_2017.csv")
print(table)
secondary = {"education_phase": "State-funded secondary"}
england = series_from_published(table, "suspension", where=secondary)
chart = xmr_chart(england)
print(chart)
chart.plot(labels=[period.label for period in england.periods])
plt.show()

# %% [markdown]
# What the table calls fixed-period exclusions are suspensions now. Their rate in secondary schools fell for seven years and rose for
# three, all over England. A school whose figures fell with them, or rose with them, has shown nothing of its own yet.

# %% [markdown]
# ## Our own counts
#
# Weekly incidents of the invented school, the year before its plan and the year with it.

# %%
indicator = bc.load_indicators().indicator("low-level-incidents")
examples = ROOT / "examples"
before = bc.read_series(
    examples / "illustrative_incidents_the_year_before.csv", indicator=indicator
)
after = bc.read_series(examples / "illustrative_incidents.csv", indicator=indicator)
print(before)
print(after)

# %%
counts = [*before.counts(), *after.counts()]
exposure = [*before.exposures(), *after.exposures()]
change_at = len(before.periods)
step = interrupted_time_series(
    counts, change_at=change_at, exposure=exposure, family="quasi-poisson", trend=False
)
print(step)

# %%
own = bc.monitoring.u_chart(counts, exposure, baseline=change_at, prime=True)
print(own)
labels = [period.label for period in (*before.periods, *after.periods)]
own.plot(labels=labels)
plt.show()

# %% [markdown]
# ## What may we say?
#
# The verdict is in words that can be printed. It claims no cause where the design cannot carry one.

# %%
measure = measure_of(
    step,
    name="low-level incidents",
    source="the school's behaviour log (invented)",
    matters=0.9,
    window="September 2025 to July 2027",
    exposure=f"{sum(exposure):,.0f} pupil days",
)
said = verdict([measure])
print(said)

# %% [markdown]
# **What now?** Say before the next round which fall you could find at all (`detectable_effect`), and what you will count.
