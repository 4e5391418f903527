"""What an analysis needs to know of an item, a rating and a score, whether a study or a table holds them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol


class JudgedItem(Protocol):
    """One item that people and referees judge: a claim of a study, or a unit of a table."""

    @property
    def id(self) -> str:
        """Its name, which ratings and scores refer to."""

    @property
    def video(self) -> str:
        """What it is clustered by: items of one video, or of one cluster of a table, are alike."""

    @property
    def dimensions(self) -> tuple[str, ...]:
        """The dimensions it is judged on."""


class GivenRating(Protocol):
    """One person's level of one item on one dimension."""

    @property
    def claim(self) -> str:
        """Id of the item."""

    @property
    def rater(self) -> str:
        """Who gave it."""

    @property
    def dimension(self) -> str:
        """What was judged."""

    @property
    def level(self) -> float | None:
        """A value of the scale; None where there is none."""

    @property
    def reason(self) -> str:
        """Why there is no level."""

    @property
    def rubric(self) -> str:
        """Version of the words that were shown; "" where nothing is known of them."""


class GivenScore(Protocol):
    """One referee's score of one item on one dimension."""

    @property
    def claim(self) -> str:
        """Id of the item."""

    @property
    def dimension(self) -> str:
        """What was judged."""

    @property
    def sample(self) -> int:
        """Number of the sample, from 0; agreement looks at the first."""

    @property
    def level(self) -> float | None:
        """A value of the scale; None for a failed score."""

    @property
    def expected(self) -> float | None:
        """Mean level of the referee's distribution, or the level itself."""

    @property
    def status(self) -> str:
        """How it ended: "ok", or the kind of failure."""

    @property
    def reason(self) -> str:
        """Why it failed."""

    @property
    def raw(self) -> str:
        """The raw reply; untrusted text."""

    @property
    def rung(self) -> str:
        """How the expected level was read; "" where nothing is known of it."""

    @property
    def mass(self) -> float | None:
        """Probability of all answers together, before they were rescaled."""

    @property
    def seconds(self) -> float | None:
        """How long it took."""

    @property
    def tokens(self) -> int | None:
        """How many tokens it took."""

    def to_json(self) -> Mapping[str, Any]:
        """Return the record as JSON types."""
