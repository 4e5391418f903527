"""Firefox by WebDriver BiDi, which it speaks itself: playwright drives no Firefox of the system."""

from __future__ import annotations

import contextlib
import itertools
import json
import shutil
import subprocess
import time

from helpers_app import free_port

FIREFOX = next((path for path in map(shutil.which, ("firefox-esr", "firefox")) if path), None)
SCRIPT = """const walk = root => [...root.querySelectorAll("*")].flatMap(
  e => [e, ...(e.shadowRoot ? walk(e.shadowRoot) : [])]);
const find = selector => walk(document).find(e => e.matches(selector)) ?? null;"""


class Firefox:
    """One window of a headless Firefox."""

    def __init__(self, socket) -> None:
        self._socket, self._ids = socket, itertools.count(1)
        self.send("session.new", capabilities={})
        self.context = self.send("browsingContext.getTree")["contexts"][0]["context"]

    def send(self, method, **params):
        """Give a command and return its result."""
        number = next(self._ids)
        self._socket.send(json.dumps({"id": number, "method": method, "params": params}))
        while True:
            answer = json.loads(self._socket.recv(timeout=30))
            if answer.get("id") == number:
                assert answer["type"] == "success", answer
                return answer["result"]

    def open(self, url):
        self.send("browsingContext.navigate", context=self.context, url=url, wait="complete")

    def resize(self, width, height):
        size = {"width": width, "height": height}
        self.send("browsingContext.setViewport", context=self.context, viewport=size)

    def run(self, expression):
        """Return what an expression is; `find(selector)` looks into shadow roots."""
        target = {"context": self.context}
        code = f"(() => {{ {SCRIPT} return JSON.stringify({expression}); }})()"
        answer = self.send("script.evaluate", expression=code, target=target, awaitPromise=True)
        assert answer["type"] == "success", answer
        return json.loads(answer["result"].get("value", "null"))

    def wait_for(self, expression, seconds=20):
        """Wait until an expression is true; return what it is then."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            found = self.run(expression)
            if found:
                return found
            time.sleep(0.05)
        raise AssertionError(f"not within {seconds} s: {expression}")

    def press(self, *keys):
        """Press keys, named as WebDriver does: one character each."""
        strokes = [{"type": kind, "value": key} for key in keys for kind in ("keyDown", "keyUp")]
        actions = [{"type": "key", "id": "keyboard", "actions": strokes}]
        self.send("input.performActions", context=self.context, actions=actions)

    def drag(self, start, end):
        """Drag the pointer from one point of the window to another."""
        moves = [{"type": "pointerMove", "x": round(x), "y": round(y), "duration": 50} for x, y in (start, end)]
        steps = [moves[0], {"type": "pointerDown", "button": 0}, moves[1], {"type": "pointerUp", "button": 0}]
        actions = [{"type": "pointer", "id": "mouse", "actions": steps}]
        self.send("input.performActions", context=self.context, actions=actions)


@contextlib.contextmanager
def firefox(profile):
    """Give a headless Firefox with a fresh profile in a folder."""
    from websockets.sync.client import connect

    port = free_port()
    profile.mkdir()
    command = [FIREFOX, "--headless", "--no-remote", "--profile", str(profile), "--remote-debugging-port", str(port)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        with connect_when_up(connect, f"ws://127.0.0.1:{port}/session") as socket:
            yield Firefox(socket)
    finally:
        process.terminate()
        process.wait(20)


def connect_when_up(connect, address, seconds=60):
    deadline = time.monotonic() + seconds
    while True:
        try:
            return connect(address, max_size=None)
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)
