"""A channel that takes messages by an incoming webhook."""

import json
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self


class WebhookServer:
    """A real HTTP server that remembers what was posted to it.

    `answers` are given one after the other, the last one for ever: a status, a status with headers, or a function that
    gets the handler and does as it likes. `stop()` and `start()`: it is down, and back on the same port.
    """

    def __init__(self) -> None:
        self.posts: list[dict[str, Any]] = []
        self.answers: list[int | tuple[int, dict[str, str]] | Callable[[BaseHTTPRequestHandler], None]] = [202]
        self.asked: list[str] = []
        self.server: ThreadingHTTPServer | None = None
        self.port = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/workflows/top-secret/triggers?sig=s3cr3t"

    def start(self) -> None:
        told = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                told.asked.append(self.path)
                told.posts.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
                answer = told.answers.pop(0) if len(told.answers) > 1 else told.answers[0]
                if callable(answer):
                    return answer(self)
                status, headers = answer if isinstance(answer, tuple) else (answer, {})
                self.send_response(status)
                for name, value in {"Content-Length": "0", **headers}.items():
                    self.send_header(name, value)
                self.end_headers()

            do_GET = do_POST

            def log_message(self, *_: object) -> None:
                pass

        class Server(ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, *_: object) -> None:
                pass  # whoever hung up in the middle is no fault of the server's

        self.server = Server(("127.0.0.1", self.port), Handler)
        self.port = self.server.server_port
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def stop(self) -> None:
        if self.server:
            self.server.shutdown()
            self.server.server_close()
            self.server = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


def hang(seconds: float) -> Callable[[BaseHTTPRequestHandler], None]:
    """Says nothing for that long."""
    return lambda handler: time.sleep(seconds)


def drip(every: float, times: int) -> Callable[[BaseHTTPRequestHandler], None]:
    """Says one byte now and then, so that no single read takes long."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
        for _ in range(times):
            handler.wfile.write(b"z")
            handler.wfile.flush()
            time.sleep(every)

    return answer
