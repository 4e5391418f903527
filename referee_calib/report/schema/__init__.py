"""The shape of ``report.json``."""
