"""The V-STaR sections of docs/how_to/report_a_benchmark.md run, and the reference names every trap and option."""

import re
from pathlib import Path

from helpers_docs import run_page

from referee_calib.benchmark.vstar.traps.item_traps import TRAPS
from referee_calib.cli.benchmarks.vstar import command

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs/how_to/report_a_benchmark.md").read_text(encoding="utf-8")
REFERENCE = (ROOT / "docs/reference/benchmarks.md").read_text(encoding="utf-8")
SECTIONS = re.findall(r"^## V-STaR: .*?(?=^## |\Z)", PAGE, re.MULTILINE | re.DOTALL)


def test_the_sections_run_from_top_to_bottom(tmp_path):
    assert len(SECTIONS) == 10
    run_page("\n".join(SECTIONS), tmp_path)


def test_the_reference_has_every_trap():
    assert [trap.key for trap in TRAPS if f"`{trap.key}`" not in REFERENCE] == []


def test_every_option_that_the_page_names_is_one():
    known = {name for one in command.params for name in one.opts}
    typed = set(re.findall(r"(--[a-z][a-z-]+)", "\n".join(SECTIONS))) - {"--benchmark", "--items", "--result"}
    assert typed <= known
