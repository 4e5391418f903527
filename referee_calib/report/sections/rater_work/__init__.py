"""Sections about how people rated: what stood out, and what was adjudicated."""
