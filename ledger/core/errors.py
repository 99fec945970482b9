"""What can be wrong with a proof. Every message is one exact sentence and holds no secret."""


class ProofError(ValueError):
    """A proof, or something a proof is made of, does not hold."""


class TileError(ProofError):
    """A tile, its path or an entry bundle is malformed, or lacks what was asked of it (c2sp.org/tlog-tiles)."""


class NoteError(ProofError):
    """A signed note or a key is malformed, or no trusted key vouches for the note (c2sp.org/signed-note)."""


class CheckpointError(ProofError):
    """A note's text is not a checkpoint, or not one of the expected log (c2sp.org/tlog-checkpoint)."""


class ReceiptError(ProofError):
    """A receipt is malformed or does not prove its entry (c2sp.org/tlog-proof)."""
