"""Verbs that say how a referee compares with people."""
