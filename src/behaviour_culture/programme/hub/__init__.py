"""A hub: partners matched with lead schools, and a support calendar for all."""
