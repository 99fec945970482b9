"""Tiles, their paths and entry bundles are those of c2sp.org/tlog-tiles."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.core.edge import Edge
from ledger.core.errors import TileError
from ledger.core.merkle import consistency_proof, needed_nodes, root
from ledger.core.tiles import (
    Bundle,
    Tile,
    locate,
    node_reader,
    parse_bundle,
    parse_entries_path,
    parse_tile_path,
    partial_width,
    render_bundle,
    split_tile,
    tile_at,
    tile_root,
    tiles_at,
    tiles_for,
)
from tests.core import naive_tree

INDEXES = st.integers(0, 1 << 55)
WIDTHS = st.integers(1, 256)
LEAVES = naive_tree.leaves(66_000)


@pytest.mark.parametrize(
    ("tile", "path"),
    [
        (Tile(0, 0), "tile/0/000"),
        (Tile(0, 1234067), "tile/0/x001/x234/067"),
        (Tile(1, 999, 1), "tile/1/999.p/1"),
        (Tile(63, 1000, 255), "tile/63/x001/000.p/255"),
        (Tile(2, 1_000_000), "tile/2/x001/x000/000"),
    ],
)
def test_a_tile_has_the_path_of_the_specification(tile: Tile, path: str) -> None:
    assert tile.path() == path
    assert parse_tile_path(path) == tile


@given(st.integers(0, 63), INDEXES, WIDTHS)
def test_every_path_reads_back(level: int, n: int, width: int) -> None:
    assert parse_tile_path(Tile(level, n, width).path()) == Tile(level, n, width)
    assert parse_entries_path(Bundle(n, width).path()) == Bundle(n, width)


@given(st.from_regex(r"tile/[0-9]{1,3}/(x?[0-9]{2,4}/){0,3}x?[0-9]{2,4}(\.p/[0-9]{1,4})?\n?", fullmatch=True))
def test_what_reads_as_a_path_is_written_the_same(text: str) -> None:
    try:
        tile = parse_tile_path(text)
    except TileError:
        return
    assert tile.path() == text


REFUSED_INDEXES = [
    "",
    "0",
    "00",
    "0000",
    "x000",
    "x000/001",
    "001/067",
    "x001/x067",
    "X001/067",
    "x001//067",
    "000/",
    "000.p/0",
    "000.p/00",
    "000.p/01",
    "000.p/256",
    "000.p/999",
    "000.p/",
    "000.p/1/",
    "000.p/-1",
    "000.p/+1",
    "000.p/1.p/1",
    "000\n",
    " 000",
    "\u0660\u0660\u0660",
    "-01",
    "x999/" * 2000 + "000",
]


@pytest.mark.parametrize("index", REFUSED_INDEXES)
def test_any_other_spelling_of_a_path_is_refused(index: str) -> None:
    with pytest.raises(TileError):
        parse_tile_path(f"tile/0/{index}")
    with pytest.raises(TileError):
        parse_entries_path(f"tile/entries/{index}")


@pytest.mark.parametrize("path", ["tile/64/000", "tile/00/000", "tile/-1/000", "tile/ 1/000", "/tile/0/000", "0/000"])
def test_a_level_beyond_63_or_not_canonical_is_refused(path: str) -> None:
    with pytest.raises(TileError):
        parse_tile_path(path)


def test_size_70000_has_the_tiles_of_the_specification() -> None:
    tiles = list(tiles_at(70_000))
    assert tiles[:273] == [Tile(0, n) for n in range(273)]
    assert tiles[273:] == [Tile(0, 273, 112), Tile(1, 0), Tile(1, 1, 17), Tile(2, 0, 1)]
    assert [partial_width(level, 70_000) for level in range(4)] == [112, 17, 1, 0]


def test_size_256_has_a_full_tile_and_a_partial_one_above() -> None:
    assert list(tiles_at(256)) == [Tile(0, 0), Tile(1, 0, 1)]
    assert list(tiles_at(0)) == []


@given(st.integers(0, 200_000))
def test_a_tile_is_as_wide_as_the_list_of_tiles_says(size: int) -> None:
    listed = list(tiles_at(size))
    assert [tile_at(tile.level, tile.n, size) for tile in listed] == listed
    with pytest.raises(TileError, match="empty"):
        tile_at(0, -(-size // 256), size)


@pytest.mark.parametrize(
    ("node", "place"),
    [
        ((0, 0), (0, 0, 0, 1)),
        ((0, 300), (0, 1, 44, 1)),
        ((3, 5), (0, 0, 40, 8)),
        ((7, 3), (0, 1, 128, 128)),
        ((8, 3), (1, 0, 3, 1)),
        ((10, 64), (1, 1, 0, 4)),
        ((16, 0), (2, 0, 0, 1)),
    ],
)
def test_a_node_lies_where_its_leaves_do(node: tuple[int, int], place: tuple[int, int, int, int]) -> None:
    assert locate(*node) == place


@settings(deadline=None)
@given(st.integers(1, 66_000), st.data())
def test_the_tiles_named_for_a_proof_are_enough_to_compute_it(size: int, data: st.DataObject) -> None:
    old = data.draw(st.integers(1, size))
    loaded = all_tiles(size)
    needed = tiles_for(needed_nodes(lambda node: consistency_proof(old, size, node)))
    few = {key: loaded[key] for key in needed}
    assert consistency_proof(old, size, node_reader(few)) == consistency_proof(old, size, node_reader(loaded))
    assert root(size, node_reader(loaded)) == Edge.empty().extend(LEAVES[:size]).root


def all_tiles(size: int) -> dict[tuple[int, int], bytes]:
    growth = Edge.empty().extend(LEAVES[:size])
    partial = {(level, size >> 8 * (level + 1)): b"".join(row) for level, row in enumerate(growth.edge.rows) if row}
    return {(level, n): data for level, n, data in growth.tiles} | partial


def test_nodes_read_from_tiles_are_those_of_the_naive_tree() -> None:
    node = node_reader(all_tiles(66_000))
    for level, index in [(0, 0), (0, 65_999), (5, 2061), (8, 256), (9, 100), (16, 0)]:
        assert node(level, index) == naive_tree.mth(LEAVES[index << level : (index + 1) << level])


@pytest.mark.parametrize("node", [(0, 300), (1, 150), (8, 1), (0, 256)])
def test_a_node_beyond_the_loaded_tiles_is_refused(node: tuple[int, int]) -> None:
    loaded = all_tiles(300)
    del loaded[0, 1]
    with pytest.raises(TileError, match="does not reach"):
        node_reader(loaded)(*node)


def test_a_tile_of_another_length_is_refused() -> None:
    for length in (1, 31, 33, 8193, 8192 + 32, 0):
        with pytest.raises(TileError):
            split_tile(bytes(length))


def test_only_a_full_tile_is_hashed_upwards() -> None:
    assert tile_root(b"".join(LEAVES[:256])) == naive_tree.mth(LEAVES[:256])
    with pytest.raises(TileError, match="full"):
        tile_root(b"".join(LEAVES[:128]))


@given(st.lists(st.binary(max_size=300), max_size=20))
def test_a_bundle_reads_back(entries: list[bytes]) -> None:
    assert parse_bundle(render_bundle(entries)) == entries


@given(st.binary(max_size=60).map(lambda data: b"\x00" + data))
def test_what_reads_as_a_bundle_is_written_the_same(data: bytes) -> None:
    try:
        entries = parse_bundle(data)
    except TileError:
        return
    assert render_bundle(entries) == data


def test_a_bundle_has_the_bytes_of_the_specification() -> None:
    assert render_bundle([b"ab", b"", b"c" * 258]) == b"\x00\x02ab\x00\x00\x01\x02" + b"c" * 258
    assert parse_bundle(render_bundle([bytes(65_535)])) == [bytes(65_535)]


@pytest.mark.parametrize("data", [b"\x00", b"\x00\x01", b"\x00\x02a", b"\x00\x01ab", b"\x00\x01a\x00"])
def test_a_bundle_that_ends_within_an_entry_is_refused(data: bytes) -> None:
    with pytest.raises(TileError, match="ends within"):
        parse_bundle(data)


def test_an_entry_longer_than_its_length_field_can_say_is_refused() -> None:
    with pytest.raises(TileError, match="65535"):
        render_bundle([bytes(65_536)])
