"""Verbs that ask a referee."""
