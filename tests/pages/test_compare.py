"""Two bundles compared in the browser: what was recorded, opened, changed or left out between them."""

import io
import zipfile
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from playwright.async_api import FilePayload, Locator, Page, expect

from ledger.core.merkle import fold_row, inclusion_proof, leaf_hash, root
from ledger.demo import INCIDENT
from ledger.pages.assets import asset_path
from ledger.store.tokens import Role
from tests.http.client import Client
from tests.pages.conftest import SignIn, look_at

pytestmark = pytest.mark.browser
COMPARE = "/ledgers/demo/desk/compare"


async def bundle(crisis: Client, role: Role = Role.AUDITOR) -> bytes:
    answer = await crisis.get(f"/evidence?incident={INCIDENT}", role)
    assert answer.status == 200
    return answer.body


async def compare(page: Page, one: bytes, other: bytes) -> Locator:
    """What the page says of two files."""
    for place, (name, body) in enumerate((("one.zip", one), ("other.zip", other))):
        payload: FilePayload = {"name": name, "mimeType": "application/zip", "buffer": body}
        await page.locator("input[type=file]").nth(place).set_input_files(payload)
    await page.get_by_role("button", name="Check and compare").click()
    return page.locator("#compared")


def altered(archive: bytes, name: str, change: Callable[[bytes], bytes]) -> bytes:
    """Return the bundle with one member changed and the checksums of the zip made right again."""
    written = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(archive)) as old, zipfile.ZipFile(written, "w", zipfile.ZIP_STORED) as new:
        for member in old.namelist():
            body = old.read(member)
            new.writestr(member, change(body) if member == name else body)
    return written.getvalue()


def complete(leaves: list[bytes], level: int, index: int) -> bytes:
    """Return the hash of a complete subtree over some of the leaves."""
    return fold_row(leaves[index << level : (index + 1) << level])


async def run(page: Page, module: str, script: str, given: object) -> Any:
    """Run a script in which `module` is a module of the comparison."""
    address = "/" + asset_path(f"js/compare/{module}.js")
    return await page.evaluate(f"async (given) => {{ const module = await import('{address}'); {script} }}", given)


async def test_two_bundles_are_proved_and_what_was_recorded_between_them_is_told(
    crisis: Client, sign_in: SignIn
) -> None:
    older, newer = await bundle(crisis, Role.READER), await bundle(crisis)
    async with sign_in(crisis.service, Role.AUDITOR) as page:
        await page.goto(COMPARE)
        told = await compare(page, newer, older)  # which is the older one, their checkpoints say
        await expect(told).to_have_attribute("data-state", "compared")
        await expect(told).to_contain_text("Nothing that the older bundle told was changed or left out")
        await expect(told).to_contain_text("states of the one log that this service signs now")
        since = told.get_by_role("region", name="Recorded since")
        await expect(since).to_contain_text("Evidence exported")  # the older bundle itself
        await told.get_by_text("Show the entries").click()
        await expect(told.get_by_role("region", name="Opened in the newer bundle")).to_contain_text("author")
        await look_at(page, "compare")
        same = await compare(page, older, older)
        await expect(same).to_contain_text("Both bundles tell the same events, field by field.")
        await page.get_by_role("link", name="Desk", exact=True).click()
        await page.get_by_role("link", name="Compare two bundles").click()
        await expect(page.get_by_role("button", name="Check and compare")).to_be_visible()


async def test_a_file_that_is_not_what_was_signed_is_named_and_not_compared(crisis: Client, sign_in: SignIn) -> None:
    sound = await bundle(crisis)
    forged = [
        (
            altered(sound, "events.ndjson", lambda body: body.replace(b"comment", b"komment", 1)),
            "events.ndjson was chan",
        ),
        (altered(sound, "manifest.json", lambda body: body + b" "), "manifest.json is not what manifest.sig signs"),
        (altered(sound, "manifest.sig", lambda body: body.replace(b"\n", b"\n\n", 1)), "is not a valid bundle"),
        (sound[:-1], "not a zip of a ledger"),
        (b"", "not a zip of a ledger"),
    ]
    async with sign_in(crisis.service, Role.AUDITOR) as page:
        await page.goto(COMPARE)
        for file, fault in forged:
            told = await compare(page, sound, file)
            await expect(told).to_contain_text("other.zip is not a valid bundle")
            await expect(told).to_contain_text(fault)
        await look_at(page, "compare-invalid")


async def test_proofs_lead_to_the_root_of_our_core_and_no_other_length_does(crisis: Client, sign_in: SignIn) -> None:
    given, roots = list[list[Any]](), list[str | None]()
    for size in (1, 2, 3, 6, 7, 8, 13):
        leaves = [leaf_hash(bytes([place])) for place in range(size)]
        node = partial(complete, leaves)
        for index in range(size):
            proof = [each.hex() for each in inclusion_proof(index, size, node)]
            given += [[index, size, leaves[index].hex(), path] for path in (proof, [*proof, "00" * 32], proof[1:])]
            roots += [root(size, node).hex(), None, None if proof else root(size, node).hex()]
    script = """
      const bytes = (hex) => Uint8Array.from(hex.match(/../g), (pair) => parseInt(pair, 16));
      const hex = (found) => found && Array.from(found, (byte) => byte.toString(16).padStart(2, '0')).join('');
      return Promise.all(given.map(async ([index, size, leaf, path]) =>
        hex(await module.rootFrom(index, size, bytes(leaf), path.map(bytes)))));
    """
    async with sign_in(crisis.service, None) as page:
        await page.goto("/design")
        assert await run(page, "inclusion", script, given) == roots


async def test_each_kind_of_difference_is_told_from_the_others(crisis: Client, sign_in: SignIn) -> None:
    def told(size: int, events: list[list[Any]], part: str = "outage") -> dict[str, Any]:
        return {"size": size, "part": part, "events": events}

    older = told(4, [[0, "a", {"x": "opened", "y": "withheld"}], [1, "b", {}], [2, "c", {"z": "erased"}]])
    newer = told(9, [[0, "a", {"x": "erased", "y": "opened"}], [2, "c", {"z": "opened"}], [3, "d", {}], [8, "e", {}]])
    forked = told(9, [[0, "other", {}], *newer["events"][1:]])
    script = """
      const event = ([index, leaf, fields]) => [index, {leaf, type: 't', fields: new Map(Object.entries(fields))}];
      const made = ({size, part, events}) =>
        ({checkpoint: {size}, manifest: {filter: {incident: part}}, events: new Map(events.map(event))});
      return given.map(([one, other]) => module.differences(made(one), made(other)).map(
        ({index, kind, fields = []}) => [index, kind, fields]));
    """
    async with sign_in(crisis.service, None) as page:
        await page.goto("/design")
        pairs = [(older, newer), (older, forked), (older, {**newer, "part": "strike"}), (older, older)]
        found = await run(page, "difference", script, pairs)
    since = [[2, "returned", ["z"]], [3, "brought", []], [8, "appended", []]]
    assert found[0] == [[0, "erased", ["x"]], [0, "opened", ["y"]], [1, "gone", []], *since]
    assert found[1] == [[0, "changed", []], [1, "gone", []], *since]
    assert [1, "outside", []] in found[2]
    assert found[3] == []


async def test_the_page_reads_without_scripts_in_french(crisis: Client, sign_in: SignIn) -> None:
    async with sign_in(crisis.service, java_script_enabled=False, locale="fr-FR") as page:
        await page.goto(COMPARE)
        await expect(page.get_by_role("heading", level=1)).to_have_text("Comparer deux dossiers")
        await expect(page.get_by_text("verify.py newer.zip")).to_be_visible()
        await expect(page.get_by_role("button", name="Vérifier et comparer")).to_be_hidden()
