"""Verbs of those who run a study while people rate."""
