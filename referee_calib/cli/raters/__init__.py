"""Verbs about raters: what they go through before they rate, and how well they rate."""
