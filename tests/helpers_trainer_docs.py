"""The snippets of docs/how_to/rewards_in_trainers.md, by the heading of their trainer."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "how_to" / "rewards_in_trainers.md"


def snippets(trainer, kind="python"):
    """Return the blocks of one kind below a heading."""
    section = PAGE.read_text(encoding="utf-8").split(f"\n## {trainer}\n")[1].split("\n## ")[0]
    return re.findall(rf"```{kind}\n(.*?)```", section, re.DOTALL)


def overrides(command):
    """Return the settings name=value of a command."""
    return [word for word in command.split() if "=" in word]
