"""How much of a judge's error lies where people agree, where they differ, and beyond what a second person errs."""
