"""Verbs about published benchmarks: result files in, tables with intervals and paired tests out."""
