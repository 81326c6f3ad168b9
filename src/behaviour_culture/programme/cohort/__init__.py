"""A cohort of schools as columns: read, scored, compared."""
