"""What an endpoint can do, found out by trial questions."""
