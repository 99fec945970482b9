"""The right edge grows into exactly the tree that its leaves make, however they are batched."""

from collections.abc import Iterator, Sequence

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ledger.core.edge import Edge, FullTile
from ledger.core.errors import ProofError
from ledger.core.merkle import EMPTY_ROOT, inclusion_proof, root
from ledger.core.tiles import node_reader, split_tile
from tests.core import naive_tree

MOST = 70_000
LEAVES = naive_tree.leaves(MOST)


def level_hashes(tile_level: int, size: int) -> list[bytes]:
    """The hashes of every complete subtree of 256^tile_level leaves, by the naive tree."""
    step = 256**tile_level
    return [naive_tree.mth(LEAVES[start : start + step]) for start in range(0, size - step + 1, step)]


def cuts(size: int, batches: Sequence[int]) -> Iterator[list[bytes]]:
    start = 0
    for batch in batches:
        yield LEAVES[start : min(start + batch, size)]
        start = min(start + batch, size)
    yield LEAVES[start:size]


@settings(deadline=None)
@given(st.integers(0, 1500), st.lists(st.integers(0, 600), max_size=8))
@example(256, [255, 1])
@example(513, [256, 256, 1])
def test_any_split_into_batches_makes_the_same_tree(size: int, batches: list[int]) -> None:
    edge = Edge.empty()
    tiles: list[FullTile] = []
    for batch in cuts(size, batches):
        growth = edge.extend(batch)
        assert growth.root == growth.edge.root()
        edge, tiles = growth.edge, tiles + growth.tiles
    assert edge.size == size
    assert edge.root() == naive_tree.mth(LEAVES[:size])
    full = [level_hashes(level, size) for level in (0, 1)]
    assert sorted(tiles) == [
        FullTile(level, n, b"".join(full[level][n * 256 : n * 256 + 256]))
        for level in (0, 1)
        for n in range(len(full[level]) // 256)
    ]
    assert edge.rows == tuple(tuple(row[len(row) // 256 * 256 :]) for row in full if row)


@settings(deadline=None)
@given(st.integers(0, 1100), st.integers(1, 300))
@example(255, 1)
@example(255, 2)
@example(1023, 2)
def test_proofs_of_a_batch_are_those_of_the_naive_tree(size: int, batch: int) -> None:
    growth = Edge.empty().extend(LEAVES[:size]).edge.extend(LEAVES[size : size + batch])
    for index in {size, size + batch // 2, size + batch - 1}:
        assert growth.inclusion(index) == naive_tree.path(index, LEAVES[: size + batch])


@pytest.mark.parametrize("start", [0, 1, 255, 256, 65_279, 65_535, 65_536, 69_000])
@pytest.mark.parametrize("batch", [1, 2, 64, 257, 999])
def test_proofs_of_a_batch_are_those_computed_from_tiles(start: int, batch: int) -> None:
    before = Edge.empty().extend(LEAVES[:start])
    growth = before.edge.extend(LEAVES[start : start + batch])
    tiles = {(level, n): data for level, n, data in before.tiles + growth.tiles}
    partial = {
        (level, growth.edge.size >> 8 * (level + 1)): b"".join(row) for level, row in enumerate(growth.edge.rows) if row
    }
    node = node_reader(tiles | partial)
    assert root(growth.edge.size, node) == growth.root
    for index in range(start, start + batch):
        assert growth.inclusion(index) == inclusion_proof(index, growth.edge.size, node)


def test_a_tree_of_70000_leaves_has_the_tiles_of_the_specification() -> None:
    growth = Edge.empty().extend(LEAVES)
    assert [(level, n) for level, n, _ in growth.tiles] == [*((0, n) for n in range(273)), (1, 0)]
    assert [len(row) for row in growth.edge.rows] == [112, 17, 1]
    upper = level_hashes(1, MOST)
    assert growth.tiles[-1].data == b"".join(upper[:256])
    assert growth.edge.rows == (tuple(LEAVES[-112:]), tuple(upper[256:]), (naive_tree.mth(LEAVES[:65536]),))
    assert growth.root == naive_tree.mth(LEAVES)


def test_every_full_tile_is_8192_bytes() -> None:
    assert {len(tile.data) for tile in Edge.empty().extend(LEAVES[:1000]).tiles} == {8192}


@pytest.mark.parametrize("size", [0, 1, 2, 255, 256, 257, 511, 65_535, 65_536, 65_792, 70_000])
def test_an_edge_read_back_from_its_partial_tiles_is_the_same(size: int) -> None:
    edge = Edge.empty().extend(LEAVES[:size]).edge
    assert Edge.of(size, edge.rows) == edge

    def read_partial(level: int, n: int) -> list[bytes]:
        assert n == size // 256 ** (level + 1)
        return split_tile(b"".join(edge.rows[level]))

    assert Edge.from_tiles(size, read_partial) == edge


@pytest.mark.parametrize(
    ("size", "rows"),
    [
        (1, []),
        (1, [[]]),
        (0, [[bytes(32)]]),
        (2, [[bytes(32)]]),
        (256, [[bytes(32)] * 256]),
        (257, [[bytes(32)], []]),
        (257, [[bytes(32)]]),
        (1, [[bytes(31)]]),
        (1, [[bytes(32)], []]),
        (-1, [[bytes(32)] * 255]),
    ],
)
def test_an_edge_whose_rows_do_not_fit_its_size_is_refused(size: int, rows: list[list[bytes]]) -> None:
    with pytest.raises(ProofError):
        Edge.of(size, rows)


def test_extending_leaves_the_edge_as_it_was() -> None:
    edge = Edge.empty().extend(LEAVES[:300]).edge
    copy = Edge.of(edge.size, edge.rows)
    batch = LEAVES[300:700]
    edge.extend(batch)
    assert edge == copy
    assert batch == LEAVES[300:700]


def test_an_empty_batch_changes_nothing() -> None:
    assert Edge.empty().extend([]).root == EMPTY_ROOT
    edge = Edge.empty().extend(LEAVES[:300]).edge
    growth = edge.extend([])
    assert (growth.edge, growth.root, growth.tiles) == (edge, edge.root(), [])


@pytest.mark.parametrize("index", [-1, 0, 299, 310])
def test_a_batch_proves_no_leaf_but_its_own(index: int) -> None:
    growth = Edge.empty().extend(LEAVES[:300]).edge.extend(LEAVES[300:310])
    with pytest.raises(ProofError, match=f"Index {index} is not in the batch from 300 to 310"):
        growth.inclusion(index)


def test_a_leaf_of_another_length_is_refused() -> None:
    with pytest.raises(ProofError, match="32 bytes"):
        Edge.empty().extend([LEAVES[0], b"short"])
