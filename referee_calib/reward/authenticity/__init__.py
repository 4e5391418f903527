"""Whether a certificate is whoever's it claims to be, and about the program that is installed."""
