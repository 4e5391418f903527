"""Asking a referee about claims so that every question has one settled score, whatever the referee does."""
