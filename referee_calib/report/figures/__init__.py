"""The report's figures, each drawn from a piece of ``report.json``."""
