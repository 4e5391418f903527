"""``referee-calib annotate``."""

from __future__ import annotations

import importlib.util
import ipaddress
import socket
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import click

from referee_calib.cli import common
from referee_calib.cli.study.import_progress import track_names
from referee_calib.errors import InputError, MissingExtra, StudyError

if TYPE_CHECKING:
    from referee_calib.study import Study


@click.command(short_help="Open the app in which people rate claims.")
@common.study_argument
@click.option("--add-rater", "names", metavar="NAME", multiple=True, help="Let somebody in; prints code and link.")
@click.option("--new-code", "renewed", metavar="NAME", multiple=True, help="Another code; the old one ends at once.")
@click.option("--port", type=click.IntRange(1, 65_535), default=8501, show_default=True, help="Port to listen at.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen at.")
@click.option("--allow-remote", is_flag=True, help="Needed with a --host that other machines can reach.")
@click.option("--public-url", metavar="URL", default="", help="Where people reach it behind a proxy.")
@click.option(
    "--trusted-proxy", "proxies", metavar="CIDR", multiple=True, help="A proxy whose word on addresses counts."
)
@click.option("--no-browser", is_flag=True, help="Do not open a browser.")
@click.option("--no-start", is_flag=True, help="Only let people in; do not start the app.")
def command(
    study: Path,
    names: tuple[str, ...],
    renewed: tuple[str, ...],
    port: int,
    host: str,
    allow_remote: bool,
    public_url: str,
    proxies: tuple[str, ...],
    no_browser: bool,
    no_start: bool,
) -> None:
    """Open the app in which people watch the clips and rate the claims; Ctrl-C ends it.

    Everybody gets a personal code, shown once: the study keeps only its hash. For links that expire, and
    to end somebody's access: referee-calib invite. Raters see neither the referee's scores nor each
    other's ratings.

    \b
    Examples:
      referee-calib annotate mystudy --add-rater anna --add-rater bert
      referee-calib annotate mystudy --new-code anna --no-start
    """  # noqa: D301
    from referee_calib.study import Study

    _check_host(host, allow_remote)
    _check_proxy(public_url, proxies)
    with Study.open(study) as opened:
        url = (public_url or opened.config.people.public_url).rstrip("/") or f"http://{_display_host(host)}:{port}"
        if not no_start:
            _check_startable(opened, study, host, port)
        _let_in(opened, names, renewed, url)
    if no_start:
        return
    from annotate_app.server import serve

    here = f"http://{_display_host(host)}:{port}"
    behind = "" if url == here else f" (behind a proxy; it listens at {here}/)"
    common.remark(f"The app runs at {url}/ until you press Ctrl-C{behind}.")
    shown = not no_browser and not behind
    with suppress(KeyboardInterrupt):  # the way to end it
        serve(study, host=host, port=port, open_browser=shown, public_url=public_url, trusted_proxies=proxies)
    common.remark("The app has ended. Every rating that was shown as saved is kept.")


def _check_host(host: str, allow_remote: bool) -> None:
    if not _loopback(host) and not allow_remote:
        raise InputError(
            f"--host {host}",
            "other machines could then reach the sign-in page and try codes, and codes, videos and ratings would "
            "cross the network unencrypted",
            "If you mean it, on a network you trust or behind a proxy with TLS, add --allow-remote",
        )


def _check_proxy(public_url: str, proxies: tuple[str, ...]) -> None:
    from referee_calib.study.settings import origin_problem, proxies_problem

    if wrong := origin_problem(public_url):
        raise InputError(f"--public-url {public_url}", wrong)
    if wrong := proxies_problem(proxies):
        raise InputError(f"--trusted-proxy {' '.join(proxies)}", wrong)


def _loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _check_startable(opened: Study, study: Path, host: str, port: int) -> None:
    """Refuse before anybody is let in: a code is shown only once."""
    if importlib.util.find_spec("streamlit") is None:
        raise MissingExtra("the annotation app", "app")
    if not opened.claims(sampled=True):
        raise StudyError(f"study {study} has no claims to rate", "", f"Type: referee-calib import {study} FILE…")
    from annotate_app.server import listen

    listen(host, port).close()
    _remark_videos(opened, study)


def _remark_videos(opened: Study, study: Path) -> None:
    """Say which claims cannot be watched, and which videos move only frame by frame."""
    from referee_calib.study import playable_copy_of
    from referee_calib.video import inspect_video

    claims = Counter(claim.video for claim in opened.claims(sampled=True))
    by_frames = []
    for video in track_names(quiet=False)("looking at videos", sorted(claims)):
        those = f"{common.counted(claims[video], 'claim')} can be skipped only, neither watched nor rated"
        try:
            path = opened.media_path(video)
        except StudyError as error:  # a link that leads out of the media folder
            common.remark(f"{those}: {video}: {error.why}.")
            continue
        found = inspect_video(path)
        if found.problem:
            common.remark(f"{those}: {video}: {found.problem}. {found.advice}")
        elif not all(found.playable.values()) and playable_copy_of(opened.folder, path) is None:
            by_frames.append(video)
    if by_frames:
        few = ", ".join(by_frames[:3]) + (", …" if len(by_frames) > 3 else "")
        what = f"{common.counted(len(by_frames), 'video')} that not every browser plays may move frame by frame"
        common.remark(f"{what} ({few}). For copies that play: referee-calib media {study} --playable")


def _let_in(study: Study, names: tuple[str, ...], renewed: tuple[str, ...], url: str) -> None:
    from referee_calib.study.people import add_rater, renew_code, similar_names

    added = set()
    for name in (one.strip() for one in names):
        known = [one.name for one in study.raters()]
        if name in known:
            common.remark(f"Rater {name} is in the study already and keeps their code. For another: --new-code {name}")
            continue
        for other in similar_names(name, known):
            common.remark(f"{name} looks like {other}, who is in the study: two people, or one?")
        _show(name, add_rater(study, name, actor="command line"), url)
        added.add(name)
    for name in (one.strip() for one in renewed):
        if name not in added:  # their code was shown just now
            _show(name, _renew(study, name, renew_code), url)


def _renew(study: Study, name: str, renew_code: Callable[..., str]) -> str:
    try:
        return renew_code(study, name, actor="command line")
    except StudyError as error:
        if any(one.name == name for one in study.raters()):
            raise
        advice = f"{error.do} For a new rater: --add-rater {name}".strip()
        raise StudyError(error.seen, error.why, advice) from error


def _show(name: str, code: str, url: str) -> None:
    click.echo(f"{name.strip()}\tcode {code}\tlink {url}/i/{code}")


def _display_host(host: str) -> str:
    if host in ("0.0.0.0", "::"):  # noqa: S104 - only named here
        return socket.gethostname()
    return f"[{host}]" if ":" in host else host
