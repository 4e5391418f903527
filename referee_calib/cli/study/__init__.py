"""Verbs that make, fill, show and check a study."""
