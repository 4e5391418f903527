"""What backends that run a model in this process share."""
