"""Change any byte of any file of a bundle, or of the zip itself: it is refused, and what was changed is named."""

import re
import struct
from collections.abc import Iterator
from functools import cache, partial
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest

from ledger.client.zip_layout import layout_faults
from ledger.evidence import verify
from tests.evidence.pure_bundle import KEY, Bundle, Members, of_incident, zipped

pytestmark = pytest.mark.slow
VKEY = KEY.verifier.render()
BITS = [1 << bit for bit in range(8)]
SMALL = 2000
"""A file up to this size has each byte changed in each of its bits; of a longer one, each byte once."""


@pytest.fixture(scope="module")
def members() -> Members:
    return of_incident(older=6).members()


@pytest.fixture(scope="module")
def folder(members: Members, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("bundle")
    for name, data in members.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(data)
    return folder


@pytest.fixture(scope="module", autouse=True)
def signatures_once() -> Iterator[None]:
    """Each signature is checked once; what was changed makes another, which is checked for itself."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(verify, "check_signature", cache(verify.check_signature))
        yield


def mutants(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Every place with the data changed there."""
    for place, byte in enumerate(data):
        for bits in BITS if len(data) <= SMALL else [1 << place % 8]:
            yield place, data[:place] + bytes([byte ^ bits]) + data[place + 1 :]


def overwrite(path: Path, data: bytes) -> None:
    """Write as much as the file has already. Emptied first, as by `write_bytes`, it would wait for the disk."""
    with path.open("r+b") as file:
        file.write(data)


def test_the_bundle_is_valid_before_it_is_changed(folder: Path) -> None:
    assert verify.verify(folder, VKEY).lines()[-1] == "VALID"


@pytest.mark.parametrize("name", [name for name in Bundle(older=6).members() if not name.lower().startswith("verify")])
def test_a_changed_byte_of_a_file_is_refused_and_the_file_named(folder: Path, members: Members, name: str) -> None:
    index = (
        {line: verify.parse(each)["index"] for line, each in enumerate(members[name].splitlines())}
        if name
        in (
            "events.ndjson",
            "proofs.ndjson",
        )
        else {}
    )
    try:
        for place, mutant in mutants(members[name]):
            overwrite(folder / name, mutant)
            report = verify.verify(folder, VKEY)
            assert report.lines()[-1] == "INVALID", (place, mutant[place])
            assert any(name in finding for finding in report.findings), (place, report.findings)
            if index and members[name][place] != ord("\n"):
                at = index[members[name].count(b"\n", 0, place)]
                text = "\n".join(report.findings)
                assert re.search(rf"index {at}\b", text), (place, mutant[place - 9 : place + 9], text)
    finally:
        (folder / name).write_bytes(members[name])


@pytest.mark.parametrize("name", ["verify.py", "VERIFY.md"])
def test_a_changed_byte_of_the_verifier_itself_is_named_by_one_from_elsewhere(members: Members, name: str) -> None:
    told = verify.parse(members["manifest.json"])["files"][name]

    def faults(data: bytes) -> list[str]:
        report = verify.Report()
        report.attempt(name, None, verify.check_file, {name: partial(BytesIO, data)}, name, told, None)
        return report.findings

    assert faults(members[name]) == []
    for place, mutant in mutants(members[name]):
        assert faults(mutant) == [f"  {name}: not the file that the manifest names"], place


def test_every_byte_of_the_zips_structure_is_accounted_for(members: Members, tmp_path: Path) -> None:
    data = zipped(members.items())
    content = {place for start, size in spans(data).values() for place in range(start, start + size)}
    path = tmp_path / "bundle.zip"
    path.write_bytes(data)
    places = [place for place in range(len(data)) if place not in content]
    assert len(places) > 50 * len(members)
    for place in places:
        for bits in BITS:
            overwrite(path, data[:place] + bytes([data[place] ^ bits]) + data[place + 1 :])
            assert list(layout_faults(path)), place


def test_bytes_of_members_inside_the_zip_are_named(members: Members, tmp_path: Path) -> None:
    data, path = zipped(members.items()), tmp_path / "bundle.zip"
    for name, (start, size) in spans(data).items():
        if size:
            place = start + size // 2
            path.write_bytes(data[:place] + bytes([data[place] ^ 4]) + data[place + 1 :])
            report = verify.verify(path, VKEY)
            assert any(name in finding for finding in report.findings)


@pytest.mark.parametrize("edit", ["before", "behind", "between", "twice", "order", "cut"])
def test_nothing_stands_before_behind_or_between_the_members(members: Members, tmp_path: Path, edit: str) -> None:
    data, path = zipped(members.items()), tmp_path / "bundle.zip"
    listed = list(members.items())
    middle = data.index(b"PK\3\4", 4)
    path.write_bytes(
        {
            "before": b"#!" + data,
            "behind": data + b"\n",
            "between": data[:middle] + b"hidden" + data[middle:],
            "twice": zipped([*listed[:3], listed[2], *listed[3:]]),
            "order": zipped([listed[1], listed[0], *listed[2:]]),
            "cut": data[:-1],
        }[edit]
    )
    assert list(layout_faults(path)) or verify.verify(path, VKEY).lines()[-1] == "INVALID"
    path.write_bytes(data)
    assert list(layout_faults(path)) == []


def spans(data: bytes) -> dict[str, tuple[int, int]]:
    """Where each member's content begins, and its size."""
    found = {}
    for each in ZipFile(BytesIO(data)).infolist():
        lengths = struct.unpack_from("<2H", data, each.header_offset + 26)
        found[each.filename] = (each.header_offset + 30 + sum(lengths), each.file_size)
    return found
