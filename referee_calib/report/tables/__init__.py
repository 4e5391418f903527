"""The report's tables in tidy form, as rows and as files."""
