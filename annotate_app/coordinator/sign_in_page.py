"""The coordinator's sign-in: a plain page without a script, because nobody is known yet."""

from __future__ import annotations

from html import escape

PROBLEMS = {
    "token": "This token is not known. A new one is made by: referee-calib coordinate STUDY --new-token",
    "name": "A name has 1 to 64 printable characters. It stands beside your decisions.",
    "wait": "Too many wrong tokens came from here. Wait a minute, then try again.",
}
POLICY = "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
_STYLE = """
:root { color-scheme: light dark;
  --ground: #fbfbf9; --ink: #1a222c; --line: #76818d; --strong: #1f5fbf; --bad: #a3201a; }
@media (prefers-color-scheme: dark) {
  :root { --ground: #12161b; --ink: #e8ebee; --line: #8b97a4; --strong: #2f68c4; --bad: #ff9a92; }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
main { max-width: 420px; margin: 14vh auto 0; padding: 0 20px; }
h1 { font-size: 26px; line-height: 1.25; margin: 0 0 4px; overflow-wrap: anywhere; }
p { margin: 0 0 18px; }
label { display: block; font-weight: 600; margin: 0 0 4px; }
input { width: 100%; font: inherit; color: inherit; background: transparent; border: 1px solid var(--line);
  border-radius: 8px; padding: 9px 12px; margin: 0 0 16px; }
button { width: 100%; font: inherit; font-weight: 600; color: #fff; background: var(--strong); border: 0;
  border-radius: 8px; padding: 11px; cursor: pointer; }
:focus-visible { outline: 3px solid var(--strong); outline-offset: 2px; }
[role=alert] { color: var(--bad); font-weight: 600; }
"""


def sign_in_page(study: str, problem: str = "", *, token_known: bool = False) -> str:
    """Return the page; somebody who came by the link is asked for a name alone."""
    told = f'<p role="alert">{escape(PROBLEMS[problem])}</p>' if problem in PROBLEMS else ""
    asked = "" if token_known else _field("token", "Token", 'type="password" autocomplete="off" maxlength="200"')
    return f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Coordinate the study: sign in</title><style>{_STYLE}</style></head>
<body><main><h1>{escape(study)}</h1><p>Coordinator's pages</p>{told}
<form method="post" action="/sign-in">{asked}
{_field("name", "Your name, for the audit trail", 'maxlength="64" autocomplete="username"')}
<button>Sign in</button></form></main></body></html>"""


def _field(name: str, label: str, more: str) -> str:
    return f'<label for="{name}">{label}</label><input id="{name}" name="{name}" required {more}>'
