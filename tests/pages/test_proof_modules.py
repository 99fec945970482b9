"""The verifier's parts in the browser, against the worked example of docs/format.md, the vectors, and our own core."""

import base64
import json
import re
from collections.abc import Sequence
from hashlib import sha256
from typing import Any

import pytest
from playwright.async_api import Page

from events.canonical import canonical
from ledger.core.merkle import node_hash
from ledger.core.tiles import TILE_WIDTH, render_bundle, tile_root, tiles_at
from ledger.pages.assets import asset_path
from tests.conftest import CHECKOUT
from tests.http.client import Client
from tests.pages.conftest import SignIn

pytestmark = pytest.mark.browser
FORMAT = (CHECKOUT / "docs" / "format.md").read_text("utf-8")
SIZES = [0, 1, 2, 3, 4, 5, 7, 8, 9, 31, 63, 64, 65, 255, 256, 257, 300, 511, 512, 513, 70_000]
VALUES: list[Any] = [
    {"€": 1, "\r": 2, "דּ": 3, "1": 4, "😀": 5, "\x80": 6, "ö": 7},
    [1.0, 0.8, -0.0, 1e21, 1e-7, 333333333.33333329, 9007199254740991, True, None, '\u2028\u20ac$\x0f\nA\'B"\\\\"/'],
    {"b": [{}, []], "a": {"z": "é", "y": 1e300}},
]


def example(name: str) -> str:
    """A block of the worked example."""
    found = re.search(rf"^```\w+ {name}\n(.*?)^```", FORMAT, re.MULTILINE | re.DOTALL)
    assert found is not None
    return found[1]


async def run(page: Page, script: str, given: object) -> Any:
    """Run a script in which `from(name)` imports a module of the verifier."""
    prefix = "/" + asset_path("js/proof/bytes.js").rpartition("/")[0]
    return await page.evaluate(
        f"async (given) => {{ const from = (name) => import('{prefix}/' + name); {script} }}", given
    )


async def test_canonical_forms_are_those_of_our_core(crisis: Client, sign_in: SignIn) -> None:
    async with sign_in(crisis.service, None) as page:
        await page.goto("/design")
        script = (
            "const {canonical} = await from('canonical.js'); return given.map((each) => canonical(JSON.parse(each)))"
        )
        written = await run(page, script, [json.dumps(value) for value in VALUES])
    assert written == [canonical(value).decode() for value in VALUES]


async def test_the_worked_example_holds_and_each_changed_byte_shows(crisis: Client, sign_in: SignIn) -> None:
    entries = [json.loads(line) for line in example("entries").splitlines()]
    openings = json.loads(example("openings"))
    events = [{"entry": one, "openings": each, "withheld": []} for one, each in zip(entries, openings, strict=True)]
    tree = json.loads(example("tree"))
    script = """
      const {faultsOfSeals} = await from('seals.js');
      const {leafHash, node, rootOf} = await from('merkle.js');
      const {canonical} = await from('canonical.js');
      const {utf8, toHex} = await from('bytes.js');
      const leaves = await Promise.all(given.map(({entry}) => leafHash(utf8(canonical(entry)))));
      const faults = [];
      for (const event of given) faults.push(...await faultsOfSeals(event));
      const pair = await node(leaves[0], leaves[1]);
      return {leaves: leaves.map(toHex), node: toHex(pair), root: toHex(await rootOf([pair, leaves[2]])), faults};
    """
    async with sign_in(crisis.service, None) as page:
        await page.goto("/design")
        assert await run(page, script, events) == {**tree, "faults": []}
        events[1]["openings"]["text"]["value"] += "!"
        events[2]["openings"]["extra"] = {"salt": "uHNrmZkJBJZx0OoHWkKzCA", "value": 1}
        del events[0]["openings"]["title"]
        found = await run(page, script, events)
    assert found["faults"] == [
        {"field": "title", "fault": "missing"},
        {"field": "text", "fault": "changed"},
        {"field": "extra", "fault": "unsealed"},
    ]


async def test_notes_open_under_their_key_alone(crisis: Client, sign_in: SignIn) -> None:
    note = (await crisis.get("/checkpoint", None)).body.decode()
    vkey = (await crisis.get("", None)).document["vkey"]
    script = """
      const {openCheckpoint, verifierKey} = await from('note.js');
      const tried = [];
      for (const [note, vkey] of given) {
        const opened = verifierKey(vkey).then((key) => openCheckpoint(note, key));
        tried.push(await opened.then(({size}) => size, (error) => error.message));
      }
      return tried;
    """
    origin, size, *rest = note.split("\n")
    other = example("vkey").strip()
    tried = [
        (note, vkey),
        ("\n".join([origin, str(int(size) + 1), *rest]), vkey),
        (note, other),
        (note[:-1], vkey),
        (note, vkey[:-3] + ("AA=" if not vkey.endswith("AA=") else "BA=")),
    ]
    async with sign_in(crisis.service, None) as page:
        await page.goto("/design")
        opened = await run(page, script, tried)
    assert opened[0] == int(size)
    assert opened[1] == "the signature is wrong"
    assert opened[2] == "the ledger's key did not sign this"
    assert opened[3] == "not a signed note"
    assert isinstance(opened[4], str)


def tile_files(leaves: Sequence[bytes]) -> dict[str, str]:
    """All tiles of a log, as base64 by path."""
    rows = {0: list(leaves)}
    while len(rows[len(rows) - 1]) >= TILE_WIDTH:
        below = rows[len(rows) - 1]
        whole = range(0, len(below) - TILE_WIDTH + 1, TILE_WIDTH)
        rows[len(rows)] = [tile_root(b"".join(below[first : first + TILE_WIDTH])) for first in whole]
    found = {}
    for tile in tiles_at(len(leaves)):
        hashes = rows[tile.level][TILE_WIDTH * tile.n :][: tile.width]
        found[tile.path()] = base64.b64encode(b"".join(hashes)).decode()
    return found


TREE = """
  const {TiledTree} = await from('tiles.js');
  const {fromBase64, toHex} = await from('bytes.js');
  const asked = [];
  const read = async (path) => { asked.push(path); return fromBase64(given.files[path]) };
  const tree = new TiledTree(read, {size: given.size, root: fromBase64(given.root)});
"""


@pytest.mark.parametrize("size", SIZES)
async def test_a_tree_is_verified_from_its_tiles_at_every_size(crisis: Client, sign_in: SignIn, size: int) -> None:
    leaves = [sha256(b"%d" % number).digest() for number in range(size)]
    earlier = sorted({1, size // 3, size // 2, size - 1} & set(range(1, size)))
    given: dict[str, Any] = {
        "files": tile_files(leaves),
        "size": size,
        "root": base64.b64encode(_root(leaves)).decode(),
        "indexes": sorted({0, size // 2, size - 1} & set(range(size))),
        "earlier": earlier,
    }
    script = f"""{TREE}
      await tree.verifyEdge();
      const leaves = await Promise.all(given.indexes.map(async (index) => toHex(await tree.leaf(index))));
      const roots = await Promise.all(given.earlier.map(async (size) => toHex(await tree.earlierRoot(size))));
      return {{leaves, roots}};
    """
    async with sign_in(crisis.service, None) as page:
        await page.goto("/design")
        found = await run(page, script, given)
    assert found["leaves"] == [leaves[index].hex() for index in given["indexes"]]
    assert found["roots"] == [_root(leaves[:each]).hex() for each in earlier]


async def test_a_changed_tile_shows_wherever_it_lies(crisis: Client, sign_in: SignIn) -> None:
    leaves = [sha256(b"%d" % number).digest() for number in range(70_000)]
    files, root = tile_files(leaves), base64.b64encode(_root(leaves)).decode()
    script = f"""{TREE}
      try {{ await tree.verifyEdge(); await tree.leaf(300); return null }} catch (error) {{ return error.message }}
    """
    async with sign_in(crisis.service, None) as page:
        await page.goto("/design")
        for path in ("tile/0/001", "tile/1/000", "tile/0/273.p/112", "tile/2/000.p/1"):
            content = bytearray(base64.b64decode(files[path]))
            content[7] ^= 1
            changed = {**files, path: base64.b64encode(content).decode()}
            assert await run(page, script, {"files": changed, "size": 70_000, "root": root}) is not None, path
        assert await run(page, script, {"files": files, "size": 70_000, "root": root}) is None


async def test_a_bundle_is_read_entry_by_entry_and_a_torn_one_refused(crisis: Client, sign_in: SignIn) -> None:
    bundle = render_bundle([b"one", b"", b"three" * 1000])
    script = """
      const {entryBundle} = await from('tiles.js');
      const {fromBase64} = await from('bytes.js');
      const read = async () => fromBase64(given.bundle);
      const opened = entryBundle(read, given.size, 0);
      return opened.then((entries) => entries.map((each) => each.length), (error) => error.message);
    """
    async with sign_in(crisis.service, None) as page:
        await page.goto("/design")
        whole = base64.b64encode(bundle).decode()
        assert await run(page, script, {"bundle": whole, "size": 3}) == [3, 0, 5000]
        assert await run(page, script, {"bundle": whole, "size": 4}) == "entry bundle 0 is torn"
        torn = base64.b64encode(bundle[:-1]).decode()
        assert await run(page, script, {"bundle": torn, "size": 3}) == "entry bundle 0 is torn"


def _root(leaves: Sequence[bytes]) -> bytes:
    """The root over leaf hashes (RFC 6962 §2.1), told as simply as can be."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    split = 1 << (len(leaves) - 1).bit_length() - 1
    return node_hash(_root(leaves[:split]), _root(leaves[split:]))
