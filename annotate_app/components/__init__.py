"""The parts of the page that run in the browser, and the scripts that it fetches for them."""

from annotate_app.components.frontend_files import text
from annotate_app.components.mounted_components import (
    HEADER,
    PLAYER,
    SIGN_IN,
    show_header,
    show_known_claims,
    show_player,
    show_sign_in,
)
from annotate_app.components.page_scripts import SCRIPT_FOLDER, script_at

__all__ = [
    "HEADER",
    "PLAYER",
    "SCRIPT_FOLDER",
    "SIGN_IN",
    "script_at",
    "show_header",
    "show_known_claims",
    "show_player",
    "show_sign_in",
    "text",
]
