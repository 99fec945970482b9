"""Codes of the vocabulary in words: phases, outcomes, audiences. What an organisation names itself stays as it is."""

from collections.abc import Mapping
from types import MappingProxyType

from ledger.pages.languages import said

TERMS: Mapping[str, str] = MappingProxyType({"open": said("open")})


def term(code: str) -> str:
    """Return the words of a code, to be translated; of one that is nobody's but an organisation's, the code itself."""
    return TERMS.get(code, code)
