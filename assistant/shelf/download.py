"""Downloads one file; the only module of the assistant that uses a network.

Pooch does it: tries again, checks the checksum, and puts the file in its place only when it is
right. What Pooch cannot is to go on where a download broke off; the downloader here adds that.
"""

import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO

import pooch
import requests

from assistant.errors import ModelError

Show = Callable[[int, int], None]
"""Told how many bytes there are by now, and of how many; 0 where the server does not say."""

TRIES = 3
_TIMEOUT_SECONDS = 30.0
"""How long a server may be silent."""
_CHUNK_BYTES = 1 << 14
"""What a broken connection loses at most."""
_FINAL = {401, 403, 404, 410}
"""Answers that trying again does not change."""


def download(
    url: str,
    sha256: str,
    path: Path,
    most_bytes: int,
    show: Show,
    timeout_seconds: float = _TIMEOUT_SECONDS,
) -> None:
    """Download `url` to `path`; what an earlier attempt left beside it is gone on with.

    Raises:
        ModelError: it cannot be had, is not the file it should be, or cannot be written.
    """
    pooch.get_logger().setLevel(logging.ERROR)
    registry, urls = {path.name: f"sha256:{sha256}"}, {path.name: url}
    store = pooch.create(
        path.parent, base_url="", registry=registry, urls=urls, retry_if_failed=TRIES - 1
    )
    part = path.with_name(f"{path.name}.part")
    try:
        store.fetch(path.name, downloader=Resuming(part, most_bytes, show, timeout_seconds))
    except requests.HTTPError as error:
        raise _refused(url, getattr(error.response, "status_code", 0)) from error
    except (requests.ConnectionError, requests.Timeout, requests.exceptions.ChunkedEncodingError):
        raise ModelError(
            f"{url}: could not be downloaded in {TRIES} tries; check the network and run this "
            "again, which goes on where it broke off."
        ) from None
    except requests.RequestException as error:
        raise ModelError(f"{url}: cannot be downloaded; check the address ({error}).") from error
    except OSError as error:
        raise ModelError(
            f"{path.parent}: cannot be written ({error.strerror}); make room there, or check who "
            "may write."
        ) from error
    except ValueError as error:  # Pooch's, for a checksum
        raise _other_file(url) from error


class Resuming:
    """A Pooch downloader that appends to a partial file, which outlives a broken connection.

    Args:
        part: the partial file.
        most_bytes: how large the file may become.
        show: told of the progress.
        timeout_seconds: how long the server may be silent.
    """

    def __init__(self, part: Path, most_bytes: int, show: Show, timeout_seconds: float) -> None:
        self._part, self._most_bytes = part, most_bytes
        self._show, self._timeout_seconds = show, timeout_seconds
        self._whole = False

    def __call__(self, url: str, output_file: str, store: pooch.Pooch) -> None:
        """Download `url` to `output_file`."""
        if self._whole:  # and yet here again: its checksum was wrong, and will be again
            raise _other_file(url)
        with self._part.open("ab") as file:
            had_bytes = file.tell()
            progress = _Progress(file, self._most_bytes, self._show, url)
            fetch = pooch.HTTPDownloader(
                progressbar=progress,
                chunk_size=_CHUNK_BYTES,
                timeout=self._timeout_seconds,
                headers={"Range": f"bytes={had_bytes}-", "Accept-Encoding": "identity"},
                hooks={"response": progress.begin},
            )
            fetch(url, file, store)
            self._whole = not progress.resumed
        self._part.replace(output_file)


class _Progress:
    """Looks at every answer and every chunk; Pooch takes it for a progress bar."""

    total = 0
    """What this answer will bring, in bytes; Pooch sets it."""

    def __init__(self, file: BinaryIO, most_bytes: int, show: Show, url: str) -> None:
        self._file, self._most_bytes, self._show, self._url = file, most_bytes, show, url
        self._had_bytes = file.tell()

    @property
    def resumed(self) -> bool:
        """Whether the file was gone on with."""
        return self._had_bytes > 0

    def begin(self, response: requests.Response, **_: Any) -> None:
        """Start over where the server does, or has nothing to add to what there is."""
        if response.status_code in _FINAL:
            raise _refused(self._url, response.status_code)
        begins = f"bytes {self._had_bytes}-"
        goes_on = response.headers.get("Content-Range", "").startswith(begins)
        if not goes_on and response.status_code in {200, 206, 416}:
            self._file.truncate(0)
            self._had_bytes = 0
            if response.status_code == 206:
                raise requests.ConnectionError("another part came than was asked for")

    def update(self, _: int) -> None:
        """Take note of a chunk. What Pooch counts is in whole chunks, so the file is asked."""
        done = self._file.tell()
        if done > self._most_bytes:
            raise _other_file(self._url)
        self._show(done, self._had_bytes + self.total if self.total else 0)

    def reset(self) -> None:
        """Nothing to do: the file has it."""

    close = reset


def _refused(url: str, status: int) -> ModelError:
    hint = "check the address" if status in _FINAL else "try again later"
    return ModelError(f"{url}: the server answers {status}; {hint}.")


def _other_file(url: str) -> ModelError:
    return ModelError(
        f"{url}: this is not the file that was expected (its checksum or size is wrong) and was "
        "not installed; try again later, or another address with --from."
    )
