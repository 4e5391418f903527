"""What rewards do, in ``report.json``."""
