"""Which user of Label Studio is which rater: as stated, else by the user's number; written down in ``study.toml``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from referee_calib.errors import InputError, StudyError
from referee_calib.study import Study, check_rater_name


@dataclass(slots=True)
class RaterNames:
    """Names raters; everybody who gave an annotation is remembered in `used`.

    Attributes
    ----------
    stated : dict of int to str
        Raters by the number of the user.
    users : mapping of int to str
        E-mail addresses, to say who is meant; never stored.
    others : mapping of str to str
        Raters by e-mail address, of exports that have it.
    everybody : str
        The rater of everything else; "" for names by number.
    used : dict of int to str
        Who was named until now.
    """

    stated: dict[int, str]
    users: Mapping[int, str] = field(default_factory=dict)
    others: Mapping[str, str] = field(default_factory=dict)
    everybody: str = ""
    used: dict[int, str] = field(default_factory=dict)

    def name(self, user: int, who: str = "") -> str:
        """Return the rater that a user is."""
        found = self.stated.get(user) or self.others.get(who) or self.everybody or f"label-studio-{user}"
        self.used[user] = found
        return found

    def lines(self) -> list[str]:
        """Say who was taken for whom."""
        return [
            f"User {user}{f' ({self.users[user]})' if user in self.users else ''} is rater {name}."
            for user, name in sorted(self.used.items())
        ]


def rater_names(study: Study, stated: Sequence[str], users: Mapping[int, str]) -> RaterNames:
    """Return the names of ``study.toml`` and those that are stated now, which must not contradict them.

    Parameters
    ----------
    study : Study
        Where earlier statements stand.
    stated : sequence of str
        ``"USER=NAME"``, by number or e-mail address.
    users : mapping of int to str
        E-mail addresses by number.

    Raises
    ------
    InputError
        For a user who is not there, and for a rater that two users would be.
    """
    names = study.config.label_studio.names
    for pair in stated:
        user, name = _pair(pair, users)
        if names.get(user, name) != name:
            raise StudyError(
                f"--rater {pair}: user {user} is rater {names[user]!r} already",
                "ratings of one person would stand under two names",
                f"Keep that name, or change raters in [label_studio] of {study.folder / 'study.toml'} before any pull.",
            )
        names[user] = name
    _refuse_shared(names)
    return RaterNames(names, users)


def write_names(study: Study, names: RaterNames) -> None:
    """Write down who was taken for whom, so that later pulls take them for the same."""
    pairs = tuple(f"{user}={name}" for user, name in sorted((names.stated | names.used).items()))
    settings = study.config.label_studio
    if pairs != settings.raters:
        study.set_config(label_studio=replace(settings, raters=pairs))


def _pair(pair: str, users: Mapping[int, str]) -> tuple[int, str]:
    user, _, name = (part.strip() for part in pair.partition("="))
    if not user or not name:
        raise InputError(f"--rater {pair}", "it names no user or no rater", "Type: --rater USER=NAME")
    numbers = {address.casefold(): number for number, address in users.items()}
    number = int(user) if user.isdecimal() else numbers.get(user.casefold())
    if number is None or (users and number not in users):
        raise InputError(f"--rater {pair}", "Label Studio has no such user", f"It has {_listed(users)}.")
    return number, check_rater_name(name)


def _refuse_shared(names: Mapping[int, str]) -> None:
    for name in set(names.values()):
        shared = [user for user, its in names.items() if its == name]
        if len(shared) > 1:
            who = " and ".join(map(str, sorted(shared)))
            raise InputError(f"users {who} would both be rater {name!r}", "nobody could tell their ratings apart")


def _listed(users: Mapping[int, str]) -> str:
    return ", ".join(f"{number} ({address})" for number, address in sorted(users.items())) or "none"


def e_mail_addresses(users: Iterable[Mapping[str, object]]) -> dict[int, str]:
    """Return e-mail addresses by number."""
    return {one["id"]: str(one.get("email") or one.get("username") or "") for one in users if type(one["id"]) is int}
