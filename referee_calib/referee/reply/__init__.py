"""From a raw reply to a level: the parser and the ladder of log-probabilities."""
