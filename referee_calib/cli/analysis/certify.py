"""``referee-calib certify``."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from referee_calib.cli import common
from referee_calib.errors import InputError, StudyError

if TYPE_CHECKING:
    from referee_calib.study import Study


UNSIGNED = "Unsigned: whoever edits it can make its sha256 fit. Sign it: --sign KEY"


@click.command(short_help="Bind the verdict to the reward that training loads.")
@common.study_argument
@click.option("--out", type=click.Path(path_type=Path), required=True, help="File of the certificate (JSON).")
@click.option(
    "--recalibrator", type=click.Path(path_type=Path), metavar="FILE", help="A file of `recalibrate` that it applies."
)
@click.option(
    "--sign",
    type=click.Path(path_type=Path),
    metavar="KEY",
    help="Private key of ssh-keygen or minisign; the signature lies beside.",
)
@click.option("--despite-verdict", is_flag=True, help="Certify a failing reward too; the certificate says so.")
@common.options("referee", "seed", "json", "quiet")
@click.pass_context
def command(
    ctx: click.Context,
    study: Path,
    out: Path,
    referee: str | None,
    recalibrator: Path | None,
    sign: Path | None,
    despite_verdict: bool,
    seed: int,
    as_json: bool,
    quiet: bool,
) -> None:
    """Write a certificate: the verdict, and everything the reward is made of, under one hash.

    SemanticEvidenceReward.from_certificate loads exactly that reward. A missed threshold is exit code 1 and no file.

    \b
    Examples:
      referee-calib certify mystudy --out certificate.json
      referee-calib certify mystudy --recalibrator levels.json --out certificate.json
      referee-calib certify mystudy --sign ~/.ssh/id_ed25519 --out certificate.json
    """  # noqa: D301
    from referee_calib.certification import CertificateRefused, certify, write_certificate
    from referee_calib.reward import certificate_signature
    from referee_calib.study import Study

    _check_out(out)
    if sign is not None:
        certificate_signature.check_key(sign)
    with Study.open(study) as opened:
        fingerprint = _certified_referee(opened, referee, recalibrator)
        try:
            made = certify(
                opened,
                referee=fingerprint,
                seed=seed,
                recalibrator=recalibrator,
                despite_verdict=despite_verdict,
                say=common.steps(quiet=quiet),
            )
        except CertificateRefused as refused:
            click.echo(f"referee-calib: {refused}", err=True)
            ctx.exit(1)
    certificate_signature.remove_signatures(out)
    write_certificate(made, out)
    signature = None if sign is None else certificate_signature.sign(out, sign)
    common.result(_summary(made, out, signature), _text(made, out, signature), as_json=as_json)


def _check_out(out: Path) -> None:
    """Stop before the work when the certificate could not be written after it."""
    folder = out.absolute().parent
    if not folder.is_dir():
        raise StudyError(f"{out} cannot be written", f"there is no folder {folder}", f"Type: mkdir -p {folder}")
    if out.is_dir():
        raise StudyError(f"{out} cannot be written", "it is a folder", f"Name a file: --out {out / 'certificate.json'}")
    if not os.access(folder, os.W_OK):
        raise StudyError(f"{out} cannot be written", "the folder is read-only for you", "Choose another folder.")


def _certified_referee(study: Study, prefix: str | None, recalibrator: Path | None) -> str:
    """Return the fingerprint of the referee to certify; refuse a recalibrator that is another referee's."""
    from referee_calib.analysis import choose_referee
    from referee_calib.reward.recalibrator import check_referee, read_recalibrators

    fingerprint = choose_referee(study, prefix, verb="certify")
    if recalibrator and (wrong := check_referee(read_recalibrators(recalibrator), fingerprint)):
        why = "a recalibrator only fits the referee it was fitted on"
        raise InputError(wrong, why, f"Type: referee-calib recalibrate {study.folder} --out FILE")
    return fingerprint


def _summary(made: dict[str, Any], out: Path, signature: Path | None) -> dict[str, Any]:
    return {
        "certificate": str(out),
        "verdict": made["verdict"]["state"],
        "despite_verdict": made["verdict"]["despite_verdict"],
        "simulated": made["simulated"],
        "reward": made["reward"]["fingerprint"],
        "report_sha256": made["report"]["sha256"],
        "signature": None if signature is None else str(signature),
        "changed_thresholds": made["threshold_record"]["changed"] if made["threshold_record"] else [],
    }


def _text(made: dict[str, Any], out: Path, signature: Path | None) -> str:
    from referee_calib.report import threshold_record_text

    verdict = made["verdict"]
    lines = [
        made["warning"],
        f"Verdict: {verdict['state']}. {verdict['sentence']}",
        "Certified despite this verdict." if verdict["despite_verdict"] else "",
        threshold_record_text(made["threshold_record"]),
        *map(_people_text, made["people_curve"]),
        f"Reward {made['reward']['fingerprint']}: {out}",
        f"Signed: {signature}"
        if signature
        else "Unsigned: whoever edits it can make its sha256 fit. Sign it: --sign KEY",
        f'Load it with: SemanticEvidenceReward.from_certificate("{out}", media=…)',
    ]
    return "\n".join(line for line in lines if line)


def _people_text(row: dict[str, Any]) -> str:
    """Say what people's ratings of perturbed claims say of the reward."""
    from referee_calib.report import interval, signed

    said = {"pass": "holds", "fail": "does not hold"}.get(row["state"], "cannot tell")
    size = row["reason"] or f"{signed(row['value'], 3)} {interval(row, 3)}"  # type: ignore[arg-type]
    simulated = ", simulated" if row["simulated"] else ""
    rated = f"{row['n_rated']} rated claims{simulated}"
    return f"Nearer to people than {row['baseline']} on {row['on']} (H4): {said} ({size}; {rated})."
