"""How fast people were answered, the unanswered counted, and how soon the public was told."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

import numpy as np
from pydantic import Field, ValidationInfo, field_validator

from events.visibility import Public
from projections.business_hours import Calendar
from projections.comment_states import real
from projections.comment_table import CommentTable, Mask, Numbers
from projections.instants import instant, micros
from projections.milestones import MILESTONES, Milestone, MilestonesRow
from projections.response_times import Clock, Response, measure, response
from projections.shown import Figure, Shown, figure
from projections.view import Moment, Query, Rows, View

GROUPS = 100
_QUARTER = 900_000_000
_FIRST_QUARTER, _LAST_QUARTER = -69_000_000, 281_000_000
DayTime = Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$|^24:00$")]


class ResponsivenessQuery(Query):
    """By which clock, and in which groups."""

    hours: Literal["calendar", "business"] = Field(default="calendar", description="which time counts")
    zone: str = Field(default="UTC", max_length=64, description="IANA time zone of the business hours and of by=hour")
    opens: DayTime = Field(default="09:00", description="when business hours begin, Monday to Friday")
    closes: DayTime = Field(default="18:00", description="when business hours end")
    holidays: str | None = Field(
        default=None,
        pattern=r"^[A-Z]{2}(-[A-Z0-9]{1,4})?$",
        description="public holidays that aren't business days: a country, FR, or its part, FR-57 (ISO 3166)",
    )
    by: Literal["platform", "theme", "hour"] | None = Field(
        default=None, description="add groups: by platform, by theme, by the hour of the day of receipt in `zone`"
    )

    @field_validator("zone")
    @classmethod
    def _a_zone(cls, zone: str) -> str:
        try:
            ZoneInfo(zone)
        except (KeyError, ValueError, OSError):
            raise ValueError("no such time zone; zones are named as Europe/Paris") from None
        return zone

    @field_validator("closes")
    @classmethod
    def _later(cls, closes: str, info: ValidationInfo) -> str:
        if closes <= info.data.get("opens", ""):
            raise ValueError("business hours end after they begin")
        return closes

    @field_validator("holidays")
    @classmethod
    def _a_country(cls, code: str | None) -> str | None:
        if code is not None:
            import holidays  # noqa: PLC0415 - it takes 0.15 s, and most questions need none

            country, _, part = code.partition("-")
            known = holidays.list_supported_countries()
            if country not in known or (part and part not in known[country]):
                raise ValueError("the holidays of this place aren't known; places are named as FR or FR-57")
        return code

    @property
    def calendar(self) -> Calendar | None:
        """Return the business hours, None where all time counts."""
        if self.hours == "calendar":
            return None
        country, _, part = (self.holidays or "").partition("-")
        return Calendar(self.zone, _minute(self.opens), _minute(self.closes), country or None, part or None)


class Group(Response):
    """The comments of a platform, a theme or an hour; null those that have none. A comment counts in all its themes."""

    room = 20

    group: Public[str | None]


class Reaction(Shown):
    """How soon something was done for the first time, from `since_at` on: what happened then, and how long it took.

    `seconds` is null as long as nothing was done, 0 where it was done before.
    """

    since: Public[str | None]
    since_at: Public[datetime | None]
    done_at: Public[datetime | None]
    seconds: Public[Figure]


class ResponsivenessAnswer(Response):
    """How fast comments were answered; how soon the incident itself was.

    `first_acknowledgement`: from surge.detected, else incident.opened, until people acknowledged a comment or an
    escalation. `first_statement` and `plan_activation`: from the first bucket of a surge, else incident.opened. Groups
    beyond 100 are together in `rest`. Drills count in nothing here.
    """

    groups: Public[tuple[Group, ...]]
    rest: Public[Group | None]
    first_acknowledgement: Public[Reaction]
    first_statement: Public[Reaction]
    plan_activation: Public[Reaction]


class ResponsivenessView(View[ResponsivenessQuery, ResponsivenessAnswer]):
    """First response by people with the unanswered counted, response rates, time to the first public statement."""

    name = "responsiveness"
    rows = (MILESTONES,)
    comments = True
    query = ResponsivenessQuery
    answer = ResponsivenessAnswer
    line = Group

    def render(self, rows: Rows, moment: Moment, query: ResponsivenessQuery) -> ResponsivenessAnswer:
        """Measure all comments once, then each group."""
        table, calendar = rows.comments, query.calendar
        clock = Clock(micros(moment.at), calendar)
        asked, among = measure(table, clock), real(table)
        groups = sorted(_groups(table, among, query).items(), key=lambda item: (-int(item[1].sum()), item[0] or ""))
        shown = sorted(groups[:GROUPS], key=lambda item: (item[0] is None, item[0] or ""))
        rest = np.zeros(len(table), dtype=np.bool_)
        for _, mask in groups[GROUPS:]:
            rest |= mask
        told = rows.of(MILESTONES).get("") or MilestonesRow()
        return ResponsivenessAnswer.model_construct(
            **response(asked.part(among)),
            groups=tuple(Group.model_construct(group=name, **response(asked.part(mask))) for name, mask in shown),
            rest=Group.model_construct(group=None, **response(asked.part(rest))) if groups[GROUPS:] else None,
            **_reactions(told, clock),
        )

    def table(self, answer: ResponsivenessAnswer) -> tuple[Group, ...]:
        """Return the groups, or all comments as one where none are asked for."""
        whole = {name: getattr(answer, name) for name in Response.model_fields}
        return answer.groups or (Group.model_construct(group=None, **whole),)


def _minute(text: str) -> int:
    return int(text[:2]) * 60 + int(text[3:])


def _groups(table: CommentTable, among: Mask, query: ResponsivenessQuery) -> Mapping[str | None, Mask]:
    match query.by:
        case "platform":
            column = table.column("platform")
            known: dict[str | None, Mask] = {name: column == table.word(name) for name in table.words("platform")}
        case "theme":
            known = {name: table.raising(name) for name in table.raised()}
        case "hour":
            hours = _hours(table, ZoneInfo(query.zone))
            known = {f"{hour:02d}": hours == hour for hour in np.unique(hours).tolist()}
        case _:
            return {}
    without = among.copy()
    for mask in known.values():
        without &= ~mask
    groups = {**{name: mask & among for name, mask in known.items()}, None: without}
    return {name: mask for name, mask in groups.items() if mask.any()}


def _hours(table: CommentTable, zone: ZoneInfo) -> Numbers:
    """Return the hour of the day of each comment; zones shift at quarters of an hour, so one look a quarter will do."""
    quarters = np.clip(table.column("at") // _QUARTER, _FIRST_QUARTER, _LAST_QUARTER)
    different = np.unique(quarters)
    hours = np.array([instant(int(at) * _QUARTER).astimezone(zone).hour for at in different], dtype=np.int64)
    found: Numbers = hours[np.searchsorted(different, quarters)]
    return found


def _reactions(told: MilestonesRow, clock: Clock) -> dict[str, Any]:
    surges = [turn for turn in told.surges if turn.what == "surge.detected"]
    opened = min(((turn.at, turn.event) for turn in told.lifecycle if turn.what == "incident.opened"), default=None)
    detected = min(((turn.at, turn.event) for turn in surges), default=None)
    bucket = min(((turn.bucket_from, turn.event) for turn in surges), default=None)

    def reaction(surge: tuple[datetime, int] | None, named: str, done: Milestone | None) -> Reaction:
        since = surge or opened
        what = None if since is None else named if surge else "incident.opened"
        indexes = sorted({*([since[1]] if since else ()), *([done.event] if done else ())})
        seconds = None
        if since is not None and done is not None:
            span = clock.between(np.array([micros(since[0])]), np.array([micros(done.at)]))
            seconds = int(span[0]) / 1_000_000
        return Reaction.model_construct(
            since=what,
            since_at=since and since[0],
            done_at=done and done.at,
            seconds=figure(seconds, indexes),
        )

    return {
        "first_acknowledgement": reaction(detected, "surge.detected", told.first_acknowledgement),
        "first_statement": reaction(bucket, "first surge bucket", told.first_public_update),
        "plan_activation": reaction(bucket, "first surge bucket", told.first_activation),
    }
