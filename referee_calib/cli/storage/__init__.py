"""Verbs about the records of a study: copies, another database, and the audit trail."""
