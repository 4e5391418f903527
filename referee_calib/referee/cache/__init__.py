"""The cache of paid replies and the keys of its questions."""
