"""The on-policy audit: ``audit`` with its steps."""
