"""How a study's project stands: what is in it, who annotated how much, what a pull would bring."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from referee_calib.annotation_reading import AnnotationsRead
from referee_calib.label_studio.annotation_server import AnnotationServer
from referee_calib.label_studio.project_pull import study_check
from referee_calib.label_studio.rater_names import e_mail_addresses, rater_names
from referee_calib.label_studio.study_project import TasksOfClaims, claims_to_rate

if TYPE_CHECKING:
    from referee_calib.study import Study


@dataclass(frozen=True, slots=True)
class ProjectStatus:
    """How a project stands.

    Attributes
    ----------
    url : str
    project : int
    title : str
    claims, there : int
        Claims that people rate, and how many of them have a task.
    twice : tuple of str
        Claims with several tasks.
    foreign : int
        Tasks about no claim of the study.
    by_annotations : dict of int to int
        How many claims have how many annotations.
    by_user : dict of str to int
        Annotations by rater.
    waiting : int
        Ratings that a pull would add.
    read : AnnotationsRead
        What a pull would make of all annotations.
    """

    url: str
    project: int
    title: str
    claims: int
    there: int
    twice: tuple[str, ...]
    foreign: int
    by_annotations: dict[int, int]
    by_user: dict[str, int]
    waiting: int
    read: AnnotationsRead

    def to_json(self) -> dict[str, Any]:
        """Return it as JSON types."""
        plain = {name: getattr(self, name) for name in ("url", "project", "title", "claims", "there", "foreign")}
        counts = {str(key): n for key, n in self.by_annotations.items()}
        more = {"twice": list(self.twice), "claims_by_annotations": counts, "annotations_by_rater": self.by_user}
        return {**plain, **more, "waiting": self.waiting, **self.read.to_json()}


def project_status(study: Study, server: AnnotationServer, project: int) -> ProjectStatus:
    """Say what is pushed, what was annotated, and what a pull would bring; nothing is changed."""
    found = server.project(project)
    names = rater_names(study, (), e_mail_addresses(server.users()))
    tasks = server.export(project)
    read = study_check(study, names.name).read(tasks)
    claims = claims_to_rate(study)
    of = TasksOfClaims.of(tasks, frozenset(one.id for one in study.claims(perturbed=True)))
    given = Counter[str]({one.id: 0 for one in claims})
    given.update({claim: n for claim, n in _annotations_of(read).items() if claim in given})
    known = {(one.rater, one.dimension, one.nonce) for one in study.ratings(history=True, perturbed=True, held=True)}
    waiting = sum((one.rater, one.dimension, one.nonce) not in known for one in read.ratings)
    by_rater = Counter(rater for rater, _ in {(one.rater, one.nonce) for one in read.ratings})
    return ProjectStatus(
        server.url, project, str(found["title"]), len(claims), len(of.there & {one.id for one in claims}), of.twice,
        of.foreign, dict(sorted(Counter(given.values()).items())), dict(sorted(by_rater.items())), waiting, read,
    )  # fmt: skip


def _annotations_of(read: AnnotationsRead) -> Counter[str]:
    return Counter(claim for claim, _ in {(one.claim, one.nonce) for one in read.ratings})
