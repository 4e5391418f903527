"""The people of a study: who may sign in, how they are let in, and how that ends.

For pages of a coordinator: :func:`invite`, :func:`invitations`, :func:`revoke`, :func:`reinstate`, :func:`sessions`,
:func:`access`. Every change needs an `actor` and is in the audit trail.
"""

from referee_calib.study.people.access_list import RaterAccess, access, identities
from referee_calib.study.people.accounts import is_allowed, rater_of_account
from referee_calib.study.people.panels import (
    PANELS,
    Outcome,
    Panel,
    PanelReturn,
    close_panel,
    enter_panel,
    open_panel,
    panel_return,
)
from referee_calib.study.people.personal_links import (
    EXPIRES,
    Invitation,
    add_rater,
    invitations,
    invite,
    reinstate,
    renew_code,
    revoke,
)
from referee_calib.study.people.rater_names import closest_names, similar_names
from referee_calib.study.people.sign_ins import (
    SIGN_IN_DAYS,
    WITHDRAWN,
    Credential,
    SignIn,
    credential_of,
    end_other_secrets,
    end_sign_in,
    has_other_sign_in,
    note_seen,
    sessions,
    sign_in_of,
    sign_in_with,
    start_sign_in,
)

__all__ = [
    "EXPIRES",
    "PANELS",
    "SIGN_IN_DAYS",
    "WITHDRAWN",
    "Credential",
    "Invitation",
    "Outcome",
    "Panel",
    "PanelReturn",
    "RaterAccess",
    "SignIn",
    "access",
    "add_rater",
    "close_panel",
    "closest_names",
    "credential_of",
    "end_other_secrets",
    "end_sign_in",
    "enter_panel",
    "has_other_sign_in",
    "identities",
    "invitations",
    "invite",
    "is_allowed",
    "note_seen",
    "open_panel",
    "panel_return",
    "rater_of_account",
    "reinstate",
    "renew_code",
    "revoke",
    "sessions",
    "sign_in_of",
    "sign_in_with",
    "similar_names",
    "start_sign_in",
]
