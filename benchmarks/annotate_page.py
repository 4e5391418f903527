"""The rating page of the benchmark of the annotation app, as Streamlit's websocket protocol knows it."""

from __future__ import annotations

import asyncio
import contextlib
import json
from typing import Any, Self

import aiohttp
from streamlit.components.v2.bidi_component.main import _make_trigger_id  # how a page names a trigger to the server
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg


class LivePage:
    """One websocket: it is read all the time, as a browser does, which also answers the server's pings."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket
        self._shown: asyncio.Queue[dict[str, Any] | None] = asyncio.Queue()  # None: the connection ended
        self._kept: dict[str, bytes] = {}
        self._trigger = ""
        self.bytes = 0
        self._reading = asyncio.create_task(self._read())

    @classmethod
    async def open(cls, http: aiohttp.ClientSession, url: str) -> Self:
        """Connect, and ask for the rating page."""
        address, offered = f"{url}/_stcore/stream", {"protocols": ["streamlit"], "headers": {"Origin": url}}
        page = cls(await http.ws_connect(address, max_msg_size=0, compress=15, **offered))
        await page.ask(0)
        return page

    async def ask(self, number: int) -> None:
        """Ask for the next claim, or with 0 for the page as it is."""
        message = BackMsg()
        message.rerun_script.query_string = "view=rate"
        message.rerun_script.cached_message_hashes.extend(self._kept)
        if number and self._trigger:
            state = message.rerun_script.widget_states.widgets.add()
            state.id = self._trigger
            state.json_trigger_value = json.dumps([{"event": "turn", "value": {"claim": "", "number": number}}])
        await self._socket.send_bytes(message.SerializeToString())

    async def other_than(self, claim: str) -> dict[str, Any]:
        """Return the card of another claim once it is there, an empty one when none is left."""
        while (card := await self._shown.get()) is not None:
            if not card or card["claim"] != claim:
                return card
        raise ConnectionError(f"the websocket closed: {self._socket.close_code}")

    async def close(self) -> None:
        """Leave the page."""
        self._reading.cancel()
        with contextlib.suppress(aiohttp.ClientError, ConnectionError, TimeoutError):
            await asyncio.wait_for(self._socket.close(), 2)

    async def _read(self) -> None:
        async for packed in self._socket:
            if packed.type is aiohttp.WSMsgType.BINARY:
                self.bytes += len(packed.data)
                self._take(packed.data)
        self._shown.put_nowait(None)

    def _take(self, packed: bytes) -> None:
        message = ForwardMsg.FromString(packed)
        if message.WhichOneof("type") == "ref_hash":
            message = ForwardMsg.FromString(self._kept[message.ref_hash])
        elif message.metadata.cacheable and message.hash:
            self._kept = dict([*self._kept.items(), (message.hash, packed)][-4:])
        if message.WhichOneof("type") != "delta":
            return
        element = message.delta.new_element
        if element.WhichOneof("type") == "html" and "rc-page rc-done" in element.html.body:
            self._shown.put_nowait({})
        component = element.bidi_component  # an empty one in other elements
        if component.component_name.endswith("player"):
            self._trigger = _make_trigger_id(component.id, "events")
            packed_card = component.json if component.WhichOneof("data") == "json" else component.mixed.json
            self._shown.put_nowait(json.loads(packed_card))
