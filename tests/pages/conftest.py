"""Pages in Debian's Chromium, over the real service that tells the sample crisis.

Each page that `looked_at` is given is also kept as a picture, light and dark, wide and at 360 px, in the folder that
LEDGERD_PICTURES names (`.pictures` in the checkout), and held against axe-core's rules.
"""

import os
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Literal

import pytest
from playwright.async_api import Browser, BrowserContext, Page, ViewportSize, async_playwright

from ledger.store.tokens import Role
from ledger.web.context import SESSIONS, TOKENS
from tests.conftest import CHECKOUT, Cloned
from tests.http.browser import CHROMIUM, FLAGS
from tests.http.client import Client
from tests.http.conftest import tell_crisis
from tests.service.fixture import LEDGER, Service, running

PICTURES = Path(os.environ.get("LEDGERD_PICTURES", CHECKOUT / ".pictures"))
_AXE = Path(__file__).parent / "axe" / "axe.min.js"
_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
WIDE: ViewportSize = {"width": 1280, "height": 900}
NARROW: ViewportSize = {"width": 360, "height": 740}

SignIn = Callable[..., AbstractAsyncContextManager[Page]]


@pytest.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    """The browser of the session, or none where it isn't installed; in CI it must be."""
    if not Path(CHROMIUM).exists():
        if "CI" in os.environ:
            pytest.fail("Chromium is not installed; .ci/run installs it")
        pytest.skip("Chromium is not installed")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        yield browser
        await browser.close()


@pytest.fixture(scope="session")
async def crisis(cloned: Cloned, template: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Client]:
    """A service whose ledger tells the sample crisis: tests of pages read it, and may post what disturbs no other."""
    async with cloned(template) as dsn, running(dsn, tmp_path_factory.mktemp("crisis")) as service:
        client = Client(service)
        await tell_crisis(client)
        yield client


async def signed_in(context: BrowserContext, service: Service, role: Role) -> None:
    """Give a browser's context the cookie that signing in with a role's token would."""
    token = await service.app[TOKENS].authenticate(LEDGER, service.tokens[role])
    assert token is not None
    secret = await service.app[SESSIONS].begin(LEDGER, token)
    await context.add_cookies([{"name": f"ledgerd-{LEDGER}", "value": secret, "url": service.base_url}])


@pytest.fixture
def sign_in(browser: Browser) -> SignIn:
    """Opens a tab of a service (`service`) for a `role`, None for nobody, with options of Playwright's contexts.

    A script that fails, an error in the console (a breach of the content policy is one) or an answer of 500 fails the
    test.
    """

    @asynccontextmanager
    async def open_tab(service: Service, role: Role | None = Role.READER, **options: object) -> AsyncIterator[Page]:
        settings: dict[str, object] = {"viewport": WIDE, "locale": "en-GB", "timezone_id": "Europe/Paris", **options}
        context = await browser.new_context(base_url=service.base_url, **settings)  # type: ignore[arg-type]
        context.set_default_timeout(10_000)
        if role is not None:
            await signed_in(context, service, role)
        page, wrong = await context.new_page(), list[str]()
        page.on("pageerror", lambda error: wrong.append(f"script: {error}"))
        page.on("console", lambda said: wrong.append(f"console: {said.text}") if said.type == "error" else None)
        page.on("response", lambda got: wrong.append(f"{got.status} {got.url}") if got.status >= 500 else None)
        try:
            yield page
        finally:
            await context.close()
        assert wrong == [] or options.get("extra_http_headers") == {"x-expect": "errors"}, wrong

    return open_tab


async def faults_of(page: Page) -> list[str]:
    """Return what axe-core finds wrong with a page as it stands."""
    await page.evaluate(_AXE.read_text("utf-8"))
    found = await page.evaluate(
        "async rules => (await axe.run(document, {runOnly: rules, resultTypes: ['violations']})).violations", _RULES
    )
    return [
        f"{each['id']}: {each['help']}: {[node['html'][:160] for node in each['nodes'][:3]]}: "
        f"{each['nodes'][0]['failureSummary'][:300]}"
        for each in found
    ]


async def look_at(page: Page, name: str) -> None:
    """Keep pictures of the page as it stands, wide and narrow, light and dark; fail on what axe-core finds.

    At 360 px nothing may stick out sideways.
    """
    PICTURES.mkdir(parents=True, exist_ok=True)
    size = page.viewport_size or WIDE
    schemes: tuple[Literal["light"], Literal["dark"]] = ("light", "dark")
    for scheme in schemes:
        await page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        for viewport, kind in ((NARROW, "narrow"), (WIDE, "wide")):
            await page.set_viewport_size(viewport)
            await page.screenshot(path=PICTURES / f"{name}-{scheme}-{kind}.png", full_page=kind == "wide")
            if kind == "narrow":
                wide = await page.evaluate("document.documentElement.scrollWidth")
                assert wide <= viewport["width"], f"{name} is {wide} px wide at {viewport['width']} px"
        found = await faults_of(page)
        assert found == [], f"{name} ({scheme}):\n" + "\n".join(found)
    await page.emulate_media(color_scheme=None, reduced_motion=None)
    await page.set_viewport_size(size)


@pytest.fixture(scope="session")
def looked_at() -> Callable[[Page, str], Awaitable[None]]:
    """What looks at a page: see `look_at`."""
    return look_at
