"""A tree grown again from its leaves, as a verifier does it: in constant memory, remembering chosen roots. Pure."""

from collections.abc import Collection, Sequence

from ledger.core.edge import Edge, FullTile
from ledger.core.merkle import EMPTY_ROOT


class Regrowth:
    """Grows a tree from the first leaf on. `roots` holds the root at every watched size that was passed."""

    def __init__(self, watch: Collection[int] = ()) -> None:
        """Begin with the empty tree. `watch`: the sizes whose roots are wanted."""
        self._watch = frozenset(watch)
        self._edge = Edge.empty()
        self.roots: dict[int, bytes] = {0: EMPTY_ROOT}

    @property
    def edge(self) -> Edge:
        """Return the right edge of the tree so far: its size, root, and partial tiles."""
        return self._edge

    def grow(self, leaves: Sequence[bytes]) -> list[FullTile]:
        """Append leaf hashes and return the tiles that became full."""
        tiles: list[FullTile] = []
        while leaves:
            size = self._edge.size
            step = min((watched - size for watched in self._watch if watched > size), default=len(leaves))
            growth = self._edge.extend(leaves[:step])
            self._edge, leaves = growth.edge, leaves[step:]
            tiles += growth.tiles
            if self._edge.size in self._watch:
                self.roots[self._edge.size] = growth.root
        return tiles
