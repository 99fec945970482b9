"""Logs: one line an event, JSON unless a person watches; no secret, and nothing that a poster wrote, ever leaves."""

import logging
import re
import sys
from collections.abc import Mapping
from types import TracebackType
from typing import Any, TextIO

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from ledger.settings import Settings

HIDDEN = "[hidden]"
_SECRET_KEYS = re.compile(
    r"(^|_)(tokens?|authorization|cookie|secrets?|password|passwd|dsn|database_url|salts?|openings?|seed|private_key"
    r"|data|text|authors?|actor|body|value|values|handle|email|reason_text)$",
    re.IGNORECASE,
)
_SECRET_TEXT = re.compile(
    r"(?P<kept>ldg_[0-9a-f]{16}\.|://[^/\s:@]*:|PRIVATE\+KEY\+|\bBearer )[^\s@'\"]+", re.IGNORECASE
)
_OWN_WORDS = ("events", "ledger", "projections")


def configure_logs(settings: Settings, stream: TextIO = sys.stderr) -> None:
    """Send our own logs and the libraries' to `stream`, in the form and from the level that the settings ask for."""
    watched = settings.log_format == "console" or (settings.log_format == "auto" and stream.isatty())
    level = logging.getLevelNamesMapping()[settings.log_level.upper()]
    prepare: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    render: list[Processor] = [
        trace,
        redact,
        _console(stream) if watched else structlog.processors.JSONRenderer(default=str),
    ]
    structlog.configure(
        processors=[*prepare, *render],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(stream),
        cache_logger_on_first_use=True,
    )
    foreign: list[Processor] = [*prepare, structlog.stdlib.ExtraAdder(()), _first_line]
    _route_libraries(stream, level, foreign, render)


def redact(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Hide the values of telling keys at any depth, and tokens and passwords inside any text."""
    return {key: _redacted(key, value) for key, value in event.items()}


def trace(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Replace `exc_info` by where it was raised: no local values, and no message that may quote an event."""
    error = _error(event.pop("exc_info", None))
    if error is not None:
        event["exception"] = _told(error)
    return event


def _redacted(key: str, value: Any) -> Any:  # noqa: ANN401 - whatever was logged
    if key not in {"event", "exception"} and _SECRET_KEYS.search(key):
        return HIDDEN
    if isinstance(value, str):
        return _SECRET_TEXT.sub(rf"\g<kept>{HIDDEN}", value)
    if isinstance(value, Mapping):
        return {name: _redacted(str(name), item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_redacted("", item) for item in value]
    return value


def _error(info: Any) -> BaseException | None:  # noqa: ANN401 - the forms that logging allows
    if isinstance(info, BaseException):
        return info
    if isinstance(info, tuple):
        return info[1] if isinstance(info[1], BaseException) else None
    return sys.exc_info()[1] if info else None


def _told(error: BaseException) -> list[str]:
    """Return one line an error of the chain, the outermost first, each followed by its places, the innermost last."""
    lines: list[str] = []
    chain: BaseException | None = error
    seen: set[int] = set()
    while chain is not None and id(chain) not in seen:
        seen.add(id(chain))
        # Our own errors and the system's say nothing of an event's content; a library's may quote it.
        ours = type(chain).__module__.split(".")[0] in _OWN_WORDS or isinstance(chain, OSError)
        lines.append(f"{type(chain).__name__}: {chain}" if ours else type(chain).__name__)
        lines += _places(chain.__traceback__)
        chain = chain.__cause__ or (None if chain.__suppress_context__ else chain.__context__)
    return lines


def _places(tb: TracebackType | None) -> list[str]:
    places = []
    while tb is not None:
        code = tb.tb_frame.f_code
        places.append(f"  {code.co_filename}:{tb.tb_lineno} in {code.co_qualname}")
        tb = tb.tb_next
    return places


def _console(stream: TextIO) -> Processor:
    renderer = structlog.dev.ConsoleRenderer(colors=stream.isatty())

    def render(logger: WrappedLogger, method: str, event: EventDict) -> str:
        places = event.pop("exception", [])
        return "\n".join([str(renderer(logger, method, event)), *places])

    return render


def _first_line(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Keep a library's first line: asyncio's others print the future, and with it the error's message."""
    event["event"] = str(event["event"]).partition("\n")[0]
    return event


def _route_libraries(stream: TextIO, level: int, foreign: list[Processor], render: list[Processor]) -> None:
    formatter = structlog.stdlib.ProcessorFormatter(
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *render],
        foreign_pre_chain=[*foreign, structlog.stdlib.add_logger_name],
    )
    handler = logging.StreamHandler(stream)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(max(level, logging.INFO))  # the libraries' debug lines quote what they send
