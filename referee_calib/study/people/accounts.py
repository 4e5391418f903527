"""People who sign in with an account of their organisation (OpenID Connect), by an allow-list.

An e-mail address stays in a table of its own, apart from the ratings, which have the pseudonym alone.
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from referee_calib.study.people.sign_ins import Credential
from referee_calib.study.store import audit_rows, rating_rows
from referee_calib.study.store.people import people_rows

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from referee_calib.study.settings import PeopleSettings
    from referee_calib.study.study_folder import StudyFolder

ACCOUNT = "account"


def is_allowed(settings: PeopleSettings, email: str) -> bool:
    """Tell whether an address, or exactly its domain, is on the allow-list."""
    address = normal_address(email)
    allowed = {normal_address(one) for one in settings.allow} | set(_named(settings))
    return "@" in address and (address in allowed or address[address.rindex("@") :] in allowed)


def normal_address(email: str) -> str:
    """Return an e-mail address as it is compared and stored."""
    return email.strip().casefold()


def rater_of_account(study: StudyFolder, email: str, *, verified: bool) -> Credential:
    """Return which rater an account is; at the first time the rater is made.

    The state is "open", or why the account lets nobody in: "unverified", "not on the list", "withdrawn".
    """
    if not verified:
        return Credential("unverified")
    if not is_allowed(study.config.people, email):
        return Credential("not on the list")
    address = normal_address(email)
    with study.writing() as connection:
        rater = people_rows.rater_for(connection, ACCOUNT, address)
        if rater is None:
            rater = _new_rater(connection, study.config.people, address)
        usable = people_rows.origin_of(connection, rater) == "app"
        state = "withdrawn" if people_rows.is_withdrawn(connection, rater) or not usable else "open"
    return Credential(state, rater)


def _new_rater(connection: Connection, settings: PeopleSettings, address: str) -> str:
    name = _named(settings).get(address) or f"person-{secrets.token_hex(4)}"
    if people_rows.origin_of(connection, name) is None:
        rating_rows.add_rater(connection, name, "app", None)
        audit_rows.add(connection, "program", "add rater", name, {"way": ACCOUNT})
    people_rows.add_identity(connection, ACCOUNT, address, name, {})
    return name


def _named(settings: PeopleSettings) -> dict[str, str]:
    pairs = (one.partition("=") for one in settings.names)
    return {normal_address(address): name.strip() for address, _, name in pairs}
