"""``referee-calib onboard``."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from referee_calib.cli import common

if TYPE_CHECKING:
    from collections.abc import Sequence

    from referee_calib.study import Study
    from referee_calib.study.onboarding import KnownClaim, PracticeResult

ACTOR = "command line"


@click.command(short_help="Set what raters go through first: texts, examples, practice, gold, attention checks.")
@common.study_argument
@click.argument("file", metavar="[FILE]", required=False, type=click.Path(path_type=Path))
@click.option("--grant", "granted", metavar="RATER", multiple=True, help="Let somebody try practice once more.")
@click.option(
    "--force", is_flag=True, help="Also where people have rated a claim whose ratings leave or enter figures."
)
@common.options("json", "quiet")
def command(study: Path, file: Path | None, granted: tuple[str, ...], force: bool, as_json: bool, quiet: bool) -> None:
    """Take the known claims of FILE, and show what raters go through before they rate.

    FILE has one claim with its right levels on each line, and takes the place of the one before; by default it is
    STUDY/onboarding/known_claims.jsonl, where that is. Consent and instructions are Markdown files beside it, named in
    [onboarding] of study.toml.

    \b
    Examples:
      referee-calib onboard mystudy
      referee-calib onboard mystudy known_claims.jsonl
      referee-calib onboard mystudy --grant anna
    """  # noqa: D301
    from referee_calib.study import Study
    from referee_calib.study.onboarding import grant_attempt, import_known_claims, known_claims_path, practice_results

    with Study.open(study) as opened:
        path = file or known_claims_path(opened)
        if file is not None or path.exists():
            known = import_known_claims(opened, path, actor=ACTOR, force=force)
            _remark_shares(opened, known, quiet=quiet)
        for rater in granted:
            grant_attempt(opened, rater, actor=ACTOR)
        data = _facts(opened, practice_results(opened))
    common.result(data, "\n".join(_lines(data)), as_json=as_json)


def _remark_shares(study: Study, known: Sequence[KnownClaim], *, quiet: bool) -> None:
    """Say what the file leaves without effect."""
    sampled = {one.id for one in study.claims(sampled=True)} if study.n_sampled() else set[str]()
    left_out = [one for one in known if one.claim in sampled and not one.counts]
    if left_out:
        what = common.counted(len(left_out), "known claim is", "known claims are")
        common.remark(f"{what} in the sample and counted by no figure any more.", quiet=quiet)
    settings, roles = study.config.onboarding, {one.role for one in known}
    for role, share in (("gold", settings.gold_share), ("attention", settings.attention_share)):
        if role in roles and not share:
            common.remark(f"No {role} claim is shown while {role}_share is 0 in study.toml.", quiet=quiet)


def _facts(study: Study, practice: Sequence[PracticeResult]) -> dict[str, Any]:
    from referee_calib.study.onboarding import consent_text, instructions_text, known_claims

    texts = {"consent": consent_text(study), "instructions": instructions_text(study)}
    return {
        "texts": {name: text and {"file": text.name, "sha256": text.digest} for name, text in texts.items()},
        "known_claims": dict(Counter(one.role for one in known_claims(study))),
        "practice": [
            {
                "rater": one.rater,
                "state": "passed" if one.passed else "failed" if one.failed else "under way",
                "attempts": [{"right": each.n_right, "judged": each.n_judged} for each in one.attempts],
                "allowed": one.allowed,
            }
            for one in practice
        ],
    }


def _lines(data: dict[str, Any]) -> list[str]:
    lines = [
        f"{name + ':':<14} {text['file']} (sha256 {text['sha256'][:12]}…)" if text else f"{name + ':':<14} none"
        for name, text in data["texts"].items()
    ]
    counts = ", ".join(f"{number} {role}" for role, number in data["known_claims"].items())
    lines.append(f"{'known claims:':<14} {counts or 'none'}")
    for one in data["practice"]:
        tries = ", ".join(f"{each['right']} of {each['judged']}" for each in one["attempts"])
        lines.append(f"{'practice:':<14} {one['rater']} {one['state']}; right: {tries}; {one['allowed']} tries allowed")
    return lines
