"""Judges in ``report.json``: those with scores in a unit of their own, and errors where people agree and differ."""
