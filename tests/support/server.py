"""A real HTTP server on this machine that misbehaves in whatever way a test asks for."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

Answer = Callable[["Handler", bytes], None]
"""Answers one request for the content."""


class Handler(BaseHTTPRequestHandler):
    """One connection."""

    server: "Server"

    def do_GET(self) -> None:
        self.server.asked.append(self.headers.get("Range", ""))
        answers = self.server.answers
        answer = answers.pop(0) if len(answers) > 1 else answers[0]
        try:
            answer(self, self.server.content)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True  # the other side hung up, as it should on some answers

    def begin(self, status: int, **headers: object) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), str(value))
        self.end_headers()

    def first_byte(self) -> int:
        """What the request wants to begin with."""
        return int(self.headers["Range"].removeprefix("bytes=").removesuffix("-"))

    def log_message(self, *_: object) -> None:
        """Keep the tests' output clean."""


class Server(ThreadingHTTPServer):
    """Serves `content` at every path, with the answers given, in turn; the last one stays."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.content = b""
        self.answers: list[Answer] = [whole]
        self.asked: list[str] = []
        """The range that each request asked for."""
        self.over = threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/model.zip"


@contextmanager
def serving() -> Iterator[Server]:
    server = Server()
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield server
    server.over.set()
    server.shutdown()
    thread.join()
    server.server_close()


def whole(handler: Handler, content: bytes) -> None:
    """Send what was asked for."""
    start = handler.first_byte()
    if start >= len(content):
        handler.begin(416, Content_Range=f"bytes */{len(content)}")
        return
    _begin_part(handler, content, start)
    handler.wfile.write(content[start:])


def without_ranges(handler: Handler, content: bytes) -> None:
    """Send everything, whatever was asked for."""
    handler.begin(200, Content_Length=len(content))
    handler.wfile.write(content)


def cut_after(sent_bytes: int) -> Answer:
    """Promise everything that was asked for, and hang up after so much of it."""

    def answer(handler: Handler, content: bytes) -> None:
        start = handler.first_byte()
        _begin_part(handler, content, start)
        handler.wfile.write(content[start : start + sent_bytes])

    return answer


def cut_without_ranges(handler: Handler, content: bytes) -> None:
    """Promise everything, and hang up in the middle."""
    handler.begin(200, Content_Length=len(content))
    handler.wfile.write(content[: len(content) // 2])


def another_range(handler: Handler, content: bytes) -> None:
    """Send another part than was asked for."""
    _begin_part(handler, content, 7)
    handler.wfile.write(content[7:])


def truncated(handler: Handler, content: bytes) -> None:
    """Send a shorter file, in good order."""
    without_ranges(handler, content[: len(content) // 2])


def damaged(handler: Handler, content: bytes) -> None:
    """Send another file of the same length."""
    without_ranges(handler, bytes(len(content)))


def status(number: int) -> Answer:
    """Refuse."""
    return lambda handler, _: handler.begin(number, Content_Length=0)


def redirect(handler: Handler, _: bytes) -> None:
    """Send the client elsewhere."""
    handler.begin(302, Location="/elsewhere/model.zip", Content_Length=0)


def slow(handler: Handler, content: bytes) -> None:
    """Send everything, with a pause after every tenth."""
    handler.begin(200, Content_Length=len(content))
    step = len(content) // 10 + 1
    for start in range(0, len(content), step):
        handler.wfile.write(content[start : start + step])
        handler.wfile.flush()
        time.sleep(0.05)


def falls_silent(handler: Handler, content: bytes) -> None:
    """Send a half, and then nothing, without hanging up."""
    handler.begin(200, Content_Length=len(content))
    handler.wfile.write(content[: len(content) // 2])
    handler.wfile.flush()
    handler.server.over.wait(60)


def endless(handler: Handler, content: bytes) -> None:
    """Send, and never stop; the length is not told."""
    handler.begin(200)
    while not handler.server.over.is_set():
        handler.wfile.write(content)


def _begin_part(handler: Handler, content: bytes, start: int) -> None:
    handler.begin(
        206,
        Content_Length=len(content) - start,
        Content_Range=f"bytes {start}-{len(content) - 1}/{len(content)}",
    )
