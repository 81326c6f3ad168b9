"""Documents that people hold: the governors' page, the working plan, the technical annex."""
