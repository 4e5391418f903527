"""What benchmarks measure on one item, one formula a file: overlap in time, tubes, answers, answers with evidence."""
