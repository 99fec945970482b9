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

from ledger.client.site import MARKER
from ledger.client.snapshots.statuspage import read_statuspage
from ledger.demo import INCIDENT
from ledger.store.tokens import Role
from tests.cli.program import Ended, comment, ledgerd
from tests.http.client import Client
from tests.pages.conftest import SignIn
from tests.pages.test_public import proved

pytestmark = pytest.mark.browser
SITE_URL = "https://www.example.com/status"
Publish = Callable[..., Awaitable[Ended]]


@pytest.fixture
def publish(crisis: Client, tmp_path: Path) -> Publish:
    """Runs the command on the sample crisis, or on the service at `url`, as someone without a token."""

    async def run(folder: Path, *options: str, url: str = crisis.service.base_url) -> Ended:
        arguments = ("publish", str(folder), "--ledger", "demo", "--url", url, *options)
        return await asyncio.to_thread(ledgerd, tmp_path, *arguments, LEDGERD_MEMORY=str(tmp_path / "memory"))

    return run


@pytest.fixture(scope="module")
async def published(crisis: Client, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The crisis, published once for the tests that only look."""
    home = tmp_path_factory.mktemp("published")
    done = await asyncio.to_thread(
        ledgerd,
        home,
        *("publish", str(home / "site"), "--ledger", "demo", "--url", crisis.service.base_url),
        *("--site-url", SITE_URL),
        LEDGERD_MEMORY=str(home / "memory"),
    )
    assert done.code == 0, done.output + done.errors
    return home / "site"


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
    asked: list[str] = []
    async with static(published) as url, sign_in(replace(crisis.service, base_url=url), None) as page:
        page.on("request", lambda request: asked.append(request.url))
        page.on("requestfailed", lambda request: pytest.fail(f"{request.url} is not there"))
        page.on("response", lambda answer: answer.ok or pytest.fail(f"{answer.status} {answer.url}"))
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
    assert [each for each in asked if not each.startswith(f"{url}/")] == []


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
    crisis: Client, publish: Publish, tmp_path: Path
) -> None:
    folder = tmp_path / "site"
    dry = await publish(folder, "--dry-run")
    assert (dry.code, folder.exists()) == (0, False), dry.errors
    assert f"+ public/demo/{INCIDENT}/fr.html" in dry.output
    assert (await publish(folder)).code == 0
    before = {path: path.stat().st_mtime_ns for path in folder.rglob("*") if path.is_file()}
    (folder / "robots.txt").write_text("User-agent: *\n")
    marker = json.loads((folder / MARKER).read_bytes())
    (folder / "public" / "demo" / "gone").mkdir()
    (folder / "public" / "demo" / "gone" / "index.html").write_text("an incident that is public no more")
    marker["files"].append("public/demo/gone/index.html")
    (folder / MARKER).write_text(json.dumps(marker))
    await crisis.post(comment("published-again"), Role.POSTER)
    again = await publish(folder, "--incident", INCIDENT)
    assert again.code == 0, again.output + again.errors
    assert not (folder / "public" / "demo" / "gone").exists()
    assert (folder / "robots.txt").exists()
    same = {
        path.relative_to(folder).parts[0]
        for path, at in before.items()
        if path.exists() and path.stat().st_mtime_ns == at
    }
    assert "assets" in same
    assert before[folder / "ledgers" / "demo" / "checkpoint"] != (folder / "ledgers/demo/checkpoint").stat().st_mtime_ns
    left = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    assert left == {*json.loads((folder / MARKER).read_bytes())["files"], MARKER, "robots.txt"}


async def test_a_folder_with_files_of_others_is_refused(publish: Publish, tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "thesis.txt").write_text("years of work")
    done = await publish(folder)
    assert (done.code, "no earlier publish made" in done.errors) == (2, True)
    assert files_of(folder) == {"thesis.txt": b"years of work"}


async def test_an_incident_without_a_public_page_is_named(publish: Publish, tmp_path: Path) -> None:
    done = await publish(tmp_path / "site", "--incident", "nobody-knows-it")
    assert (done.code, "no public page of nobody-knows-it" in done.errors) == (2, True)
    assert not (tmp_path / "site").exists()


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
async def test_what_does_not_prove_itself_is_not_published(
    crisis: Client, publish: Publish, tmp_path: Path, name: str, change: Callable[[bytes], bytes], says: str
) -> None:
    async with _lying(crisis.service.base_url, name, change) as url:
        done = await publish(tmp_path / "site", "--incident", INCIDENT, url=url)
    assert (done.code, says in done.output) == (1, True), done.output + done.errors
    assert "nothing was published" in done.errors
    assert not (tmp_path / "site").exists()


@asynccontextmanager
async def _lying(base_url: str, name: str, change: Callable[[bytes], bytes]) -> AsyncIterator[str]:
    """A service in between that changes the one file of a name, and passes on all else."""
    async with ClientSession() as session:

        async def pass_on(request: web.Request) -> web.Response:
            async with session.get(base_url + request.path_qs) as answer:
                body = await answer.read()
            if request.path.endswith(name):
                body = change(body)
            return web.Response(status=answer.status, body=body, content_type=answer.content_type)

        app = web.Application()
        app.router.add_get("/{path:.*}", pass_on)
        async with TestServer(app) as server:
            yield str(server.make_url("")).rstrip("/")
