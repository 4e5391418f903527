"""What means beside people do not show: rare confident errors, kinds of units that fail, and sameness within a margin."""
