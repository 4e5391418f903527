"""``referee-calib label-studio``."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from referee_calib.cli import common
from referee_calib.cli.study.import_progress import track_names

if TYPE_CHECKING:
    from referee_calib.label_studio import ProjectStatus, PullResult, PushResult, SdkServer
    from referee_calib.study import Study

Command = TypeVar("Command", bound=Callable[..., Any])
_URL, _ROOT = "LABEL_STUDIO_URL", "LABEL_STUDIO_LOCAL_FILES_DOCUMENT_ROOT"
_IN_CLEAR = "The address begins with http:// : the token and all ratings cross the network unencrypted. Use https://."
_OPEN = "Label Studio is not blind: raters can see and change each other's answers there. The report says so."
_NAMED = 5  # claims that are named of each reason


def _common(command: Command) -> Command:
    url = click.option(
        "--url", metavar="URL", help=f"Address of the server; ${_URL} or that of the last push by default."
    )
    project = click.option(
        "--project", metavar="NUMBER", type=click.IntRange(min=1), help="Another project than that of the last push."
    )
    return common.study_argument(url(project(common.options("json", "quiet")(command))))


@click.group(short_help="Rate a study's claims in Label Studio.")
def command() -> None:
    """Bring claims to Label Studio and ratings back; the token stands in LABEL_STUDIO_API_KEY and is kept nowhere.

    \b
    Examples:
      referee-calib label-studio push mystudy --url https://labels.example.org
      referee-calib label-studio status mystudy
      referee-calib label-studio pull mystudy --rater 3=anna --rater bert@example.org=bert
    """  # noqa: D301


@command.command(short_help="Make the project, or add the claims that it lacks.")
@_common
@click.option("--new-project", is_flag=True, help="Make another project; the ratings of the former one stay.")
@click.option(
    "--overlap", type=click.IntRange(min=1), help="Raters per claim; 2 in a new project, else as many as before."
)
@click.option(
    "--local-files",
    metavar="DIR",
    type=click.Path(path_type=Path),
    help=f"The server's {_ROOT}, when it sees the study's videos there; uploaded without.",
)
def push(
    study: Path,
    url: str | None,
    project: int | None,
    as_json: bool,
    quiet: bool,
    new_project: bool,
    overlap: int | None,
    local_files: Path | None,
) -> None:
    """Bring the claims that people rate into the study's project; typed again, it adds only what is missing.

    Each claim is a task with its video, its boxes and span to be judged, and the study's rubric. Videos are
    uploaded, and only who is signed in can open them; with --local-files the server reads them from its own disk.

    \b
    Examples:
      referee-calib label-studio push mystudy --url http://127.0.0.1:8080 --overlap 3
      referee-calib label-studio push mystudy --new-project
    """  # noqa: D301
    from referee_calib.label_studio import project_number, push_claims
    from referee_calib.study import Study

    with Study.open(study) as opened, _server(opened, url, quiet=quiet) as server:
        number = None if new_project else project_number(opened, server.url, project)
        track = track_names(quiet=quiet)
        done = push_claims(opened, server, project=number, overlap=overlap, local_root=local_files, track=track)
        _remember(opened, server.url, done.project)
    common.remark(_OPEN, quiet=quiet)
    common.result(done.to_json(), _pushed(done, study), as_json=as_json)


@command.command(short_help="Add the ratings that were given there to the study.")
@_common
@click.option(
    "--rater", "raters", metavar="USER=NAME", multiple=True,
    help="Which rater a user is, by number or e-mail address; label-studio-NUMBER by default. Kept in study.toml.",
)  # fmt: skip
def pull(
    study: Path, url: str | None, project: int | None, as_json: bool, quiet: bool, raters: tuple[str, ...]
) -> None:
    """Read every annotation of the project, check it, and add what the study does not have yet.

    Refused are answers off the scale, annotations whose box or span was moved, and those of which nobody knows who gave
    them; each is counted and named. A changed annotation is a correction: it is added, and the former one stays.

    \b
    Examples:
      referee-calib label-studio pull mystudy
      referee-calib label-studio pull mystudy --rater 3=anna
    """  # noqa: D301
    from referee_calib.label_studio import pull_ratings, pushed_project
    from referee_calib.study import Study

    with Study.open(study) as opened, _server(opened, url, quiet=quiet) as server:
        done = pull_ratings(opened, server, pushed_project(opened, server.url, project), stated=raters)
    common.result(done.to_json(), _pulled(done, study), as_json=as_json)


@command.command(short_help="Say what is in the project and what a pull would add.")
@_common
def status(study: Path, url: str | None, project: int | None, as_json: bool, quiet: bool) -> None:
    """Count tasks and annotations, and say what a pull would add and refuse; nothing is changed.

    \b
    Examples:
      referee-calib label-studio status mystudy
    """  # noqa: D301
    from referee_calib.label_studio import project_status, pushed_project
    from referee_calib.study import Study

    with Study.open(study) as opened, _server(opened, url, quiet=quiet) as server:
        found = project_status(opened, server, pushed_project(opened, server.url, project))
    common.result(found.to_json(), _stands(found), as_json=as_json)


def _server(study: Study, url: str | None, *, quiet: bool) -> SdkServer:
    """Sign in at the stated address, that of the environment, or that of the last push."""
    from referee_calib.label_studio import checked_address, crosses_network_in_clear, sign_in

    address = checked_address(url or os.environ.get(_URL, "") or study.config.label_studio.url)
    if crosses_network_in_clear(address):
        common.remark(_IN_CLEAR, quiet=quiet)
    return sign_in(address)


def _remember(study: Study, url: str, project: int) -> None:
    from dataclasses import replace

    kept = replace(study.config.label_studio, url=url, project=project)
    if kept != study.config.label_studio:
        study.set_config(label_studio=kept)


def _pushed(done: PushResult, study: Path) -> str:
    made = "made now" if done.made else "there before"
    lines = [
        f"Project {done.project} ({made}): {done.url}/projects/{done.project}/data",
        f"{common.counted(done.added, 'claim')} added, {done.there} there before, of {done.claims} that people rate; "
        f"{common.counted(done.uploaded, 'video')} uploaded.",
    ]
    for why, ids in done.refused.items():
        lines.append(f"Not pushed: {common.counted(len(ids), 'claim')} ({_few(ids)}): {why}")
    lines += _tasks(done.twice, done.foreign)
    lines.append(f"Then: referee-calib label-studio pull {study}")
    return "\n".join(lines)


def _pulled(done: PullResult, study: Path) -> str:
    stored = done.stored
    many = common.counted(stored.ratings, "rating")
    lines = [f"Project {done.project}: {many} in its annotations, {stored.new} new, {stored.known} known."]
    lines += done.names.lines()
    lines += done.read.lines()
    if stored.new:
        lines.append(f"Then: referee-calib report {study} --out report/")
    return "\n".join(lines)


def _stands(found: ProjectStatus) -> str:
    lines = [
        f"Project {found.project}, {found.title!r}: {found.url}/projects/{found.project}/data",
        f"{found.there} of {common.counted(found.claims, 'claim')} that people rate are in it.",
        *(
            f"{common.counted(n, 'claim')} with {common.counted(k, 'annotation')}."
            for k, n in found.by_annotations.items()
        ),
        *(f"{name}: {common.counted(n, 'annotation')}." for name, n in found.by_user.items()),
        f"A pull would add {common.counted(found.waiting, 'rating')}.",
    ]
    return "\n".join([*lines, *_tasks(found.twice, found.foreign), *found.read.lines()])


def _tasks(twice: tuple[str, ...], foreign: int) -> list[str]:
    lines = []
    if twice:
        lines.append(
            f"{common.counted(len(twice), 'claim')} with several tasks ({_few(list(twice))}): remove all but one."
        )
    if foreign:
        lines.append(f"{common.counted(foreign, 'task')} about no claim of this study.")
    return lines


def _few(ids: list[str]) -> str:
    return ", ".join(ids[:_NAMED]) + (", …" if len(ids) > _NAMED else "")
