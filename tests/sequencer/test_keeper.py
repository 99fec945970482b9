"""The file of the last signed checkpoint survives crashes, never goes back, and says when it is damaged."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.core.checkpoint import Checkpoint, sign_checkpoint
from ledger.core.errors import ProofError
from ledger.core.keys import SigningKey
from ledger.sequencer.keeper import SLOT_BYTES, Keeper

KEY = SigningKey.generate("ledger.example.com/ledgers/demo", bytes(range(32)))
OTHER = SigningKey.generate("ledger.example.com/ledgers/demo", bytes(32))


def head(size: int) -> Checkpoint:
    return Checkpoint(KEY.name, size, size.to_bytes(32, "big"))


def note(size: int, key: SigningKey = KEY) -> bytes:
    return sign_checkpoint(head(size), key)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "demo.signed"


def keeper(file: Path) -> Keeper:
    return Keeper(file, KEY.verifier)


def recorded(file: Path, *sizes: int) -> None:
    kept = keeper(file)
    for size in sizes:
        kept.record(size, note(size))
    kept.close()


def last(file: Path) -> Checkpoint | None:
    kept = keeper(file)
    try:
        return kept.last()
    finally:
        kept.close()


def test_nothing_signed_yet_is_none(file: Path) -> None:
    assert last(file) is None


def test_the_newest_is_kept_and_only_its_owner_may_read_it(file: Path) -> None:
    umask = os.umask(0)
    try:
        recorded(file, 1, 2, 17)
    finally:
        os.umask(umask)
    assert last(file) == head(17)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_it_never_goes_back(file: Path) -> None:
    recorded(file, 5, 9)
    before = file.read_bytes()
    recorded(file, 7, 9, 1)
    assert last(file) == head(9)
    assert file.read_bytes() == before, "an older one isn't even written"


def test_a_crash_at_any_byte_of_a_write_leaves_the_older(file: Path) -> None:
    recorded(file, 5, 9)
    before = file.read_bytes()
    recorded(file, 12)
    after = file.read_bytes()
    assert before[SLOT_BYTES:] == after[SLOT_BYTES:], "the newer slot is not touched"
    for cut in range(SLOT_BYTES + 1):
        file.write_bytes(after[:cut] + before[cut:])
        assert last(file) in ([head(12)] if after[:cut] + before[cut:] == after else [head(9)])
        recorded(file, 13)
        assert last(file) == head(13)


def test_a_crash_in_the_very_first_write_is_as_if_nothing_was_signed(file: Path) -> None:
    recorded(file, 5)
    whole = file.read_bytes()
    for cut in range(len(whole.rstrip(b"\0"))):
        for torn in (whole[:cut], whole[:cut].ljust(SLOT_BYTES, b"\0")):
            file.write_bytes(torn)
            assert last(file) is None


def test_two_damaged_slots_are_told_not_overlooked(file: Path) -> None:
    recorded(file, 5, 9)
    content = bytearray(file.read_bytes())
    content[100] ^= 1
    file.write_bytes(bytes(content))
    assert last(file) == head(9)
    content[SLOT_BYTES + 100] ^= 1
    file.write_bytes(bytes(content))
    with pytest.raises(ProofError):
        last(file)


@settings(max_examples=60)
@given(position=st.integers(0, 2 * SLOT_BYTES - 1), bit=st.integers(0, 7))
def test_one_flipped_bit_anywhere_never_yields_a_checkpoint_that_was_not_signed(
    tmp_path_factory: pytest.TempPathFactory, position: int, bit: int
) -> None:
    file = tmp_path_factory.mktemp("keeper") / "demo.signed"
    recorded(file, 5, 9)
    content = bytearray(file.read_bytes())
    content[position] ^= 1 << bit
    file.write_bytes(bytes(content))
    assert last(file) in (head(5), head(9))


def test_another_keys_checkpoints_are_not_believed(file: Path) -> None:
    kept = Keeper(file, OTHER.verifier)
    kept.record(5, note(5, OTHER))
    kept.record(6, note(6, OTHER))
    kept.close()
    with pytest.raises(ProofError):
        last(file)


def test_a_checkpoint_that_does_not_fit_is_refused_not_cut(file: Path) -> None:
    key = SigningKey.generate("ledger.example.com/" + "x" * SLOT_BYTES, bytes(32))
    big = sign_checkpoint(Checkpoint(key.name, 1, bytes(32)), key)
    kept = keeper(file)
    with pytest.raises(ProofError, match="does not fit"):
        kept.record(1, big)
    kept.close()


_WRITER = """
import sys
from pathlib import Path
from ledger.sequencer.keeper import Keeper
from tests.sequencer.test_keeper import KEY, note
keeper = Keeper(Path(sys.argv[1]), KEY.verifier)
print("ready", flush=True)
sys.stdin.readline()
highest = 0
for size in range(int(sys.argv[2]), 400, 2):
    keeper.record(size, note(size))
    kept = keeper.last()
    assert kept is not None and kept.size >= max(size, highest), (kept, size, highest)
    highest = kept.size
"""


def test_two_processes_never_take_it_back(file: Path) -> None:
    command = [sys.executable, "-c", _WRITER, str(file)]
    writers = [
        subprocess.Popen([*command, str(first)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for first in (1, 2)
    ]
    for writer in writers:
        assert writer.stdout
        assert writer.stdout.readline() == "ready\n"
    for writer in writers:
        writer.communicate("go\n", timeout=30)
    assert [writer.returncode for writer in writers] == [0, 0]
    assert last(file) == head(399)
