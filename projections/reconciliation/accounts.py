"""The difference of one comment or reply: as an account shows it, and as the ledger has it."""

from collections.abc import Sequence
from datetime import datetime

from projections.instants import micros
from projections.reconciliation.difference import Difference, Digests
from projections.reconciliation.shown_item import Glimpse, Scene, ShownItem
from projections.reconciliation.state import State, state_at
from projections.standing import StandingRow


def texts_of(row: StandingRow | None, scene: Scene) -> set[int]:
    """Return the events whose words an item is compared with."""
    moments = {scene.at, *(glimpse.at for glimpse in scene.glimpses)}
    states = [state_at(row, scene.place, at, scene.grace) for at in moments]
    return {event for state in states if state is not None for event in state.texts}


def of_shown(item: ShownItem, row: StandingRow | None, digests: Digests, scene: Scene) -> Difference:
    """Return the difference of an item that the account lists, in sight or moderated."""
    state = state_at(row, scene.place, scene.at, scene.grace)
    if state is None:
        return _unreported(item, scene)
    if item.moderated is not None:
        return _moderated(item, state, scene)
    before = _digest(state.texts[-1:], digests)
    known = [digest for event in state.texts for digest in digests.get(event, ())]
    kind = _by_words(item, state, digests, known)
    certain = kind != "text_differs" or (_stands(item, scene) and _differs_throughout(item, row, digests, scene))
    return Difference(
        kind,
        item.kind,
        item.external_id,
        certain,
        before,
        item.digest,
        (state.event, *state.texts),
        state.incident,
        item.seen_at.isoformat(),  # no digest: this names the event for ever, and the words may be erased
        item.seen_at,
        item,
    )


def of_unshown(
    external_id: str, row: StandingRow, history: Sequence[ShownItem], taken: Sequence[datetime], scene: Scene
) -> Difference | None:
    """Return the difference of a content that the account shows no more, or never did; None where it needn't.

    `history`: as it was shown before. `taken`: when it was last seen, at most one.
    """
    state = state_at(row, scene.place, scene.at, scene.grace, named=True)
    if state is None:
        return None
    if state.gone:
        reason, event = state.gone[-1]
        events = (state.event, event)
        return Difference(reason, state.kind, external_id, events=events, incident=state.incident)
    if not scene.glimpses or not scene.glimpses[0].covers(state.at):
        return None
    absent = [_absent(row, history, glimpse, scene) for glimpse in scene.glimpses]
    return Difference(
        "missing",
        state.kind,
        external_id,
        scene.confirmed and all(absent),
        events=(state.event,),
        incident=state.incident,
        seen_at=scene.taken_at,
        last_seen_at=taken[0] if taken else None,
    )


def _absent(row: StandingRow, history: Sequence[ShownItem], glimpse: Glimpse, scene: Scene) -> bool:
    """Tell whether a content should have been shown by a complete snapshot, and was not."""
    state = state_at(row, scene.place, glimpse.at, scene.grace, named=True)
    shown = any(item.valid_at(glimpse.number) and item.visible for item in history)
    return state is not None and state.due and not state.gone and glimpse.covers(state.at) and not shown


def _unreported(item: ShownItem, scene: Scene) -> Difference:
    begun = micros(item.created_at or item.seen_at)
    certain = _stands(item, scene) and begun + scene.grace <= scene.at
    return Difference(
        "unreported",
        item.kind,
        item.external_id,
        certain,
        after=item.digest,
        seen_at=item.seen_at,
        item=item,
    )


def _moderated(item: ShownItem, state: State, scene: Scene) -> Difference:
    wanted = "hidden_declared" if item.moderated == "hidden" else "removed_declared"
    declared = [event for reason, event in state.gone if reason == wanted]
    kind = wanted if declared else "moderated_out_of_band"
    return Difference(
        kind,
        item.kind,
        item.external_id,
        bool(declared) or _stands(item, scene),
        events=(state.event, *declared),
        incident=state.incident,
        detail=item.moderated or "",
        seen_at=item.seen_at,
        item=item,
    )


def _by_words(item: ShownItem, state: State, digests: Digests, known: Sequence[str]) -> str:
    if item.digest is None or not known:
        return "uncompared"
    if item.digest not in known:
        return "text_differs"
    as_it_began = state.event in state.texts and item.digest in digests.get(state.event, ())
    return "equal" if as_it_began else "edit_declared"


def _stands(item: ShownItem, scene: Scene) -> bool:
    """Tell whether enough complete snapshots in a row showed the item as it is."""
    if not scene.confirmed:
        return False
    created = None if item.created_at is None else micros(item.created_at)
    return item.since <= scene.glimpses[scene.in_a_row - 1].number and scene.glimpses[0].covers(created)


def _differs_throughout(item: ShownItem, row: StandingRow | None, digests: Digests, scene: Scene) -> bool:
    for glimpse in scene.glimpses:
        state = state_at(row, scene.place, glimpse.at, scene.grace)
        known = [digest for event in state.texts for digest in digests.get(event, ())] if state else []
        if not known or item.digest in known:
            return False
    return True


def _digest(events: Sequence[int], digests: Digests) -> str | None:
    return next((digest for event in events for digest in digests.get(event, ())), None)
