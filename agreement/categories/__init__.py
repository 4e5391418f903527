"""Agreement category by category, and the share of units on which everybody agrees."""
