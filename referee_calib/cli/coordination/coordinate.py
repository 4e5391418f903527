"""``referee-calib coordinate``."""

from __future__ import annotations

import importlib.util
import ipaddress
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import click

from referee_calib.cli import common
from referee_calib.errors import InputError, MissingExtra

if TYPE_CHECKING:
    from referee_calib.study import Study


@click.command(short_help="Open the coordinator's pages: progress, agreement, adjudication.")
@common.study_argument
@click.option("--port", type=click.IntRange(1, 65_535), default=8502, show_default=True, help="Port to listen at.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen at.")
@click.option("--allow-remote", is_flag=True, help="Needed with a --host that other machines can reach.")
@click.option("--public-url", metavar="URL", default="", help="Where coordinators reach it behind a proxy.")
@click.option(
    "--trusted-proxy", "proxies", metavar="CIDR", multiple=True, help="A proxy whose word on addresses counts."
)
@click.option("--new-token", is_flag=True, help="Make another token; whoever came in with the old one is out.")
@click.option("--no-browser", is_flag=True, help="Do not open a browser.")
@click.option("--no-start", is_flag=True, help="Only make the token; do not start the pages.")
def command(
    study: Path,
    port: int,
    host: str,
    allow_remote: bool,
    public_url: str,
    proxies: tuple[str, ...],
    new_token: bool,
    no_browser: bool,
    no_start: bool,
) -> None:
    """Open the pages of those who run the study; Ctrl-C ends them.

    They show progress, speed, quality, agreement so far, notes and skip reasons, and let coordinators adjudicate,
    exclude with a reason, and take tables away. They run beside `referee-calib annotate`, on a port of their own, and
    the raters' port serves nothing of them. The first start makes a token, shown once: the study keeps only its hash.
    Coordinators sign in with it under a name, which stands beside each of their decisions in the audit trail.

    \b
    Examples:
      referee-calib coordinate mystudy
      referee-calib coordinate mystudy --new-token --no-start
    """  # noqa: D301
    from referee_calib.study import Study
    from referee_calib.study.settings import origin_problem, proxies_problem

    if not is_loopback(host) and not allow_remote:
        why = (
            "other machines could then reach the coordinator's pages, and the token would cross the network unencrypted"
        )
        advice = "If you mean it, on a network you trust or behind a proxy with TLS, add --allow-remote"
        raise InputError(f"--host {host}", why, advice)
    if wrong := origin_problem(public_url):
        raise InputError(f"--public-url {public_url}", wrong)
    if wrong := proxies_problem(proxies):
        raise InputError(f"--trusted-proxy {' '.join(proxies)}", wrong)
    if importlib.util.find_spec("streamlit") is None:
        raise MissingExtra("the coordinator's pages", "app")
    from annotate_app.coordinator.coordinator_server import address_of, front_door_of, link_of, serve_coordinator
    from annotate_app.server import listen

    door = front_door_of(host, public_url, proxies)
    with Study.open(study) as opened:
        if not no_start:
            listen(host, port).close()  # before a token is made: it is shown only once
        token = _token(opened, anew=new_token)
    link = link_of(token, door, port) if token else ""
    if token:
        click.echo(f"token {token}\tlink {link}")
    if no_start:
        return
    common.remark(f"The coordinator's pages are at {address_of(door, port)} until you press Ctrl-C.")
    shown = "" if no_browser or public_url else link or address_of(door, port)
    with suppress(KeyboardInterrupt):  # the way to end it
        serve_coordinator(study, door, port, opened=shown)
    common.remark("The coordinator's pages have ended.")


def _token(study: Study, *, anew: bool) -> str:
    from annotate_app.coordinator.coordinator_server import make_token
    from referee_calib.study import record_audit

    token = make_token(study.folder, anew=anew)
    if token:
        record_audit(study, "command line", "make coordinator token", study.config.name)
    else:
        common.remark("The token is the one that was shown at the first start. For another: --new-token")
    return token


def is_loopback(host: str) -> bool:
    """Tell whether an address can be reached from this machine alone."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
