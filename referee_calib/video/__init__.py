"""Videos: opening them, exact frames by presentation time, crops, overlays, renderings."""

from referee_calib.video import render, retime
from referee_calib.video.crops import crop
from referee_calib.video.frames import Frame, frames_at
from referee_calib.video.images import decode, encode_jpeg, encode_png, pad, resize
from referee_calib.video.inspection import VideoInspection
from referee_calib.video.overlay import Outline, draw
from referee_calib.video.render import render_changed, render_replaced
from referee_calib.video.retime import render_reversed, render_shifted
from referee_calib.video.video_check import inspect_video
from referee_calib.video.video_info import FrameTimes, Playability, VideoInfo, frame_times, probe

__all__ = [
    "Frame",
    "FrameTimes",
    "Outline",
    "Playability",
    "VideoInfo",
    "VideoInspection",
    "crop",
    "decode",
    "draw",
    "encode_jpeg",
    "encode_png",
    "frame_times",
    "frames_at",
    "inspect_video",
    "pad",
    "probe",
    "render",
    "render_changed",
    "render_replaced",
    "render_reversed",
    "render_shifted",
    "resize",
    "retime",
]
