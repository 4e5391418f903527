"""``referee-calib``: finds the verbs, and turns every error of this package into one line and an exit code.

Exit codes: 0 fine; 1 something that was checked is wrong or a stated threshold was missed; 2 wrong usage or
an input that cannot be used; 130 interrupted.
"""

from __future__ import annotations

import importlib
import importlib.util
import os
import sys
from typing import Any

import click

from referee_calib.errors import RefereeCalibError

INTERRUPTED, BROKEN_PIPE = 130, 141
KEEP = ("demo", "score", "perturb", "probe")  # verbs that keep what is done, and go on there

# In the order of the work. Each module holds one click command; its imports are inside the command.
VERBS: dict[str, str] = {
    "demo": "referee_calib.cli.study.demo:command",
    "init": "referee_calib.cli.study.init:command",
    "import": "referee_calib.cli.study.import_:command",
    "sample": "referee_calib.cli.study.sample:command",
    "annotate": "referee_calib.cli.study.annotate:command",
    "score": "referee_calib.cli.referee.score:command",
    "replies": "referee_calib.cli.referee.replies:command",
    "perturb": "referee_calib.cli.reward.perturb:command",
    "probe": "referee_calib.cli.reward.probe:command",
    "report": "referee_calib.cli.analysis.report:command",
    "recalibrate": "referee_calib.cli.analysis.recalibrate:command",
    "certify": "referee_calib.cli.analysis.certify:command",
    "agree": "referee_calib.cli.analysis.agree:command",
    "plan": "referee_calib.cli.analysis.plan:command",
    "export": "referee_calib.cli.study.export:command",
    "doctor": "referee_calib.cli.study.doctor:command",
}


class Verbs(click.Group):
    """Imports a verb's module when the verb is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the verbs whose modules are there, in the order of the work."""
        return [verb for verb, target in VERBS.items() if importlib.util.find_spec(target.partition(":")[0])]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import and return one verb."""
        if cmd_name not in self.list_commands(ctx):
            return None
        module, _, attribute = VERBS[cmd_name].partition(":")
        command: click.Command = getattr(importlib.import_module(module), attribute)
        return command

    def invoke(self, ctx: click.Context) -> Any:
        """Run a verb; say in one line what stopped it."""
        try:
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
