"""Every command, code block and number of docs/how_to/which_number_to_report.md is what running it gives."""

import contextlib
import io
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from agreement import gwet_ac, krippendorff_alpha, percent_agreement
from referee_calib.cli.main import main

TEXT = (Path(__file__).parent.parent / "docs" / "how_to" / "which_number_to_report.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"```(python|console|text)\n(.*?)```", re.DOTALL)


@pytest.fixture(scope="module")
def ran(tmp_path_factory):
    """Run the page from top to bottom: what was printed beside what is written, and the names at the end."""
    pairs, names, printed = [], {}, ""
    with contextlib.chdir(tmp_path_factory.mktemp("page")):
        for kind, body in BLOCK.findall(TEXT):
            if kind == "python":
                out = io.StringIO()
                with contextlib.redirect_stdout(out):
                    exec(body, names)
                printed = out.getvalue()
                if printed:
                    pairs.append([printed, None])
            elif kind == "text":
                pairs[-1][1] = body
            else:
                command, _, expected = body.partition("\n")
                result = CliRunner().invoke(main, command.removeprefix("$ referee-calib ").split())
                assert result.exit_code == 0, result.output
                pairs.append([result.stdout, expected])
    return pairs, names


def test_what_is_printed_is_what_the_page_says(ran):
    pairs, _ = ran
    assert len(pairs) == 6
    for printed, written in pairs:
        assert printed == written


def test_the_paragraph_holds_the_numbers_that_were_computed(ran):
    _, names = ran
    people, kappa, curve = names["people"], names["kappa"], names["curve"]

    def shown(e, sign=""):
        return f"{e.value:{sign}.2f} [{e.low:{sign}.2f}, {e.high:{sign}.2f}]".replace("-", "−")

    paragraph = " ".join(line.removeprefix("> ") for line in TEXT.splitlines() if line.startswith("> "))
    for words in (
        f"alpha of {shown(krippendorff_alpha(people))}",
        f"pairwise agreement of {shown(percent_agreement(people))}",
        f"AC2 of {shown(gwet_ac(people, weights='quadratic'))}",
        f"quadratic kappa of {shown(kappa.human_referee)}, against {shown(kappa.ceiling)}",
        f"difference of {shown(kappa.difference, '+')}",
        f"p = {kappa.p_value:.3f}",
        f"It rated {shown(names['found'].leniency)} levels higher",
        f"was {curve.msc_corrected:.2f} [{curve.msc_low:.2f}, {curve.msc_high:.2f}]",
        f"explained {curve.explained_as_is * 100:.0f} %",
        f"and {curve.explained * 100:.0f} % after",
    ):
        assert words in paragraph
