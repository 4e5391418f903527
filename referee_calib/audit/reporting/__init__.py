"""What an audit found, as JSON types, in words, in figures, and as a page."""
