"""Frozen values that check themselves; no numpy, no networkx, no cattrs here."""
