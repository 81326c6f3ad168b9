"""Analyses of uncertain values: ranks, pooling, sensitivity, value of information."""
