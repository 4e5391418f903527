"""People with people beside people with a referee: differences, noise ceilings, the alternative annotator test."""
