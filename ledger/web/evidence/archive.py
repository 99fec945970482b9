"""The archive of a bundle as it leaves: the bytes to send next, and what the manifest will say of each member."""

from collections.abc import AsyncIterator
from hashlib import sha256

from ledger.core.manifest import File
from ledger.core.zip_stream import ZipStream


class Archive:
    """Makes the members one after another. `files` are those that are finished."""

    def __init__(self) -> None:
        """Begin without any."""
        self._zip = ZipStream()
        self.files: dict[str, File] = {}

    def whole(self, name: str, content: bytes) -> bytes:
        """Return a member whose content is at hand."""
        self.files[name] = File(sha256(content).hexdigest(), len(content))
        return self._zip.whole(name, content)

    async def streamed(self, name: str, parts: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
        """Yield a member as its content comes."""
        digest, size = sha256(), 0
        yield self._zip.begin(name)
        async for part in parts:
            digest.update(part)
            size += len(part)
            yield self._zip.part(part)
        self.files[name] = File(digest.hexdigest(), size)
        yield self._zip.end()

    def finish(self) -> bytes:
        """Return the end of the archive."""
        return self._zip.finish()
