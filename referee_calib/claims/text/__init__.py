"""What the notations share: tags, numbers, times and JSON in model text, and the context in which one reply is read."""
