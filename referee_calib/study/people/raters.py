"""Raters: their names, their personal codes, and the order in which each of them sees the claims."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass

from referee_calib.errors import StudyError

MAX_NAME = 64


@dataclass(frozen=True, slots=True)
class Rater:
    """A person, or a program that plays one.

    Attributes
    ----------
    name : str
        A pseudonym; it is stored with each rating.
    origin : str
        "app" for people who sign in, "simulated" for a program, else where the ratings were collected.
    created : str
        ISO 8601, UTC.
    has_code : bool
        True when a personal code lets this rater sign in.
    """

    name: str
    origin: str
    created: str
    has_code: bool

    @property
    def simulated(self) -> bool:
        """True when no person stands behind this name."""
        return self.origin == "simulated"


def new_code() -> str:
    """Return a personal code: 128 random bits in 22 characters that a link can carry."""
    return secrets.token_urlsafe(16)


def code_digest(code: str) -> str:
    """Return what is stored of a code: its SHA-256, from which it cannot be read back."""
    return hashlib.sha256(code.strip().encode("utf-8", "surrogatepass")).hexdigest()


def check_name(name: str) -> str:
    """Return a rater's name without surrounding space."""
    name = name.strip()
    if not name or len(name) > MAX_NAME or not name.isprintable():
        raise StudyError(f"rater name {name!r:.80}", f"a name has 1 to {MAX_NAME} printable characters")
    return name


def personal_order(claims: Iterable[str], rater: str, seed: int) -> list[str]:
    """Return the claims in an order that is this rater's own and always the same.

    Each claim is placed by a hash of seed, rater and claim, so a claim that joins later moves no other.

    Parameters
    ----------
    claims : iterable of str
        Ids, in any order.
    rater : str
        Whose order it is.
    seed : int
        The study's order seed.
    """
    return sorted(claims, key=lambda claim: hashlib.sha256(f"{seed}\0{rater}\0{claim}".encode()).digest())
