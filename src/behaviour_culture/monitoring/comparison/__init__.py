"""Schools with a change beside schools without: difference in differences."""
