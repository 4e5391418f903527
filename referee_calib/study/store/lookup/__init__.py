"""What lets records be found at a cost that does not grow with the study."""
