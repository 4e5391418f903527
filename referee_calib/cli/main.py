"""``referee-calib``: finds the verbs, and turns every error of this package into one line and an exit code.

Exit codes: 0 fine; 1 something that was checked is wrong or a stated threshold was missed; 2 wrong usage or
an input that cannot be used; 130 interrupted.
"""

from __future__ import annotations

import importlib
import os
import sys
from typing import Any

import click

from referee_calib.actor import acting_as
from referee_calib.errors import RefereeCalibError

INTERRUPTED, BROKEN_PIPE = 130, 141
KEEP = ("demo", "score", "perturb", "probe")  # verbs that keep what is done, and go on there

# In the order of the work: each verb's module below `referee_calib.cli`. It holds one click command of that name, whose
# imports are inside the command.
VERBS: dict[str, str] = {
    "demo": "study.demo",
    "init": "study.init",
    "import": "study.import_",
    "media": "study.media",
    "sample": "study.sample",
    "assign": "assignment.assign",
    "onboard": "raters.onboard",
    "invite": "study.invite",
    "annotate": "study.annotate",
    "coordinate": "coordination.coordinate",
    "label-studio": "annotation_tools.label_studio_project",
    "quality": "raters.quality",
    "score": "referee.score",
    "replies": "referee.replies",
    "perturb": "reward.perturb",
    "probe": "reward.probe",
    "report": "analysis.report",
    "improve": "analysis.improve",
    "recalibrate": "analysis.recalibrate",
    "certify": "analysis.certify",
    "card": "analysis.card",
    "agree": "analysis.agree",
    "vstar": "benchmarks.vstar",
    "benchmark": "benchmarks.benchmark",
    "plan": "analysis.plan",
    "export": "study.export",
    "history": "storage.history",
    "backup": "storage.backup",
    "restore": "storage.restore",
    "move": "storage.move",
    "check-training": "reward.check_training",
    "audit": "audit.audit_run",
    "serve": "reward.serve",
    "vote": "reward.vote",
    "doctor": "study.doctor",
}


class Verbs(click.Group):
    """Imports a verb's module when the verb is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the verbs in the order of the work."""
        return list(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import and return one verb."""
        if cmd_name not in VERBS:
            return None
        command: click.Command = importlib.import_module(f"referee_calib.cli.{VERBS[cmd_name]}").command
        return command

    def invoke(self, ctx: click.Context) -> Any:
        """Run a verb; say in one line what stopped it."""
        try:
            with acting_as("command line"):
                result = super().invoke(ctx)
            sys.stdout.flush()
        except RefereeCalibError as error:
            click.echo(f"referee-calib: {error}", err=True)
            ctx.exit(2)
        except KeyboardInterrupt:
            click.echo(f"\nInterrupted: {_after_interrupt(ctx.invoked_subcommand)}", err=True)
            ctx.exit(INTERRUPTED)
        except BrokenPipeError:  # the reader of our output has seen enough
            os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # so that the last flush at exit has somewhere to go
            ctx.exit(BROKEN_PIPE)
        return result


def _after_interrupt(verb: str | None) -> str:
    if verb in KEEP:
        return "what is done is kept; type the same command to go on."
    return "what was not finished is not kept; the same command begins again."


@click.group(cls=Verbs, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="referee-calib")
def main() -> None:
    """Test whether a referee model judges video evidence as people do.

    \b
    The whole way:
      referee-calib init mystudy
      referee-calib import mystudy rollouts.jsonl --media videos/
      referee-calib sample mystudy --claims 100 --seed 1
      referee-calib annotate mystudy --add-rater anna
      referee-calib score mystudy --referee pixels
      referee-calib report mystudy --out report/

    To see it first on a sample: referee-calib demo --out out/
    """  # noqa: D301 - \b is click's mark for "keep these lines as they are"


if __name__ == "__main__":
    main()
