from behaviour_culture.planning.draft import draft_plan as draft_plan
from behaviour_culture.planning.graph import StepGraph as StepGraph
from behaviour_culture.planning.plan import ActionPlan as ActionPlan
