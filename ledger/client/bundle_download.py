"""Fetch an evidence bundle, and hold what came against its signed manifest before anyone relies on it."""

import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import IO, BinaryIO

from events.faults import Refused
from events.strict import JsonObject
from ledger.client.connection import Connection
from ledger.client.failures import ClientError
from ledger.client.progress import Tell
from ledger.client.trust import parse_vkey
from ledger.core.errors import ProofError
from ledger.core.keys import VerifierKey
from ledger.core.manifest import MANIFEST, SIGNATURE, open_manifest

_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Fetched:
    """A bundle whose files are those of its signed manifest."""

    manifest: JsonObject
    bytes: int


async def download(connection: Connection, query: Mapping[str, str], out: BinaryIO, tell: Tell) -> VerifierKey:
    """Write the bundle that `query` asks for; return the key that the service names. Raises `ClientError`."""
    vkey = parse_vkey((await connection.facts())["vkey"])
    size = 0
    async for part in connection.parts("evidence", query):
        out.write(part)
        size += len(part)
        tell(size)
    return vkey


def check_download(path: Path, vkey: VerifierKey) -> Fetched:
    """Check the signature and every file's hash. Raises `ClientError` where the bundle isn't whole and signed.

    Whether the events are those of the log is for `ledgerd verify` and the program in the bundle to say.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            manifest = open_manifest(archive.read(MANIFEST), archive.read(SIGNATURE), vkey)
            told: dict[str, JsonObject] = manifest["files"]
            names = set(archive.namelist()) - {MANIFEST, SIGNATURE}
            if names != told.keys():
                raise ClientError(f"the bundle's files are not those of its manifest: {sorted(names ^ told.keys())}")
            for name, facts in told.items():
                with archive.open(name) as file:
                    if _digest(file) != facts["sha256"]:
                        raise ClientError(f"{name} in the bundle is not the file that its manifest names")
    except (zipfile.BadZipFile, ProofError, Refused, KeyError) as error:
        raise ClientError(f"the bundle doesn't hold: {error}") from None
    return Fetched(manifest, path.stat().st_size)


def _digest(file: IO[bytes]) -> str:
    digest = sha256()
    while part := file.read(_CHUNK):
        digest.update(part)
    return digest.hexdigest()
