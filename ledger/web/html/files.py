"""/assets/…: style sheets, scripts and icons, and the page that shows the design system."""

import re

from aiohttp import web

from ledger.pages.assets import assets, version
from ledger.web.html.choice import encoded, varied
from ledger.web.html.page import Page, shown
from ledger.web.operation import ANYONE
from ledger.web.problems import not_found

_FOR_EVER, _NOT_YET = "public, max-age=31536000, immutable", "no-cache"


async def get_asset(request: web.Request) -> web.Response:
    """Return a file. One asked for under another version's name is today's, and not to be kept."""
    asset = assets().get(request.match_info["path"])
    if asset is None:
        raise not_found("such file")
    kept = _FOR_EVER if request.match_info["version"] == version() else _NOT_YET
    body, encoding = encoded(request, asset.body, asset.compressed)
    headers = {"Cache-Control": kept, **encoding}
    charset = None if asset.media_type.startswith("image/png") else "utf-8"
    return varied(
        web.Response(body=body, content_type=asset.media_type, charset=charset, headers=headers), "Accept-Encoding"
    )


async def get_design(request: web.Request) -> web.Response:
    """Show every component of the design system."""
    sprite = assets()["icons.svg"].body.decode()
    return shown(request, "design.html.jinja", {"icons": re.findall(r'id="([a-z]+)"', sprite)})


PAGES = (Page("/assets/{version}/{path:.+}", get_asset, ANYONE), Page("/design", get_design, ANYONE))
