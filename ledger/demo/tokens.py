"""The demonstration's tokens, one a role, in a file that only its owner reads: shown again at every start."""

import json
import os
from collections.abc import Mapping
from pathlib import Path

from ledger.demo import LEDGER
from ledger.store.tokens import Role, Tokens

LABEL = "demonstration"
_PRIVATE = 0o600


async def demo_tokens(tokens: Tokens, file: Path) -> dict[Role, str]:
    """Return a token for each role: those in the file that still hold, else new ones; then the file has them all."""
    kept = _read(file)
    found = {role: await _holding(tokens, role, kept.get(role)) for role in Role}
    if found != kept:
        _write(file, found)
    return found


async def _holding(tokens: Tokens, role: Role, text: str | None) -> str:
    if text is not None:
        token = await tokens.authenticate(LEDGER, text)
        if token is not None and role in token.roles:
            return text
    return await tokens.create(LEDGER, [role], [], LABEL, None)


def _read(file: Path) -> Mapping[str, str]:
    try:
        document = json.loads(file.read_text())
    except (FileNotFoundError, ValueError):
        return {}
    return (
        {role: text for role, text in document.items() if isinstance(text, str)} if isinstance(document, dict) else {}
    )


def _write(file: Path, tokens: Mapping[Role, str]) -> None:
    """Write whole or not at all, and never readable by others."""
    draft = file.with_name(f".{file.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, _PRIVATE)
    with os.fdopen(descriptor, "w") as stream:
        json.dump(tokens, stream, indent=2)
        stream.write("\n")
        stream.flush()
        os.fsync(stream.fileno())
    draft.replace(file)
