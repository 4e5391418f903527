"""The worst example of a probe: what was said and paid, and the frame with the boxes on it."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

from referee_calib.errors import InputError
from referee_calib.probes.base import Reply, Start
from referee_calib.probes.bench import Bench
from referee_calib.probes.gains import Gain, replies
from referee_calib.probes.writing import write

SIDE = 480  # pixels of the longer side of a picture
CLAIMED, TRUE = (230, 60, 40), (40, 170, 90)
MOST_BOXES = 200  # drawn; more hide the picture
LONGEST = 600  # characters of a reply's text


def example(bench: Bench, found: Gain, *, pictures: bool = True) -> dict[str, Any] | None:
    """Describe the start at which a probe gained most.

    Parameters
    ----------
    bench : Bench
    found : Gain
    pictures : bool
        Whether to draw it.

    Returns
    -------
    dict or None
        JSON types; `image` is a data URI, or None with a reason as `note`. None where no reply was paid.
    """
    if found.worst is None:
        return None
    start, probe = bench.starts[found.worst], found.probe
    made, against = (its[found.worst] for its in replies(bench, probe))
    if made is None or against is None:
        return None
    claim = made.claims[0]
    time = claim.boxes[0][0] if claim.boxes else sum(claim.span or (0.0, 0.0)) / 2
    image, note = _picture(bench.payer.media, made, start, time) if pictures else (None, "")
    return {
        "video": claim.video,
        "time": time,
        "question": claim.question,
        "object": claim.object[:LONGEST],
        "span": None if claim.span is None else list(claim.span),
        "claims": len(made.claims),
        "text": write(made)[:LONGEST],
        "paid": _value(bench, probe.key, found.worst),
        "honest": _value(bench, f"{probe.key} against", found.worst),
        "true": _value(bench, "true", found.worst),
        "image": image,
        "note": note,
    }


def _value(bench: Bench, name: str, place: int) -> float | None:
    values = bench.known(name)
    return None if values is None or values[place] != values[place] else float(values[place])


def _picture(media: Path, made: Reply, start: Start, time: float) -> tuple[str | None, str]:
    """Draw the reply's boxes in red and the true ones in green on the frame at a time."""
    from referee_calib.media import media_file
    from referee_calib.overlay import draw, encode_jpeg, resize
    from referee_calib.video import frames_at

    try:
        frame = frames_at(media_file(media, made.claims[0].video), [time])[0]
    except InputError as error:  # a time after the end has no frame; that is what the probe is about
        return None, str(error)
    height, width = frame.image.shape[:2]
    scale = min(1.0, SIDE / max(height, width))
    image = resize(frame.image, round(height * scale), round(width * scale))
    true = [box[1:] for box in start.claim.reference_boxes or ()]
    claimed = [] if made.text else [box[1:] for claim in made.claims for box in claim.boxes][:MOST_BOXES]
    image = draw(draw(image, true, TRUE, outline="dashed"), claimed, CLAIMED)
    return "data:image/jpeg;base64," + base64.b64encode(encode_jpeg(image, 80)).decode("ascii"), ""
