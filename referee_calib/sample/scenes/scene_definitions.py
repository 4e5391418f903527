"""All clips of the sample study."""

from __future__ import annotations

from referee_calib.sample.scenes.camera_scenes import CAMERA_SCENES
from referee_calib.sample.scenes.entry_scenes import ENTRY_SCENES
from referee_calib.sample.scenes.motion_scenes import MOTION_SCENES
from referee_calib.sample.scenes.occlusion_scenes import OCCLUSION_SCENES
from referee_calib.sample.scenes.scene_model import Scene

SCENES: tuple[Scene, ...] = (*OCCLUSION_SCENES, *MOTION_SCENES, *ENTRY_SCENES, *CAMERA_SCENES)
