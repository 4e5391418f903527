"""How a study stands while people rate: progress, speed, agreement so far, drift, notes, and claims they differ on."""
