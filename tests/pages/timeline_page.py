"""A page with a timeline of any length, served to a tab in place of the service's: for what its scripts do with it."""

from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

from playwright.async_api import Page, Route

from ledger.pages.languages import Language
from ledger.pages.rendering import environment
from ledger.web.html.page import Viewer

ADDRESS = "/ledgers/demo/incidents/long"
_PAGE_ROWS = 100
_ROWS = """
{% for index in range(first, last, -1) %}
<li class="row" id="e{{ index }}" data-index="{{ index }}" data-type="comment.received">
<div class="row-when">{{ at(begun + (index * 60 + (3600 if index >= silent else 0))) | moment }}</div>
<div><p>{{ icon("comment") }} <a class="row-link" href="/ledgers/demo/events/{{ index }}">Comment received</a>
<span class="soft">facebook</span>
<span class="chip">{{ icon("clock") }} late</span></p><p>Row {{ index }}: still broken?</p></div>
<p class="soft"><span>Public</span> <code>{{ "%08x" | format(index) }}</code></p>
</li>
{% endfor %}
"""
_PAGE = """
{% extends "layout.html.jinja" %}
{% block title %}Long{% endblock %}
{% block styles %}<link rel="stylesheet" href="{{ asset('css/drawer.css') }}">{% endblock %}
{% block scripts %}{% for name in ["timeline", "drawer", "keys", "strip", "slider", "saved_views"] %}
<script type="module" src="{{ asset('js/' ~ name ~ '.js') }}"></script>{% endfor %}{% endblock %}
{% block main %}
<h1>A long timeline</h1>
<button type="button" class="quiet" data-keys-help hidden>Keys</button>
<form id="filters" action="{{ here }}">
<label>Text <input name="text" data-key="/"></label> <label>From <input type="datetime-local" name="from"></label>
<label>Until <input type="datetime-local" name="until"></label> <button type="submit">Filter</button>
</form>
<form id="as-of" action="{{ here }}">
<label>As of <input type="range" name="as_of" min="0" max="299" value="299"></label></form>
<svg id="strip" class="chart" viewBox="0 0 1000 64" role="img" aria-label="Strip"
 data-from="2026-11-20T10:00:00Z" data-until="2026-11-20T20:00:00Z"></svg>
{% include "event/saved_views.html.jinja" %}
<ol id="timeline" class="timeline" data-rows="{{ here }}/rows"
 data-next="{{ here }}/rows?before={{ first - 99 }}">{% include rows %}</ol>
{% include "event/timeline_tools.html.jinja" %}
{% endblock %}
"""


async def serve(page: Page, total: int) -> None:
    """Serve a timeline of the entries 0 … `total` - 1, the newest first; an hour of silence is before the last 40."""

    async def answer(route: Route) -> None:
        asked = urlsplit(route.request.url)
        before = int(parse_qs(asked.query).get("before", [str(total)])[0])
        first, last = before - 1, max(before - 1 - _PAGE_ROWS, -1)
        rows = asked.path.endswith("/rows")
        text = _rendered(_ROWS if rows else _PAGE, first=first, last=last, total=total)
        more = {"X-Next": f"{ADDRESS}/rows?before={last + 1}"} if last >= 0 else {}
        await route.fulfill(body=text, content_type="text/html; charset=utf-8", headers=more)

    await page.route(lambda url: urlsplit(url).path.startswith(ADDRESS), answer)


def _rendered(source: str, *, first: int, last: int, total: int) -> str:
    made = environment(Language.EN)
    common = {
        "here": ADDRESS,
        "viewer": Viewer("demo"),
        "frame": {"ledger": "demo"},
        "address": ADDRESS,
        "begun": 1_763_632_800,
        "silent": total - 40,
        "at": _at,
    }
    return made.from_string(source).render(first=first, last=last, total=total, rows=made.from_string(_ROWS), **common)


def _at(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat()
