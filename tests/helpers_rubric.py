"""Studies with a rubric of their own: claims in short clips, people who see planted levels, a scripted referee."""

from __future__ import annotations

import json
import random
from fractions import Fraction
from pathlib import Path

from helpers_video import render

from referee_calib.records import Claim, Rating
from referee_calib.rubric import Rubric, load

ROOT = Path(__file__).resolve().parent.parent
EXAMPLES = ROOT / "examples" / "rubrics"
VIDEOS, PER_VIDEO, RATERS = 6, 5, ("anna", "bert", "cleo")
BOX, SPAN = ((0.5, 0.1, 0.1, 0.4, 0.5),), (0.2, 0.8)


def written(folder: Path, tables: dict[str, int], *, language: str = "") -> Path:
    """Write a rubric with so many levels on each dimension."""
    lines = ['version = "t"', *([f'language = "{language}"'] if language else [])]
    for name, count in tables.items():
        levels = ", ".join(f'"{name} at level {level}."' for level in range(count))
        lines += [
            f"[{name}]",
            f'title = "{name.title()}"',
            'question = "How well?"',
            'help = ""',
            f"levels = [{levels}]",
        ]
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "rubric.toml"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def rubric_of(folder: Path, **tables: int) -> Rubric:
    return load(written(folder, tables))


def claims() -> list[Claim]:
    """Thirty claims with a box and a span in six clips; each in a rollout of its own."""
    return [
        Claim(video=f"v{i % VIDEOS}.mp4", question="Where is it?", object=f"thing {i}", boxes=BOX, span=SPAN,
              rollout=f"r{i}", group=f"g{i % VIDEOS}", source="test")
        for i in range(VIDEOS * PER_VIDEO)
    ]  # fmt: skip


def clips(media: Path) -> None:
    """Write the clips: one second each."""
    media.mkdir()
    first = render(media / "v0.mp4", 10, rate=Fraction(10))
    for number in range(1, VIDEOS):
        (media / f"v{number}.mp4").write_bytes(first.read_bytes())


def true_levels(rubric: Rubric) -> dict[tuple[str, str], int]:
    """Plant a level for each claim and dimension; all levels of each scale come."""
    dice = random.Random(7)
    found = {}
    for scale in rubric.scales:
        for i, claim in enumerate(claims()):
            found[claim.id, scale.dimension] = (
                i % len(scale.levels) if i < 2 * len(scale.levels) else dice.choice(scale.numbers)
            )
    return found


def ratings(rubric: Rubric) -> list[Rating]:
    """Rate every claim three times; the second and third person are off by one on some."""
    dice, planted = random.Random(11), true_levels(rubric)
    given = []
    for claim in claims():
        for name in rubric.dimensions:
            for rater in RATERS:
                off = dice.choice((0, 0, 0, 0, 1, -1)) if rater != RATERS[0] else 0
                level = min(rubric[name].top, max(0, planted[claim.id, name] + off))
                given.append(
                    Rating(claim=claim.id, rater=rater, dimension=name, level=level, rubric=rubric.version,
                           origin="test", nonce=f"{claim.id}-{name}-{rater}")
                )  # fmt: skip
    return given


def files(folder: Path, rubric: Rubric, answer: str) -> Path:
    """Write claims, ratings and a referee's replies; `answer` holds {} where the word for the level stands."""
    from referee_calib.referee.prompting.allowed_answers import level_answers

    folder.mkdir(parents=True, exist_ok=True)
    planted = true_levels(rubric)
    replies = [
        {"claim": claim, "dimension": name, "text": answer.format(level_answers(len(rubric[name].levels))[level])}
        for (claim, name), level in planted.items()
    ]
    for name, rows in (
        ("claims", [one.to_json() for one in claims()]),
        ("ratings", [one.to_json() for one in ratings(rubric)]),
        ("replies", replies),
    ):
        lines = (json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
        (folder / f"{name}.jsonl").write_text("".join(lines), encoding="utf-8")
    return folder
