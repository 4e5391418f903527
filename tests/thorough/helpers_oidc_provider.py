"""A small OpenID Connect provider on this machine: discovery, keys, the code flow with PKCE, RS256, and logging out."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import secrets
import threading
import time
import urllib.request
from urllib.parse import parse_qs, urlencode

import uvicorn
from joserfc import jwt
from joserfc.jwk import RSAKey
from starlette.applications import Starlette
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse
from starlette.routing import Route

CLIENT, SECRET = "referee-calib-test", "the-clients-secret"


class Provider:
    """Signs in whoever is named in `person`, without asking for a password."""

    def __init__(self, port: int) -> None:
        self.port, self.url = port, f"http://127.0.0.1:{port}"
        self.person: dict[str, object] = {}
        self.logged_out = 0
        self._key = RSAKey.generate_key(2048, {"kid": "k1", "use": "sig", "alg": "RS256"}, private=True)
        self._codes: dict[str, dict[str, str]] = {}

    def app(self):
        """Return it as an ASGI application."""
        return Starlette(
            routes=[
                Route("/.well-known/openid-configuration", self.discovery),
                Route("/authorize", self.authorize),
                Route("/token", self.token, methods=["POST"]),
                Route("/jwks", lambda _: JSONResponse({"keys": [self._key.as_dict(private=False)]})),
                Route("/logout", self.logout),
            ]
        )

    async def discovery(self, _request):
        """Say where everything is."""
        ends = {f"{name}_endpoint": f"{self.url}/{path}" for name, path in _ENDS}
        known = {"issuer": self.url, "jwks_uri": f"{self.url}/jwks", "response_types_supported": ["code"]}
        signed = {"id_token_signing_alg_values_supported": ["RS256"], "subject_types_supported": ["public"]}
        return JSONResponse({**ends, **known, **signed, "code_challenge_methods_supported": ["S256"]})

    async def authorize(self, request):
        """Send the browser back with a code."""
        asked = dict(request.query_params)
        assert asked["client_id"] == CLIENT
        code = secrets.token_urlsafe(16)
        self._codes[code] = asked
        answer = {"code": code, "state": asked["state"]}
        return RedirectResponse(f"{asked['redirect_uri']}?{urlencode(answer)}", 302)

    async def token(self, request):
        """Exchange a code, once, for a signed statement of who it is."""
        fields = {name: values[0] for name, values in parse_qs((await request.body()).decode()).items()}
        asked = self._codes.pop(fields["code"], None)
        verifier = hashlib.sha256(fields["code_verifier"].encode()).digest()
        challenge = base64.urlsafe_b64encode(verifier).rstrip(b"=").decode()
        expected = "Basic " + base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        if asked is None or challenge != asked["code_challenge"] or request.headers.get("authorization") != expected:
            return JSONResponse({"error": "invalid_grant"}, 400)
        now = int(time.time())
        claims = {"iss": self.url, "aud": CLIENT, "sub": "s1", "iat": now, "exp": now + 300, "nonce": asked["nonce"]}
        signed = jwt.encode({"alg": "RS256", "kid": "k1"}, {**claims, **self.person}, self._key)
        return JSONResponse({"access_token": "a", "token_type": "Bearer", "id_token": signed, "expires_in": 300})

    async def logout(self, request):
        """Sign out here, and go back."""
        self.logged_out += 1
        back = request.query_params.get("post_logout_redirect_uri")
        return RedirectResponse(back, 302) if back else PlainTextResponse("signed out")


_ENDS = (("authorization", "authorize"), ("token", "token"), ("end_session", "logout"))


@contextlib.contextmanager
def providing(port):
    """Give a provider that answers."""
    provider = Provider(port)
    server = uvicorn.Server(uvicorn.Config(provider.app(), port=port, log_level="error", access_log=False))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        for _ in range(100):
            with contextlib.suppress(OSError), urllib.request.urlopen(f"{provider.url}/jwks"):
                break
            time.sleep(0.05)
        yield provider
    finally:
        server.should_exit = True
        thread.join(5)
