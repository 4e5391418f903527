"""What a coefficient allows one to say: tests against chance, agreement expected by chance, benchmark scales."""
