"""The words of a report: numbers, terms, methods, the paragraph for a paper."""
