"""Indexes that keep the cost of one rating the same, however many claims and ratings a study has."""

from __future__ import annotations

import sqlalchemy as sa

_INDEXES = {
    "rating_by_rater": "rating (rater, claim, dimension, seq)",  # what one rater said of one claim, or has done at all
    "rating_by_nonce": "rating (nonce)",  # whether an act is known
    "rating_by_claim": "rating (claim, seq)",  # who has rated a claim
    "mark_by_nonce": "mark (nonce)",
    "mark_by_claim": "mark (claim, rater, seq)",
    "score_by_referee": "score (referee, sample)",
    "sampled_by_place": "sampled (place)",
}


def create_query_indexes(connection: sa.Connection) -> None:
    """Make them; a database that has one of them already is none of ours."""
    for name, columns in _INDEXES.items():
        connection.execute(sa.text(f"CREATE INDEX {name} ON {columns}"))
