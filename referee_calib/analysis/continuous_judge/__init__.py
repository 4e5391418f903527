"""A judge whose scores are in a unit of their own, beside people: everything that a report says of it."""
