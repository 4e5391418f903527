"""A look at what a referee would be shown and told, as files, without asking anybody."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from referee_calib.io import make_folder, write_bytes
from referee_calib.referee.cost_estimate import first_questions, tokens_of
from referee_calib.referee.question import Ask, Question

if TYPE_CHECKING:
    from referee_calib.referee.scoring import Referee

MOST = 6


def write_first(referee: Referee, asks: Sequence[Ask], media: Path, folder: Path, *, most: int = MOST) -> list[Path]:
    """Write the first questions: one folder each, with ``prompt.txt``, the pictures, and ``request.json``."""
    questions = first_questions(referee, asks[:most], media)
    return [_write(folder / f"{number:02}-{one.dimension}", one) for number, one in enumerate(questions, start=1)]


def _write(folder: Path, question: Question) -> Path:
    make_folder(folder)
    names = [f"picture-{n}.{one.mime.partition('/')[2]}" for n, one in enumerate(question.pictures, start=1)]
    for name, picture in zip(names, question.pictures, strict=True):
        write_bytes(folder / name, picture.data)
    shown = iter(names)
    parts = [part if isinstance(part, str) else f"[{next(shown)}]" for part in question.parts]
    write_bytes(folder / "prompt.txt", "\n\n".join(parts).encode("utf-8", "backslashreplace") + b"\n")
    text = json.dumps(_request(question, names), ensure_ascii=False, indent=2)
    write_bytes(folder / "request.json", text.encode("utf-8", "backslashreplace") + b"\n")
    return folder


def _request(question: Question, names: Sequence[str]) -> dict[str, Any]:
    """Describe the question without the pictures' data."""
    claim = question.claim
    return {
        "claim": claim.id,
        "video": claim.video,
        "dimension": question.dimension,
        "sample": question.sample,
        "answers": list(question.answers),
        "prompt": question.prompt.version,
        "digest": question.digest,
        "estimated_tokens": round(tokens_of(question)),
        "pictures": [
            {"file": name, "mime": one.mime, "width": one.width, "height": one.height, "bytes": len(one.data)}
            for name, one in zip(names, question.pictures, strict=True)
        ],
    }
