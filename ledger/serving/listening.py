"""The socket that the service listens on."""

import socket


def bind(host: str, port: int, *, shared: bool = False) -> socket.socket:
    """Return a bound socket that doesn't listen yet: before the service is ready callers are refused, not kept waiting.

    `shared`: others of the same user may bind the address too; the system spreads callers over those that listen.
    Raises `OSError`.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    bound = socket.socket(family, socket.SOCK_STREAM)
    try:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if shared:
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        if host == "::":
            bound.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
        bound.bind((host, port))
    except OSError as error:
        bound.close()
        raise OSError(error.errno, f"can't listen on {host}:{port}: {error.strerror}") from error
    return bound


def reserve(host: str, port: int, *, shared: bool = False) -> socket.socket:
    """Bind an address that nobody else listens on; port 0 takes a free one. Raises `OSError`."""
    alone = bind(host, port)
    try:
        alone.listen(1)  # finds out another service that shares its port, too
    except OSError as error:
        alone.close()
        raise OSError(error.errno, f"can't listen on {host}:{port}: {error.strerror}") from error
    taken = alone.getsockname()[1]
    alone.close()
    return bind(host, taken, shared=shared)
