"""Awkward videos, made with ffmpeg from frames that carry their number; what is right is known from the making.

Each has the time at which it is asked, on the file's own clock, and the number of the frame that is shown then.
"""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import NamedTuple

from helpers_video import HEIGHT, WIDTH, numbered_image

FRAMES, RATE = 60, 25
X264 = "-c:v libx264 -preset veryfast -pix_fmt yuv420p -bf 2 -g 25"
VP9 = "-c:v libvpx-vp9 -cpu-used 8 -deadline realtime -b:v 800k"
# Frames 0-19 at 25 a second, 20-29 five times as long, the rest at 25 again: frame 21 from 25/25 s on.
UNEVEN = "setpts='if(lt(N,20),N,if(lt(N,30),20+(N-20)*5,70+(N-30)))/25/TB'"


class Awkward(NamedTuple):
    """A file: its commands ({raw} gives the numbered frames), and what it shows."""

    name: str
    commands: str
    time: float = 1.0
    number: int = 25
    start: float = 0.0  # of the first frame on the file's clock
    size: tuple[int, int] = (WIDTH, HEIGHT)


PLAIN = f"ffmpeg {{raw}} {X264} plain.mp4"
CASES = (
    Awkward("plain.mp4", PLAIN),
    Awkward("mpegts.ts", "ffmpeg -i plain.mp4 -c copy mpegts.ts"),
    Awkward("matroska.mkv", "ffmpeg -i plain.mp4 -c copy matroska.mkv"),
    Awkward("flash.flv", "ffmpeg -i plain.mp4 -c copy flash.flv", number=23, start=0.08),
    Awkward("vp8.webm", "ffmpeg {raw} -c:v libvpx -b:v 1M vp8.webm"),
    Awkward("vp9.webm", f"ffmpeg {{raw}} {VP9} -pix_fmt yuv420p vp9.webm"),
    Awkward("vp9.mp4", "ffmpeg -i vp9.webm -c copy vp9.mp4"),
    Awkward("ten_bits.webm", f"ffmpeg {{raw}} {VP9} -pix_fmt yuv420p10le -profile:v 2 ten_bits.webm"),
    Awkward("transparent.webm", f"ffmpeg {{raw}} {VP9} -pix_fmt yuva420p -auto-alt-ref 0 transparent.webm"),
    Awkward("av1.mp4", "ffmpeg {raw} -c:v libsvtav1 -preset 12 av1.mp4"),
    Awkward("hevc.mp4", "ffmpeg {raw} -c:v libx265 -preset ultrafast -pix_fmt yuv420p -tag:v hvc1 hevc.mp4"),
    Awkward(
        "hlg.mov",
        "ffmpeg {raw} -c:v libx265 -preset ultrafast -pix_fmt yuv420p10le -color_primaries bt2020 "
        "-color_trc arib-std-b67 -colorspace bt2020nc -tag:v hvc1 hlg.mov",
    ),
    Awkward("ten_bits.mp4", "ffmpeg {raw} -c:v libx264 -pix_fmt yuv420p10le ten_bits.mp4"),
    Awkward("full_colour.mp4", "ffmpeg {raw} -c:v libx264 -pix_fmt yuv444p full_colour.mp4"),
    Awkward("rgb.mp4", "ffmpeg {raw} -c:v libx264rgb -pix_fmt rgb24 rgb.mp4"),
    Awkward("full_range.mp4", "ffmpeg {raw} -c:v libx264 -pix_fmt yuvj420p -color_range pc full_range.mp4"),
    Awkward(
        "tagged.mp4",
        f"ffmpeg {{raw}} {X264} -vf scale=out_color_matrix=bt709 -colorspace bt709 -color_primaries bt709 "
        "-color_trc bt709 tagged.mp4",
    ),
    Awkward("mpeg4.mp4", "ffmpeg {raw} -c:v mpeg4 -q:v 3 mpeg4.mp4"),
    Awkward("prores.mov", "ffmpeg {raw} -c:v prores_ks -profile:v 0 prores.mov"),
    Awkward("ffv1.mkv", "ffmpeg {raw} -c:v ffv1 ffv1.mkv"),
    Awkward("theora.ogv", "ffmpeg {raw} -c:v libtheora -q:v 8 theora.ogv"),
    Awkward("windows.wmv", "ffmpeg {raw} -c:v wmv2 -b:v 2M windows.wmv"),
    Awkward("motion_jpeg.avi", "ffmpeg {raw} -c:v mjpeg -q:v 3 motion_jpeg.avi"),
    Awkward("b_frames.avi", "ffmpeg -i plain.mp4 -c copy -bsf:v h264_mp4toannexb b_frames.avi"),
    Awkward("xvid.avi", "ffmpeg {raw} -c:v mpeg4 -bf 2 -q:v 3 xvid.avi"),
    Awkward("mpeg2.ts", "ffmpeg {raw} -c:v mpeg2video -b:v 4M -bf 2 mpeg2.ts"),
    Awkward("program.mpg", "ffmpeg {raw} -c:v mpeg2video -b:v 4M -bf 2 program.mpg"),
    Awkward("interlaced.mp4", "ffmpeg {raw} -c:v libx264 -pix_fmt yuv420p -flags +ildct+ilme interlaced.mp4"),
    Awkward(
        "open_groups.mp4",
        "ffmpeg {raw} -c:v libx264 -pix_fmt yuv420p -x264-params "
        "open-gop=1:keyint=12:min-keyint=12:bframes=3:b-pyramid=normal:scenecut=0 open_groups.mp4",
    ),
    Awkward(
        "refreshed.mp4",
        "ffmpeg {raw} -c:v libx264 -pix_fmt yuv420p -x264-params intra-refresh=1:keyint=12 refreshed.mp4",
    ),
    Awkward("uneven.mp4", f'ffmpeg {{raw}} {X264} -vf "{UNEVEN}" -vsync vfr uneven.mp4', 1.05, 21),
    Awkward("uneven.webm", f'ffmpeg {{raw}} {VP9} -vf "{UNEVEN}" -vsync vfr uneven.webm', 1.05, 21),
    # A trim by copying starts at the key frame before, frame 0, and its edit list hides 18 frames.
    Awkward("trimmed.mp4", "ffmpeg -ss 0.72 -i plain.mp4 -c copy trimmed.mp4", 0.4, 28),
    Awkward("delayed.mp4", "ffmpeg -itsoffset 0.5 -i plain.mp4 -c copy delayed.mp4", number=12, start=0.5),
    Awkward("no_edit_list.mp4", f"ffmpeg {{raw}} {X264} -use_editlist 0 no_edit_list.mp4", number=23, start=0.08),
    Awkward("at_ten.mkv", "ffmpeg -i plain.mp4 -c copy -output_ts_offset 10 at_ten.mkv", 11.0, 25, 10.0),
    Awkward(
        "at_half.webm", "ffmpeg {raw} -c:v libvpx -b:v 1M -output_ts_offset 0.5 at_half.webm", number=12, start=0.5
    ),
    Awkward("near_wrap.ts", "ffmpeg -i plain.mp4 -c copy -muxdelay 0 -output_ts_offset 95442.7 near_wrap.ts"),
    # Without its first packets a stream begins at its next key frame, 25; the container's clock begins before it.
    Awkward(
        "no_key.ts",
        "ffmpeg -i plain.mp4 -c copy -bsf:v 'noise=drop=lt(n\\,3)' no_key.ts",
        number=30,
        start=0.8,
    ),
    Awkward(
        "fragments.mp4",
        "ffmpeg -i plain.mp4 -c copy -movflags frag_keyframe+empty_moov+default_base_moof fragments.mp4",
        number=23,
        start=0.08,
    ),
    Awkward("turned.mp4", "ffmpeg -i plain.mp4 -c copy -metadata:s:v:0 rotate=180 turned.mp4"),
    Awkward("wide_pixels.mp4", f"ffmpeg {{raw}} {X264} -vf setsar=4/3 wide_pixels.mp4", size=(384, HEIGHT)),
    Awkward("tall_pixels.mp4", f"ffmpeg {{raw}} {X264} -vf setsar=3/4 tall_pixels.mp4", size=(WIDTH, 128)),
    Awkward(
        "sound_first.mp4",
        "ffmpeg -itsoffset 0.5 -i plain.mp4 -f lavfi -i sine=d=4 -map 0:v -map 1:a -c:v copy -c:a aac sound_first.mp4",
        number=12,
        start=0.5,
    ),
    Awkward(
        "cover.mp4",
        "ffmpeg -i plain.mp4 -frames:v 1 cover.png && ffmpeg -i cover.png -i plain.mp4 -map 0:v -map 1:v -c copy "
        "-disposition:v:0 attached_pic cover.mp4",
    ),
    Awkward(
        "second_default.mp4",
        "ffmpeg -i vp9.webm -i plain.mp4 -filter_complex [0:v]vflip[other] -map [other] -map 1:v -c:v:0 libx264 "
        "-c:v:1 copy "
        "-disposition:v:0 0 -disposition:v:1 default second_default.mp4",
    ),
    Awkward("live.webm", "ffmpeg {raw} -c:v libvpx -b:v 1M -live 1 -f webm - > live.webm"),
    Awkward(
        "pause.mp4",
        f"ffmpeg {{raw}} {X264} -vf \"setpts='(N+if(gte(N,25),100,0))/25/TB'\" -vsync vfr pause.mp4",
        3.0,
        24,
    ),
    Awkward("slides.mp4", f"ffmpeg {{slow}} {X264} slides.mp4", 7.0, 3),  # a frame every two seconds
    Awkward("moving.gif", "ffmpeg {raw} -pix_fmt gray moving.gif"),
    Awkward("one.mp4", f"ffmpeg {{raw}} -frames:v 1 {X264} one.mp4", 0.0, 0),
)


def write_frames(folder: Path) -> None:
    """Write the raw frames that the commands read."""
    (folder / "frames.rgb").write_bytes(b"".join(numbered_image(n).tobytes() for n in range(FRAMES)))


def make(folder: Path, case: Awkward) -> Path:
    """Make a file, and what it is made of."""
    for needed in ("plain.mp4", "vp9.webm"):
        if needed in case.commands and needed != case.name and not (folder / needed).exists():
            make(folder, next(one for one in CASES if one.name == needed))
    if not (folder / case.name).exists():
        raw = f"-f rawvideo -pix_fmt rgb24 -s {WIDTH}x{HEIGHT} -r {{}} -i frames.rgb"
        command = case.commands.format(raw=raw.format(RATE), slow=raw.format("1/2") + " -frames:v 10")
        command = command.replace("ffmpeg ", "ffmpeg -nostdin -v error -y ")
        done = subprocess.run(command, shell=True, cwd=folder, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
    return folder / case.name
