# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
# ---

# %% [markdown]
# # One school: from the audit to a plan
#
# *What should we do first, by when, and with whom?* Riverbank is an invented secondary school. Six people answered an audit. This
# notebook takes their answers to a plan that the school's own people have the hours for.

# %%
from datetime import date
from pathlib import Path

import behaviour_culture as bc

ROOT = next((p for p in [Path.cwd(), *Path.cwd().parents] if (p / "examples").is_dir()), None)
if ROOT is None:
    raise SystemExit(
        "Run this in a copy of the project: it reads the files of its folder examples/."
    )
EXAMPLES = ROOT / "examples"
framework = bc.load_framework("bennett-2017")
school = bc.read(EXAMPLES / "illustrative_school.toml")
audit = bc.read_audit(EXAMPLES / "illustrative_responses.csv", framework=framework)
print(school)

# %% [markdown]
# ## Where do we stand, and how sure is that?
#
# A score without an interval says more than six people can know. The gaps come in order of priority: how large each is, and how much else
# builds on it.

# %%
result = bc.score_audit(audit, framework)
print(result.whole)
for gap in result.gaps[:5]:
    print(gap)

# %%
import matplotlib.pyplot as plt

result.plot()
plt.show()

# %% [markdown]
# ## What should we do, and why that?
#
# Every step of the catalogue is either in the plan or not, and the plan says why.

# %%
plan = bc.draft_plan(
    result,
    catalogue=bc.load_catalogue("bennett-2017"),
    school=school,
    framework=framework,
    priorities=4,
    starts=date(2026, 9, 2),
)
print(plan)
for step in plan.steps[:4]:
    print(f"\n{step.title}\n  {plan.why(step.id)}")

# %% [markdown]
# ## When, with the people we have?
#
# A date is worth something only if the hours are there. What does not fit stays in the picture.

# %%
year = bc.load_calendar("illustrative-2026-27")
schedule = bc.schedule_plan(plan, calendar=year, capacity=school.capacity)
print(schedule)

# %%
schedule.plot(calendar=year)
plt.show()

# %% [markdown]
# Ask of any step what keeps it from beginning earlier:

# %%
last = schedule.steps[-1]
print(last)
for reason in schedule.explain(last.step):
    print(" ", reason)

# %% [markdown]
# ## How sure are the dates?
#
# Steps take longer than planned. Promise what is done in four of five draws.

# %%
robust = bc.scheduling.assess_robustness(
    schedule, plan, calendar=year, capacity=school.capacity, draws=1_000
)
print(robust)
robust.plot()
plt.show()

# %% [markdown]
# **What now?** Show the plan to those who must do it, change it (`plan.drop`, `plan.assign`, `plan.move`), and schedule it again.
# `bc.write_report` makes the pages for governors.
