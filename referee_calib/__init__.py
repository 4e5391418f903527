"""Tests whether a vision-language referee judges video evidence as people do, and is the reward it tests."""

__version__ = "0.1.0"
