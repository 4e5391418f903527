"""Writing the whole study folder."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from referee_calib.errors import StudyError
from referee_calib.io import json_lines, make_folder
from referee_calib.sample.replies.questions import questions
from referee_calib.sample.replies.simulated_rollouts import rollouts
from referee_calib.sample.scenes.scene_annotations import annotation_row
from referee_calib.sample.scenes.scene_definitions import SCENES
from referee_calib.sample.simulated_raters import ratings
from referee_calib.study import CONFIG, MEDIA, StudyConfig, write_config

NAME = "Sample study: moving shapes (simulated ratings)"
RECORDS = ("rollouts.jsonl", "truth.jsonl", "faults.jsonl", "ratings.jsonl")
Progress = Callable[[Iterable[Any]], Iterable[Any]]


def write_records(folder: Path, seed: int = 0) -> None:
    """Write everything but the videos: the same bytes for the same seed, on every machine."""
    asked = questions(seed)
    written, claims, faults = rollouts(asked, seed)
    by_group = {question.group: question for question in asked}
    by_rollout = {row.rollout: by_group[row.group] for row in written}
    tables: Mapping[str, Iterable[Mapping[str, Any]]] = {
        "rollouts.jsonl": [row.to_json() for row in written],
        "truth.jsonl": [annotation_row(scene) for scene in SCENES],
        "faults.jsonl": faults,
        "ratings.jsonl": [rating.to_json() for rating in ratings(claims, by_rollout, seed)],
    }
    make_folder(folder)
    for name in RECORDS:
        json_lines.write(folder / name, tables[name])
    write_config(folder, StudyConfig(name=NAME, created="2026-01-05T09:00:00Z", simulated_ratings=True))


def write_media(folder: Path, progress: Progress = iter) -> None:
    """Render every clip into the folder's ``media``."""
    from referee_calib.sample.scenes.render import write

    make_folder(folder / MEDIA)
    for scene in progress(SCENES):
        write(scene, folder / MEDIA / scene.video)


def write_study(folder: Path, seed: int = 0, progress: Progress = iter) -> None:
    """Write the study: records, videos, and its ``study.toml``."""
    if (folder / CONFIG).exists():
        raise StudyError(f"{folder} holds a study already", "it would be overwritten", "Name a folder that is new.")
    write_media(folder, progress)
    write_records(folder, seed)
