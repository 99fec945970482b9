"""The laws of a source's numbering: every number once, and every missing one on record until it comes."""

from hypothesis import given
from hypothesis import strategies as st

from ledger.sequencer.numbering import number
from ledger.store.ports import SourceHead


def numbers_in(gaps: tuple[tuple[int, int], ...]) -> set[int]:
    return {missing for first, last in gaps for missing in range(first, last + 1)}


@given(st.integers(1, 40).flatmap(lambda last: st.permutations(range(1, last + 1))))
def test_any_order_of_1_to_n_is_accepted_and_ends_without_gaps(order: list[int]) -> None:
    head: SourceHead | None = None
    missing: set[int] = set()
    filled: set[int] = set()
    for sequence in order:
        numbered = number(head, sequence)
        assert numbered is not None
        head = numbered.head
        if numbered.missing:
            missing |= numbers_in((numbered.missing,))
        if numbered.filled:
            filled.add(numbered.filled)
    assert head == SourceHead(len(order), ())
    assert missing == filled, "what was recorded as missing is what was recorded as filled"


@given(st.lists(st.integers(1, 30), max_size=60))
def test_a_number_is_accepted_exactly_once(sequences: list[int]) -> None:
    head: SourceHead | None = None
    seen: set[int] = set()
    for sequence in sequences:
        numbered = number(head, sequence)
        assert (numbered is None) == (sequence in seen)
        seen.add(sequence)
        head = numbered.head if numbered else head
        assert head is not None
        assert head.seq == max(seen)
        assert numbers_in(head.gaps) == set(range(1, head.seq)) - seen
        assert list(head.gaps) == sorted(head.gaps)
        assert all(first <= last for first, last in head.gaps)


@given(st.integers(1, 2**53), st.integers(1, 2**53))
def test_a_jump_costs_one_range_however_far_it_goes(first: int, second: int) -> None:
    head = number(None, first)
    assert head is not None
    assert len(head.head.gaps) == (first > 1)
    after = number(head.head, second)
    assert (after is None) == (first == second)
    assert after is None or len(after.head.gaps) <= 2
