"""The benchmarks that are known: what each asks, which figures it reports, by which formula, and where that stands."""
