"""Headers that every answer of the server carries, Streamlit's own included."""

from __future__ import annotations

from collections.abc import Sequence

NO_STORE = {"Referrer-Policy": "no-referrer", "Cache-Control": "no-store"}
_UNUSED = ("camera", "display-capture", "geolocation", "microphone", "midi", "payment", "serial", "usb")


def security_headers(frame_ancestors: Sequence[str] = ()) -> list[tuple[bytes, bytes]]:
    """Return them; a route's own header of the same name wins.

    Nobody may show the app within their page, unless `frame_ancestors` names them: a page that does could lay its own
    buttons over it.
    """
    ancestors = " ".join(one.rstrip("/") for one in frame_ancestors) or "'none'"
    found = {
        "content-security-policy": f"frame-ancestors {ancestors}; base-uri 'self'; object-src 'none'",
        "cross-origin-resource-policy": "same-origin",
        "permissions-policy": ", ".join(f"{one}=()" for one in _UNUSED),
        "referrer-policy": "same-origin",
        "x-content-type-options": "nosniff",
    }
    if not frame_ancestors:
        found["x-frame-options"] = "DENY"
    return [(name.encode(), value.encode("latin-1")) for name, value in found.items()]
