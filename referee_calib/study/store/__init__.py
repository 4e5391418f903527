"""A study's database: the only SQL of a study."""
