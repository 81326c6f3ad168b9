"""What to believe after a round: draws weighed by what was seen."""
