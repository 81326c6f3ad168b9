"""Illustrative: a trust that does not exist, and its content for behaviour_culture."""
