"""What every benchmark shares: values per item, figures of means, intervals by video, seeds, differences, tables."""
