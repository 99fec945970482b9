"""Tiles and entry bundles (c2sp.org/tlog-tiles): their paths, and how tree nodes lie in them.

A tile of tile level t holds up to 256 neighbouring nodes of tree level 8·t; the seven tree levels between are hashed
from its row.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from ledger.core.errors import TileError
from ledger.core.merkle import HASH_SIZE, NodeReader, fold_row

TILE_HEIGHT = 8
TILE_WIDTH = 1 << TILE_HEIGHT
MAX_LEVEL = 63
MAX_ENTRY = 0xFFFF

# Eighteen digits are more than the tiles of the largest tree need.
_INDEX = r"((?:x[0-9]{3}/){0,5}[0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?"
_TILE_PATH = re.compile(r"tile/(0|[1-9][0-9]?)/" + _INDEX)
_ENTRIES_PATH = re.compile(r"tile/entries/" + _INDEX)


@dataclass(frozen=True, slots=True)
class Tile:
    """Where a tile stands: tile level 0 to 63, index in the level, width (1 to 255 partial, 256 full)."""

    level: int
    n: int
    width: int = TILE_WIDTH

    def path(self) -> str:
        """Return the path below the log's prefix: `tile/0/x001/x234/067`, with `.p/<width>` if partial."""
        return f"tile/{self.level}/{_index_path(self.n, self.width)}"


@dataclass(frozen=True, slots=True)
class Bundle:
    """Where the entries of a level 0 tile stand: its index, and its width (1 to 255 partial, 256 full)."""

    n: int
    width: int = TILE_WIDTH

    def path(self) -> str:
        """Return the path below the log's prefix: `tile/entries/x001/x234/067`, with `.p/<width>` if partial."""
        return f"tile/entries/{_index_path(self.n, self.width)}"


class Place(NamedTuple):
    """Where a node lies: it is the root over `width` hashes from `first` on in tile `n` of `tile_level`."""

    tile_level: int
    n: int
    first: int
    width: int


def parse_tile_path(text: str) -> Tile:
    """Return the tile that a path names. Raises `TileError` for any but the canonical spelling."""
    match = _TILE_PATH.fullmatch(text)
    if match is None:
        raise TileError("This is not the path of a tile.")
    tile = Tile(int(match[1]), _index(match[2]), _width(match[3]))
    if tile.level > MAX_LEVEL or tile.path() != text:
        raise TileError("This is not the canonical path of a tile.")
    return tile


def parse_entries_path(text: str) -> Bundle:
    """Return the entry bundle that a path names. Raises `TileError` for any but the canonical spelling."""
    match = _ENTRIES_PATH.fullmatch(text)
    if match is None:
        raise TileError("This is not the path of an entry bundle.")
    bundle = Bundle(_index(match[1]), _width(match[2]))
    if bundle.path() != text:
        raise TileError("This is not the canonical path of an entry bundle.")
    return bundle


def partial_width(level: int, size: int) -> int:
    """Return how many hashes the partial tile of a tile level holds in a tree of `size`: 0 to 255."""
    return size >> TILE_HEIGHT * level & TILE_WIDTH - 1


def tiles_at(size: int) -> Iterator[Tile]:
    """Yield every tile of a tree of `size`: level by level, in order, the partial one last."""
    level = 0
    while size >> TILE_HEIGHT * level:
        full = size >> TILE_HEIGHT * (level + 1)
        yield from (Tile(level, n) for n in range(full))
        if width := partial_width(level, size):
            yield Tile(level, full, width)
        level += 1


def tile_at(level: int, n: int, size: int) -> Tile:
    """Return tile `n` of a level as wide as it is in a tree of `size`. Raises `TileError` where it is still empty."""
    width = min((size >> TILE_HEIGHT * level) - n * TILE_WIDTH, TILE_WIDTH)
    if width <= 0:
        raise TileError(f"Tile {n} of level {level} is empty in a tree of {size} leaves.")
    return Tile(level, n, width)


def locate(level: int, index: int) -> Place:
    """Return where the tree node (level, index) lies among the tiles."""
    tile_level, height = divmod(level, TILE_HEIGHT)
    n, first = divmod(index << height, TILE_WIDTH)
    return Place(tile_level, n, first, 1 << height)


def tiles_for(nodes: Iterable[tuple[int, int]]) -> set[tuple[int, int]]:
    """Return the (tile level, n) of every tile needed to read `nodes`, each a (level, index) of the tree."""
    return {(place.tile_level, place.n) for place in (locate(level, index) for level, index in nodes)}


def node_reader(tiles: Mapping[tuple[int, int], bytes]) -> NodeReader:
    """Return a reader of complete nodes from loaded tiles, full or partial, by (tile level, n).

    The reader raises `TileError` for a node whose tile is absent or not wide enough.
    """

    def read(level: int, index: int) -> bytes:
        place = locate(level, index)
        data = tiles.get((place.tile_level, place.n), b"")
        hashes = data[place.first * HASH_SIZE : (place.first + place.width) * HASH_SIZE]
        if len(hashes) != place.width * HASH_SIZE:
            raise TileError(f"Tile {place.n} of level {place.tile_level} does not reach node {index} of level {level}.")
        return fold_row(split_tile(hashes))

    return read


def split_tile(data: bytes) -> list[bytes]:
    """Return the hashes of a tile, 1 to 256 of 32 bytes. Raises `TileError` for any other length."""
    if len(data) % HASH_SIZE or not 0 < len(data) <= TILE_WIDTH * HASH_SIZE:
        raise TileError(f"A tile is not {len(data)} bytes long.")
    return [data[start : start + HASH_SIZE] for start in range(0, len(data), HASH_SIZE)]


def tile_root(data: bytes) -> bytes:
    """Return the root over a full tile: its hash in the level above. Partial tiles are never hashed upwards."""
    if len(data) != TILE_WIDTH * HASH_SIZE:
        raise TileError("Only a full tile has a hash in the level above.")
    return fold_row(split_tile(data))


def render_bundle(entries: Sequence[bytes]) -> bytes:
    """Return the entries, each behind its length (u16be). Raises `TileError` for one over 65,535 bytes."""
    if any(len(entry) > MAX_ENTRY for entry in entries):
        raise TileError(f"An entry is longer than {MAX_ENTRY} bytes.")
    return b"".join(part for entry in entries for part in (len(entry).to_bytes(2, "big"), entry))


def parse_bundle(data: bytes) -> list[bytes]:
    """Return the entries of a bundle. Raises `TileError` where it ends within an entry."""
    entries, start = [], 0
    while start < len(data):
        body = start + 2
        end = body + int.from_bytes(data[start:body], "big")
        if body > len(data) or end > len(data):
            raise TileError("The entry bundle ends within an entry.")
        entries.append(data[body:end])
        start = end
    return entries


def _index_path(n: int, width: int) -> str:
    groups = [f"{n % 1000:03}"]
    while n := n // 1000:
        groups.insert(0, f"x{n % 1000:03}")
    return "/".join(groups) + ("" if width == TILE_WIDTH else f".p/{width}")


def _index(groups: str) -> int:
    return int(groups.replace("/", "").replace("x", ""))


def _width(text: str | None) -> int:
    width = TILE_WIDTH if text is None else int(text)
    if text is not None and width >= TILE_WIDTH:
        raise TileError(f"A partial tile is narrower than {TILE_WIDTH}.")
    return width
