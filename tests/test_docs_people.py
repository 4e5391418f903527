"""The commands and settings of docs/how_to/invite_people.md and behind_a_proxy.md do what the pages say."""

import re
import socket
import tomllib
from pathlib import Path

import pytest
from helpers_app import make_study
from helpers_docs import run_page

from referee_calib.study import Study, people
from referee_calib.study.settings import PeopleSettings, read_settings

HOW_TO = Path(__file__).parent.parent / "docs/how_to"
INVITE, PROXY = ((HOW_TO / f"{name}.md").read_text(encoding="utf-8") for name in ("invite_people", "behind_a_proxy"))


def test_every_command_of_inviting_people_runs_in_the_order_of_the_page(tmp_path):
    Study.create(tmp_path / "mystudy")
    run_page(INVITE, tmp_path)
    with Study.open(tmp_path / "mystudy") as study:
        found = {one.rater: (one.has_code, one.open_links, one.withdrawn) for one in people.access(study)}
        assert found == {"anna": (True, 0, ""), "bert": (False, 1, "")}
        links = people.invitations(study)
    assert [(one.rater or one.panel, one.state) for one in links] == [
        ("anna", "revoked"),  # her code was replaced
        ("bert", "revoked"),
        ("bert", "open"),
        ("prolific", "open"),
    ]


def test_the_app_starts_behind_a_proxy_as_the_page_says(tmp_path, monkeypatch):
    make_study(tmp_path / "mystudy")
    served = []
    monkeypatch.setattr("annotate_app.server.serve", lambda *where, **how: served.append((where, how)))
    monkeypatch.setattr("annotate_app.server.listen", lambda *_: socket.socket())
    run_page(PROXY, tmp_path)
    assert served[0][1]["open_browser"] is False


@pytest.mark.parametrize("page", [INVITE, PROXY], ids=["invite_people", "behind_a_proxy"])
def test_the_settings_of_the_pages_are_read(page):
    blocks = re.findall(r"```toml\n(.*?)```", page, re.DOTALL)
    assert blocks
    for block in blocks:
        read_settings(PeopleSettings, tomllib.loads(block)["people"], "the page")


def test_the_words_of_refusals_are_those_that_people_see():
    root = HOW_TO.parent.parent / "annotate_app"
    code = "".join(path.read_text(encoding="utf-8") for path in root.rglob("*.py"))
    for seen in re.findall(r'^\| "([^"]+)"', PROXY, re.MULTILINE):
        assert seen in code
