"""An export proves itself, and whatever is done to the file afterwards is found, with the index."""

import io
import json
from base64 import b64encode
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from events.seal import encode_bytes
from ledger.client.export_audit import verify_export
from ledger.client.failures import ClientError
from ledger.client.memory import Memory
from ledger.client.report import Report
from ledger.core.checkpoint import Checkpoint, sign_checkpoint
from ledger.core.export import End, Header, parse_header, with_proof
from ledger.core.keys import SigningKey, VerifierKey
from ledger.core.merkle import leaf_hash
from tests.audit.pure_log import Event, honest_log
from tests.core import naive_tree

ORIGIN = "ledger.example.com/ledgers/demo"
KEY = SigningKey.generate(ORIGIN, bytes(range(32)))
LOG = honest_log()
SIZE = len(LOG)
Edit = Callable[[list[bytes]], list[bytes]]


def note(leaves: Sequence[bytes]) -> bytes:
    """A signed checkpoint over leaves."""
    return sign_checkpoint(Checkpoint(ORIGIN, len(leaves), naive_tree.mth(list(leaves))), KEY)


def line(index: int, event: Event, leaves: list[bytes]) -> bytes:
    """One event of an export, written without the code under test."""
    openings = {
        name: {"salt": encode_bytes(salt), "value": value} for name, (salt, value) in event.shown.openings.items()
    }
    entry = json.loads(event.entry)
    document = {"index": index, "leaf_hash": leaves[index].hex(), "entry": entry, "openings": openings, "withheld": []}
    proof = [b64encode(each).decode() for each in naive_tree.path(index, leaves)]
    return json.dumps(document | {"proof": proof}).encode()


def exported(log: list[Event], only: str | None = None) -> list[bytes]:
    """The lines of an export of a log, or of one incident."""
    leaves = [leaf_hash(event.entry) for event in log]
    filter_ = {"incident": only} if only else {}
    header = Header("demo", ORIGIN, KEY.verifier.render(), len(log), note(leaves).decode(), filter_)
    chosen = [index for index, event in enumerate(log) if only is None or f'"{only}"'.encode() in event.entry]
    lines = [line(index, log[index], leaves) for index in chosen]
    return [header.render().strip(), *lines, End(len(lines)).render().strip()]


def verify(lines: list[bytes], folder: Path, key: VerifierKey | None = KEY.verifier) -> Report:
    """Verify an export with nothing remembered but what is in the folder."""
    return verify_export(io.BytesIO(b"\n".join(lines)), Memory(folder), key, lambda _done: None)


def drop(place: int) -> Edit:
    return lambda lines: lines[:place] + lines[place + 1 :]


def rewrite(place: int, old: bytes, new: bytes) -> Edit:
    def edit(lines: list[bytes]) -> list[bytes]:
        assert old in lines[place]
        return [*lines[:place], lines[place].replace(old, new, 1), *lines[place + 1 :]]

    return edit


EDITS: dict[str, tuple[Edit, int | None]] = {
    "cut off": (lambda lines: lines[:5], 4),
    "cut off within a line": (lambda lines: [*lines[:5], lines[5][:99]], 4),
    "the end lost": (lambda lines: lines[:-1], SIZE),
    "an event taken out": (drop(5), 4),
    "the last event taken out": (drop(SIZE), SIZE - 1),
    "an event twice": (lambda lines: [*lines[:6], lines[5], *lines[6:]], 4),
    "two events swapped": (lambda lines: [*lines[:5], lines[6], lines[5], *lines[7:]], 4),
    "a value changed": (rewrite(5, b'"a3"', b'"a4"'), 4),
    "a salt changed": (rewrite(5, b'"salt": "M', b'"salt": "N'), 4),
    "the entry changed": (rewrite(5, b'"comment.received"', b'"comment.removed"'), 4),
    "the leaf hash changed": (rewrite(5, b'"leaf_hash": "', b'"leaf_hash": "0'), 4),
    "a field renamed": (rewrite(5, b'"text": {"salt"', b'"taxt": {"salt"'), 4),
    "a proof taken out": (rewrite(5, b'"proof": [', b'"proof": [], "rest": ['), 4),
    "the proofs taken out": (rewrite(5, b'"proof"', b'"prof"'), 4),
    "the index changed": (rewrite(5, b'"index": 4', b'"index": 6'), 4),
    "a line that is no JSON": (rewrite(5, b'{"index"', b'["index"'), 4),
    "the count changed": (rewrite(SIZE + 1, b'"count":%d' % SIZE, b'"count":1'), None),
    "lines behind the end": (lambda lines: [*lines, lines[5]], None),
    "the header's size changed": (rewrite(0, b'"size":%d' % SIZE, b'"size":9'), None),
    "the checkpoint changed": (rewrite(0, b"\\n%d\\n" % SIZE, b"\\n9\\n"), None),
    "a lie about the part": (rewrite(0, b'"filter":null', b'"filter":{"incident":"one"}'), None),
}


@pytest.mark.parametrize("only", [None, "one", "two"])
def test_an_export_made_by_other_code_is_valid(tmp_path: Path, only: str | None) -> None:
    lines = exported(LOG, only)
    report = verify(lines, tmp_path)
    assert (report.findings, report.valid, report.entries) == ([], len(lines) - 2, len(lines) - 2)


@pytest.mark.parametrize("name", EDITS)
def test_an_edited_export_is_refused_with_the_index(tmp_path: Path, name: str) -> None:
    edit, index = EDITS[name]
    report = verify(edit(exported(LOG)), tmp_path)
    if name == "a lie about the part":
        assert any("a part of the log (incident one)" in said for said in report.notes), "nobody takes it for the whole"
        return
    assert not report.ok
    assert report.first_bad == index, report.lines()


def test_an_event_taken_out_of_an_incident_is_missed(tmp_path: Path) -> None:
    report = verify(drop(3)(exported(LOG, "one")), tmp_path)
    assert not report.ok


def test_another_key_than_the_one_known_is_refused(tmp_path: Path) -> None:
    stranger = SigningKey.generate(ORIGIN, bytes(32)).verifier
    assert not verify(exported(LOG), tmp_path, stranger).ok
    first_use = verify(exported(LOG), tmp_path, None)
    assert first_use.ok
    assert "taken on first use" in " ".join(first_use.notes)
    with pytest.raises(ClientError):
        verify([b"{}"], tmp_path)


def test_a_remembered_checkpoint_is_held_against_the_export(tmp_path: Path) -> None:
    leaves = [leaf_hash(event.entry) for event in LOG]
    for size, whose, verdict in (
        (4, leaves, None),
        (SIZE, leaves, None),
        (4, leaves[::-1], "rewritten"),
        (SIZE, leaves[::-1], "forked"),
    ):
        memory = tmp_path / f"{size}{verdict}"
        Memory(memory).remember(KEY.verifier, note(whose[:size]))
        report = verify(exported(LOG), memory, None)
        assert [finding.detail.split(":")[0] for finding in report.findings] == ([verdict] if verdict else [])
    Memory(tmp_path).remember(KEY.verifier, note([*leaves, *leaves]))
    assert verify(exported(LOG), tmp_path).ok, "an old export is no rollback"


def test_memory_never_goes_back_and_refuses_a_damaged_file(tmp_path: Path) -> None:
    leaves = naive_tree.leaves(5)
    memory = Memory(tmp_path / "memory")
    assert memory.recall(ORIGIN) is None
    for size in (3, 5, 4):
        memory.remember(KEY.verifier, note(leaves[:size]))
    known = memory.recall(ORIGIN)
    assert known is not None
    assert known.checkpoint.size == 5
    (path,) = (tmp_path / "memory").iterdir()
    path.write_bytes(path.read_bytes().replace(b"\n5\n", b"\n6\n"))
    with pytest.raises(ClientError):
        memory.recall(ORIGIN)


def test_headers_and_lines_read_back_as_they_were_written() -> None:
    header = parse_header(exported(LOG, "one")[0])
    assert parse_header(header.render()) == header
    assert with_proof(b'{"index":1}', [bytes(32)]) == b'{"index":1,"proof":["%b"]}\n' % b64encode(bytes(32))
