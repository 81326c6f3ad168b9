"""A plan's outcomes over time, as distributions: the model, its draws and its results."""
