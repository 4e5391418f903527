"""``doctor --referee``: questions with known answers, and what the replies tell about a referee."""
