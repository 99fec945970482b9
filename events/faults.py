"""What is wrong with an input, and where."""

from collections.abc import Iterable
from typing import NamedTuple


class Fault(NamedTuple):
    """One thing wrong: the JSON pointer (RFC 6901) of the place and a sentence that never quotes the value."""

    pointer: str
    detail: str


class Refused(ValueError):
    """An input that is not accepted, with every fault found in it. Never raised without a fault."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        """Keep the faults; the first is the message."""
        self.faults = tuple(faults)
        first = self.faults[0]
        super().__init__(f"{first.pointer or 'the document'}: {first.detail}")

    def under(self, prefix: str) -> "Refused":
        """Return the same refusal with every pointer below `prefix` (`/events/17`)."""
        return type(self)(Fault(prefix + pointer, detail) for pointer, detail in self.faults)


class Malformed(Refused):
    """The bytes are not strict JSON: nothing can be said about their meaning."""


def pointer(*steps: object) -> str:
    """Return the JSON pointer made of `steps`, escaped as RFC 6901 §3 says."""
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in steps)
