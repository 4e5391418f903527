"""Errors of referees where people agree and where they differ, by dimension."""
