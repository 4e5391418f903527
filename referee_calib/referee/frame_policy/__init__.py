"""What a referee is shown: which frames and crops, and how they are drawn and encoded."""
