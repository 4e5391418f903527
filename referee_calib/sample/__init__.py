"""The sample study: short clips of moving shapes, replies of two simulated policies, four simulated raters.

The policies answer with planted faults, one of them with an exploit that grows. Everything is drawn from seeds, and
every number in a record is rounded, so a second run on any machine writes the same records.
"""
