"""What is asked about each clip, and what two simulated policies answer."""
