"""Running the pages of the documentation as a reader does, block by block."""

import contextlib
import io
import re
import shlex

from click.testing import CliRunner

from referee_calib.cli.main import main

BLOCK = re.compile(r"```(python|console|text)\n(.*?)```", re.DOTALL)


def run_page(text, folder):
    """Run every command and code block of a page in a folder; a block of text holds what was printed before it."""
    names, printed = {}, ""
    with contextlib.chdir(folder):
        for kind, body in BLOCK.findall(text):
            if kind == "python":
                with contextlib.redirect_stdout(io.StringIO()) as out:
                    exec(body, names)
                printed = out.getvalue()
            elif kind == "text":
                assert printed == body
            else:
                for line in body.splitlines():
                    done = CliRunner().invoke(main, shlex.split(line)[2:])
                    assert done.exit_code == 0, f"{line}\n{done.output}"
