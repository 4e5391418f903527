"""Importing files into a study: everything is read and checked first, then written in one step."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, TypeVar

from referee_calib.errors import ClaimError, InputError, RatingError
from referee_calib.records import Claim, Mark, Rating
from referee_calib.study import export_manifest, video_import
from referee_calib.study.import_reader import ImportedFile, Kind, read_import_file
from referee_calib.study.study import AddResult, Study

_Item = TypeVar("_Item")


@dataclass(frozen=True, slots=True)
class ImportResult:
    """What an import did.

    Attributes
    ----------
    files : list of dict
        Per file its name, kind, counts of new and known records, and what was excluded by reason; JSON types.
    videos, videos_added : int
        Videos that the claims name, and how many of them were copied or linked into the study.
    unplayable : dict
        Videos that browsers do not play, with the reason.
    raters : list of str
        Raters that were registered because ratings name them.
    """

    files: list[dict[str, Any]]
    videos: int = 0
    videos_added: int = 0
    unplayable: dict[str, str] = field(default_factory=dict)
    raters: list[str] = field(default_factory=list)


def import_files(
    study: Study,
    paths: Sequence[Path],
    *,
    kind: Kind | None = None,
    media: Path | None = None,
    link: bool = False,
    outside: Literal["refuse", "skip"] = "refuse",
    add_raters: bool = False,
) -> ImportResult:
    """Import files, in any order; importing one again changes nothing.

    Raises InputError when anything cannot be used; the study is as it was then.

    Parameters
    ----------
    paths : sequence of Path
        JSON lines of rollouts, claims, ratings, scores or marks; the ``export.json`` of an export.
    kind : str, optional
        What all of them are; seen from their content by default.
    media : Path, optional
        Folder of the claims' videos, which are copied into the study.
    link : bool
        Link the videos instead, where the disk allows it.
    outside : {"refuse", "skip"}
        What to do about claims outside their video's length.
    add_raters : bool
        Register raters whom only the ratings name; they get no personal code.
    """
    manifests = [export_manifest.read(path) for path in paths if path.name == export_manifest.NAME]
    files = [read_import_file(path, kind) for path in paths if not _of_export(path, manifests)]
    if media is not None and not media.is_dir():
        raise InputError(f"media folder {media}", "there is no such folder", "Name the folder that holds the videos.")
    placed = [one for file in files for one in file.claims]
    _refuse_duplicates(placed)
    checked = video_import.check_videos(study, placed, media)
    if outside == "refuse":
        video_import.refuse_outside(checked.outside)
    skipped = {claim.id for _, claim, _ in checked.outside}
    names = sorted({claim.video for _, claim in placed if claim.id not in skipped})
    with video_import.bring_videos(study, names, media, link=link) as brought, study.transaction():
        summaries = [_add_claims(study, file, skipped) for file in files]
        raters = _register(study, files) if add_raters else []
        for file, summary in zip(files, summaries, strict=True):
            _add_judgements(study, file, summary)
            study.add_intake(file.digest, summary)
        summaries += [export_manifest.import_manifest(study, one) for one in manifests]
    if any(one.simulated for one in study.raters()) and not study.config.simulated_ratings:
        study.set_config(simulated_ratings=True)
    return ImportResult(summaries, checked.videos, brought, checked.unplayable, raters)


def _of_export(path: Path, manifests: Sequence[export_manifest.ExportManifest]) -> bool:
    """Tell whether a file is a manifest, or one that an export left empty: nobody has rated, say."""
    empty = path.is_file() and path.stat().st_size == 0
    return path.name == export_manifest.NAME or (empty and any(path.parent == one.path.parent for one in manifests))


def _add_claims(study: Study, file: ImportedFile, skipped: set[str]) -> dict[str, Any]:
    kept = [claim for _, claim in file.claims if claim.id not in skipped]
    added = study.add_claims(kept)
    summary: dict[str, Any] = {"file": file.path.name, "kind": file.kind}
    if file.kind == "rollouts":
        summary |= {"rollouts": len(file.names), "rollouts_without_claim": file.without_claim}
    if file.kind in ("rollouts", "claims"):
        excluded = file.parse_failures + Counter(outside_video=len(file.claims) - len(kept))
        summary |= {"claims": len(file.claims), **_counts(added), "excluded": dict(excluded.most_common())}
        summary |= {"perturbed": perturbed} if (perturbed := sum(claim.perturbed for claim in kept)) else {}
    return summary


def _add_judgements(study: Study, file: ImportedFile, summary: dict[str, Any]) -> None:
    if file.kind == "inspect":
        _refuse_unknown(study, file)
        rated = _from(file, lambda: study.add_ratings([one for _, one in file.ratings]))
        scored = _from(file, lambda: study.add_scores([one for _, one in file.scores]))
        summary |= {"inspect": len(file.ratings) + len(file.scores), "ratings": len(file.ratings)}
        summary |= {"new": rated.new + scored.new, "known": rated.known + scored.known, "replaced": scored.replaced}
    elif file.kind == "ratings":
        _refuse_unknown(study, file)
        added = _from(file, lambda: study.add_ratings([one for _, one in file.ratings]))
        summary |= {"ratings": len(file.ratings), **_counts(added)}
    elif file.kind == "scores":
        added = _from(file, lambda: study.add_scores([one for _, one in file.scores]))
        summary |= {"scores": len(file.scores), **_counts(added), "replaced": added.replaced}
    elif file.kind == "marks":
        _refuse_unknown(study, file)
        added = _from(file, lambda: study.add_marks([one for _, one in file.marks]))
        summary |= {"marks": len(file.marks), **_counts(added)}


def _refuse_unknown(study: Study, file: ImportedFile) -> None:
    given: list[tuple[str, Rating | Mark]] = [*file.ratings, *file.marks]
    strangers = sorted({one.rater for _, one in given} - {one.name for one in study.raters()})
    if strangers:
        place = next(place for place, one in given if one.rater == strangers[0])
        raise RatingError(
            f"{place}: {len(strangers)} unknown raters: {', '.join(strangers[:5])}",
            "the study has no such rater",
            "Register them without a personal code: --add-raters",
        )
    known = {one.id for one in study.claims(perturbed=True)}
    lost = [(place, one.claim) for place, one in given if one.claim not in known]
    if lost:
        raise RatingError(
            f"{lost[0][0]}: {file.kind[:-1]} for claim {lost[0][1]} ({len(lost)} such {file.kind} in all)",
            "the study has no such claim",
            "Import its claims first, or in the same command.",
        )


def _register(study: Study, files: Sequence[ImportedFile]) -> list[str]:
    known = {one.name for one in study.raters()}
    given: list[Rating | Mark] = [one for file in files for _, one in file.ratings]
    given += [one for file in files for _, one in file.marks]
    origins = {one.rater: one.origin for one in given}
    new = sorted(set(origins) - known)
    for name in new:
        # "app" would give out a personal code; these people signed in somewhere else
        study.add_rater(name, origin=origins[name] if origins[name] not in ("", "app") else "imported")
    return new


def _refuse_duplicates(claims: Sequence[tuple[str, Claim]]) -> None:
    first: dict[str, str] = {}
    for place, claim in claims:
        if claim.id in first:
            raise ClaimError(f"{place}: claim {claim.id}", f"the same claim stands in {first[claim.id]}")
        first[claim.id] = place


def _from(file: ImportedFile, act: Callable[[], _Item]) -> _Item:
    try:
        return act()
    except InputError as error:
        raise type(error)(f"{file.path.name}: {error.seen}", error.why, error.do) from error


def _counts(added: AddResult) -> dict[str, int]:
    return {"new": added.new, "known": added.known}
