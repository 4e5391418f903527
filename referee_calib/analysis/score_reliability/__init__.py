"""How far the referee's scores can be relied on: those that are missing, and those that were asked for again."""
