"""Any OpenAI-compatible endpoint: requests, retries, load balancing, capabilities."""
