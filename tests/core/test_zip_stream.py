"""Archives: what others read, the same bytes for the same members, and beyond 4 GiB."""

import io
import shutil
import subprocess
import zipfile
from pathlib import Path
from typing import BinaryIO, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.core.zip_stream import ZipStream

NAMES = st.lists(st.text("abcé/.", min_size=1, max_size=9).filter(lambda name: not name.endswith("/")), unique=True)
GIBIBYTE = 1 << 30


def archive(members: dict[str, list[bytes]]) -> bytes:
    """An archive of members: those of one part whole, the others streamed."""
    made, parts = ZipStream(), list[bytes]()
    for name, contents in members.items():
        if len(contents) == 1:
            parts.append(made.whole(name, contents[0]))
        else:
            parts += [made.begin(name), *(made.part(each) for each in contents), made.end()]
    return b"".join([*parts, made.finish()])


@given(st.data(), NAMES)
def test_what_is_written_is_what_the_standard_library_reads(data: st.DataObject, names: list[str]) -> None:
    members = {name: data.draw(st.lists(st.binary(max_size=40), max_size=4)) for name in names}
    whole = archive(members)
    assert whole == archive(members)
    with zipfile.ZipFile(io.BytesIO(whole)) as read:
        assert read.testzip() is None
        assert {name: read.read(name) for name in read.namelist()} == {n: b"".join(c) for n, c in members.items()}
        for info in read.infolist():
            assert (info.date_time, info.compress_type) == ((1980, 1, 1, 0, 0, 0), zipfile.ZIP_STORED)
            assert info.external_attr >> 16 == 0o100644


@pytest.mark.skipif(shutil.which("unzip") is None, reason="unzip is not installed")
def test_other_programs_read_it_too(tmp_path: Path) -> None:
    path = tmp_path / "made.zip"
    path.write_bytes(archive({"whole.txt": [b"one"], "streamed.txt": [b"two", b"", b"three"]}))
    done = subprocess.run(["unzip", "-p", path, "streamed.txt"], capture_output=True, check=True)  # noqa: S607
    assert done.stdout == b"twothree"


class Sparse:
    """A file on disk that takes no room for zeros."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    def write(self, data: bytes) -> None:
        if data.strip(b"\0"):
            self._file.write(data)
        else:
            self._file.seek(len(data), io.SEEK_CUR)


@pytest.mark.slow
def test_members_and_places_beyond_4_gib_are_told_in_64_bits(tmp_path: Path) -> None:
    made, zeros = ZipStream(), bytes(GIBIBYTE // 16)
    with (tmp_path / "large.zip").open("w+b") as file:
        out = Sparse(cast("BinaryIO", file))
        out.write(made.begin("large"))
        for _ in range(65):
            out.write(made.part(zeros))
        out.write(made.end() + made.whole("behind", b"found") + made.finish())
        with zipfile.ZipFile(file) as read:
            assert read.getinfo("large").file_size == 65 * len(zeros) > 0xFFFFFFFF
            assert read.read("behind") == b"found"
            with read.open("large") as large:
                assert large.read(1000) == bytes(1000)
