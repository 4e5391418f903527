"""What means do not show of a referee: rare confident errors, kinds of units that fail, sameness within a margin."""
