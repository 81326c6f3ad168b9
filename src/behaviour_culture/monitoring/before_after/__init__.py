"""One school before and after a change: a segmented regression and its power."""
