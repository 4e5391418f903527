"""The cheapest endpoint there can be: reads a request, waits, and sends the same answer to everybody.

    python benchmarks/referee_server.py PORT LATENCY_IN_SECONDS

It takes as little processor time as possible, so that a client's throughput is the client's. 127.0.0.1 only.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

TOP = [{"token": digit, "logprob": -0.3 - 1.5 * place} for place, digit in enumerate("34210")]
CHAT = {
    "choices": [
        {
            "index": 0,
            "finish_reason": "length",
            "message": {"role": "assistant", "content": "3"},
            "logprobs": {"content": [{"token": "3", "logprob": -0.3, "top_logprobs": TOP}]},
        }
    ],
    "usage": {"prompt_tokens": 300, "completion_tokens": 1, "total_tokens": 301},
}
MODELS = {"object": "list", "data": [{"id": "fake", "object": "model"}]}


def response(body: dict[str, object]) -> bytes:
    """Return a whole HTTP response."""
    packed = json.dumps({"id": "x", "object": "chat.completion", "created": 1, "model": "fake", **body}).encode()
    return b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n" % len(packed) + packed


class Connection(asyncio.Protocol):
    """One connection; requests come one after the other."""

    def __init__(self, latency: float) -> None:
        self.latency = latency
        self.head, self.missing, self.chat = b"", -1, False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Remember where to write."""
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        """Count the body down; its content does not matter."""
        if self.missing < 0:
            self.head += data
            end = self.head.find(b"\r\n\r\n")
            if end < 0:
                return
            head = self.head[:end].lower()
            self.chat = head.startswith(b"post")
            length = head.partition(b"content-length:")[2].split(b"\r\n", 1)[0]
            self.missing = int(length or 0) - (len(self.head) - end - 4)
            self.head = b""
        else:
            self.missing -= len(data)
        if self.missing <= 0:
            self.missing = -1
            asyncio.get_running_loop().call_later(self.latency if self.chat else 0.0, self.reply, self.chat)

    def reply(self, chat: bool) -> None:
        """Send the answer."""
        if not self.transport.is_closing():
            self.transport.write(CHAT_RESPONSE if chat else MODELS_RESPONSE)


CHAT_RESPONSE, MODELS_RESPONSE = response(CHAT), response(MODELS)


async def main(port: int, latency: float) -> None:
    """Serve until killed; print the port."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Connection(latency), "127.0.0.1", port, backlog=2048)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


@contextmanager
def endpoint(latency: float) -> Iterator[str]:
    """Run the endpoint in a process of its own; gives its address."""
    command = [sys.executable, __file__, "0", str(latency)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield f"http://127.0.0.1:{process.stdout.readline().strip()}/v1"
        finally:
            process.terminate()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), float(sys.argv[2])))
