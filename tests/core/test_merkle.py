"""The tree is the one of RFC 6962, by its published vectors and by a naive reading of its text."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.core.errors import ProofError
from ledger.core.merkle import (
    EMPTY_ROOT,
    NodeReader,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    needed_nodes,
    node_hash,
    root,
    verify_consistency,
    verify_inclusion,
)
from tests.core import naive_tree

VECTORS: dict[str, Any] = json.loads((Path(__file__).parents[1] / "vectors/rfc6962.json").read_text())
MOST = 70
LEAVES = naive_tree.leaves(MOST)
ROOTS = [naive_tree.mth(LEAVES[:size]) for size in range(MOST + 1)]
PAIRS = [(old, new) for new in range(MOST + 1) for old in range(new + 1)]


def reader(leaves: list[bytes]) -> NodeReader:
    def read(level: int, index: int) -> bytes:
        start, end = index << level, (index + 1) << level
        assert 0 <= start < end <= len(leaves), "only complete subtrees may be read"
        return naive_tree.mth(leaves[start:end])

    return read


def unhex(values: list[str]) -> list[bytes]:
    return [bytes.fromhex(value) for value in values]


PUBLISHED = [leaf_hash(entry) for entry in unhex(VECTORS["entries"])]


def test_leaves_and_nodes_hash_as_published() -> None:
    assert leaf_hash(bytes.fromhex(VECTORS["leaf"]["entry"])).hex() == VECTORS["leaf"]["hash"]
    for vector in VECTORS["nodes"]:
        assert node_hash(*unhex([vector["left"], vector["right"]])).hex() == vector["hash"]


def test_roots_are_the_published_ones() -> None:
    assert root(0, reader([])).hex() == EMPTY_ROOT.hex() == VECTORS["empty_root"]
    assert [root(size, reader(PUBLISHED)).hex() for size in range(1, 9)] == VECTORS["roots"]


@pytest.mark.parametrize("vector", VECTORS["inclusion"])
def test_inclusion_proofs_are_the_published_ones(vector: dict[str, Any]) -> None:
    index, size, proof = vector["index"], vector["size"], unhex(vector["proof"])
    assert inclusion_proof(index, size, reader(PUBLISHED)) == proof
    verify_inclusion(index, size, PUBLISHED[index], proof, bytes.fromhex(VECTORS["roots"][size - 1]))


@pytest.mark.parametrize("vector", VECTORS["consistency"])
def test_consistency_proofs_are_the_published_ones(vector: dict[str, Any]) -> None:
    old, new, proof = vector["old"], vector["new"], unhex(vector["proof"])
    assert consistency_proof(old, new, reader(PUBLISHED)) == proof
    old_root, new_root = unhex([VECTORS["roots"][old - 1], VECTORS["roots"][new - 1]])
    verify_consistency(old, new, old_root, new_root, proof)


def test_every_leaf_of_every_size_is_included_as_the_naive_tree_says() -> None:
    node = reader(LEAVES)
    for size in range(1, MOST + 1):
        assert root(size, node) == ROOTS[size]
        for index in range(size):
            proof = inclusion_proof(index, size, node)
            assert proof == naive_tree.path(index, LEAVES[:size])
            verify_inclusion(index, size, LEAVES[index], proof, ROOTS[size])


def test_every_prefix_is_consistent_with_every_later_size() -> None:
    node = reader(LEAVES)
    for old, new in PAIRS:
        proof = consistency_proof(old, new, node)
        assert proof == (naive_tree.proof(old, LEAVES[:new]) if old else [])
        verify_consistency(old, new, ROOTS[old], ROOTS[new], proof)


@pytest.mark.parametrize(("index", "size"), [(0, 7), (3, 7), (6, 7), (7, 8), (20, 33), (32, 33)])
def test_an_inclusion_proof_with_anything_changed_is_refused(index: int, size: int) -> None:
    proof = naive_tree.path(index, LEAVES[:size])
    for changed in mutations(proof):
        with pytest.raises(ProofError):
            verify_inclusion(index, size, LEAVES[index], changed, ROOTS[size])
    for other in range(size + 1):
        if other != index:
            with pytest.raises(ProofError):
                verify_inclusion(other, size, LEAVES[index], proof, ROOTS[size])
    with pytest.raises(ProofError):
        verify_inclusion(index, size, LEAVES[index + 1], proof, ROOTS[size])
    with pytest.raises(ProofError):
        verify_inclusion(index, size, LEAVES[index], proof, ROOTS[size - 1])


@pytest.mark.parametrize(("old", "new"), [(1, 2), (3, 7), (4, 7), (6, 8), (8, 9), (21, 33), (32, 33)])
def test_a_consistency_proof_with_anything_changed_is_refused(old: int, new: int) -> None:
    proof = naive_tree.proof(old, LEAVES[:new])
    for changed in mutations(proof):
        with pytest.raises(ProofError):
            verify_consistency(old, new, ROOTS[old], ROOTS[new], changed)
    for false_old, false_new in [(ROOTS[old + 1], ROOTS[new]), (ROOTS[old], ROOTS[new + 1]), (ROOTS[new], ROOTS[old])]:
        with pytest.raises(ProofError):
            verify_consistency(old, new, false_old, false_new, proof)


def mutations(proof: list[bytes]) -> list[list[bytes]]:
    """Every bit of every hash, every hash dropped, doubled, cut, swapped with its neighbour; one too many."""
    changed = [[*proof, bytes(32)], [bytes(32), *proof], proof[:-1], proof[1:]]
    for at, value in enumerate(proof):
        before, behind = proof[:at], proof[at + 1 :]
        changed += [[*before, *behind], [*before, value, value, *behind], [*before, value[:31], *behind]]
        if behind and behind[0] != value:
            changed.append([*before, behind[0], value, *behind[1:]])
        for place in range(32):
            flipped = bytearray(value)
            flipped[place] ^= 1 << place % 8
            changed.append([*before, bytes(flipped), *behind])
    return changed


@pytest.mark.parametrize(("index", "size"), [(-1, 4), (4, 4), (0, 0), (9, 4), (0, 1 << 63)])
def test_an_index_outside_the_tree_is_refused(index: int, size: int) -> None:
    with pytest.raises(ProofError, match=f"Index {index} is not in a tree of {size}"):
        verify_inclusion(index, size, LEAVES[0], [], LEAVES[0])
    with pytest.raises(ProofError, match=f"Index {index} is not in a tree of {size}"):
        inclusion_proof(index, size, reader(LEAVES))


@pytest.mark.parametrize(("old", "new"), [(-1, 4), (5, 4), (1, 1 << 63)])
def test_sizes_that_do_not_grow_are_refused(old: int, new: int) -> None:
    with pytest.raises(ProofError, match="not a prefix"):
        verify_consistency(old, new, ROOTS[1], ROOTS[4], [])
    with pytest.raises(ProofError, match="not a prefix"):
        consistency_proof(old, new, reader(LEAVES))


def test_the_empty_tree_is_a_prefix_of_all_but_only_with_its_own_root_and_an_empty_proof() -> None:
    verify_consistency(0, 5, EMPTY_ROOT, ROOTS[5], [])
    with pytest.raises(ProofError, match="hash of nothing"):
        verify_consistency(0, 5, ROOTS[1], ROOTS[5], [])
    with pytest.raises(ProofError, match="should hold 0 hashes"):
        verify_consistency(0, 5, EMPTY_ROOT, ROOTS[5], [bytes(32)])


def test_equal_sizes_need_equal_roots_and_an_empty_proof() -> None:
    verify_consistency(5, 5, ROOTS[5], ROOTS[5], [])
    with pytest.raises(ProofError, match="Two roots"):
        verify_consistency(5, 5, ROOTS[5], ROOTS[6], [])
    with pytest.raises(ProofError, match="should hold 0 hashes"):
        verify_consistency(5, 5, ROOTS[5], ROOTS[5], [ROOTS[5]])


def test_no_proof_of_more_than_63_hashes_is_accepted() -> None:
    new = (1 << 63) - 1
    # Between these sizes RFC 6962 asks for 64 hashes; no log of this world comes near.
    with pytest.raises(ProofError, match="at most 63"):
        verify_consistency((1 << 62) - 1, new, ROOTS[1], ROOTS[2], [bytes(32)] * 64)
    with pytest.raises(ProofError, match="does not lead"):
        verify_inclusion(0, new, ROOTS[1], [bytes(32)] * 63, ROOTS[2])


def test_roots_and_leaves_of_another_length_are_refused() -> None:
    with pytest.raises(ProofError, match="32 bytes"):
        verify_inclusion(0, 1, LEAVES[0][:31], [], LEAVES[0][:31])
    with pytest.raises(ProofError, match="32 bytes"):
        verify_consistency(1, 1, b"", b"", [])


@given(st.integers(1, 1 << 40), st.data())
def test_needed_nodes_are_exactly_what_a_proof_reads(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    read: list[tuple[int, int]] = []

    def node(level: int, at: int) -> bytes:
        assert (at + 1) << level <= size, "an incomplete subtree has no node"
        read.append((level, at))
        return bytes(32)

    proof = inclusion_proof(index, size, node)
    assert needed_nodes(lambda reader: inclusion_proof(index, size, reader)) == read
    assert len(proof) <= size.bit_length()


def test_a_node_needed_twice_is_named_once() -> None:
    assert needed_nodes(lambda node: (node(0, 1), node(3, 0), node(0, 1))) == [(0, 1), (3, 0)]
