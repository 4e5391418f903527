"""Judges whose scores are in a unit of their own: correlation, discrimination, and levels recalibrated out of fold."""
