"""Where snapshots come from: a file, a folder of them, standard input, or the web. All become files."""

import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from aiohttp import ClientError as HttpError
from aiohttp import ClientSession, ClientTimeout

from ledger.client.failures import ClientError
from ledger.client.snapshots.pieces import Source

_ENDINGS = frozenset({".json", ".ndjson", ".jsonl", ".csv", ".tsv", ".atom", ".rss", ".xml"})
_TIMEOUT = ClientTimeout(total=300, sock_connect=10, sock_read=60)
_MOST_FETCHED = 1 << 30
_CHUNK = 1 << 18


def from_path(path: Path, leave_out: Callable[[Path], None]) -> Iterator[Source]:
    """Yield a file, or the files below a folder by their names. Those that are no data by their ending are left out."""
    if not path.is_dir():
        yield Source(path, path.name, _written(path))
        return
    for each in sorted(path.rglob("*")):
        name = each.relative_to(path)
        if not each.is_file() or any(part.startswith(".") for part in name.parts):
            continue
        ending = Path(each.stem).suffix if each.suffix.lower() == ".gz" else each.suffix
        if ending.lower() in _ENDINGS:
            yield Source(each, str(name), _written(each), alone=False)
        else:
            leave_out(name)


def from_stream(stream: BinaryIO, folder: Path, now: datetime) -> Source:
    """Return what a stream holds, kept in `folder` meanwhile: it is read more than once."""
    path = folder / "standard-input"
    with path.open("wb") as file:
        shutil.copyfileobj(stream, file, _CHUNK)
    return Source(path, "standard input", now)


async def from_web(url: str, folder: Path, now: Callable[[], datetime]) -> Source:
    """Return what is at a URL, kept in `folder`, as it was handed out. Raises `ClientError`."""
    path = folder / "fetched"
    try:
        async with ClientSession(timeout=_TIMEOUT) as session, session.get(url) as response:
            if not response.ok:
                raise ClientError(f"{url} answers {response.status} {response.reason}")
            with path.open("wb") as file:
                async for chunk in response.content.iter_chunked(_CHUNK):
                    file.write(chunk)
                    if file.tell() > _MOST_FETCHED:
                        raise ClientError(f"{url} has more than {_MOST_FETCHED:,} bytes")
    except (HttpError, OSError, TimeoutError, ValueError) as error:
        raise ClientError(f"{url} can't be fetched ({str(error) or type(error).__name__})") from error
    return Source(path, url, now(), url=url)


def _written(path: Path) -> datetime:
    return datetime.fromtimestamp(path.stat().st_mtime, UTC)
