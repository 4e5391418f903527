"""Every block of docs/how_to/report_from_tables.md runs, and its table names the options of two tables."""

import contextlib
import re
import shlex
from pathlib import Path

from click.testing import CliRunner

from referee_calib.cli.analysis.report import command
from referee_calib.cli.analysis.table_options import NAMES
from referee_calib.cli.main import main

TEXT = (Path(__file__).parent.parent / "docs/how_to/report_from_tables.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"```(python|console)\n(.*?)```", re.DOTALL)


def test_the_page_runs_from_top_to_bottom(tmp_path):
    names = {}
    with contextlib.chdir(tmp_path):
        for kind, body in BLOCK.findall(TEXT):
            if kind == "python":
                exec(body, names)
                continue
            for line in body.splitlines():
                done = CliRunner().invoke(main, shlex.split(line)[2:])
                assert done.exit_code == 0, f"{line}\n{done.output}"


def test_the_page_names_every_option_of_two_tables():
    options = {parameter.opts[0] for parameter in command.params if parameter.name in NAMES}
    assert {option for option in options if f"`{option}" not in TEXT and f"{option} " not in TEXT} == set()
