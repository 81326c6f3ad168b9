from behaviour_culture.review.learning.beliefs import Beliefs as Beliefs
from behaviour_culture.review.learning.beliefs import Observation as Observation
from behaviour_culture.review.learning.learn import learn as learn
from behaviour_culture.review.plan_difference import PlanDifference as PlanDifference
from behaviour_culture.review.plan_difference import compare_plans as compare_plans
from behaviour_culture.review.result import Agreement as Agreement
from behaviour_culture.review.result import PlanReview as PlanReview
from behaviour_culture.review.review import review_plan as review_plan
