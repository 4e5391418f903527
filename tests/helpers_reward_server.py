"""A reward served in a thread of its own."""

import asyncio
import threading
from contextlib import contextmanager

from aiohttp import web

from referee_calib.reward.server.reward_server import RewardServer


@contextmanager
def served(reward, **options):
    """Serve a reward in a thread; yields the address."""
    loop, ready, address = asyncio.new_event_loop(), threading.Event(), []
    runner = web.AppRunner(RewardServer(reward, **options).app(), access_log=None)

    async def start():
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        address.append(f"http://127.0.0.1:{runner.addresses[0][1]}")
        ready.set()

    def work():
        loop.run_until_complete(start())
        loop.run_forever()

    thread = threading.Thread(target=work)
    thread.start()
    ready.wait(10)
    try:
        yield address[0]
    finally:
        asyncio.run_coroutine_threadsafe(runner.cleanup(), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()
