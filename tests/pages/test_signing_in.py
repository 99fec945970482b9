"""Signing in by a token into a session, out again; another site can do neither; the language and the theme stay."""

from http.cookies import SimpleCookie

import pytest
from playwright.async_api import expect

from ledger.store.tokens import Role
from tests.http.client import Client
from tests.pages.conftest import SignIn, look_at

pytestmark = pytest.mark.browser
ROOM = "/ledgers/demo"


async def test_who_is_not_signed_in_signs_in_and_is_led_on_and_out(crisis: Client, sign_in: SignIn) -> None:
    async with sign_in(crisis.service, None) as page:
        await page.goto(f"{ROOM}?limit=5")
        await expect(page).to_have_url(f"{crisis.service.base_url}{ROOM}/sign-in?next=%2Fledgers%2Fdemo%3Flimit%3D5")
        await look_at(page, "sign-in")
        await page.get_by_label("Token").fill(crisis.service.tokens[Role.READER])
        await page.get_by_role("button", name="Sign in").click()
        await expect(page).to_have_url(f"{crisis.service.base_url}{ROOM}?limit=5")
        (cookie,) = await page.context.cookies()
        assert (cookie["name"], cookie["httpOnly"], cookie["sameSite"]) == ("ledgerd-demo", True, "Lax")
        assert await page.evaluate("document.cookie") == ""
        await page.get_by_role("button", name="Sign out").click()
        assert await page.context.cookies() == []
        await page.context.add_cookies([cookie])  # type: ignore[list-item]  # the session is over, not only forgotten
        await page.goto(ROOM)
        await expect(page.get_by_role("heading", level=1)).to_have_text("Sign in to demo")


async def test_a_wrong_token_is_refused_in_a_sentence_and_not_echoed(crisis: Client) -> None:
    wrong = "ldg_0123456789abcdef." + "A" * 43
    headers = {"Origin": crisis.service.base_url}
    async with crisis.service.session.post(
        f"{crisis.service.url}/sign-in", data={"token": wrong}, headers=headers
    ) as answer:
        text = await answer.text()
    assert answer.status == 403
    assert "unknown to this ledger" in text
    assert wrong not in text
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize("origin", [None, "null", "https://evil.example"])
@pytest.mark.parametrize("act", ["sign-in", "sign-out"])
async def test_another_site_can_neither_sign_anybody_in_nor_out(crisis: Client, origin: str | None, act: str) -> None:
    headers = {} if origin is None else {"Origin": origin}
    data = {"token": crisis.service.tokens[Role.READER]}
    async with crisis.service.session.post(f"{crisis.service.url}/{act}", data=data, headers=headers) as answer:
        assert answer.status == 403
        assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize("onward", ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)"])
async def test_signing_in_leads_to_no_other_site(crisis: Client, onward: str) -> None:
    data = {"token": crisis.service.tokens[Role.READER], "next": onward}
    request = crisis.service.session.post(
        f"{crisis.service.url}/sign-in", data=data, headers={"Origin": crisis.service.base_url}, allow_redirects=False
    )
    async with request as answer:
        assert (answer.status, answer.headers["Location"]) == (303, "/ledgers/demo")
    crisis.service.session.cookie_jar.clear()


async def test_a_session_reads_and_posts_nothing(crisis: Client) -> None:
    data = {"token": crisis.service.tokens[Role.ADMIN]}
    session, headers = crisis.service.session, {"Origin": crisis.service.base_url}
    async with session.post(
        f"{crisis.service.url}/sign-in", data=data, headers=headers, allow_redirects=False
    ) as answer:
        cookie = SimpleCookie(answer.headers["Set-Cookie"])
    session.cookie_jar.clear()
    sent = {"Cookie": f"ledgerd-demo={cookie['ledgerd-demo'].value}"}
    async with session.get(f"{crisis.service.url}/incidents", headers=sent) as answer:
        assert answer.status == 200
    async with session.post(f"{crisis.service.url}/verdict", headers=sent) as answer:
        assert answer.status == 401


async def test_a_language_and_a_theme_are_chosen_and_kept(crisis: Client, sign_in: SignIn) -> None:
    async with sign_in(crisis.service, color_scheme="light") as page:
        await page.goto(ROOM)
        await page.get_by_role("link", name="Français").click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("Salle de crise")
        assert await page.locator("html").get_attribute("lang") == "fr"
        ground = "getComputedStyle(document.documentElement).backgroundColor"
        before = await page.evaluate(ground)
        await page.locator("[data-theme-switch]").click()
        after = await page.evaluate(ground)
        assert before != after
        await page.reload()
        assert await page.locator("html").get_attribute("data-theme") == "dark"


async def test_a_browser_that_prefers_french_gets_french(crisis: Client, sign_in: SignIn) -> None:
    async with sign_in(crisis.service, locale="fr-FR") as page:
        await page.goto(ROOM)
        await expect(page.get_by_role("heading", level=1)).to_have_text("Salle de crise")


async def test_every_component_is_shown_on_one_page(crisis: Client, sign_in: SignIn) -> None:
    async with sign_in(crisis.service, None) as page:
        await page.goto("/design")
        await look_at(page, "design")
        await page.goto("/")
        await look_at(page, "home")
