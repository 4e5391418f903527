"""``referee-calib serve``."""

from __future__ import annotations

import ipaddress
import math
import os
import secrets
from pathlib import Path

import click

from referee_calib.cli import common
from referee_calib.errors import InputError

TOKEN_VARIABLE = "REFEREE_CALIB_TOKEN"  # noqa: S105  a variable's name


@click.command(short_help="Serve a reward to trainers.", context_settings={"show_default": True})
@click.argument("reward", type=common.StudyPath(path_type=Path))
@click.option("--port", type=click.IntRange(1, 65_535), default=8600, help="Port to listen at.")
@click.option("--host", default="127.0.0.1", help="Address to listen at.")
@click.option("--allow-remote", is_flag=True, help="Needed with a --host that other machines can reach.")
@click.option("--no-token", is_flag=True, help="Let every program on this machine in.")
@click.option("--queue", type=click.IntRange(min=1), default=4096, help="Replies that may wait at a time.")
@click.option("--on-failure", type=float, default=0.0, help="What a failed reply is paid where a number is due.")
def command(
    reward: Path, port: int, host: str, allow_remote: bool, no_token: bool, queue: int, on_failure: float
) -> None:
    """Serve the reward of a reward.toml, or of a certificate, until Ctrl-C.

    One referee serves many trainers: /score (the client of this package), /get_reward (OpenRLHF), /rm (slime, Miles),
    /verify (NeMo Gym), /health, /metrics (Prometheus). Clients bring a token, which REFEREE_CALIB_TOKEN states, or
    which is made and shown now.

    \b
    Example:
      referee-calib serve reward.toml --port 8600
    """  # noqa: D301
    from referee_calib.reward import load_reward

    remote = not _loopback(host)
    if remote and not allow_remote:
        raise InputError(
            f"--host {host}",
            "other machines could then have replies judged at your cost",
            "If you mean it, on a network you trust, add --allow-remote",
        )
    if no_token and remote:
        raise InputError("--no-token", f"{host} can be reached from other machines", "Leave it out.")
    if not math.isfinite(on_failure):
        raise InputError(f"--on-failure {on_failure}", "it is a finite number")
    made = load_reward(reward)
    common.remark(f"{made.__name__}, fingerprint {made.fingerprint}")
    token = "" if no_token else _token()
    common.remark(f"Serving at http://{host}:{port} until you press Ctrl-C.")
    from referee_calib.reward.server.running import run

    run(made, token=token, host=host, port=port, queue=queue, on_failure=on_failure)


def _token() -> str:
    stated = os.environ.get(TOKEN_VARIABLE, "").strip()
    if stated and len(stated) < 16:
        raise InputError(f"{TOKEN_VARIABLE}", "a token has at least 16 characters")
    if stated:
        return stated
    made = secrets.token_urlsafe(24)
    common.remark(f"The token, shown this once: {made}\nTrainers are told it by: export {TOKEN_VARIABLE}={made}")
    return made


def _loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
