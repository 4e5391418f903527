"""The SQL of letting people in."""
