"""Export a ledger, or a part of it, to a file that proves itself offline."""

from collections.abc import Mapping
from typing import BinaryIO

from ledger.client.connection import Connection
from ledger.client.failures import ClientError
from ledger.client.feed import stream_events
from ledger.client.progress import Tell
from ledger.client.remote_tree import RemoteTree
from ledger.client.trust import parse_vkey
from ledger.core.checkpoint import open_checkpoint
from ledger.core.errors import ProofError
from ledger.core.export import End, Header, with_proof

_INDEX = b'{"index":'


async def read_header(connection: Connection, filter_: Mapping[str, str]) -> Header:
    """Return the header of an export of the ledger as it is now. Raises `ClientError`."""
    facts = await connection.facts()
    note = await connection.get("checkpoint") or b""
    try:
        checkpoint = open_checkpoint(note, parse_vkey(facts["vkey"]))
    except ProofError as error:
        raise ClientError(f"the ledger's checkpoint does not hold: {error}") from None
    return Header(facts["name"], facts["origin"], facts["vkey"], checkpoint.size, note.decode(), filter_)


async def export(connection: Connection, header: Header, out: BinaryIO, tell: Tell) -> int:
    """Write an export and return how many events it holds. Raises `ClientError` where proofs can't be made.

    A whole log that lacks events is exported all the same: the file is evidence, and its verification says so.
    """
    tree, count = RemoteTree(connection, header.size), 0
    out.write(header.render())
    query = dict(header.filter)
    if header.size:
        # An incident's events are found by a projection, which must have come as far as the checkpoint.
        query |= {"after": str(header.size - 1)} if "incident" in query else {}
        async for line in stream_events(connection, query):
            index = _index(line)
            if index >= header.size:
                break
            try:
                proof = await tree.inclusion(index)
            except ProofError as error:
                raise ClientError(f"no proof can be made for index {index}: {error}") from None
            out.write(with_proof(line, proof))
            count += 1
            tell(index + 1)
    out.write(End(count).render())
    return count


def _index(line: bytes) -> int:
    digits = line[len(_INDEX) :].split(b",", 1)[0]
    if not line.startswith(_INDEX) or not digits.isdigit():
        raise ClientError("the service hands out a line that is no event")
    return int(digits)
