"""How large a study has to be, and which claims people should rate."""
