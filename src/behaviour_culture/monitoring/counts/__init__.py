"""A school's own counts: behaviour logs and series, read and counted."""
