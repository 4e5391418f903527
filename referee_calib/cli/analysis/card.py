"""``referee-calib card``."""

from __future__ import annotations

import json
from pathlib import Path

import click

from referee_calib.cli import common
from referee_calib.errors import InputError

_FILE = click.Path(path_type=Path)
ENDS = (".md", ".html", ".json")


@click.command(short_help="Write the judge card of a certificate: one page about the judge.")
@click.argument("certificate", metavar="CERTIFICATE", type=_FILE)
@click.option("--out", metavar="FILE", type=_FILE, help="Write it there, as .md, .html or .json, by the name's end.")
@click.option("--signers", metavar="FILE", type=_FILE, help="Public keys that you trust: the signature is checked.")
@common.options("json")
def command(certificate: Path, out: Path | None, signers: Path | None, as_json: bool) -> None:
    """Say on one page who the judge of a certificate is, what was measured, and what that leaves open.

    Everything comes from the certificate; it is checked as before training. Without --out the card is printed.

    \b
    Examples:
      referee-calib card certificate.json
      referee-calib card certificate.json --out judge_card.md
      referee-calib card certificate.json --signers keys.pub --out judge_card.html
    """  # noqa: D301
    from referee_calib.io import write_bytes
    from referee_calib.judge_card import card_page, judge_card
    from referee_calib.report import render_section_markdown, render_section_page

    if out is not None and out.suffix.lower() not in ENDS:
        raise InputError(
            f"--out {out}", "a card is Markdown, HTML or JSON, by the end of its name", f"Type: --out {out}.md"
        )
    card = judge_card(certificate, signers=signers)
    page = card_page(card)
    markdown = render_section_markdown(page)
    if out is not None:
        text = {
            ".md": lambda: markdown,
            ".html": lambda: render_section_page(page),
            ".json": lambda: json.dumps(card, ensure_ascii=False, indent=1, allow_nan=False) + "\n",
        }[out.suffix.lower()]()
        write_bytes(out, text.encode("utf-8", "replace"))
    state = card["verdict"]["state"]
    said = (
        markdown.rstrip() if out is None else f"Wrote the card of {card['judge']['name']} (verdict: {state}) to {out}."
    )
    common.result(card, said, as_json=as_json)
