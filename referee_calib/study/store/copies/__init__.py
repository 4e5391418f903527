"""Copies of whole databases, and putting one in the place of another."""
