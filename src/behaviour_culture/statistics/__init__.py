"""Intervals and counts: the ground on which audit, impact and monitoring stand."""
