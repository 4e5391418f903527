"""Scoring on many machines: the one scoring function of this package, run by Ray Data actors.

Claims come from Parquet or JSON lines (:mod:`.claims_dataset`), every actor judges its share with a referee of its own
and writes what it got as a file of scores (:mod:`.score_files`), and a later run asks only for what no such file holds
(:mod:`.ray_engine`). One machine needs none of this.
"""
