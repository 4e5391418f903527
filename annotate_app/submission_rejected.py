"""The answer to a posted rating that is not stored."""

from __future__ import annotations


class SubmissionRejected(Exception):
    """A posted rating that is not stored: the HTTP status, and one sentence for the person at the page.

    The page keeps and retries what got 401 or 5xx and gives up on the rest.
    """

    def __init__(self, status: int, why: str) -> None:
        self.status, self.why = status, why
        super().__init__(why)
