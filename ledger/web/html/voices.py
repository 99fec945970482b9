"""What people said and what became of it, as pages: comments, the life of one, its thread, concerns and answers."""

from collections.abc import Iterable, Mapping
from typing import get_args

from aiohttp import web

from events.strict import JsonObject
from ledger.pages.charts.volume import columns
from ledger.web.html.address import replaced
from ledger.web.html.view_page import view_page
from projections.comment_states import State
from projections.view import Moment
from projections.views.comments import CommentsView
from projections.views.themes import ThemesView

_COMMENTS = 50
"""How many comments a page lists."""


def _comments(request: web.Request, answer: JsonObject, _moment: Moment) -> Mapping[str, object]:
    start = int(request.query.get("start", 0))
    more, count = start + int(request.query.get("limit", _COMMENTS)), answer["listed"]["count"]
    onward = replaced(request, start=more) if more < count else ""
    return {"next": onward, "states": get_args(State), "start": start}


def _words_of_comments(answer: JsonObject) -> Iterable[int]:
    """Return what brought in the comments that are listed, and all that is told of the one that was asked for."""
    yield from (item["received"] for item in answer["items"])
    yield from (event["index"] for event in answer.get("life") or ())
    posts = (answer.get("thread") or {}).get("posts", ())
    yield from (post["received"] for post in posts if post["received"] is not None)


def _themes(_request: web.Request, answer: JsonObject, _moment: Moment) -> Mapping[str, object]:
    width = answer["bucket_seconds"]
    heard = {theme["theme"]: theme["heard"]["volume"] for theme in answer["themes"]}
    return {"columns": {name: columns(volume, answer["all"]["volume"], width) for name, volume in heard.items()}}


PAGES = (
    view_page(CommentsView(), "voices/comments.html.jinja", _comments, _words_of_comments, limit=_COMMENTS),
    view_page(ThemesView(), "voices/themes.html.jinja", _themes),
)
