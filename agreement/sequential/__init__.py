"""Tests and intervals that may be looked at after every observation."""
