"""The table of all pages."""

from collections.abc import Sequence

from ledger.web.html import (
    answers,
    compare,
    conduct,
    conduct_trail,
    desk,
    event,
    files,
    lag,
    public,
    room,
    signing_in,
    timeline,
    timeline_live,
    voices,
)
from ledger.web.html.page import Page

PAGES: Sequence[Page] = (
    *signing_in.PAGES,
    *files.PAGES,
    *answers.PAGES,
    *voices.PAGES,
    *room.PAGES,
    *public.PAGES,
    *conduct.PAGES,
    *conduct_trail.PAGES,
    *desk.PAGES,
    *compare.PAGES,
    *lag.PAGES,
    *timeline.PAGES,
    *timeline_live.PAGES,
    *event.PAGES,
)
