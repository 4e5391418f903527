"""Verbs that ask referees, and the options that say which referee is meant."""

from __future__ import annotations

from referee_calib.cli.referee.referee_options import RefereeOptions, referee_of, referee_options

__all__ = ["RefereeOptions", "referee_of", "referee_options"]
