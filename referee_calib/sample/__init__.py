"""The sample study: short clips of moving shapes, replies of two simulated policies, four simulated raters.

`scenes` declares what happens in each clip, knows where everything is at a time, and draws it; `replies` asks
about it and lets the policies answer with planted faults, one of them with an exploit that grows; `true_scores`
says how good a claim is, `simulated_raters` rates it, and `write_study` writes the folder. Everything is drawn
from seeds, and every number in a record is rounded, so a second run on any machine writes the same records.
"""
