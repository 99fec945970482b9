"""What an object should have shown at a moment, whatever the order in which that was recorded."""

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from projections.reconciliation.state import Place, state_at
from projections.standing import Change, Origin, StandingRow, What

PLACE = Place("x", "acme")
GRACE = 100
ORIGIN = Origin(0, 0, "comment", *PLACE, "paris")


def row(*changes: tuple[int, What], origin: Origin = ORIGIN) -> StandingRow:
    """A comment and what became of it: when, and what."""
    told = tuple(Change(place, at, what, None, None) for place, (at, what) in enumerate(changes, start=1))
    return StandingRow(origins=(origin,), changes=told)


def gone(known: StandingRow, at: int) -> list[str]:
    """Why it may be out of sight."""
    state = state_at(known, PLACE, at, GRACE)
    assert state is not None
    return [reason for reason, _ in state.gone]


def test_what_began_later_than_the_grace_was_not_there_yet() -> None:
    assert state_at(row(), PLACE, -101, GRACE) is None
    state = state_at(row(), PLACE, 50, GRACE)
    assert state is not None
    assert not state.due


def test_a_measure_explains_from_one_grace_before_it_to_one_grace_after_its_end() -> None:
    hidden = row((1_000, "hidden"), (2_000, "unhidden"))
    assert gone(hidden, 899) == []
    assert gone(hidden, 900) == ["hidden_declared"]
    assert gone(hidden, 2_099) == ["hidden_declared"]
    assert gone(hidden, 2_100) == []


def test_a_second_measure_of_the_kind_counts_anew() -> None:
    again = row((1_000, "hidden"), (2_000, "unhidden"), (3_000, "hidden"))
    assert gone(again, 2_500) == []
    assert gone(again, 5_000) == ["hidden_declared"]


def test_words_are_those_that_stood_within_the_grace() -> None:
    edited = row((1_000, "text"), (3_000, "text"))
    for at, texts in ((500, (0,)), (1_000, (0, 1)), (1_100, (1,)), (2_950, (1, 2)), (9_000, (2,))):
        state = state_at(edited, PLACE, at, GRACE)
        assert state is not None
        assert state.texts == texts


def test_a_content_without_an_account_is_known_where_it_is_seen_and_missed_nowhere() -> None:
    nameless = row(origin=Origin(0, 0, "comment", "x", None, None))
    assert state_at(nameless, PLACE, 1_000, GRACE) is not None
    assert state_at(nameless, PLACE, 1_000, GRACE, named=True) is None


def test_what_is_said_of_another_platform_concerns_no_content_here() -> None:
    elsewhere = StandingRow(origins=(ORIGIN,), changes=(Change(1, 10, "removed", "facebook", None),))
    assert gone(elsewhere, 1_000) == []


_WHATS: list[What] = ["text", "deleted", "hidden", "unhidden", "removed", "restored", "withdrawn"]


_CHANGES = st.lists(st.tuples(st.integers(0, 9_000), st.sampled_from(_WHATS)), max_size=8)


@given(_CHANGES, st.integers(0, 9_999), st.randoms())
def test_the_order_in_the_row_makes_no_difference(changes: list[tuple[int, What]], at: int, random: Random) -> None:
    known = row(*changes)
    mixed = list(known.changes)
    random.shuffle(mixed)
    assert state_at(known.model_copy(update={"changes": tuple(mixed)}), PLACE, at, GRACE) == state_at(
        known, PLACE, at, GRACE
    )
