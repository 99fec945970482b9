"""The files that pages load: style sheets, scripts, icons. Addresses name their content, so that they keep for ever.

Nothing is built: what is served is what is written. Scripts import each other by relative paths, hence one version for
all files together.
"""

import gzip
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib.resources import files
from importlib.resources.abc import Traversable

_TYPES = {
    "css": "text/css",
    "js": "text/javascript",
    "svg": "image/svg+xml",
    "png": "image/png",
    "txt": "text/plain",
}


@dataclass(frozen=True, slots=True)
class Asset:
    """A file: its media type, its bytes, and the same compressed by gzip."""

    media_type: str
    body: bytes
    compressed: bytes


@cache
def assets() -> Mapping[str, Asset]:
    """Return all files by path, as `css/tokens.css`."""
    return dict(sorted(_below(files(__package__).joinpath("static"), "")))


@cache
def version() -> str:
    """Return the name of the files' present content."""
    named = (f"{path}\0{sha256(asset.body).hexdigest()}\n" for path, asset in assets().items())
    return sha256("".join(named).encode()).hexdigest()[:12]


def asset_path(path: str) -> str:
    """Return where a file is served, below the service's root. Raises `KeyError` where there is none."""
    assets()[path]
    return f"assets/{version()}/{path}"


def _below(folder: Traversable, prefix: str) -> list[tuple[str, Asset]]:
    found: list[tuple[str, Asset]] = []
    for file in folder.iterdir():
        if file.is_dir():
            found += _below(file, f"{prefix}{file.name}/")
        elif (media_type := _TYPES.get(file.name.rpartition(".")[2])) is not None:
            body = file.read_bytes()
            found.append((prefix + file.name, Asset(media_type, body, gzip.compress(body, mtime=0))))
    return found
