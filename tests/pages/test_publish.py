"""`ledgerd publish`: a folder for any web server, whose pages prove themselves as those of the service do."""

import asyncio
import json
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer
from playwright.async_api import expect

from ledger.client.connection import Connection
from ledger.client.failures import ClientError
from ledger.client.memory import Memory
from ledger.client.publishing import Publisher
from ledger.client.report import Report
from ledger.client.site import MARKER, Site
from ledger.client.snapshots.statuspage import read_statuspage
from ledger.core.checkpoint import Checkpoint, sign_checkpoint
from ledger.core.regrowth import Regrowth
from ledger.demo import INCIDENT
from ledger.keys import KeysFolder
from tests.cli.program import Ended, ledgerd
from tests.http.client import Client, comment
from tests.pages.conftest import SignIn
from tests.pages.test_public import proved
from tests.service.fixture import LEDGER

pytestmark = pytest.mark.browser
SITE_URL = "https://www.example.com/status"


@pytest.fixture(scope="module")
async def published(crisis: Client, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The crisis as the command published it once, in the folder `site` of its home."""
    home = tmp_path_factory.mktemp("published")
    done = await publish(home, crisis.service.base_url, "--site-url", SITE_URL)
    assert done.code == 0, done.output + done.errors
    return home / "site"


async def publish(home: Path, url: str, *options: str) -> Ended:
    """Run the command as someone without a token."""
    arguments = ("publish", str(home / "site"), "--ledger", "demo", "--url", url, *options)
    return await asyncio.to_thread(ledgerd, home, *arguments, LEDGERD_MEMORY=str(home / "memory"))


async def staged(home: Path, url: str, *incidents: str) -> Publisher:
    """Do the same without the command, up to where files would be put in place."""
    publisher = Publisher(Connection(f"{url}/ledgers/demo"), Site(home / "site", "demo"), Report(), "demo")
    async with publisher.connection:
        await publisher.stage(incidents, Memory(home / "memory"), None, lambda _: None)
    return publisher


@asynccontextmanager
async def static(folder: Path) -> AsyncIterator[str]:
    """A web server that knows nothing of ledgers and hands out a folder below /some/where/; yields that address."""
    app = web.Application()
    app.router.add_static("/some/where", folder)
    async with TestServer(app) as server:
        yield f"{server.make_url('/some/where')}"


def files_of(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


async def test_in_a_subfolder_the_pages_prove_themselves_in_both_languages_and_ask_for_nothing_outside(
    crisis: Client, published: Path, sign_in: SignIn
) -> None:
    asked, missing = list[str](), list[str]()
    async with static(published) as url, sign_in(replace(crisis.service, base_url=url), None) as page:
        page.on("request", lambda request: asked.append(request.url))
        page.on("response", lambda answer: missing.append(answer.url) if answer.status >= 400 else None)
        await page.goto(f"{url}/index.html")
        await page.get_by_role("link", name="App Clair et portillons").click()
        await proved(page)
        await expect(page.locator("#proof [data-result]")).to_contain_text("in one chain without a gap")
        await page.get_by_role("link", name="Français").click()
        await expect(page.get_by_role("heading", name="Ce que nous avons promis")).to_be_visible()
        await proved(page)
        await page.get_by_role("link", name="demo", exact=True).click()
        await expect(page.get_by_role("heading", level=1)).to_contain_text("Incidents")
        assert page.url == f"{url}/public/demo/fr.html"
        await page.get_by_role("link", name="App Clair et portillons").click()
        assert page.url.endswith(f"/{INCIDENT}/fr.html")
    assert len(asked) > 20
    assert [each for each in asked if not each.startswith(f"{url}/")] == missing == []


async def test_a_page_proves_itself_where_the_log_grew_while_it_was_published(
    crisis: Client, tmp_path: Path, sign_in: SignIn
) -> None:
    async def grow() -> None:
        await crisis.post_batch([comment() for _ in range(5)])

    async with _between(crisis.service.base_url, "/checkpoint", meanwhile=grow) as url:
        publisher = await staged(tmp_path, url)
    assert publisher.report.ok, publisher.report.lines()
    publisher.site.swap()
    folder = tmp_path / "site"
    evidence = (folder / "public" / "demo" / INCIDENT / "evidence.ndjson").read_bytes().splitlines()[0]
    assert int((folder / "ledgers/demo/checkpoint").read_text().splitlines()[1]) >= json.loads(evidence)["size"] + 5
    async with static(folder) as url, sign_in(replace(crisis.service, base_url=url), None) as page:
        await page.goto(f"{url}/public/demo/{INCIDENT}/fr.html")
        await proved(page)


async def test_a_text_changed_in_the_folder_is_named_by_the_page(
    crisis: Client, published: Path, tmp_path: Path, sign_in: SignIn
) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(published, copy)
    path = copy / "public" / "demo" / INCIDENT / "index.html"
    path.write_text(path.read_text("utf-8").replace("Les trains circulent", "Les trains circulaient", 1), "utf-8")
    async with static(copy) as url, sign_in(replace(crisis.service, base_url=url), None) as page:
        await page.goto(f"{url}/public/demo/{INCIDENT}/index.html")
        await expect(page.locator("#proof")).to_have_attribute("data-state", "accused", timeout=20_000)


async def test_the_files_are_those_of_the_service(crisis: Client, published: Path) -> None:
    folder, session, base = published / "public" / "demo" / INCIDENT, crisis.service.session, crisis.service.base_url
    first, *events = (folder / "evidence.ndjson").read_bytes().splitlines()
    assert (json.loads(first)["incident"], len(events) > 300) == (INCIDENT, True)
    async with session.get(f"{base}/public/demo/{INCIDENT}/feed.json") as answer:
        served = (await answer.json(content_type=None))["items"]
    feed = json.loads((folder / "feed.json").read_bytes())
    assert [item["content_text"] for item in feed["items"]] == [item["content_text"] for item in served]
    assert feed["home_page_url"] == f"{SITE_URL}/public/demo/{INCIDENT}"
    atom = ET.fromstring((folder / "feed.atom").read_bytes())  # noqa: S314 - our own
    assert len(atom.findall("{http://www.w3.org/2005/Atom}entry")) == len(served)
    status = read_statuspage(json.loads((folder / "status.json").read_bytes()))
    assert status is not None
    assert len(status.incidents[0].updates) == len(served)


async def test_published_again_what_is_the_same_is_left_alone_and_what_is_no_more_goes(
    crisis: Client, published: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "site"
    shutil.copytree(published, folder)
    marker = json.loads((folder / MARKER).read_bytes())
    (folder / MARKER).write_text(json.dumps({**marker, "files": [*marker["files"], "public/demo/gone/index.html"]}))
    (folder / "public" / "demo" / "gone").mkdir()
    (folder / "public" / "demo" / "gone" / "index.html").write_text("an incident that is public no more")
    (folder / "robots.txt").write_text("User-agent: *")
    before = times_of(folder)
    await crisis.post(comment())
    again = await publish(tmp_path, crisis.service.base_url)
    assert again.code == 0, again.output + again.errors
    after = times_of(folder)
    assert after.keys() == {*json.loads((folder / MARKER).read_bytes())["files"], MARKER, "robots.txt"}
    assert not (folder / "public" / "demo" / "gone").exists()
    assert {path for path in after if path.startswith("assets/") and after[path] != before.get(path)} == set()
    assert after["ledgers/demo/checkpoint"] != before["ledgers/demo/checkpoint"]


async def test_a_dry_run_says_what_it_would_do_and_does_nothing(crisis: Client, tmp_path: Path) -> None:
    done = await publish(tmp_path, crisis.service.base_url, "--dry-run")
    assert (done.code, (tmp_path / "site").exists()) == (0, False), done.errors
    assert f"+ public/demo/{INCIDENT}/fr.html" in done.output.splitlines()


async def test_a_folder_with_files_of_others_is_refused(crisis: Client, tmp_path: Path) -> None:
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "thesis.txt").write_text("years of work")
    done = await publish(tmp_path, crisis.service.base_url)
    assert (done.code, "no earlier publish made" in done.errors) == (2, True)
    assert [*times_of(tmp_path / "site")] == ["thesis.txt"]


def test_no_file_that_an_earlier_publish_did_not_make_is_written_over(tmp_path: Path) -> None:
    site = Site(tmp_path, "demo")
    site.stage("index.html", b"ours")
    site.swap()
    (tmp_path / "fr.html").write_text("theirs")
    with pytest.raises(ClientError, match="in the way"):
        Site(tmp_path, "demo").stage("fr.html", b"ours")
    with pytest.raises(ClientError, match="pages of the ledger demo"):
        Site(tmp_path, "other")
    with pytest.raises(ClientError, match="can't be the name"):
        Site(tmp_path, "demo").stage("public/../../outside.html", b"ours")


async def test_an_incident_without_a_public_page_is_named(crisis: Client, tmp_path: Path) -> None:
    with pytest.raises(ClientError, match="no public page of nobody-knows-it"):
        await staged(tmp_path, crisis.service.base_url, "nobody-knows-it")


@pytest.mark.parametrize("name", ["/public/demo", "document.json", "evidence.ndjson", "/checkpoint"])
@pytest.mark.parametrize("body", [b"", b"{}", b"<p>Please sign in to this network</p>"])
async def test_what_is_no_answer_of_a_ledger_is_called_so(
    crisis: Client, tmp_path: Path, name: str, body: bytes
) -> None:
    async with _between(crisis.service.base_url, name, lambda _: body) as url:
        with pytest.raises(ClientError):
            await staged(tmp_path, url, INCIDENT)


def times_of(folder: Path) -> dict[str, int]:
    """When each file of a folder was written, by its path."""
    return {str(path.relative_to(folder)): path.stat().st_mtime_ns for path in folder.rglob("*") if path.is_file()}


def _changed(text: str, by: str) -> Callable[[bytes], bytes]:
    def change(body: bytes) -> bytes:
        assert text.encode() in body
        return body.replace(text.encode(), by.encode(), 1)

    return change


def _without_line(number: int) -> Callable[[bytes], bytes]:
    def change(body: bytes) -> bytes:
        lines = body.splitlines(keepends=True)
        del lines[number]
        return b"".join(lines)

    return change


TEXT = _changed("Les trains circulent", "Les trains circulaient")


@pytest.mark.parametrize(
    ("name", "change", "says"),
    [
        ("evidence.ndjson", TEXT, "index 117: the field text is not what was sealed"),
        ("evidence.ndjson", _changed('"type":"update.published"', '"type":"update.corrected"'), "the signed log"),
        ("evidence.ndjson", _without_line(200), "seq"),
        ("evidence.ndjson", _without_line(-1), "was left out"),
        ("document.json", TEXT, "index 117: what the page shows of its field text is not what was recorded"),
        ("tile/0/000", lambda body: body[:-1] + bytes([body[-1] ^ 1]), "does not have the root signed"),
    ],
)
async def test_what_does_not_prove_itself_is_found(
    crisis: Client, tmp_path: Path, name: str, change: Callable[[bytes], bytes], says: str
) -> None:
    async with _between(crisis.service.base_url, name, change) as url:
        publisher = await staged(tmp_path, url, INCIDENT)
    assert says in "\n".join(publisher.report.lines())
    assert not publisher.report.ok


async def test_what_does_not_prove_itself_is_not_published(crisis: Client, tmp_path: Path) -> None:
    async with _between(crisis.service.base_url, "document.json", TEXT) as url:
        done = await publish(tmp_path, url)
    assert (done.code, "nothing was published" in done.errors) == (1, True), done.output + done.errors
    assert not (tmp_path / "site").exists()


async def test_a_log_that_was_rewritten_since_the_last_time_is_not_published(crisis: Client, tmp_path: Path) -> None:
    """Its own key signed another first entry before."""
    facts, tree = (await crisis.get("", None)).document, Regrowth()
    key = KeysFolder(crisis.service.settings.keys_folder).load(LEDGER, facts["vkey"])
    tree.grow([bytes(32)])
    note = sign_checkpoint(Checkpoint(facts["origin"], 1, tree.edge.root()), key)
    Memory(tmp_path / "memory").remember(key.verifier, note)
    publisher = await staged(tmp_path, crisis.service.base_url, INCIDENT)
    assert "rewritten: the first 1 entries" in "\n".join(publisher.report.lines())


@asynccontextmanager
async def _between(
    base_url: str,
    name: str,
    change: Callable[[bytes], bytes] = bytes,
    meanwhile: Callable[[], Awaitable[None]] | None = None,
) -> AsyncIterator[str]:
    """A service in between that changes the file of a name, `meanwhile` doing something else; it passes on all else."""
    async with ClientSession() as session:

        async def pass_on(request: web.Request) -> web.Response:
            named = request.path.endswith(name)
            if named and meanwhile is not None:
                await meanwhile()
            async with session.get(base_url + request.path_qs) as answer:
                body = await answer.read()
            return web.Response(
                status=answer.status, body=change(body) if named else body, content_type=answer.content_type
            )

        app = web.Application()
        app.router.add_get("/{path:.*}", pass_on)
        async with TestServer(app) as server:
            yield str(server.make_url("")).rstrip("/")
