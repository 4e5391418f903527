"""vLLM's offline engine, in this process."""
