"""What makes a figure mean something else than it says: counted, and the figure without it."""
