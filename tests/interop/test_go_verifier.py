"""What the core writes is accepted by golang.org/x/mod's sumdb, and what was tampered with is not."""

import os
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from ledger.core import b64
from ledger.core.checkpoint import Checkpoint, sign_checkpoint
from ledger.core.edge import Edge
from ledger.core.keys import SigningKey
from ledger.core.merkle import consistency_proof, leaf_hash
from ledger.core.receipt import render_receipt
from ledger.core.tiles import Bundle, Tile, node_reader, render_bundle, tile_at, tiles_at

GO_LIBRARIES = Path("/usr/share/gocode")
KEY = SigningKey.generate("ledger.example.com/ledgers/acme", bytes([8]) * 32)
SIZE, OLD = 70_000, 69_000
ENTRIES = [b'{"n":%d}' % n for n in range(SIZE)]

Verify = Callable[..., subprocess.CompletedProcess[str]]


@dataclass(frozen=True)
class Log:
    """A log as files: the prefix of its tiles, and beside it an old checkpoint, a consistency proof and receipts."""

    folder: Path
    old: Path
    consistency: Path
    receipts: tuple[Path, ...]

    def arguments(self) -> list[str]:
        """What the verifier is asked to check."""
        older = ["-old", str(self.old), "-consistency", str(self.consistency)]
        return ["-log", str(self.folder), *older, *map(str, self.receipts)]


@pytest.fixture(scope="session")
def verify(tmp_path_factory: pytest.TempPathFactory) -> Verify:
    go = shutil.which("go")
    if go is None:
        pytest.skip("go is not installed (Debian: golang-go)")
    if not (GO_LIBRARIES / "src/golang.org/x/mod/sumdb/tlog").is_dir():
        pytest.skip("golang.org/x/mod is not installed (Debian: golang-golang-x-mod-dev)")
    folder = tmp_path_factory.mktemp("go")
    program = folder / "verifier"
    offline = {"GO111MODULE": "off", "GOPATH": str(GO_LIBRARIES), "GOCACHE": str(folder / "cache"), "CGO_ENABLED": "0"}
    subprocess.run(
        [go, "build", "-o", program, Path(__file__).with_name("verifier.go")], env=os.environ | offline, check=True
    )

    def run(*arguments: str, vkey: str = KEY.verifier.render()) -> subprocess.CompletedProcess[str]:
        return subprocess.run([program, "-vkey", vkey, *arguments], capture_output=True, text=True, check=False)

    return run


@pytest.fixture(scope="session")
def log(tmp_path_factory: pytest.TempPathFactory) -> Log:
    """A log of 70,000 entries, 69,000 of them old, the last thousand with receipts for some."""
    home = tmp_path_factory.mktemp("log")
    before = Edge.empty().extend([leaf_hash(entry) for entry in ENTRIES[:OLD]])
    growth = before.edge.extend([leaf_hash(entry) for entry in ENTRIES[OLD:]])
    signed = sign_checkpoint(Checkpoint(KEY.name, SIZE, growth.root), KEY)
    tiles = {(level, n): data for level, n, data in before.tiles + growth.tiles}
    tiles |= {
        (tile.level, tile.n): b"".join(growth.edge.rows[tile.level]) for tile in tiles_at(SIZE) if tile.width < 256
    }
    write(home, "log/checkpoint", signed)
    for (level, n), data in tiles.items():
        write(home, f"log/{tile_at(level, n, SIZE).path()}", data)
    for n in range(0, SIZE, 256):
        entries = ENTRIES[n : n + 256]
        write(home, f"log/{Bundle(n // 256, len(entries)).path()}", render_bundle(entries))
    proof = consistency_proof(OLD, SIZE, node_reader(tiles))
    receipts = [
        write(home, f"{n}.tlog-proof", render_receipt(ENTRIES[n], n, growth.inclusion(n), signed))
        for n in (OLD, OLD + 1, 69_632, SIZE - 1)
    ]
    return Log(
        folder=home / "log",
        old=write(home, "old", sign_checkpoint(Checkpoint(KEY.name, OLD, before.root), KEY)),
        consistency=write(home, "consistency", "\n".join(map(b64.encode, proof)).encode()),
        receipts=tuple(receipts),
    )


def write(home: Path, name: str, data: bytes) -> Path:
    path = home / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


def test_a_stranger_accepts_checkpoint_tiles_entries_consistency_and_receipts(verify: Verify, log: Log) -> None:
    result = verify(*log.arguments())
    assert (result.stdout, result.returncode) == (
        f"receipts 4\ncheckpoint {SIZE}\nentries {SIZE}\ntiles 277\nconsistent {OLD} {SIZE}\n",
        0,
    )


def test_a_stranger_accepts_the_published_receipt(verify: Verify) -> None:
    vectors = Path(__file__).parents[1] / "vectors"
    published = (vectors / "receipt.vkey").read_text().strip()
    assert verify(str(vectors / "receipt.tlog-proof"), vkey=published).returncode == 0


def test_a_stranger_accepts_every_small_tree(verify: Verify, tmp_path: Path) -> None:
    receipts = []
    for size in range(1, 20):
        growth = Edge.empty().extend([leaf_hash(entry) for entry in ENTRIES[:size]])
        signed = sign_checkpoint(Checkpoint(KEY.name, size, growth.root), KEY)
        for n in range(size):
            data = render_receipt(ENTRIES[n], n, growth.inclusion(n), signed)
            receipts.append(str(write(tmp_path, f"{size}-{n}.tlog-proof", data)))
    result = verify(*receipts)
    assert (result.stdout, result.returncode) == (f"receipts {len(receipts)}\n", 0)


@pytest.mark.parametrize(
    ("name", "complaint"),
    [
        ("checkpoint", "checkpoint: "),
        (Tile(0, 7).path(), "tile/0/007 is not the tile of the entries"),
        (Tile(1, 1, 17).path(), "tile/1/001.p/17 is not the tile of the entries"),
        (Bundle(3).path(), "the entries have root"),
    ],
)
def test_a_stranger_refuses_a_log_with_one_bit_changed(verify: Verify, log: Log, name: str, complaint: str) -> None:
    path = log.folder / name
    good = path.read_bytes()
    try:
        path.write_bytes(good[:2] + bytes([good[2] ^ 1]) + good[3:])
        result = verify("-log", str(log.folder))
    finally:
        path.write_bytes(good)
    assert result.returncode == 1
    assert complaint in result.stdout


def test_a_stranger_refuses_a_receipt_for_another_entry(verify: Verify, log: Log, tmp_path: Path) -> None:
    good = log.receipts[0].read_text()
    false = write(tmp_path, "false.tlog-proof", good.replace(b64.encode(ENTRIES[OLD]), b64.encode(b"{}")).encode())
    assert verify(str(false)).returncode == 1
    assert verify(str(log.receipts[0])).returncode == 0


def test_a_stranger_refuses_a_history_rewritten_since_the_old_checkpoint(
    verify: Verify, log: Log, tmp_path: Path
) -> None:
    forked = sign_checkpoint(Checkpoint(KEY.name, OLD, bytes(32)), KEY)
    older = ["-old", str(write(tmp_path, "forked", forked)), "-consistency", str(log.consistency)]
    result = verify("-log", str(log.folder), *older)
    assert result.returncode == 1
    assert f"consistency from {OLD}" in result.stdout
