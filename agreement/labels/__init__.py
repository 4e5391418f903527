"""Labels one by one, in part, and several at once: agreement by label, subsets of labels, sets of labels."""
