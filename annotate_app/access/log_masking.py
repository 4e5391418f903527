"""What a library logs, without what must not stand in a log: e-mail addresses, codes, tokens, ids of a panel."""

from __future__ import annotations

import logging
import re

_OF_ACCOUNTS = ("streamlit.web.server.starlette.starlette_auth_routes", "httpx", "authlib")
_PERSONAL = re.compile(
    r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"  # an e-mail address
    r"|(?<=/i/)[\w-]+|(?<=/p/)[\w-]+"  # the token of a link
    r"|(?<=[?&])(\w+)=[^&\s'\"]+"  # the value of a parameter
)


class PersonMask(logging.Filter):
    """Replaces what is personal in the records of a logger.

    Of an exception the kind is left, for its message may say whose account it was; `whole` leaves the traceback.
    """

    def __init__(self, *, whole: bool = False) -> None:
        super().__init__()
        self._whole = whole

    def filter(self, record: logging.LogRecord) -> bool:
        """Change the record, and let it through."""
        text = _PERSONAL.sub(_masked, record.getMessage())
        if record.exc_info and not self._whole:
            text += f" ({getattr(record.exc_info[0], '__name__', '')})"
            record.exc_info = record.exc_text = None
        record.msg, record.args = text, ()
        return True


def _masked(found: re.Match[str]) -> str:
    return f"{found[1]}=…" if found[1] else "…"


def mask_persons() -> None:
    """Mask what the libraries of the app log, and leave out what is said of every request."""
    logging.getLogger("uvicorn.access").disabled = True
    for name in (*_OF_ACCOUNTS, "uvicorn.error"):
        logger = logging.getLogger(name)
        logger.addFilter(PersonMask(whole=name not in _OF_ACCOUNTS))
        logger.setLevel(logging.WARNING)
