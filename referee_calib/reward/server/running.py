"""Running the reward server until it is told to stop: what is in flight is answered first."""

from __future__ import annotations

import asyncio
import signal
from typing import Any

from aiohttp import web

from referee_calib.errors import InputError
from referee_calib.reward.server.reward_server import RewardServer

GRACE = 30.0  # seconds that requests in flight have when the server is told to stop


def run(reward: Any, *, token: str, host: str, port: int, queue: int, on_failure: float) -> None:
    """Serve until SIGINT or SIGTERM; InputError when the address cannot be listened at."""
    app = RewardServer(reward, token=token, queue=queue, on_failure=on_failure).app()
    asyncio.run(_serve(app, host, port))


async def _serve(app: web.Application, host: str, port: int) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for sign in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(sign, stop.set)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=GRACE)  # addresses may hold tokens: none is logged
    await runner.setup()
    try:
        await web.TCPSite(runner, host, port).start()
    except OSError as error:
        await runner.cleanup()
        raise InputError(
            f"{host} port {port}",
            f"the server cannot listen there ({error.strerror or error})",
            f"Choose another one: --port {port % 65_535 + 1}",
        ) from error
    await stop.wait()
    await runner.cleanup()
