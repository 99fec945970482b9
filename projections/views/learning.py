"""What was learned: root causes and whether they came back, actions and who verified them, lessons, the plan."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from events.visibility import Internal, Public
from projections.lessons import LESSONS, LessonRow
from projections.lifecycles import CLOSED, LIFECYCLES, REOPENED, LifecycleRow
from projections.preventive_actions import PREVENTIVE_ACTIONS, ActionRow
from projections.recollections import DRILLS, RECOLLECTIONS, RecollectionRow
from projections.root_causes import ROOT_CAUSES, CauseTold, RootCauseRow
from projections.shown import Figure, Shown, counted
from projections.view import Moment, Query, Rows, View
from projections.views.learning_actions import Action, ActionFigures, Owner, by_owner, figures, shown_actions
from projections.views.recurrence import History, Recurrence
from projections.word_diff import Run, word_diff

_WITHIN = timedelta(days=30)


class CauseVersion(Shown):
    """What an event said of a cause. `diff` leads from the words that stood before to these, None where none did."""

    event: Public[int]
    at: Public[datetime]
    state: Public[str]
    cause: Public[str | None]
    diff: Public[Sequence[Run] | None]
    reason: Internal[str | None]


class Cause(Shown):
    """A root cause as last told in this incident. `told` are all events of this incident about it, see `versions`."""

    root_cause: Public[str]
    state: Public[str]
    cause: Public[str | None]
    taxonomy: Public[str | None]
    method: Public[str | None]
    evidence: Internal[tuple[int | str, ...]]
    confidence: Internal[float | None]
    told: Public[Figure]
    versions: Public[tuple[CauseVersion, ...]]


class Note(Shown):
    """A contributing factor, or something that went well."""

    index: Public[int]
    at: Public[datetime]
    root_cause: Public[str | None]
    text: Internal[str | None]


class Review(Shown):
    """A review that was scheduled, held or published."""

    index: Public[int]
    at: Public[datetime]
    type: Public[str]
    doc_sha256: Public[str | None]
    url: Public[str | None]
    scheduled_for: Internal[datetime | None]
    participants: Internal[tuple[str, ...]]


class Revision(Shown):
    """A version of a plan that came because of a lesson of this incident."""

    index: Public[int]
    at: Public[datetime]
    lesson: Public[str]
    plan_id: Public[str | None]
    version: Public[str | None]


class Lesson(Shown):
    """A lesson. `acknowledged` counts persons, each by the event of their first word; `shared` counts tellings."""

    lesson_id: Public[str]
    root_cause: Public[str | None]
    recorded: Public[Figure]
    shared: Public[Figure]
    acknowledged: Public[Figure]
    revisions: Public[Figure]
    lesson: Internal[str | None]
    audience: Internal[str | None]
    persons: Internal[tuple[str, ...]]


class LearningAnswer(Shown):
    """What the incident taught. All times are the sources' claims; what was told in drills counts nowhere but there."""

    causes: Public[tuple[Cause, ...]]
    recurrence: Public[Recurrence]
    factors: Public[tuple[Note, ...]]
    went_well: Public[tuple[Note, ...]]
    actions: Public[tuple[Action, ...]]
    owners: Internal[tuple[Owner, ...]]
    figures: Public[ActionFigures]
    lessons: Public[tuple[Lesson, ...]]
    acknowledged: Public[Figure]
    plan_revisions: Public[tuple[Revision, ...]]
    reviews: Public[tuple[Review, ...]]
    closed: Public[Figure]
    reopened_within_30_days: Public[Figure]
    drills: Public[Figure]


class LearningView(View[Query, LearningAnswer]):
    """Root causes, actions, lessons: what was learned of an incident, and whether it was learned before."""

    name = "learning"
    rows = (RECOLLECTIONS,)
    shared = (ROOT_CAUSES, PREVENTIVE_ACTIONS, LESSONS, LIFECYCLES)
    query = Query
    answer = LearningAnswer
    line = Action

    def render(self, rows: Rows, moment: Moment, query: Query) -> LearningAnswer:  # noqa: ARG002
        """Join what is the incident's with what the ledger knows of it."""
        own, causes, lives = rows.of(RECOLLECTIONS), rows.shared(ROOT_CAUSES), rows.shared(LIFECYCLES)
        told = _told_here(own, causes)
        actions = _actions(own, told, rows.shared(PREVENTIVE_ACTIONS))
        history = History(causes, rows.shared(PREVENTIVE_ACTIONS), lives)
        lessons = _lessons(own, told, rows.shared(LESSONS))
        shown = tuple(_lesson(name, row) for name, row in lessons.items())
        life = lives.get(moment.incident, LifecycleRow())
        kin = [row for key, row in own.items() if key.startswith("kin|")]
        return LearningAnswer(
            causes=tuple(_cause(name, here) for name, here in told.items()),
            recurrence=history.recurrence(moment.incident, told, kin),
            factors=_notes(own, "factor|"),
            went_well=_notes(own, "well|"),
            actions=shown_actions(actions, moment.at),
            owners=by_owner(actions, moment.at),
            figures=figures(actions, moment.at),
            lessons=shown,
            acknowledged=counted(sorted(index for lesson in shown for index in lesson.acknowledged.indexes)),
            plan_revisions=_revisions(lessons),
            reviews=_reviews(own),
            closed=counted([turn.event for turn in life.of(CLOSED)]),
            reopened_within_30_days=counted(_reopened(life)),
            drills=counted(own[DRILLS].indexes if DRILLS in own else ()),
        )

    def table(self, answer: LearningAnswer) -> Sequence[Shown]:
        """Return the actions."""
        return answer.actions


def _told_here(
    own: Mapping[str, RecollectionRow], causes: Mapping[str, RootCauseRow]
) -> Mapping[str, Sequence[CauseTold]]:
    """Return what this incident's events, and those linked to it, say of each cause, in the order of the log."""
    here = {key.removeprefix("cause|"): set(row.indexes) for key, row in own.items() if key.startswith("cause|")}
    return {
        name: [told for told in causes[name].told if told.event in indexes]
        for name, indexes in here.items()
        if name in causes
    }


def _cause(name: str, here: Sequence[CauseTold]) -> Cause:
    words = next((told for told in reversed(here) if told.found != "rejected"), here[-1])
    return Cause(
        root_cause=name,
        state=here[-1].found,
        cause=words.cause,
        taxonomy=words.taxonomy,
        method=words.method,
        evidence=words.evidence,
        confidence=words.confidence,
        told=counted([told.event for told in here]),
        versions=tuple(_versions(here)),
    )


def _versions(here: Sequence[CauseTold]) -> Iterator[CauseVersion]:
    before: str | None = None
    for told in here:
        yield CauseVersion(
            event=told.event,
            at=told.at,
            state=told.found,
            cause=told.cause,
            diff=word_diff(before, told.cause) if before is not None and told.cause is not None else None,
            reason=told.reason,
        )
        before = told.cause or before


def _actions(
    own: Mapping[str, RecollectionRow], told: Mapping[str, object], every: Mapping[str, ActionRow]
) -> Mapping[str, ActionRow]:
    """Return the actions that were proposed here, and those proposed in no incident against a cause of this one."""

    def belongs(name: str, row: ActionRow) -> bool:
        here = own.get(f"action|{name}")
        proposed = [step.event for step in row.of("proposed")]
        if here is not None:
            return not proposed or proposed[0] in here.indexes
        return bool(proposed) and row.incident is None and row.root_cause in told

    return {name: row for name, row in every.items() if belongs(name, row)}


def _lessons(
    own: Mapping[str, RecollectionRow], told: Mapping[str, object], every: Mapping[str, LessonRow]
) -> Mapping[str, LessonRow]:
    """Return the lessons that were recorded here, and those recorded in no incident from a cause of this one."""

    def belongs(name: str, row: LessonRow) -> bool:
        here = own.get(f"lesson|{name}")
        if here is not None:
            return not row.recorded or row.recorded[0].event in here.indexes
        return bool(row.recorded) and row.incident is None and row.root_cause in told

    return {name: row for name, row in every.items() if belongs(name, row)}


def _lesson(name: str, row: LessonRow) -> Lesson:
    persons: dict[str, int] = {}
    for told in row.acknowledged:
        persons.setdefault(told.whom or "", told.event)
    return Lesson(
        lesson_id=name,
        root_cause=row.root_cause,
        recorded=counted([told.event for told in row.recorded]),
        shared=counted([told.event for told in row.shared]),
        acknowledged=counted(list(persons.values())),
        revisions=counted([came.event for came in row.revisions]),
        lesson=row.lesson,
        audience=row.recorded[0].whom if row.recorded else None,
        persons=tuple(person for person in persons if person),
    )


def _notes(own: Mapping[str, RecollectionRow], kind: str) -> tuple[Note, ...]:
    return tuple(
        Note(index=row.indexes[0], at=row.at, root_cause=row.root_cause, text=row.text)
        for key, row in own.items()
        if key.startswith(kind) and row.at is not None
    )


def _reviews(own: Mapping[str, RecollectionRow]) -> tuple[Review, ...]:
    return tuple(
        Review(
            index=row.indexes[0],
            at=row.at,
            type=row.type,
            doc_sha256=row.doc_sha256,
            url=row.url,
            scheduled_for=row.scheduled_for,
            participants=row.participants,
        )
        for key, row in own.items()
        if key.startswith("review|") and row.at is not None
    )


def _revisions(lessons: Mapping[str, LessonRow]) -> tuple[Revision, ...]:
    return tuple(
        Revision(index=came.event, at=came.at, lesson=name, plan_id=came.plan_id, version=came.version)
        for came, name in sorted((came, name) for name, row in lessons.items() for came in row.revisions)
    )


def _reopened(life: LifecycleRow) -> list[int]:
    """Return the closures that were followed by a reopening within 30 days, each once."""
    reopened = [turn.at for turn in life.of(REOPENED)]
    return [turn.event for turn in life.of(CLOSED) if any(turn.at <= again <= turn.at + _WITHIN for again in reopened)]
