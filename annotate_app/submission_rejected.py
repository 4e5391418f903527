"""The answer to a posted rating that is not stored."""

from __future__ import annotations


class SubmissionRejected(Exception):
    """A posted rating that is not stored: the HTTP status, and one sentence for the person at the page.

    The page retries what got 401 or 5xx; the rest it keeps, says why, and tries again now and then.
    """

    def __init__(self, status: int, why: str) -> None:
        self.status, self.why = status, why
        super().__init__(why)
