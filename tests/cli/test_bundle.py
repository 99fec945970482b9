"""`ledgerd export --bundle`: what arrives is whole, signed, and under its name only then."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from ledger.client.bundle_download import check_download
from ledger.client.failures import ClientError
from ledger.core.keys import VerifierKey
from ledger.core.manifest import MANIFEST
from ledger.store.tokens import Role
from tests.cli.program import comment
from tests.cli.target import Client
from tests.service.fixture import Service

COUNT = 300


@pytest.fixture
async def client(service: Service, tmp_path: Path) -> Client:
    """Commands against a service that holds comments in two incidents."""
    client = Client(service, tmp_path)
    file = client.file("all.ndjson", (comment(n) | {"subject": f"i{n % 2}"} for n in range(COUNT)))
    assert (await client.import_(file)).code == 0
    return client


async def export(client: Client, *options: object, role: Role = Role.AUDITOR) -> Path:
    path = client.folder / "bundle.zip"
    done = await client.run("export", "--ledger", "demo", "--bundle", "-o", path, *options, role=role)
    assert done.code == 0, done.errors
    assert "the signature and the hashes of all files hold" in done.output
    return path


async def test_a_bundle_is_fetched_checked_and_verified_by_us_and_the_program_in_it(client: Client) -> None:
    path = await export(
        client, "--incident", "i1", "--lang", "fr", "--consistent-with", "10", "--as-of", str(COUNT - 1)
    )
    with zipfile.ZipFile(path) as archive:
        archive.extractall(client.folder / "unpacked")
    program = client.folder / "unpacked" / "verify.py"
    done = subprocess.run([sys.executable, "-I", program], capture_output=True, text=True, check=False)  # noqa: ASYNC221
    assert (done.returncode, done.stdout.splitlines()[-1]) == (0, "VALID"), done.stdout
    ours = await client.run("verify", path)
    assert (ours.code, ours.output.splitlines()[-1]) == (0, "VALID"), ours.output
    assert b'lang="fr"' in (client.folder / "unpacked" / "report.html").read_bytes()
    assert not path.with_name("bundle.zip.part").exists()


async def test_a_bundle_that_was_changed_on_its_way_is_refused(client: Client) -> None:
    path = await export(client)
    with zipfile.ZipFile(path) as archive:
        vkey = VerifierKey.parse(next(archive.read(n) for n in archive.namelist() if n[:5] == "keys/").decode().strip())
        manifest = archive.read(MANIFEST)
    assert check_download(path, vkey).bytes == path.stat().st_size
    whole = path.read_bytes()
    for changed in (
        whole[:-100],
        whole.replace(b"Words", b"Woods", 1),
        whole.replace(manifest, manifest[:-1] + b" ", 1),
    ):
        path.write_bytes(changed)
        with pytest.raises(ClientError):
            check_download(path, vkey)


async def test_nothing_appears_under_the_name_where_the_service_refuses(client: Client) -> None:
    path = client.folder / "none.zip"
    done = await client.run(
        "export", "--ledger", "demo", "--bundle", "-o", path, "--incident", "none", role=Role.READER
    )
    assert (done.code, "there is no" in done.errors) == (2, True)
    assert list(client.folder.glob("none.zip*")) == []


@pytest.mark.parametrize(
    ("options", "sentence"), [(("--lang", "fr", "-o", "x"), "add --bundle"), (("--bundle",), "say where to write it")]
)
async def test_wrong_use_is_said(client: Client, options: tuple[str, ...], sentence: str) -> None:
    done = await client.run("export", "--ledger", "demo", *options, role=Role.READER)
    assert (done.code, sentence in done.errors) == (2, True)


async def test_an_auditor_judges_a_bundle_anew_and_offline(client: Client) -> None:
    path = await export(client, "--incident", "i1")
    done = await client.run("verdict", path, LEDGERD_URL="http://127.0.0.1:9")
    served = await client.run("verdict", "--ledger", "demo", "--incident", "i1", "--as-of", COUNT - 1, role=Role.READER)
    assert (done.code, "the same as the service's own" in done.errors) == (served.code, True)
    lines = [line for line in done.output.splitlines() if "verified" not in line]
    assert lines == [line for line in served.output.splitlines() if "verified" not in line]
    assert (await client.run("verdict", path, "--ledger", "demo")).code == 2
    path.write_bytes(path.read_bytes().replace(b'"qualified"', b'"certified"'))
    forged = await client.run("verdict", path)
    assert (forged.code, "is not valid" in forged.errors) == (2, True)
