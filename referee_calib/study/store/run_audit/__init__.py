"""Tables and rows of the on-policy audit: its plan, its windows, and the claims that it puts to people."""
