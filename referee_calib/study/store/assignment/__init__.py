"""Assignments in a study's database: who is asked about which claims, in which order, and what became of it."""
