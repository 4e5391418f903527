"""Two tables as what an analysis is made from, and everything that can be said of them without media."""
