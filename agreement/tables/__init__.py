"""Tables in and out: how a cell becomes a category, long and wide tables, and results as data frames."""
