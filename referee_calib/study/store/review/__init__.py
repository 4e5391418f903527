"""Adjudicated levels and exclusions in the database."""
