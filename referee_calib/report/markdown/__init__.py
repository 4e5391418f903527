"""The report as Markdown, from the content of ``report.json``."""
