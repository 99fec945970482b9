"""The audit finds nothing in an honest log, and each kind of lie at its index."""

import pytest

from events.seal import Opening
from ledger.core.audit import Audit, Scope
from ledger.core.merkle import leaf_hash
from ledger.core.regrowth import Regrowth
from tests.audit.pure_log import SERVICE, Event, Writer, findings, honest_log
from tests.core import naive_tree

LOG = honest_log()


def first(events: list[Event], *, public: bool = False) -> tuple[int | None, str]:
    """The first finding in a log."""
    found = findings(events, public=public)
    assert found, "nothing was found"
    return found[0].index, found[0].detail


@pytest.mark.parametrize("public", [False, True])
def test_nothing_is_found_in_an_honest_log(*, public: bool) -> None:
    assert findings(LOG, public=public) == []


@pytest.mark.parametrize("lost", range(len(LOG)))
def test_an_event_taken_out_is_missed_at_its_index(lost: int) -> None:
    audit = Audit()
    kept = [(index, event) for index, event in enumerate(LOG) if index != lost]
    found = [finding for index, event in kept for finding in audit.take(index, event.entry, event.shown)]
    found += audit.end(len(LOG))
    assert (found[0].index, found[0].detail) == (lost, "the entry is missing")


@pytest.mark.parametrize("lost", [index for index, event in enumerate(LOG) if b'"one"' in event.entry][:-1])
def test_a_timeline_with_an_event_taken_out_breaks_its_chain(lost: int) -> None:
    scope = Scope(incident="one")
    mine = [(index, event) for index, event in enumerate(LOG) if b'"one"' in event.entry]
    for timeline, sound in ((mine, True), ([item for item in mine if item[0] != lost], False)):
        audit = Audit(scope)
        found = [finding for index, event in timeline for finding in audit.take(index, event.entry, event.shown)]
        assert (found == []) is sound


def test_an_index_that_comes_again_is_found() -> None:
    audit = Audit()
    audit.take(0, LOG[0].entry, LOG[0].shown)
    assert [str(finding) for finding in audit.take(0, LOG[0].entry, LOG[0].shown)] == [
        "index 0: this index comes again"
    ]


@pytest.mark.parametrize("field", ["id", "text"])
def test_a_field_opened_to_another_value_or_salt_is_found(field: str) -> None:
    salt, value = LOG[3].shown.openings[field]
    for opening in (Opening(salt, "else"), Opening(bytes(16), value)):
        changed = [*LOG[:3], LOG[3].with_field(field, opening), *LOG[4:]]
        assert first(changed) == (3, f"the field {field} is not what was sealed")


def test_opened_withheld_missing_and_foreign_fields_are_told_apart() -> None:
    withheld = LOG[3].withholding("text")
    assert findings([*LOG[:3], withheld, *LOG[4:]]) == []
    missing = [*LOG[:3], LOG[3].with_field("text", None), *LOG[4:]]
    assert first(missing) == (3, "the field text is missing: neither opened nor withheld, and no erasure is on record")
    foreign = [*LOG[:3], LOG[3].with_field("mood", Opening(bytes(16), "good")), *LOG[4:]]
    assert first(foreign) == (3, "the field mood is shown, but the entry seals no such field")


def test_every_byte_of_an_entry_counts() -> None:
    for place in range(len(LOG[7].entry)):
        entry = bytearray(LOG[7].entry)
        entry[place] ^= 1
        changed = [*LOG[:7], Event(bytes(entry), LOG[7].shown), *LOG[8:]]
        tree = Regrowth()
        tree.grow([leaf_hash(event.entry) for event in changed])
        assert tree.edge.root() != naive_tree.mth([leaf_hash(event.entry) for event in LOG])
        assert findings(changed), bytes(entry)


def test_time_that_goes_back_is_found() -> None:
    log = Writer()
    for second in (5, 5, 4):
        log.second = second
        log.add({"id": "a"})
    assert first(log.events) == (2, "accepted before the entry at index 1, which stands before it")


def test_a_chain_that_does_not_begin_at_1_skips_or_names_another_is_found() -> None:
    for seq, said in ((0, None), (1, "seq 3 of incident one follows seq 1 at index 0")):
        log = Writer()
        log.add({"id": "a"}, incident="one")
        log.heads["one"] = (seq + 1, leaf_hash(b"another").hex())
        log.add({"id": "b"}, incident="one")
        expected = "incident one: the entry before, at index 0, is not the one that this one names"
        assert first(log.events) == (1, said or expected)
    log = Writer()
    log.heads["one"] = (4, leaf_hash(b"before").hex())
    log.add({"id": "a"}, incident="one")
    assert first(log.events) == (0, "incident one begins at seq 5 instead of 1")


@pytest.mark.parametrize("public", [False, True])
@pytest.mark.parametrize(
    ("numbers", "said"),
    [
        ((1, 2, 2), "source urn:a uses number 2 a second time"),
        ((1, 3), "source urn:a jumps from number 1 to 3; the gap isn't on record"),
        ((2,), "source urn:a jumps from number 0 to 2; the gap isn't on record"),
    ],
)
def test_a_number_used_twice_or_a_gap_not_on_record_is_found(
    numbers: tuple[int, ...], said: str, *, public: bool
) -> None:
    log = Writer()
    for number in numbers:
        log.add({"id": "a"}, number=number)
    assert first(log.events, public=public) == (len(numbers) - 1, said)


def test_a_gap_recorded_for_another_source_or_by_someone_else_is_not_on_record() -> None:
    for source, whose in ((SERVICE, "urn:b"), ("urn:a", "urn:a")):
        log = Writer()
        log.add({"source": whose, "expected": 1, "got": 3}, type_="ingest.gap_detected", source=source)
        log.add({"id": "a"}, number=3)
        assert first(log.events)[0] == 1


def test_regrowth_gives_the_roots_of_watched_sizes_and_every_full_tile() -> None:
    leaves = naive_tree.leaves(600)
    tree = Regrowth({100, 256, 300})
    tiles = [tile for start in range(0, 600, 70) for tile in tree.grow(leaves[start : start + 70])]
    assert [(tile.level, tile.n) for tile in tiles] == [(0, 0), (0, 1)]
    assert tree.edge.root() == naive_tree.mth(leaves)
    assert {size: tree.roots[size] for size in (100, 256, 300)} == {
        size: naive_tree.mth(leaves[:size]) for size in (100, 256, 300)
    }
