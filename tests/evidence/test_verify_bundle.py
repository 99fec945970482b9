"""`ledgerd verify bundle.zip`: the installed verifier, the zip to its last byte, and what is remembered."""

import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest

from ledger.core.receipt import parse_receipt, verify_receipt
from ledger.evidence import verify
from tests.audit.pure_log import honest_log
from tests.cli.program import Ended, ledgerd
from tests.evidence.pure_bundle import KEY, Bundle, crisis, of_incident, whole, zipped

VKEY = KEY.verifier.render()
LIAR = 'import sys\nprint("VALID")\nsys.exit(0)\n'


def write(folder: Path, bundle: Bundle, name: str = "bundle.zip") -> Path:
    path = folder / name
    path.write_bytes(zipped(bundle.members().items()))
    return path


def ledgerd_verify(folder: Path, *arguments: object) -> Ended:
    return ledgerd(folder, "verify", *map(str, arguments), LEDGERD_MEMORY=str(folder / "memory"))


def program(*arguments: object, script: str = verify.__file__) -> tuple[int, str]:
    """The one-file program as an auditor runs it, without our packages in its reach."""
    done = subprocess.run(
        [sys.executable, "-I", script, *map(str, arguments)], capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout + done.stderr


def test_ledgerd_verifies_a_zip_and_its_folder_and_remembers_the_ledger(tmp_path: Path) -> None:
    path = write(tmp_path, whole(older=7))
    first = ledgerd_verify(tmp_path, path)
    assert (first.code, first.output.splitlines()[-2:]) == (0, ["11 of 11 entries valid", "VALID"]), first
    assert "taken on first use" in first.output
    with ZipFile(path) as archive:
        archive.extractall(tmp_path / "folder")
    again = ledgerd_verify(tmp_path, tmp_path / "folder")
    assert (again.code, "remembered from an earlier verification" in again.output) == (0, True), again
    forked = ledgerd_verify(tmp_path, write(tmp_path, whole(log=crisis()[::-1])))
    assert forked.code == 1, forked


def test_ledgerd_holds_a_bundle_against_the_checkpoint_it_remembers(tmp_path: Path) -> None:
    assert ledgerd_verify(tmp_path, write(tmp_path, whole(log=crisis()[:2]))).code == 0
    grown = ledgerd_verify(tmp_path, write(tmp_path, whole(older=2)))
    assert "consistent with the remembered checkpoint over 2 entries" in grown.output
    (tmp_path / "memory").rename(tmp_path / "later")
    assert ledgerd_verify(tmp_path, write(tmp_path, whole(log=crisis()[:2]))).code == 0
    found = ledgerd_verify(tmp_path, write(tmp_path, whole(log=honest_log(), erased={}, older=2)))
    assert (found.code, "rewritten" in found.output) == (1, True), found


def test_ledgerd_names_what_was_changed_and_where(tmp_path: Path) -> None:
    bundle = of_incident()
    members = bundle.members()
    members["events.ndjson"] = members["events.ndjson"].replace(b'"c4"', b'"c9"')
    path = tmp_path / "bundle.zip"
    path.write_bytes(zipped(members.items()))
    found = ledgerd_verify(tmp_path, path, "--vkey", VKEY)
    assert (found.code, "first bad index: 7" in found.output) == (1, True), found
    assert "events.ndjson, index 7: the field id is not what was sealed" in found.output
    path.write_bytes(zipped(bundle.members().items()) + b"more")
    behind = ledgerd_verify(tmp_path, path)
    assert (behind.code, "something stands behind it" in behind.output) == (1, True), behind
    for damaged in (b"PK", b"PK\3\4" + bytes(100)):
        path.write_bytes(damaged)
        assert ledgerd_verify(tmp_path, path).code == 1
    assert ledgerd_verify(tmp_path, tmp_path / "nothing.zip").code == 2


def test_a_verifier_that_lies_in_the_bundle_is_not_what_ledgerd_runs(tmp_path: Path) -> None:
    members = whole().members() | {"verify.py": LIAR.encode()}
    path = tmp_path / "bundle.zip"
    path.write_bytes(zipped(members.items()))
    found = ledgerd_verify(tmp_path, path)
    assert (found.code, "verify.py: not the file that the manifest names" in found.output) == (1, True), found
    assert program(path)[0] == 1


def test_the_program_answers_with_its_exit_code(tmp_path: Path) -> None:
    path = write(tmp_path, whole(older=7))
    code, output = program(path, "--vkey", VKEY)
    assert (code, output.splitlines()[-1]) == (0, "VALID")
    assert "key: given" in output
    assert "compare it" in program(path)[1]
    assert program(path, "--vkey", "nonsense")[0] == 2
    assert program(tmp_path / "nothing.zip")[0] == 2
    assert program(path, "--vkey", VKEY.replace("demo", "other"))[0] == 2
    older = tmp_path / "older"
    older.write_bytes(Bundle(log=crisis()[:7]).checkpoint)
    assert "consistent with the older checkpoint over 7 entries" in program(path, "--older", older)[1]
    assert program(path, "--older", write(tmp_path, whole(log=crisis()[:7]), "older.zip"))[0] == 0
    older.write_bytes(Bundle(log=crisis()[:6]).checkpoint)
    code, output = program(path, "--older", older)
    assert (code, output.splitlines()[-1]) == (2, "PARTLY CHECKED")


def test_the_program_in_a_folder_or_a_zip_verifies_where_it_lies(tmp_path: Path) -> None:
    path = write(tmp_path, of_incident())
    with ZipFile(path) as archive:
        archive.extractall(tmp_path / "folder")
    assert program(script=str(tmp_path / "folder/verify.py"))[0] == 0
    inside = "import sys; sys.path.insert(0, sys.argv.pop()); import verify; sys.exit(verify.main([]))"
    done = subprocess.run([sys.executable, "-I", "-c", inside, path], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.splitlines()[-1]) == (0, "VALID"), done


@pytest.mark.parametrize("index", [0, 3, 10])
def test_the_program_prints_receipts_that_the_core_accepts(tmp_path: Path, index: int) -> None:
    path = write(tmp_path, of_incident(linked=frozenset({3})))
    code, output = program(path, "--receipt", index)
    receipt = parse_receipt(output.encode())
    assert (code, receipt.index, receipt.entry) == (0, index, crisis()[index].entry)
    assert verify_receipt(receipt, KEY.verifier).size == 11
    assert program(path, "--receipt", 6)[0] == 2


def test_the_verifier_is_one_short_page_of_plain_python() -> None:
    lines = Path(verify.__file__).read_text().split("\n")
    assert len(lines) <= 400
    assert [line for line in lines if len(line) > 120] == []


def test_findings_are_counted_in_full_and_listed_up_to_a_hundred(tmp_path: Path) -> None:
    bundle = whole(log=crisis() * 12)
    for line in bundle.lines:
        line["leaf_hash"] = "0" * 64
    report = verify.verify(write(tmp_path, bundle), VKEY)
    assert len(report.findings) == 100 < report.found
    assert any("more findings" in line for line in report.lines())
