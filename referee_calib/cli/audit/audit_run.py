"""``referee-calib audit``."""

from __future__ import annotations

import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from referee_calib.cli import common
from referee_calib.cli.study.import_progress import track_names
from referee_calib.errors import InputError, RefereeCalibError

if TYPE_CHECKING:
    from referee_calib.audit import AuditPlan, AuditResult, SampledWindow
    from referee_calib.study import Study

_PATH = click.Path(path_type=Path)
_SHARE = click.FloatRange(0, 1)


@click.group(short_help="Watch a training run: people rate what it is paid for.")
def command() -> None:
    """Let people rate fresh, well paid claims of a training run, and raise an alarm when it is overpaid grossly.

    The plan is fixed before the run; the probability of a false alarm holds for the whole run, however often one looks.

    \b
    Examples:
      referee-calib audit init mystudy
      referee-calib audit sample mystudy --log rewards/ --window 100
      referee-calib audit report mystudy --out audit.html
      referee-calib audit watch mystudy
    """  # noqa: D301


@command.command(short_help="Fix the plan, before the run.")
@common.study_argument
@click.option("--paid-from", type=float, default=0.75, show_default=True, help="What counts as paid well.")
@click.option("--top-from", type=float, help="Where the top begins; what two thirds of well paid claims reach.")
@click.option(
    "--level", type=int, default=1, show_default=True, help="Overpaid grossly: people's lowest level, at most."
)
@click.option("--honest-rate", type=float, help="State the honest rate instead of estimating it from the study.")
@click.option("--margin", type=_SHARE, default=0.03, show_default=True, help="Allowed above the honest rate.")
@click.option("--alpha", type=_SHARE, default=0.05, show_default=True, help="False alarms, for the whole run.")
@click.option("--windows", type=click.IntRange(min=1), default=20, show_default=True, help="Windows planned.")
@click.option("--ratings", type=click.IntRange(min=4), default=60, show_default=True, help="Claims rated in a window.")
@click.option("--old", type=click.IntRange(min=0), default=15, show_default=True, help="Old claims mixed among them.")
@click.option("--dry-run", is_flag=True, help="Show the plan; fix nothing.")
@common.options("referee", "seed", "json")
def init(study: Path, ratings: int, old: int, dry_run: bool, as_json: bool, **given: Any) -> None:
    """Fix what counts as gross overpayment, how often it is allowed, and how many claims people rate.

    The honest rate is that of the study's rated claims: its upper 95 % limit, plus the margin, is what a run is held
    to. Of each window's ratings, 5 in 12 go to well paid claims, 4 in 12 to the best paid, and 3 in 12 to any.

    \b
    Examples:
      referee-calib audit init mystudy
      referee-calib audit init mystudy --ratings 90 --windows 30 --seed 7
    """  # noqa: D301
    from referee_calib.audit import fix_plan, make_plan
    from referee_calib.study import Study

    n_top, n_uniform = ratings // 3, ratings // 4
    sizes: dict[str, Any] = {
        "n_paid": ratings - n_top - n_uniform,
        "n_top": n_top,
        "n_uniform": n_uniform,
        "n_old": old,
    }
    with Study.open(study) as opened:
        plan = make_plan(opened, **sizes, **given)
        given_by = [one.simulated for one in opened.ratings()] if plan.referee else []
        if not dry_run:
            fix_plan(opened, plan)
    words = "Not fixed: --dry-run." if dry_run else f"Fixed as {plan.digest[:12]}; it cannot be changed."
    lines = _plan_lines(plan)
    if simulated := sum(given_by):
        lines.append(
            f"{simulated:,} of {len(given_by):,} ratings behind these rates are simulated: a program gave them, and "
            "no person."
        )
    result = plan.to_json() | {"digest": plan.digest, "simulated_ratings": simulated}
    common.result(result, "\n".join([*lines, words]), as_json=as_json)


def _plan_lines(plan: AuditPlan) -> list[str]:
    lines = [
        f"Overpaid grossly: paid {plan.paid.paid_from:g} or more, and people's lowest level is at most {plan.level}."
    ]
    for one, name in zip(plan.strata, ("paid", "top"), strict=False):
        seen = f"{one.honest} of {one.rated} in the study, up to" if one.rated else "stated"
        rate = f"honest rate {seen} {one.rate_limit:.1%}; allowed {one.limit:.1%}"
        lines.append(f"{name}: paid {one.paid_from:.4g} or more; {rate}")
    lines.append(
        f"{plan.windows} windows of {plan.n_rated} ratings and {plan.n_old} old claims; "
        f"false alarms in at most {plan.alpha:.0%} of runs."
    )
    return lines


@command.command(short_help="Draw a window of the reward log and put it to the raters.")
@common.study_argument
@click.option("--log", "log", metavar="DIR", type=_PATH, required=True, help="Folder of the reward log.")
@click.option("--window", metavar="STEPS", type=click.IntRange(min=1), help="Only the last so many steps.")
@click.option("--media", metavar="DIR", type=_PATH, help="Folder of the run's videos, where the study lacks them.")
@click.option("--link", is_flag=True, help="Link the videos instead of copying them.")
@common.options("json", "quiet")
def sample(
    study: Path, log: Path, window: int | None, media: Path | None, link: bool, as_json: bool, quiet: bool
) -> None:
    """Draw claims of the window that ends now, by known probabilities, and let people rate them.

    Without --window it holds all that was paid since the last one. People see the claims among old ones of the study,
    and nothing of what was paid. What was drawn enters no other figure of the study.

    \b
    Examples:
      referee-calib audit sample mystudy --log rewards/ --window 100
      referee-calib audit sample mystudy --log rewards/ --media videos/ --link
    """  # noqa: D301
    from referee_calib.audit import sample_window
    from referee_calib.study import Study

    with Study.open(study) as opened:
        done = sample_window(opened, log, steps=window, media=media, link=link, track=track_names(quiet=quiet))
    common.result(_sampled(done), "\n".join(_sample_lines(done)), as_json=as_json)


def _sampled(done: SampledWindow) -> dict[str, Any]:
    draw = done.draw.to_json()
    del draw["claims"]
    return draw | {"shown": done.shown, "not_shown": done.not_shown, "old_shown": done.old, "resumed": done.resumed}


def _sample_lines(done: SampledWindow) -> list[str]:
    draw = done.draw
    steps = "" if draw.first_step is None else f", steps {draw.first_step} to {draw.last_step}"
    lines = ["An earlier call was stopped; its window is finished now."] if done.resumed else []
    sizes = ", ".join(f"{n:,} {cell}" for cell, n in draw.sizes.items())
    lines.append(f"Window {draw.number}{steps}: {common.counted(draw.replies, 'reply', 'replies')}, claims: {sizes}.")
    lines.append(f"{done.shown} claims of the run and {done.old} old ones are put to the raters.")
    if done.old < len(draw.old):
        lines.append(
            f"{len(draw.old) - done.old} further old claims are shown to nobody, for nobody is asked a claim twice: "
            "people can tell that what is new is the run's. Invite another rater, or import claims nobody has rated."
        )
    if done.not_shown:
        lines.append(f"{done.not_shown} drawn claims cannot be shown (video missing, broken or too short).")
    lines += [f"Left out: {reason} ({n:,})." for reason, n in draw.left_out.items()]
    return lines


@command.command(short_help="Say what the ratings show so far; exits 1 on alarm.")
@common.study_argument
@click.option("--out", metavar="FILE", type=_PATH, help="Write a page, .html or .md, with the worst claims' frames.")
@click.option("--status", metavar="FILE", type=_PATH, help="Write the state for the trainer there.")
@common.options("json", "quiet")
@click.pass_context
def report(
    context: click.Context, study: Path, out: Path | None, status: Path | None, as_json: bool, quiet: bool
) -> None:
    """Follow gross overpayment over the windows, and compare the reward with people as means over the policy.

    It exits 1 when the evidence has ever reached 1 / alpha, else 0. The state is written to audit_status.json in the
    study's folder, or to --status.

    \b
    Examples:
      referee-calib audit report mystudy
      referee-calib audit report mystudy --out audit.html
    """  # noqa: D301
    from referee_calib.audit import audit_document, audit_lines, write_audit_page
    from referee_calib.study import Study

    with Study.open(study) as opened:
        result = _looked(opened, status)
        if out is not None:
            write_audit_page(opened, result, out)
            common.remark(f"wrote {out}", quiet=quiet)
    common.result(audit_document(result), "\n".join(audit_lines(result)), as_json=as_json)
    if result.alarm:
        context.exit(1)


@command.command(short_help="Look again and again until there is an alarm.")
@common.study_argument
@click.option("--every", metavar="SECONDS", type=click.FloatRange(min=1), default=60, show_default=True)
@click.option("--status", metavar="FILE", type=_PATH, help="Write the state for the trainer there.")
@click.option("--log", metavar="DIR", type=_PATH, help="Sample windows of this reward log, too.")
@click.option("--window", metavar="STEPS", type=click.IntRange(min=1), help="With --log: as soon as so many are paid.")
@click.option("--media", metavar="DIR", type=_PATH, help="With --log: folder of the run's videos.")
@click.option("--once", is_flag=True, help="Look once.")
@common.options("quiet")
@click.pass_context
def watch(
    context: click.Context,
    study: Path,
    every: float,
    status: Path | None,
    log: Path | None,
    window: int | None,
    media: Path | None,
    once: bool,
    quiet: bool,
) -> None:
    """Keep the state for the trainer up to date while ratings come in; ends with exit code 1 on alarm.

    With --log and --window it also samples each window when it is over. A trainer looks at the file: with TRL,
    callbacks=[stop_on_alarm("mystudy/audit_status.json")] of referee_calib.audit; in a shell,
    grep '"state": "alarm"' mystudy/audit_status.json.

    \b
    Examples:
      referee-calib audit watch mystudy
      referee-calib audit watch mystudy --log rewards/ --window 100 --status runs/7/audit_status.json
    """  # noqa: D301
    from referee_calib.audit import STATUS_FILE, headline, write_unknown
    from referee_calib.study import Study

    if (log is None) != (window is None):
        raise InputError("--log and --window", "watch takes both, or neither and samples nothing")
    said = ""
    while True:
        try:
            with Study.open(study) as opened:
                if log is not None and window is not None:
                    _sample_when_over(opened, log, window, media, quiet=quiet)
                result = _looked(opened, status)
            now, alarm = headline(result), result.alarm
        except RefereeCalibError as error:
            with suppress(RefereeCalibError):  # the disk may be full, or the folder gone
                write_unknown(status or study / STATUS_FILE, str(error))
            if once or not said:  # what never worked is a mistake; later on the study may be locked, or the disk full
                raise
            now, alarm = f"The audit cannot look now, and tries again: {error}", False
        if now != said:
            said = now
            if not quiet or alarm:
                click.echo(said)
                sys.stdout.flush()
        if alarm:
            context.exit(1)
        if once:
            return
        time.sleep(every)


def _sample_when_over(study: Study, log: Path, window: int, media: Path | None, *, quiet: bool) -> None:
    """Sample a window when it is over; what stops that is said, and the watch goes on."""
    from referee_calib.audit import sample_window, steps_since_last_window

    try:
        if steps_since_last_window(study, log) >= window:
            done = sample_window(study, log, steps=window, media=media, track=track_names(quiet=quiet))
            click.echo("\n".join(_sample_lines(done)))
    except InputError as error:  # nothing is paid yet, say
        common.remark(str(error), quiet=quiet)


def _looked(study: Study, status: Path | None) -> AuditResult:
    """Work out the result, write the state for the trainer, and note an alarm in the audit trail."""
    from referee_calib.audit import STATUS_FILE, audit_document, audit_result, write_status
    from referee_calib.study import run_audit

    result = audit_result(study)
    document = audit_document(result)
    if result.alarm:
        run_audit.note_alarm(study, document["alarm_window"], sentence=document["sentence"])
    write_status(status or study.folder / STATUS_FILE, document)
    return result
