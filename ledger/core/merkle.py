"""The Merkle tree of RFC 6962 §2.1 over SHA-256: roots, proofs and their verification.

Proofs are computed from a `NodeReader`, so that this module knows nothing of where hashes are kept.
"""

from collections.abc import Callable, Sequence
from hashlib import sha256

from ledger.core.errors import ProofError

HASH_SIZE = 32
MAX_PROOF = 63
MAX_SIZE = (1 << 63) - 1
LEAF_PREFIX = b"\x00"
NODE_PREFIX = b"\x01"
EMPTY_ROOT = sha256().digest()

NodeReader = Callable[[int, int], bytes]
"""(level, index) → hash of the complete subtree over the leaves [index·2^level, (index+1)·2^level)."""


def leaf_hash(entry: bytes) -> bytes:
    """Return the hash of an entry as a leaf (RFC 6962 §2.1)."""
    return sha256(LEAF_PREFIX + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of the node above two subtrees (RFC 6962 §2.1)."""
    return sha256(NODE_PREFIX + left + right).digest()


def fold_row(row: list[bytes]) -> bytes:
    """Return the root over a power of two of neighbouring hashes."""
    while len(row) > 1:
        pairs = iter(row)
        row = [node_hash(left, right) for left, right in zip(pairs, pairs, strict=True)]
    return row[0]


def root(size: int, node: NodeReader) -> bytes:
    """Return the root of the tree over the first `size` leaves."""
    return _span_hash(0, size, node) if size else EMPTY_ROOT


def inclusion_proof(index: int, size: int, node: NodeReader) -> list[bytes]:
    """Return the path of leaf `index` in the tree of `size`, the leaf's sibling first (RFC 6962 §2.1.1).

    Raises `ProofError` unless 0 ≤ index < size.
    """
    _check_index(index, size)
    path, start, end = [], 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            path.append(_span_hash(middle, end, node))
            end = middle
        else:
            path.append(_span_hash(start, middle, node))
            start = middle
    return path[::-1]


def consistency_proof(old: int, new: int, node: NodeReader) -> list[bytes]:
    """Return the proof that the tree of `old` leaves is a prefix of the tree of `new` (RFC 6962 §2.1.2).

    Empty where `old` is 0 or equals `new`. Raises `ProofError` unless 0 ≤ old ≤ new.
    """
    _check_sizes(old, new)
    if old == 0:
        return []
    path, start, end = [], 0, new
    while end != old:
        middle = start + _split(end - start)
        if old <= middle:
            path.append(_span_hash(middle, end, node))
            end = middle
        else:
            path.append(_span_hash(start, middle, node))
            start = middle
    # Here D[start:end] ends the old tree. At start 0 it *is* the old tree, whose root the verifier already holds.
    if start:
        path.append(_span_hash(start, end, node))
    return path[::-1]


def needed_nodes(compute: Callable[[NodeReader], object]) -> list[tuple[int, int]]:
    """Return the (level, index) pairs that `compute` reads, each once, in order.

    It runs `compute` on placeholder hashes: an asynchronous caller fetches the tiles first, then computes for real.
    """
    seen: dict[tuple[int, int], None] = {}

    def record(level: int, index: int) -> bytes:
        seen[level, index] = None
        return EMPTY_ROOT

    compute(record)
    return list(seen)


def verify_inclusion(index: int, size: int, leaf: bytes, proof: Sequence[bytes], root: bytes) -> None:
    """Check that the leaf hash `leaf` stands at `index` in the tree of `size` with `root` (RFC 9162 §2.1.3.2).

    Raises `ProofError`; index, size and the lengths of everything are checked before any hashing.
    """
    _check_index(index, size)
    # Up to `below` levels the leaf's path and the tree's right edge differ, so that every level has a sibling;
    # above, the path runs along the right edge and has a sibling only on the left, where the index has a bit set.
    below = (index ^ (size - 1)).bit_length()
    _check_hashes("inclusion proof", proof, below + (index >> below).bit_count())
    _check_hashes("leaf and root", (leaf, root), 2)
    computed = leaf
    for level, sibling in enumerate(proof):
        on_left = level >= below or index >> level & 1
        computed = node_hash(sibling, computed) if on_left else node_hash(computed, sibling)
    if computed != root:
        raise ProofError("The inclusion proof does not lead to the root.")


def verify_consistency(old_size: int, new_size: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]) -> None:
    """Check that the tree of `old_size` with `old_root` is a prefix of that of `new_size` (RFC 9162 §2.1.4.2).

    An old size of 0 needs the empty root and an empty proof; equal sizes need equal roots and an empty proof. Raises
    `ProofError`.
    """
    _check_sizes(old_size, new_size)
    _check_hashes("roots", (old_root, new_root), 2)
    if old_size == 0 and old_root != EMPTY_ROOT:
        raise ProofError("The root of the empty tree is not the hash of nothing.")
    if old_size in (0, new_size):
        _check_hashes("consistency proof", proof, 0)
        if old_size == new_size and old_root != new_root:
            raise ProofError("Two roots are given for the same size.")
        return
    if _consistent_roots(old_size, new_size, old_root, proof) != (old_root, new_root):
        raise ProofError("The consistency proof does not lead to both roots.")


def _consistent_roots(old_size: int, new_size: int, old_root: bytes, proof: Sequence[bytes]) -> tuple[bytes, bytes]:
    # The path starts at the largest complete subtree that ends the old tree: `height` levels above its last leaf.
    last = old_size - 1
    height = (old_size & -old_size).bit_length() - 1
    below = (last ^ (new_size - 1)).bit_length()
    whole = old_size == 1 << height
    _check_hashes("consistency proof", proof, (not whole) + below - height + (last >> below).bit_count())
    start, path = (old_root, proof) if whole else (proof[0], proof[1:])
    old = new = start
    for level, sibling in enumerate(path, height):
        if level >= below or last >> level & 1:
            old, new = node_hash(sibling, old), node_hash(sibling, new)
        else:
            new = node_hash(new, sibling)
    return old, new


def _split(width: int) -> int:
    """Return the largest power of two smaller than `width`."""
    return 1 << (width - 1).bit_length() - 1


def _span_hash(start: int, end: int, node: NodeReader) -> bytes:
    """Return MTH(D[start:end]) of a span that the tree's splits produce, folding complete subtrees leftwards."""
    computed = b""
    while start < end:
        width = (end - start) & -(end - start)
        end -= width
        level = width.bit_length() - 1
        complete = node(level, end >> level)
        computed = node_hash(complete, computed) if computed else complete
    return computed


def _check_index(index: int, size: int) -> None:
    if not 0 <= index < size <= MAX_SIZE:
        raise ProofError(f"Index {index} is not in a tree of {size} leaves.")


def _check_sizes(old: int, new: int) -> None:
    if not 0 <= old <= new <= MAX_SIZE:
        raise ProofError(f"A tree of {old} leaves is not a prefix of a tree of {new}.")


def _check_hashes(what: str, hashes: Sequence[bytes], count: int) -> None:
    if len(hashes) != count or count > MAX_PROOF:
        raise ProofError(f"The {what} should hold {count} hashes (at most {MAX_PROOF}), not {len(hashes)}.")
    if any(len(each) != HASH_SIZE for each in hashes):
        raise ProofError(f"A hash of the {what} is not {HASH_SIZE} bytes long.")
