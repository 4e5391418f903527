"""A chat server in a few lines: a function from a request's fields to status and answer, served on this machine."""

import json
import math
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

LEVELS = {"3": 0.5, "4": 0.3, "2": 0.1, "1": 0.05, "The": 0.05}
"""What the model behind every such server thinks of every question."""

EXPECTED = (3 * 0.5 + 4 * 0.3 + 2 * 0.1 + 0.05) / 0.95


def words_of(body):
    """All words of a request, without its pictures."""
    contents = [message["content"] for message in body["messages"]]
    parts = [part for its in contents for part in ([{"text": its}] if isinstance(its, str) else its)]
    return " ".join(part.get("text", "") for part in parts)


def pictures_of(body):
    """How many pictures a request holds."""
    contents = [message["content"] for message in body["messages"] if isinstance(message["content"], list)]
    return sum(part["type"] == "image_url" for its in contents for part in its)


def room_of(body):
    """How many tokens the reply may have."""
    return body.get("max_tokens") or body.get("max_completion_tokens") or 10_000


def tops(spread, spell=str):
    """A list of most likely tokens."""
    return [{"token": spell(token), "logprob": math.log(share)} for token, share in spread.items()]


def completion(body, text="3", *, listed=None, spell=str, finish="stop", tokens=None, **more):
    """A chat completion that says one word, with log-probabilities where they were asked for.

    `listed` replaces the list of most likely tokens; a model that is told to say banana would say so.
    """
    if "banana" in words_of(body):
        listed = tops({"banana": 0.97, "3": 0.01})
    elif listed is None:
        listed = tops(dict(list(LEVELS.items())[: body.get("top_logprobs", 0)]), spell)
    content = [{**listed[0], "top_logprobs": listed}] if listed else None
    return {
        "model": body["model"],
        "choices": [
            {
                "message": {"role": "assistant", "content": text},
                "finish_reason": finish,
                "logprobs": {"content": content} if body.get("logprobs") and content else None,
            }
        ],
        "usage": {"prompt_tokens": tokens or len(words_of(body)) + 100 * pictures_of(body), "completion_tokens": 1},
        **more,
    }


def refusal(status, message):
    """An error as such servers write it."""
    return status, {"error": {"message": message, "type": "invalid_request_error"}}


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def do_GET(self):
        self._send(200, {"data": [{"id": "fake"}]}) if self.path == "/v1/models" else self._send(404, {})

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.path != "/v1/chat/completions":
            self._send(404, {})
            return
        self.server.asked.append(body)
        self._send(*self.server.reply(body))

    def _send(self, status, answer):
        data = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64


@contextmanager
def chat_server(reply):
    """Serve ``reply(body) -> (status, answer)``; gives the address and the list of requests so far."""
    server = _Server(("127.0.0.1", 0), _Handler)
    server.reply, server.asked = reply, []
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/v1", server.asked
    finally:
        server.shutdown()
        server.server_close()
