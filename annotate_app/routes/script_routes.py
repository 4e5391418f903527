"""The route of the scripts that pages fetch by their address; they are the same for everybody."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from annotate_app.components import SCRIPT_FOLDER, script_at

# the address changes with the script, so that a browser need not ask again
_FOR_GOOD = {"Cache-Control": "public, max-age=31536000, immutable", "X-Content-Type-Options": "nosniff"}


def script_routes() -> list[Route]:
    """Return them for Starlette."""
    return [Route(f"{SCRIPT_FOLDER}{{name}}", _script, methods=["GET"])]


async def _script(request: Request) -> Response:
    found = script_at(f"{SCRIPT_FOLDER}{request.path_params['name']}")
    if found is None:  # of another version of the app: the page gets this one's when it is loaded anew
        return PlainTextResponse("There is no such script. Reload the page.", 404, {"Cache-Control": "no-store"})
    return Response(found, media_type="text/javascript", headers=_FOR_GOOD)
