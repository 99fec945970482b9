"""What the logs let out, and what they don't."""

import io
import json
import logging
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog

from ledger.logs import HIDDEN, configure_logs
from ledger.settings import Settings

TOKEN = f"ldg_{16 * '0'}.{43 * 'x'}"

Lines = Callable[[], list[dict[str, Any]]]


@pytest.fixture
def lines(tmp_path: Path) -> Iterator[Lines]:
    """The lines logged so far, as JSON; the logs are as before afterwards."""
    stream, root = io.StringIO(), logging.getLogger()
    handlers, level = root.handlers[:], root.level
    configure_logs(Settings(data_dir=tmp_path, log_level="debug"), stream)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    structlog.reset_defaults()
    structlog.contextvars.clear_contextvars()
    root.handlers = handlers
    root.setLevel(level)


def fail(words: str) -> None:
    secret_local = words
    raise ValueError(f"can't parse {secret_local}")


def test_a_line_carries_the_ids_of_its_request(lines: Lines) -> None:
    with structlog.contextvars.bound_contextvars(request_id="r1", trace_id="t1"):
        structlog.get_logger("x").info("answered", status=200)
    (line,) = lines()
    assert line.pop("timestamp").endswith("Z")
    assert line == {"event": "answered", "status": 200, "request_id": "r1", "trace_id": "t1", "level": "info"}


@pytest.mark.parametrize(
    "field",
    ["token", "Authorization", "secret", "password", "database_url", "text", "author", "openings", "auth_token"],
)
def test_telling_keys_are_hidden_at_any_depth(lines: Lines, field: str) -> None:
    structlog.get_logger().info("seen", **{field: "whisper"}, inside={"list": [{field: "whisper"}]})
    (line,) = lines()
    assert line[field] == HIDDEN
    assert "whisper" not in json.dumps(line)


@pytest.mark.parametrize(
    ("words", "left"),
    [
        (f"refused {TOKEN} again", f"refused ldg_0000000000000000.{HIDDEN} again"),
        ("postgresql://ledgerd:hush@db/x", f"postgresql://ledgerd:{HIDDEN}@db/x"),
        ("Authorization: Bearer abc.def", f"Authorization: Bearer {HIDDEN}"),
    ],
)
def test_tokens_and_passwords_inside_text_are_hidden(lines: Lines, words: str, left: str) -> None:
    structlog.get_logger().info(words, detail=[words])
    logging.getLogger("aiohttp.server").warning("%s", words)
    ours, theirs = lines()
    assert (ours["event"], ours["detail"], theirs["event"]) == (left, [left], left)


@pytest.mark.parametrize("logger", ["structlog", "logging"])
def test_a_traceback_tells_where_but_neither_values_nor_a_message_that_quotes_them(lines: Lines, logger: str) -> None:
    try:
        fail("a person's words")
    except ValueError as error:
        if logger == "structlog":
            structlog.get_logger().error("request failed", exc_info=error)
        else:
            logging.getLogger("asyncio").exception("Task exception was never retrieved\nfuture: a person's words")
    (line,) = lines()
    assert line["exception"][0] == "ValueError"
    assert line["exception"][-1].endswith("in fail")
    assert "person" not in json.dumps(line)


def test_libraries_log_below_info_nothing(lines: Lines) -> None:
    logging.getLogger("asyncpg").debug("INSERT a person's words")
    assert lines() == []


def test_a_person_at_a_terminal_reads_lines_and_not_json(tmp_path: Path) -> None:
    stream, handlers = io.StringIO(), logging.getLogger().handlers[:]
    configure_logs(Settings(data_dir=tmp_path, log_format="console"), stream)
    try:
        fail("a person's words")
    except ValueError as error:
        structlog.get_logger().error("request failed", author="whisper", exc_info=error)
    structlog.reset_defaults()
    logging.getLogger().handlers = handlers
    shown = stream.getvalue()
    assert "request failed" in shown
    assert "ValueError\n" in shown
    assert "whisper" not in shown
    assert "a person's words" not in shown
