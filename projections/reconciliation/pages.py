"""The differences of a page: updates as it shows them, from one snapshot to the next, and as the ledger has them.

What a page shows is certain at once: it is compared with itself. Only that an update is missing takes more than one
look, and that it is unrecorded takes as long as a connector may need.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from projections.instants import micros
from projections.reconciliation.difference import Difference, Digests
from projections.reconciliation.normalised import normalised, to_the_second
from projections.reconciliation.shown_item import Scene, ShownItem
from projections.reconciliation.state import State, state_at
from projections.standing import StandingRow


def words_of(row: StandingRow | None, history: Sequence[ShownItem], scene: Scene) -> set[int]:
    """Return the events whose words an update is compared with."""
    moments = {scene.at, *(micros(item.seen_at) for item in history)}
    states = [state_at(row, scene.place, at, scene.grace) for at in moments]
    return {event for state in states if state is not None for event in state.texts}


def of_update(
    history: Sequence[ShownItem], row: StandingRow | None, digests: Digests, scene: Scene
) -> Iterator[Difference]:
    """Yield what holds of an update that the page shows: as it stands now, then every change on the way there."""
    current, state = history[-1], state_at(row, scene.place, scene.at, scene.grace)
    if stands := _as_it_stands(history, state, digests, scene):
        yield stands
    if state is not None and (first := _change(None, history[0], row, digests, scene)):
        yield first
    for before, after in pairwise(history):
        if before.digest != after.digest and (change := _change(before, after, row, digests, scene)):
            yield change
        if before.shown_at and after.shown_at and to_the_second(before.shown_at) != to_the_second(after.shown_at):
            yield _of(after, "update_redated", state, detail=_when(after), previous=before)
    if state is not None and state.gone:
        yield _of(current, "removed_declared", state)


def of_missing(history: Sequence[ShownItem], row: StandingRow | None, scene: Scene) -> Difference:
    """Return the difference of an update that the page shows no more, though it still shows its incident."""
    last, state = history[-1], state_at(row, scene.place, scene.at, scene.grace)
    if state is not None and state.gone:
        return _of(last, "removed_declared", state)
    found = _of(last, "update_missing", state)
    certain = last.until is not None and last.until <= scene.number - (scene.in_a_row - 1)
    return found._replace(certain=certain, seen_at=scene.taken_at, last_seen_at=last.seen_at)


def of_incident(history: Sequence[ShownItem], row: StandingRow | None, scene: Scene) -> Iterator[Difference]:
    """Yield what holds of the title of an incident that the page shows, and every change of it."""
    declared = {} if row is None else {normalised(one.said): one for one in row.changes if one.said is not None}
    changes = [
        (before, after)
        for before, after in pairwise(history)
        if normalised(before.title or "") != normalised(after.title or "")
    ]
    if not changes:
        yield _of(history[-1], "equal", None)
    for before, after in changes:
        found = declared.get(normalised(after.title or ""))
        if found is not None and found.at <= micros(after.seen_at) + scene.grace:
            yield _of(after, "edit_declared", None)._replace(events=(found.event,))
        else:
            retitled = _of(after, "incident_retitled", None, detail=_when(after), previous=before)
            yield retitled._replace(incident=after.external_id)


def _as_it_stands(
    history: Sequence[ShownItem], state: State | None, digests: Digests, scene: Scene
) -> Difference | None:
    first, current = history[0], history[-1]
    if state is None:
        begun = micros(first.shown_at or first.seen_at)
        certain = len({item.since for item in history}) > 1 or begun + scene.grace <= scene.at
        return _of(first, "update_unrecorded", None)._replace(certain=certain)
    known = [digest for event in state.texts for digest in digests.get(event, ())]
    if not known:
        return _of(current, "uncompared", state)
    if current.digest not in known:
        return None  # the change that made it so says more
    edited = len(state.texts) > 1 and current.digest not in digests.get(state.texts[0], ())
    return _of(current, "edit_declared" if edited else "equal", state, before=known[0])


def _change(
    before: ShownItem | None, after: ShownItem, row: StandingRow | None, digests: Digests, scene: Scene
) -> Difference | None:
    """Return the change that brought an update to read as in `after`, None where that was published or declared."""
    state = state_at(row, scene.place, micros(after.seen_at), scene.grace)
    known = [digest for event in state.texts for digest in digests.get(event, ())] if state else []
    if after.digest in known or (before is None and not known):
        return None
    was = before.digest if before is not None else known[0]
    return _of(after, "update_changed", state, before=was, detail=_when(after), previous=before)


def _when(after: ShownItem) -> str:
    """Tell one change from the next, also where it leads back to how it was before: by when it was first seen."""
    return after.seen_at.isoformat()


def _of(
    item: ShownItem,
    kind: str,
    state: State | None,
    *,
    before: str | None = None,
    detail: str = "",
    previous: ShownItem | None = None,
) -> Difference:
    return Difference(
        kind,
        item.kind,
        item.external_id,
        before=before,
        after=item.digest,
        events=() if state is None else (state.event, *state.texts),
        incident=item.incident if state is None else state.incident or item.incident,
        detail=detail,
        seen_at=item.seen_at,
        item=item,
        previous=previous,
    )
