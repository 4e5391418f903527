"""Backends: each carries questions to one kind of model and brings back raw replies."""
