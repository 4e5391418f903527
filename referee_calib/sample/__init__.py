"""The sample study: short clips of moving shapes, replies of two simulated policies, four simulated raters.

The policies answer with planted faults, one of them with an exploit that grows. Everything is drawn from seeds, and
every number in a record is rounded, so a second run on any machine writes the same records.
"""

from referee_calib.sample.scenes import MotionPath, Scene, SceneObject
from referee_calib.sample.scenes.render import render_frames

__all__ = [
    "MotionPath",
    "Scene",
    "SceneObject",
    "render_frames",
]
