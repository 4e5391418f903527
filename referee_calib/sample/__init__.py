"""The sample study: short clips of moving shapes, replies as a policy would write them, simulated raters.

`scenes` says what happens in each clip, `world` where everything is at a time, `render` draws and encodes
it, `truth` writes down what is where and when; `questions` asks about it, `rollouts` lets a pretended
policy answer with planted faults, `raters` pretends to be four people, and `build` writes the folder.
Everything is drawn from seeds, and every number in a record is rounded, so a second run on any machine
writes the same records.
"""
