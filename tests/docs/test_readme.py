"""README's commands do what README says, against the demonstration that its first command starts."""

import json
import os
import re
import subprocess
import sys
from base64 import b64decode
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.docs import outsider
from tests.docs.fences import ROOT, fences

BLOCKS = fences("README.md")
ADDRESS = "127.0.0.1:8080"
STARTING_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Reader:
    """Someone who follows README: the folder they are in, what `make run` printed, where it serves."""

    folder: Path
    printed: str
    address: str

    def run(self, name: str) -> str:
        """Run a block of README as it is printed, but for the port, and return what it prints."""
        script = "set -eu\n" + BLOCKS["token"] + BLOCKS[name].replace(ADDRESS, self.address)
        done = subprocess.run(
            ["/bin/sh", "-c", script],
            cwd=self.folder,
            env=surroundings(self.folder),
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout


def surroundings(folder: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("LEDGERD_", "DATABASE_URL"))}
    return kept | {"LEDGERD_DATA_DIR": str(folder / "data"), "LEDGERD_MEMORY": str(folder / "memory")}


def started(server: subprocess.Popen[str]) -> str:
    """What the service prints until its tour is over."""
    printed = ""
    assert server.stdout
    for line in server.stdout:
        printed += line
        if line.startswith("  admin"):
            return printed
    pytest.fail(f"the service ended before it was ready:\n{printed}")


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reader]:
    folder = tmp_path_factory.mktemp("readme")
    (folder / ".venv").symlink_to(sys.prefix)
    server = subprocess.Popen(
        [folder / ".venv/bin/ledgerd", "serve", "--demo"],
        cwd=folder,
        env=surroundings(folder) | {"LEDGERD_PORT": "0"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        printed = started(server)
        address = re.search(r"serving on http://(\S+)", printed)
        assert address
        yield Reader(folder, printed, address[1])
    finally:
        server.terminate()
        server.communicate(timeout=STARTING_SECONDS)


def shape(text: str) -> list[str]:
    """A text's lines without what differs from run to run: addresses and numbers."""
    return [re.sub(r"\d[\d,.]*", "0", line.rstrip()) for line in text.splitlines()]


def assert_shown(block: str, printed: str) -> None:
    """Every line that README shows was printed, in that order; others may stand between."""
    lines = iter(shape(printed))
    for wanted in shape(BLOCKS[block]):
        assert wanted in lines, f"README shows {wanted!r}, but printed was:\n{printed}"


def test_make_run_serves_the_demonstration() -> None:
    target = re.search(r"^run:.*\n((?:\t.*\n)+)", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert BLOCKS["run"] == "make run\n"
    assert target
    assert "ledgerd serve --demo" in target[1]


def test_what_is_shown_after_the_start_is_what_is_printed(reader: Reader) -> None:
    assert_shown("banner", reader.printed)


def test_the_ledger_is_verified_by_its_url(reader: Reader) -> None:
    assert_shown("verified", reader.run("verify"))


def test_a_comment_is_posted_and_its_receipt_verified_by_us_and_by_an_outsider(reader: Reader) -> None:
    reader.run("verify")
    assert_shown("receipt-verified", reader.run("post"))
    receipt = (reader.folder / "my-first.tlog-proof").read_bytes()
    reader.run("post")
    assert (reader.folder / "my-first.tlog-proof").read_bytes() == receipt
    reader.run("export")
    vkey = json.loads((reader.folder / "demo.ndjson").read_text().split("\n", 1)[0])["vkey"]
    _, entry = outsider.open_receipt(receipt, vkey)
    assert json.loads(entry)["incident"] == {"id": "my-first-crisis", "prev": None, "seq": 1}


def test_the_timeline_holds_the_whole_sample_crisis(reader: Reader) -> None:
    reader.run("timeline")
    heading, *lines = (reader.folder / "timeline.csv").read_text().replace("\r\n", "\n").strip().split("\n")
    assert heading.startswith("index,seq,accepted_at,time,")
    assert f"Some of its {len(lines)} lines" in (ROOT / "README.md").read_text()


def test_the_view_says_what_the_page_says_of_it(reader: Reader) -> None:
    reader.run("view")
    view = json.loads((reader.folder / "responsiveness.json").read_text())
    assert f"{view['answered']['value']} of {view['asked']['value']} comments" in (ROOT / "README.md").read_text()
    assert round(view["first_response"]["median_seconds"]["value"] / 60) in range(25, 36)
    assert view["first_statement"]["seconds"]["value"] == 35 * 60


def test_the_verdict_says_what_it_found_and_what_it_does_not_cover(reader: Reader) -> None:
    assert_shown("judged", reader.run("verdict"))


def test_the_export_convinces_us_and_an_outsider(reader: Reader) -> None:
    assert reader.run("export").endswith("VALID\n")
    header, *lines, end = [json.loads(line) for line in (reader.folder / "demo.ndjson").read_text().splitlines()]
    head = outsider.open_checkpoint(header["checkpoint"].encode(), header["vkey"])
    events = [(outsider.canonical(line["entry"]), line["openings"]) for line in lines]
    assert (head.origin, head.size, len(lines)) == (header["origin"], header["size"], end["count"])
    assert [line["index"] for line in lines] == list(range(head.size))
    for line, (entry, openings) in zip(lines, events, strict=True):
        proof = [b64decode(each) for each in line["proof"]]
        leaf = outsider.leaf_hash(entry)
        assert leaf.hex() == line["leaf_hash"]
        assert outsider.root_by_inclusion(line["index"], head.size, leaf, proof) == head.root
        assert outsider.missing(entry, openings, line["withheld"]) == set()
    outsider.check_log(events)


def test_the_bundle_is_verified_by_the_program_in_it(reader: Reader) -> None:
    assert reader.run("bundle").endswith("VALID\n")
    assert (reader.folder / "crisis" / "report.html").exists()


def test_the_picture_is_of_the_sample_crisis() -> None:
    story = (ROOT / "ledger/demo/crisis.ndjson").read_text().splitlines()
    shown = re.findall(r"^(\d):(\d\d)  .*?« (.+?) »", BLOCKS["picture"], re.MULTILINE)
    assert len(shown) == BLOCKS["picture"].count("«")
    for hours, minutes, quote in shown:
        told_at = {int(json.loads(line)["at"] // 60) for line in story if quote in line}
        assert int(hours) * 60 + int(minutes) in told_at, quote
