"""What each clip shows, where everything is at a time, and how it is drawn and encoded."""

from referee_calib.sample.scenes.scene_model import MotionPath, Scene, SceneObject

__all__ = ["MotionPath", "Scene", "SceneObject"]
