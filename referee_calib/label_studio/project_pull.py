"""Pulling ratings out of a study's project: checked, named, appended; a second pull adds only what is new."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from referee_calib.annotation_reading import AnnotationsRead, StoredAnnotations, store_annotations
from referee_calib.errors import InputError
from referee_calib.label_studio.annotation_check import ORIGIN, AnnotationCheck, act_of, acts_of
from referee_calib.label_studio.annotation_server import AnnotationServer, Object
from referee_calib.label_studio.evidence_regions import Region, evidence_regions
from referee_calib.label_studio.rater_names import RaterNames, e_mail_addresses, rater_names, write_names
from referee_calib.label_studio.served_videos import ServedVideo, served_video
from referee_calib.label_studio.study_project import check_words
from referee_calib.records import Claim

if TYPE_CHECKING:
    from referee_calib.study import Study

GONE = "an annotation that was pulled before is no longer in Label Studio; its ratings stay stored"


@dataclass(frozen=True, slots=True)
class PullResult:
    """What a pull did."""

    project: int
    read: AnnotationsRead
    stored: StoredAnnotations
    names: RaterNames

    def to_json(self) -> dict[str, Any]:
        """Return it as JSON types."""
        users = {str(user): name for user, name in sorted(self.names.used.items())}
        return {"project": self.project, **self.stored.to_json(), "users": users, **self.read.to_json()}


def pull_ratings(study: Study, server: AnnotationServer, project: int, *, stated: Sequence[str] = ()) -> PullResult:
    """Append the ratings of the project that the study does not have yet.

    Parameters
    ----------
    study : Study
        Where to.
    server : AnnotationServer
        Where from.
    project : int
        Its number.
    stated : sequence of str
        Which user is which rater, as ``"USER=NAME"``; others are named by their number.

    Raises
    ------
    InputError
        When the project asks by other words, a name cannot be used, or the server fails; then nothing is stored.
    """
    check_words(study, server, project)
    names = rater_names(study, stated, e_mail_addresses(server.users()))
    tasks = server.export(project)
    read = study_check(study, names.name).read(tasks)
    _remark_gone(study, read, tasks, project)
    with study.transaction():  # who is who is written down with the ratings, or neither is
        stored = store_annotations(study, read, origin=ORIGIN, source=f"{server.url} project {project}")
        write_names(study, names)
    return PullResult(project, read, stored, names)


def study_check(study: Study, rater: Callable[[int, str], str], lowest: int = 0) -> AnnotationCheck:
    """Return the check of annotations of a study's claims; see :class:`AnnotationCheck`."""
    claims = {one.id: one for one in study.claims(perturbed=True)}
    return AnnotationCheck(claims, study.rubric, rater, _claim_evidence(study), lowest)


def _claim_evidence(study: Study) -> Callable[[Claim], list[Region] | None]:
    """Return what gives the regions of a claim's task, None where its video cannot be read here."""
    videos: dict[str, ServedVideo | None] = {}

    def regions(claim: Claim) -> list[Region] | None:
        if claim.video not in videos:
            try:
                videos[claim.video] = served_video(study, claim.video)
            except InputError:
                videos[claim.video] = None
        video = videos[claim.video]
        return None if video is None else evidence_regions(claim, video, ())

    return regions


def _remark_gone(study: Study, read: AnnotationsRead, tasks: Sequence[Object], project: int) -> None:
    """Name the annotations of this project that the study has and the server no longer."""
    there = {act_of(one) for task in tasks for one in task.get("annotations") or []}
    stored = {one.nonce.rpartition("@")[0]: one for one in study.ratings(history=True, perturbed=True, held=True)}
    for act, one in stored.items():
        if act.startswith(acts_of(project)) and act not in there:
            read.remark(GONE, f"claim {one.claim} by {one.rater}")
