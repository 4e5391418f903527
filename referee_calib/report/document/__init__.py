"""``report.json``: every section's content as plain JSON types, and its words."""
