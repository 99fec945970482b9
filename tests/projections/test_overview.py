"""An incident at a glance: the sample crisis by hand, and clocks whose events came in odd orders."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import permutations

from ledger.demo import INCIDENT
from projections.comments import COMMENTS
from projections.event import Event
from projections.folding import rows_of
from projections.incidents import Incidents
from projections.linking import with_linked
from projections.overviews import KEY, OVERVIEWS
from projections.projection import RowKey
from projections.shown import Figure
from projections.views.overview import OverviewAnswer, OverviewView, overview_item
from tests.projections.crisis import END, crisis, seen
from tests.projections.written import Written, hour, written

OVERVIEW = OverviewView()


def glance(events: Sequence[Event], incident: str = INCIDENT, at: datetime = END) -> OverviewAnswer:
    answer: OverviewAnswer = seen(OVERVIEW, events, incident, at)
    return answer


def told(figure: Figure) -> tuple[float | None, list[int]]:
    return figure.value, [int(index) for index in figure.indexes]


def evening(hours: int, minutes: int = 0, day: int = 20) -> datetime:
    return datetime(2026, 11, day, hours, minutes, tzinfo=UTC)


def test_the_phase_is_that_of_the_last_turn_with_title_and_severity() -> None:
    answer = glance(crisis())
    assert (answer.title, answer.severity) == ("App Clair et portillons : billets refusés", "minor")
    assert (answer.phase, answer.phase_event, answer.phase_since) == ("closed", 497, evening(16, 30, 21))
    assert (told(answer.reopened), answer.surges) == ((0, []), ())


def test_while_it_lasts_the_clocks_run() -> None:
    answer = glance(crisis()[:300], at=evening(19, 10))
    clocks = answer.clocks
    assert (answer.phase, answer.phase_event, answer.severity) == ("open", 64, "critical")
    assert [(surge.series, surge.index, surge.since) for surge in answer.surges] == [("comments/all", 38, evening(17))]
    assert told(clocks.since_beginning_seconds) == (130 * 60, [38])
    assert told(clocks.since_opening_seconds) == (108 * 60, [64])
    assert told(clocks.first_statement_seconds) == (35 * 60, [38, 117])
    assert clocks.next_update is not None
    # The third update was the last by then; it promised the next for 19:05.
    assert (clocks.next_update.index, clocks.next_update.due) == (278, evening(19, 5))
    assert clocks.next_update.overdue_seconds == 5 * 60
    assert told(answer.findings.missed_cadence) == (1, [278])
    assert (told(clocks.commitments_open), clocks.escalations) == ((1, [274]), ())


def test_an_escalation_runs_until_it_is_acknowledged_and_is_a_finding_once_its_time_has_passed() -> None:
    deadline = datetime(2026, 11, 20, 17, 25, 30, tzinfo=UTC)
    (running,) = glance(crisis()[:50], at=deadline - timedelta(seconds=1)).clocks.escalations
    assert (running.index, running.due, running.overdue_seconds) == (40, deadline, None)
    late = glance(crisis()[:50], at=deadline + timedelta(seconds=60))
    assert late.clocks.escalations[0].overdue_seconds == 60
    assert told(late.findings.unacknowledged_escalations) == (1, [40])
    assert told(glance(crisis()[:56], at=deadline + timedelta(seconds=60)).findings.unacknowledged_escalations) == (
        0,
        [],
    )


def test_what_went_wrong_is_known_in_the_end() -> None:
    findings = glance(crisis()).findings
    # Update 4 promised the next for 19:35; it came at 20:02.
    assert told(findings.missed_cadence) == (1, [327])
    # The fines were to be refunded by the 27th and were by the 29th.
    assert told(findings.missed_commitments) == (1, [457])
    assert told(findings.overdue_steps) == told(findings.undeclared_changes) == told(findings.gaps) == (0, [])
    assert told(findings.unacknowledged_escalations) == (0, [])


def test_of_the_promises_only_the_one_whose_time_was_moved_is_open() -> None:
    clocks = glance(crisis()).clocks
    assert told(clocks.commitments_open) == (1, [459])
    (promise,) = clocks.commitments
    assert (promise.name, promise.due) == ("billet-hors-ligne", datetime(2027, 1, 15, 22, tzinfo=UTC))
    assert (promise.overdue_seconds, clocks.next_update) == (None, None)


def lives(events: Sequence[Event]) -> dict[str, list[Event]]:
    """What was received in the sample crisis, by what it is called, the linked comment included."""
    received: dict[str, list[Event]] = {}
    for event in events:
        if event.type == "comment.received" and (event.incident == INCIDENT or event.index == 6):
            received.setdefault(event.text("external_id") or "", []).append(event)
    return received


def waiting_by_hand(events: Sequence[Event]) -> list[Event]:
    """The comments that wait, found by looking at every later event for every comment."""
    answered = {event.text("in_reply_to") for event in events if event.type == "reply.posted" and _person(event)}
    outcome = {
        event.text("external_id"): event.text("outcome") for event in events if event.type == "comment.outcome_set"
    }
    label = {event.text("external_id"): event.text("label") for event in events if event.type == "comment.classified"}
    deleted = {event.text("external_id") for event in events if event.type == "comment.deleted_by_author"}
    removed: set[object] = set()
    for event in events:
        taken = {event.text("target"), *_list(event.value("cascade_ids"))}
        if event.type == "comment.removed":
            removed |= taken
        elif event.type == "comment.restored":
            removed -= taken
    settled = answered | deleted | removed
    settled |= {name for name, what in outcome.items() if what != "escalated"}
    settled |= {name for name, what in label.items() if what == "spam"}
    first = [comments[0] for name, comments in lives(events).items() if name not in settled]
    return sorted(first, key=lambda event: (event.moment, event.index))


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _person(event: Event) -> bool:
    author = event.value("author")
    bot = isinstance(author, dict) and author.get("kind") in {"bot", "service"}
    return not bot and (event.actor is None or event.actor.kind == "person")


def test_who_waits_and_since_when_is_what_a_search_by_hand_finds() -> None:
    for size in (230, 300, 420, len(crisis())):
        events = crisis()[:size]
        answer, waiting = glance(events), waiting_by_hand(events)
        assert told(answer.waiting) == (len(waiting), sorted(event.index for event in waiting))
        assert told(answer.received)[0] == len(lives(events))
        assert answer.waiting_longest == (waiting[0].index if waiting else None)
        assert answer.waiting_since == (waiting[0].moment if waiting else None)


def test_the_list_of_all_says_the_same_of_an_incident_as_its_own_overview() -> None:
    events, known = crisis()[:300], {event.index: event for event in crisis()}
    every = list(with_linked(events, known.get))
    queue = sorted(
        (rank, row)
        for key, row in rows_of(COMMENTS, every).items()
        if key.incident == INCIDENT and (rank := COMMENTS.rank(row)) is not None
    )
    incident = rows_of(Incidents(), every)[RowKey(INCIDENT, "")]
    row = rows_of(OVERVIEWS, every)[RowKey(INCIDENT, KEY)]
    item = overview_item(incident, row, len(queue), queue[0][1], evening(19, 10))
    answer = glance(events, at=evening(19, 10))
    assert (item.waiting, item.waiting_longest) == (answer.waiting.value, answer.waiting_longest)
    assert (item.clocks, item.findings, item.phase) == (answer.clocks, answer.findings, answer.phase)
    assert item.last_event == 299


PROMISE: Sequence[Written] = (
    ("commitment.made", "i", 1, {"commitment_id": "p", "due": hour(5).isoformat()}),
    ("commitment.due_changed", "i", 2, {"commitment_id": "p", "due": hour(9).isoformat()}),
    ("commitment.kept", "i", 10, {"commitment_id": "p"}),
)


def test_in_whatever_order_they_came_a_promise_kept_late_is_found() -> None:
    for order in permutations(PROMISE):
        events = written(order)
        answer = glance(events, "i", hour(20))
        made = next(event.index for event in events if event.type == "commitment.made")
        assert told(answer.findings.missed_commitments) == (1, [made])
        assert told(answer.clocks.commitments_open) == (0, [])


def test_steps_changes_and_gaps_are_found_by_the_events_that_say_them() -> None:
    lines: Sequence[Written] = (
        ("step.overdue", "i", 3, {"plan_step": "s", "due": hour(2).isoformat()}),
        ("update.observed_changed", "i", 4, {"update_id": "u"}),
        ("ingest.gap_detected", "i", 5, {"expected": 3, "got": 5}),
        ("step.completed", "i", 6, {"plan_step": "s"}),
    )
    before, after = glance(written(lines[:3]), "i", hour(5)), glance(written(lines), "i", hour(9))
    assert [(due.name, due.overdue_seconds) for due in before.clocks.steps_overdue] == [("s", 3 * 3600)]
    assert after.clocks.steps_overdue == ()
    for answer in (before, after):
        assert told(answer.findings.overdue_steps) == (1, [0])
        assert told(answer.findings.undeclared_changes) == (1, [1])
        assert told(answer.findings.gaps) == (1, [2])


def test_after_the_end_nobody_is_owed_an_update() -> None:
    update: Written = (
        "update.published",
        "i",
        1,
        {"update_id": "u", "audience": "public", "next_update_due": hour(5).isoformat()},
    )
    closed: Written = ("incident.closed", "i", 4, {})
    assert told(glance(written([update, closed]), "i", hour(9)).findings.missed_cadence) == (0, [])
    assert told(glance(written([update]), "i", hour(9)).findings.missed_cadence) == (1, [0])
    reopened: Written = ("incident.reopened", "i", 6, {})
    again = glance(written([update, closed, reopened]), "i", hour(9))
    assert (again.phase, told(again.reopened)) == ("open", (1, [2]))


def test_drills_and_what_is_not_for_the_public_start_no_clock() -> None:
    staff: Written = ("update.published", "i", 1, {"audience": "staff", "next_update_due": hour(2).isoformat()})
    drill = ("commitment.made", "i", 1, {"commitment_id": "p", "due": hour(2).isoformat(), "exercise": True})
    answer = glance(written([staff, drill]), "i", hour(9))
    assert told(answer.findings.missed_cadence) == told(answer.findings.missed_commitments) == (0, [])
