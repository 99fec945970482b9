"""What snapshots showed of other people's words lies beside the log, as digests, and goes with what is erased."""

from collections.abc import Sequence

from ledger.erasure.search import Content
from ledger.store.reads import Reads


async def forget_shown(reads: Reads, contents: Sequence[Content]) -> None:
    """Take away what snapshots of one ledger know of the words of contents, for good. Raises `StoreUnavailable`."""
    for content in contents:
        await reads.fetch("forget_shown", content.platform, content.account, content.external_id)
