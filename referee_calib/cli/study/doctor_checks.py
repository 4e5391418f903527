"""What ``doctor`` looks at. Each check returns findings; none of them changes anything."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import platform
import re
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import referee_calib
from referee_calib.cli.common import counted
from referee_calib.errors import InputError, RefereeCalibError

if TYPE_CHECKING:
    from referee_calib.study import Study

DISTRIBUTION = "referee-calib"
_OPENCV = ("opencv-python", "opencv-contrib-python", "opencv-python-headless", "opencv-contrib-python-headless")


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the doctor."""

    # part, says: what was looked at, and what was found
    part: str
    says: str
    wrong: bool = False  # True when it keeps something from working
    do: str = ""  # what to type, when there is something to do


def installation() -> Iterator[Finding]:
    """Look at Python, the packages, and where ``agreement`` and ``cv2`` come from."""
    yield Finding("python", f"{platform.python_version()} at {sys.executable}")
    yield from _packages()
    yield _agreement()
    yield _cv2()


def _packages() -> Iterator[Finding]:
    version = _version(DISTRIBUTION)
    if version is None:
        yield Finding(DISTRIBUTION, "is not installed", wrong=True, do="pip install -e .")
        return
    yield Finding(DISTRIBUTION, version)
    wanted = importlib.metadata.requires(DISTRIBUTION) or []
    seen: set[str] = set()
    for line in sorted(wanted, key=lambda text: ("extra ==" in text, text)):
        name = re.split(r"[\s\[<>=!~;(]", line, maxsplit=1)[0]
        extra = re.search(r"""extra\s*==\s*["']([^"']+)""", line)
        if name not in {DISTRIBUTION, *seen}:  # an extra that includes another names its packages again
            seen.add(name)
            yield _package(name, extra[1] if extra else "")


def _package(name: str, extra: str) -> Finding:
    part, version = f"{name} ({extra})" if extra else name, _version(name)
    if version is not None:
        return Finding(part, version)
    if extra:
        return Finding(part, "not installed (optional)", do=f'pip install "{DISTRIBUTION}[{extra}]"')
    return Finding(part, "is not installed", wrong=True, do=f"pip install {name}")


def _agreement() -> Finding:
    """Other distributions ship a package of that name; whichever comes first on the path wins."""
    spec = importlib.util.find_spec("agreement")
    where = Path(spec.origin).parent if spec and spec.origin else None
    ours = Path(referee_calib.__file__).resolve().parent.parent / "agreement"
    owners = set(importlib.metadata.packages_distributions().get("agreement", ())) - {DISTRIBUTION}
    if where is None or where.resolve() != ours or owners:
        other = f" (from {', '.join(sorted(owners))})" if owners else ""
        do = f"pip uninstall {' '.join(sorted(owners)) or 'agreement'} && pip install --force-reinstall {DISTRIBUTION}"
        return Finding("agreement", f"is not ours: {where}{other}, ours is {ours}", wrong=True, do=do)
    return Finding("agreement", f"ours, at {where}")


def _cv2() -> Finding:
    flavours = [name for name in _OPENCV if _version(name)]
    spec = importlib.util.find_spec("cv2")
    where = Path(spec.origin).parent if spec and spec.origin else None
    if len(flavours) > 1:
        do = f"pip uninstall -y {' '.join(flavours)} && pip install opencv-python-headless"
        return Finding("cv2", f"{' and '.join(flavours)} overwrite each other", wrong=True, do=do)
    if where is None:
        return Finding("cv2", "is missing", wrong=True, do="pip install --force-reinstall opencv-python-headless")
    try:
        import cv2  # a desktop flavour fails only here, for want of libGL
    except ImportError as error:
        do = f"pip uninstall -y {' '.join(flavours)} && pip install opencv-python-headless"
        return Finding("cv2", f"cannot be loaded: {error}", wrong=True, do=do)
    return Finding("cv2", f"{cv2.__version__} of {', '.join(flavours) or 'unknown origin'}, at {where}")


def _version(name: str) -> str | None:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return None


def study_health(folder: Path) -> Iterator[Finding]:
    """Look at a study: counts, versions, videos, ratings, failed scores."""
    from referee_calib.study import Study

    try:
        study = Study.open(folder)
    except RefereeCalibError as error:
        yield Finding("study", str(error), wrong=True)
        return
    with study:
        yield Finding("study", f"{study.config.name!r}, made {study.config.created}")
        looks = {
            "rubric": _rubric,
            "database": _database,
            "videos": _videos,
            "leftovers": _leftovers,
            "ratings": _ratings,
        }
        for part, look in {**looks, "scores": _scores}.items():
            try:
                yield from look(study)
            except RefereeCalibError as error:  # one part that cannot be read does not hide the others
                yield Finding(part, str(error), wrong=True)


def _rubric(study: Study) -> Iterator[Finding]:
    from referee_calib.study import other_rubric

    words = study.rubric
    language = f", in {words.language}" if words.language else ""
    yield Finding("rubric", f"{words.version}{language}: {words.scale_words()}")
    left = [one for one in study.claims(perturbed=True) if not words.applies(one)]
    if left:
        says = f"asks about {' and '.join(words.dimensions)} only: nobody judges {counted(len(left), 'claim')}"
        yield Finding("rubric", says, wrong=True, do="Restore the rubric they were imported under.")
    for fingerprint, about in study.referees().items():
        if other := other_rubric(words, about):
            says = f"referee {fingerprint[:8]} was asked with {other}: no report uses its scores"
            yield Finding("rubric", says, do=f"referee-calib score {study.folder} --referee NAME")


def _database(study: Study) -> Iterator[Finding]:
    damage = study.damage()
    if damage:
        says, do = f"is damaged: {'; '.join(damage[:3])}", "Restore a copy, or export what can be read."
        yield Finding("database", says, wrong=True, do=do)
    else:
        counts = ", ".join(f"{number} {name}" for name, number in study.counts().items())
        where = f"; {study.place.name}" if study.config.storage.url else ""
        yield Finding("database", f"sound, version {study.database_version()}; {counts}{where}")
    for taken in study.intakes():
        lost = taken.get("excluded") or taken.get("not_taken")  # of claims and rows, or of annotations
        if lost:
            excluded = ", ".join(f"{count} {reason}" for reason, count in lost.items())
            yield Finding("import", f"{taken['file']}: not usable were {excluded}")


def _videos(study: Study) -> Iterator[Finding]:
    from referee_calib.study import playable_copy_of
    from referee_calib.video import inspect_video

    claims = Counter(one.video for one in study.claims(perturbed=True))
    bad: list[str] = []
    unplayable: list[str] = []
    told: list[str] = []
    for video, count in sorted(claims.items()):
        cost = f" (it costs {counted(count, 'claim')})"
        try:
            path = study.media_path(video)
            found = inspect_video(path)
            if found.problem:
                bad.append(f"video {path}: {found.problem}{cost}")
            elif not found.plays_commonly and playable_copy_of(study.folder, path) is None:
                unplayable.append(f"{video}: {found.playable_reason}")
            told += [f"{video}: {remark}" for remark in found.remarks]
        except InputError as error:
            bad.append(f"{error}{cost}")
    yield Finding("videos", f"{len(claims)} named by claims, {len(bad)} missing or unreadable")
    for says in bad:
        do = f"Put a complete copy into {study.media}"
        yield Finding("video", says, wrong=True, do="" if "Type:" in says else do)
    for says in told:
        yield Finding("video", says)
    for says in unplayable:
        yield Finding("unplayable", says, wrong=True, do=f"referee-calib media {study.folder} --playable")


def _leftovers(study: Study) -> Iterator[Finding]:
    from referee_calib.study import leftovers
    from referee_calib.study.intake.leftovers import size_of

    found = leftovers(study.folder, study.media, (one.video for one in study.claims(perturbed=True)))
    for path in found.hidden:
        says = f"{path.relative_to(study.folder)}, {size_of(path)} bytes, left by a process that was killed"
        yield Finding("leftover", says, wrong=True, do=f"referee-calib doctor {study.folder} --clear")
    if found.unnamed:
        names = [path.relative_to(study.media).as_posix() for path in found.unnamed]
        says = f"{len(names)} in the media folder that no claim names: {', '.join(names)}"
        yield Finding("files", says, do="Import their claims, or remove them.")


def clear_leftovers(folder: Path) -> Iterator[Finding]:
    """Remove what killed processes left half written in a study's folder."""
    from referee_calib.study import Study, leftovers
    from referee_calib.study import clear_leftovers as clear

    with Study.open(folder) as study:
        found = leftovers(study.folder, study.media, ())
    freed = clear(found)
    yield Finding("leftovers", f"{len(found.hidden)} removed, {freed} bytes")


def _ratings(study: Study) -> Iterator[Finding]:
    ratings = study.ratings()
    words = {one.rubric for one in ratings if one.rubric} - {study.rubric.version}
    simulated = sum(one.simulated for one in ratings)
    levels = sum(one.level is not None for one in ratings)
    yield Finding("ratings", f"{len(ratings)} in force, {levels} with a level, {simulated} simulated")
    if words:
        says = f"some were given under other words ({', '.join(sorted(words))}; now {study.rubric.version})"
        yield Finding("rubric", says, wrong=True, do="Restore the rubric they were given under, or rate anew.")


def _scores(study: Study) -> Iterator[Finding]:
    described = study.referees()
    for fingerprint, about in described.items():
        scores = study.scores(fingerprint)
        failed = Counter(one.status for one in scores if one.status != "ok")
        statuses = ", ".join(f"{count} {status}" for status, count in failed.most_common())
        share = f", {sum(failed.values()) / len(scores):.0%} failed ({statuses})" if failed else ""
        broken = len(scores) > 0 and failed["error"] == len(scores)
        do = f"referee-calib score {study.folder} --referee {about.get('name', 'NAME')} --retry-failed"
        again = bool(failed["error"] + failed["unparsed"])
        yield Finding(
            "referee",
            f"{about.get('name', 'unknown')} {fingerprint}: {len(scores)} scores{share}",
            wrong=broken,
            do=do if again else "",
        )
