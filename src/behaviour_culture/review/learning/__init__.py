"""Beliefs after a round: draws of the forecast weighed by the observations."""
