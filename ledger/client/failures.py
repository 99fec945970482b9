"""Why a client can't go on. Each message is one sentence for the person at the terminal."""

from collections.abc import Sequence

from events.faults import Fault


class ClientError(Exception):
    """The work can't be done, or not be finished: wrong use, no right, or nobody answers."""


class Denied(ClientError):
    """The service doesn't allow this, or doesn't know what was asked for."""


class Rejected(ClientError):
    """The service doesn't take what was sent, but may take something else. `faults`: what is wrong, and where."""

    def __init__(self, message: str, faults: Sequence[Fault]) -> None:
        """Keep the sentence and the faults."""
        super().__init__(message)
        self.faults = tuple(faults) or (Fault("", message),)


class Unreachable(ClientError):
    """The service doesn't answer now. The same may succeed later."""

    def __init__(self, message: str, retry_after: float | None = None) -> None:
        """Keep the sentence and how many seconds the service asks to wait, if it says so."""
        super().__init__(message)
        self.retry_after = retry_after
