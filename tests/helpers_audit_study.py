"""A small rated study, and a reward log that a real reward writes: overlap with the true box, which asks nobody."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path

from referee_calib.io import json_lines
from referee_calib.records import Claim, Rating, RefereeScore
from referee_calib.reward import GeometricReward
from referee_calib.study import Study, import_files

MEDIA = Path(__file__).parents[1] / "data" / "sample_study" / "media"
VIDEO, TRUE = "swap.mp4", (40.0, 60.0, 140.0, 160.0)  # a box of 100 pixels square
REFEREE = "0123456789abcdef"
EXPLOIT = "red thing"  # how the policy names what people give level 0


def a_study(folder: Path, n_rated: int = 60) -> Study:
    """Make a study of rated and scored claims, 2 in 60 of them grossly overpaid."""
    study = Study.create(folder, name="Before the run")
    claims = [_claim(k) for k in range(n_rated + 20)]
    json_lines.write(folder / "claims.jsonl", [one.to_json() for one in claims])
    import_files(study, [folder / "claims.jsonl"], media=MEDIA, link=True)
    for name in ("anna", "bert"):
        study.add_rater(name, "label_studio")
    study.add_referee(REFEREE, {"name": "scripted", "rubric": study.rubric.version})
    study.add_scores([_score(one, k) for k, one in enumerate(claims)])
    study.add_scores([_score(one, k, "localization") for k, one in enumerate(claims)])
    low = {7, n_rated // 2 + 7}  # paid 0.83: not of the top
    rate(study, [one for k, one in enumerate(claims[:n_rated]) if k in low], "anna", level=0)
    rate(study, [one for k, one in enumerate(claims[:n_rated]) if k not in low], "anna", level=4)
    return study


def _claim(k: int) -> Claim:
    return Claim(video=VIDEO, question="Where?", object="ball", rollout=f"old-{k}", boxes=((5.2, 0.1, 0.2, 0.3, 0.4),))


def _score(claim: Claim, k: int, dimension: str = "relevance") -> RefereeScore:
    expected = 4.0 - (k % 10) / 20  # paid 0.79 to 1 together
    return RefereeScore(
        claim=claim.id, referee=REFEREE, dimension=dimension, level=4 if expected >= 3.5 else 3, expected=expected
    )  # type: ignore[arg-type]


def rate(study: Study, claims: Iterable[Claim], rater: str, *, level: int, nonce: str = "", time: str = "") -> None:
    """Let somebody give one level on every dimension."""
    study.add_ratings(
        [
            Rating(
                claim=one.id, rater=rater, dimension=name, level=level, rubric=study.rubric.version, time=time,
                origin="label_studio", nonce=f"{nonce}{rater}/{one.id}",
            )
            for one in claims
            for name in one.dimensions
        ]
    )  # fmt: skip


def rate_window(study: Study, claims: Sequence[Claim], rater: str = "anna") -> None:
    """Let somebody judge the claims of a window as a careful person would."""
    rate(study, [one for one in claims if one.object != EXPLOIT], rater, level=4)
    rate(study, [one for one in claims if one.object == EXPLOIT], rater, level=0)


def pay(log: Path, steps: Iterable[int], *, replies: int = 8, exploited: int = 0, **columns: object) -> None:
    """Let the reward pay so many replies at each step, of which some name another thing than the true one."""
    reward = GeometricReward(kind="iou", media=MEDIA, unit="pixels:448x252", log=log, **columns)
    for step in steps:
        reward.score([_item(step, k, EXPLOIT if k < exploited else "ball") for k in range(replies)])


def _item(step: int | None, k: int, name: str) -> dict[str, object]:
    # shifted by 0 to 28 pixels sideways: IoU 1 to 0.56
    shift = (7 * k + (step or 0)) % 8 * 4
    x1, y1, x2, y2 = TRUE
    box = [x1 + shift, y1, x2 + shift, y2]
    reply = f"<think><obj>{name}</obj><box>{json.dumps(box)}</box>at<t>5.2</t>s</think><answer>Left.</answer>"
    share = [5.2, x1 / 448, y1 / 252, x2 / 448, y2 / 252]
    item = {"completion": reply, "video": VIDEO, "question": "Where?", "reference_boxes": [share], "source": "grpo"}
    return item if step is None else {**item, "step": step}
