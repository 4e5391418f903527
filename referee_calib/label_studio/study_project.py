"""The project of a study: which one it is, whether it asks what the study asks, and which claims are in it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from referee_calib.errors import StudyError
from referee_calib.label_studio.annotation_server import AnnotationServer, Object
from referee_calib.label_studio.labeling_config import asked_words, labeling_config
from referee_calib.label_studio.task_rows import PREDICTED_BY, claim_of
from referee_calib.records import Claim

if TYPE_CHECKING:
    from referee_calib.study import Study

_LONGEST_TITLE = 50
_INSTRUCTION = (
    "Watch the clip. The claim's box and span are drawn already: click them in the list of regions to go there, and "
    "judge them as they are. Answer every question, or choose a reason for skipping. Please do not look at the "
    "annotations of others before you have submitted your own."
)


@dataclass(frozen=True, slots=True)
class TasksOfClaims:
    """Which claims a project's tasks are about.

    Attributes
    ----------
    there : frozenset of str
        Claims of the study that have a task.
    twice : tuple of str
        Claims that have several.
    foreign : int
        Tasks about no claim of the study.
    """

    there: frozenset[str]
    twice: tuple[str, ...]
    foreign: int

    @classmethod
    def of(cls, tasks: Sequence[Object], known: frozenset[str]) -> TasksOfClaims:
        """Count the tasks."""
        counts = Counter(claim_of(task) for task in tasks)
        there = frozenset(counts) & known
        foreign = sum(n for claim, n in counts.items() if claim not in known)
        return cls(there, tuple(sorted(claim for claim in there if counts[claim] > 1)), foreign)


def claims_to_rate(study: Study) -> list[Claim]:
    """Return the claims that people rate and that the rubric asks about; those set apart are among them, blind.

    So are old claims that an audit mixes among those of a run, whatever was drawn of the study.
    """
    from referee_calib.study import run_audit, without_excluded

    asked = {scale.dimension for scale in study.rubric.scales}
    drawn = {one.id: one for one in study.claims(sampled=True)}
    whole = without_excluded(study, study.claims(perturbed=True))
    besides = run_audit.shown_claims(study)
    drawn |= {one.id: one for one in whole if one.perturbed or one.audited or one.id in besides}
    return [one for one in drawn.values() if asked & set(one.dimensions)]


def new_project(study: Study, server: AnnotationServer, overlap: int) -> int:
    """Make the study's project and write down its number at once, so that no second one is made for it."""
    title = " ".join(study.config.name.split())[:_LONGEST_TITLE]
    made = server.create_project(
        {
            "title": title if len(title) > 2 else f"study {title}",
            "description": f"A study of referee-calib, rubric {study.rubric.version}. Pull it before it is removed.",
            "label_config": labeling_config(study.rubric),
            "expert_instruction": _INSTRUCTION,
            "show_instruction": True,
            "show_skip_button": True,
            "enable_empty_annotation": False,
            "show_annotation_history": False,
            "maximum_annotations": overlap,
            "sampling": "Uniform sampling",
            "show_collab_predictions": True,
            "model_version": PREDICTED_BY,
        }
    )
    number = int(made["id"])
    study.set_config(label_studio=replace(study.config.label_studio, url=server.url, project=number))
    return number


def project_number(study: Study, url: str, stated: int | None) -> int | None:
    """Return the number of the study's project at an address, None when it has none yet.

    Raises
    ------
    StudyError
        When the study's project is at another address: a second one would divide the ratings.
    """
    kept = study.config.label_studio
    if stated is not None or not kept.project:
        return stated
    if kept.url != url:
        raise StudyError(
            f"project {kept.project} of study {study.folder} is at {kept.url} and not at {url}",
            "another server has other projects",
            f"If it is the same server, add --project {kept.project}; for a new project: push --new-project",
        )
    return kept.project


def pushed_project(study: Study, url: str, stated: int | None) -> int:
    """Return the number of the study's project; StudyError when nothing was pushed yet."""
    number = project_number(study, url, stated)
    if number is None:
        raise StudyError(
            f"study {study.folder} has no project in Label Studio",
            "nothing was pushed yet",
            f"Type: referee-calib label-studio push {study.folder}",
        )
    return number


def check_words(study: Study, server: AnnotationServer, number: int) -> None:
    """Refuse a project that asks by other words than the study: its answers would pass for something else."""
    try:
        asks = asked_words(str(server.project(number)["label_config"]))
    except ValueError:
        asks = []
    if asks != asked_words(labeling_config(study.rubric)):
        raise StudyError(
            f"project {number} of Label Studio does not ask with rubric {study.rubric.version}",
            "its labeling interface was edited, or the study's rubric was; ratings under two wordings do not compare",
            f"Restore it, or begin anew: referee-calib label-studio push {study.folder} --new-project",
        )
