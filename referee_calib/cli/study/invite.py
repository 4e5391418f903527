"""``referee-calib invite``."""

from __future__ import annotations

import re
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from referee_calib.cli import common
from referee_calib.errors import InputError

if TYPE_CHECKING:
    from referee_calib.study import Study
    from referee_calib.study.people import Invitation

ACTOR = "command line"
_UNITS = {"h": 1, "d": 24, "w": 7 * 24}


@click.command(short_help="Let people in by personal links; end their access.")
@common.study_argument
@click.argument("names", metavar="[NAME]…", nargs=-1)
@click.option("--expires", metavar="TIME", default="30d", show_default=True, help="12h, 14d, 2w, or never.")
@click.option("--uses", type=click.IntRange(min=1), help="How often each link signs in; without bound by default.")
@click.option("--panel", metavar="NAME", help="The link for everybody of a panel: prolific, sona or mturk.")
@click.option("--revoke", "revoked", metavar="NAME", multiple=True, help="End somebody's access at once.")
@click.option("--reinstate", "reinstated", metavar="NAME", multiple=True, help="Let somebody in again.")
@click.option("--close-panel", metavar="NAME", help="Let nobody new in from a panel.")
@click.option("--why", default="", help="The reason, for the audit trail.")
@click.option("--list", "listed", is_flag=True, help="Who may sign in, and which links there are.")
@click.option("--identities", is_flag=True, help="Who raters are elsewhere: e-mail addresses, ids of a panel.")
@click.option("--url", metavar="URL", help="Where people reach the app, for the links.  [default: as in study.toml]")
@common.options("json")
def command(
    study: Path,
    names: tuple[str, ...],
    expires: str,
    uses: int | None,
    panel: str | None,
    revoked: tuple[str, ...],
    reinstated: tuple[str, ...],
    close_panel: str | None,
    why: str,
    listed: bool,
    identities: bool,
    url: str | None,
    as_json: bool,
) -> None:
    """Make a personal link for each NAME; a name that is new becomes a rater.

    A link is shown once: the study keeps only its hash. Looking at it uses nothing up. Access that is
    revoked ends at once, in open browsers, too; the ratings stay.

    \b
    Examples:
      referee-calib invite mystudy anna bert --expires 14d --uses 3
      referee-calib invite mystudy --revoke bert --why "left the project"
      referee-calib invite mystudy --list
    """  # noqa: D301
    from referee_calib.study import Study, people

    lasts = _duration(expires)
    with Study.open(study) as opened:
        if not (names or panel or revoked or reinstated or close_panel or listed or identities):
            raise InputError("nobody was named", "a link is for somebody", f"Type: referee-calib invite {study} NAME")
        for name in reinstated:
            people.reinstate(opened, name, actor=ACTOR, why=why)
            common.remark(f"{name} may sign in again, with a new link: referee-calib invite {study} {name}")
        for name in revoked:
            ended = people.revoke(opened, name, actor=ACTOR, why=why)
            common.remark(f"{name} is out: code and links ended, {common.counted(ended, 'open sign-in')} ended.")
        if close_panel:
            people.close_panel(opened, close_panel, actor=ACTOR)
        links = [people.invite(opened, name, actor=ACTOR, expires=lasts, uses=uses) for name in _once(names)]
        if panel:
            end = None if expires == "30d" else lasts  # a panel's study ends when its people are in
            links.append(people.open_panel(opened, panel, actor=ACTOR, expires=end, people=uses))
        _print(opened, links, url, listed=listed, identities=identities, as_json=as_json)


def _duration(text: str) -> timedelta | None:
    if text == "never":
        return None
    found = re.fullmatch(r"([1-9][0-9]{0,5})([hdw])", text)
    if not found:
        raise InputError(f"--expires {text}", "it is no time", "Type 12h, 14d, 2w, or never.")
    return timedelta(hours=int(found[1]) * _UNITS[found[2]])


def _once(names: tuple[str, ...]) -> list[str]:
    return list(dict.fromkeys(one.strip() for one in names))


def _print(
    study: Study, links: list[Invitation], url: str | None, *, listed: bool, identities: bool, as_json: bool
) -> None:
    from referee_calib.study import people

    base = (url or study.config.people.public_url or "http://127.0.0.1:8501").rstrip("/")
    data: dict[str, Any] = {"links": [_link(one, base) for one in links]}
    lines = [_link_line(one, base) for one in links]
    for one in links:
        _remark_new(one, [rater.name for rater in study.raters()])
    if listed:
        raters, known = people.access(study), people.invitations(study)
        data |= {"raters": [asdict(one) for one in raters], "invitations": [_listed(one) for one in known]}
        lines += [_rater_line(one) for one in raters] + [_invitation_line(one) for one in known]
    if identities:
        found = people.identities(study)
        data["identities"] = found
        lines += [f"{one['rater']}\t{one['kind']}\t{one['subject']}" for one in found]
    if lines or as_json:
        common.result(data, "\n".join(lines), as_json=as_json)


def _remark_new(one: Invitation, known: list[str]) -> None:
    """Say which names were new, so that a mistyped one is noticed."""
    from referee_calib.study.people import closest_names

    close = closest_names(one.rater, [name for name in known if name != one.rater]) if one.made else []
    if one.similar:
        common.remark(f"{one.rater} looks like {one.similar[0]}, who is in the study: two people, or one?")
    elif close:
        common.remark(f"{one.rater} is new in the study, beside {' and '.join(close)}.")


def _address(one: Invitation, base: str) -> str:
    from referee_calib.study.people import PANELS

    query = f"?{PANELS[one.panel].placeholders}" if one.panel else ""
    return f"{base}{one.path}{query}"


def _link(one: Invitation, base: str) -> dict[str, Any]:
    return {"rater": one.rater, "link": _address(one, base), "expires": one.expires, "uses": one.most_uses}


def _link_line(one: Invitation, base: str) -> str:
    return f"{one.rater or one.panel}\tlink {_address(one, base)}\t{_bounds(one)}"


def _bounds(one: Invitation) -> str:
    until = f"until {one.expires[:16].replace('T', ' ')} UTC" if one.expires else "without end"
    what = ("person", "people") if one.panel else ("use", "uses")
    return f"{until}, {common.counted(one.most_uses, *what)}" if one.most_uses else until


def _listed(one: Invitation) -> dict[str, Any]:
    return {name: value for name, value in asdict(one).items() if name not in ("token", "made", "similar")} | {
        "state": one.state
    }


def _rater_line(one: Any) -> str:
    if one.origin != "app":
        way = f"nobody signs in ({one.origin})"
    elif one.withdrawn:
        way = f"revoked {one.withdrawn[:10]}" + (f": {one.why}" if one.why else "")
    else:
        ways = (["code"] if one.has_code else []) + ([common.counted(one.open_links, "link")] if one.open_links else [])
        way = " and ".join(ways) or "account or panel, or no way in"
    return f"{one.rater}\t{way}\tlast here {one.last_seen[:16].replace('T', ' ') or 'never'}"


def _invitation_line(one: Invitation) -> str:
    return f"link {one.number}\t{one.rater or one.panel}\t{one.state}\tused {one.uses}\t{_bounds(one)}"
