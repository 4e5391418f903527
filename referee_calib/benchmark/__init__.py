"""Published benchmarks with error bars: readers of result files, figures, intervals and paired tests."""
