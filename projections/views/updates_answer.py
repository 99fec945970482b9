"""What the view of the updates shows."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Literal

from events.visibility import Internal, Public
from projections.shown import Figure, Shown
from projections.update_history import Kind
from projections.word_diff import Run


class VersionLine(Shown):
    """A version of an update. `at` by the source's clock, `recorded_at` by the ledger's.

    `diff` leads from what stood before to this text, None where nothing is known to have stood before. `early`: it is
    of a time before the first publication.
    """

    update_id: Public[str]
    version: Public[int]
    event: Public[int]
    at: Public[datetime]
    recorded_at: Public[datetime]
    kind: Public[Kind]
    undeclared: Public[bool]
    early: Public[bool]
    audience: Public[str]
    lang: Public[str | None]
    text: Public[str | None]
    internal_text: Internal[str | None]
    diff: Public[Sequence[Run] | None]
    internal_diff: Internal[Sequence[Run] | None]
    translations: Public[Sequence[Mapping[str, str]]]
    internal_translations: Internal[Sequence[Mapping[str, str]]]
    status: Public[str | None]
    what_was_wrong: Public[str | None]
    reason: Public[str | None]
    severity: Public[str | None]
    declared_by: Public[int | None]
    next_update_due: Public[datetime | None]


class Draft(Shown):
    """A text drafted or approved; `published`: the update was first published in these very words."""

    event: Public[int]
    at: Public[datetime]
    type: Public[str]
    approver: Internal[str | None]
    published: Internal[bool]


class Withdrawal(Shown):
    """An update taken back. `early`: before it was published, by time."""

    event: Public[int]
    at: Public[datetime]
    reason: Public[str | None]
    replacement: Public[str | None]
    early: Public[bool]


class Delivered(Shown):
    """A channel that carried the update, or did not."""

    event: Public[int]
    at: Public[datetime]
    channel: Public[str | None]
    recipients: Public[int | None]
    failed: Public[bool]
    error: Internal[str | None]


class UpdateShown(Shown):
    """An update with all that became of it; `indexes` are all events that say so."""

    update_id: Public[str]
    versions: Public[Sequence[VersionLine]]
    drafts: Public[Sequence[Draft]]
    withdrawals: Public[Sequence[Withdrawal]]
    deliveries: Public[Sequence[Delivered]]
    indexes: Public[Sequence[int]]


class PromiseShown(Shown):
    """A promise of the next update: kept, missed or pending at the moment; `recorded_missed`: events that say so."""

    event: Public[int]
    due: Public[datetime]
    next: Public[int | None]
    status: Public[Literal["kept", "missed", "pending"]]
    recorded_missed: Public[Sequence[int]]


class Cadence(Shown):
    """How regularly one audience was told. `undated`: publications that promised no next one."""

    published: Public[Figure]
    median_gap_seconds: Public[Figure]
    p90_gap_seconds: Public[Figure]
    longest_gap_seconds: Public[Figure]
    promises: Public[Sequence[PromiseShown]]
    kept: Public[Figure]
    missed: Public[Figure]
    pending: Public[Figure]
    undated: Public[Figure]


class Inquiry(Shown):
    """A question of the press (`event`; None where words were said unasked), and what answered it.

    `status` is pending while its time runs; None where no time is known.
    """

    event: Public[int | None]
    at: Public[datetime | None]
    outlet: Internal[str | None]
    answer_due: Internal[datetime | None]
    answered: Public[int | None]
    status: Internal[Literal["kept", "missed", "pending"] | None]
    prepared: Public[Sequence[int]]
    given: Public[Sequence[int]]


class RumourShown(Shown):
    """A rumour: what went round, and what we said in public of it."""

    rumour_id: Public[str]
    identified: Public[int | None]
    rebutted: Public[int | None]
    claim: Public[str | None]
    verdict: Public[str | None]
    claim_heard: Internal[str | None]
    seconds_to_rebuttal: Public[Figure]


class UpdatesAnswer(Shown):
    """Every update with its versions, the cadence, corrections, the press, rumours. `drilled`: what drills told."""

    since: Public[datetime | None]
    since_event: Public[int | None]
    since_what: Public[Literal["surge", "opened", "comment"] | None]
    seconds_to_first_statement: Public[Figure]
    cadence: Public[Cadence]
    cadence_of_others: Internal[Mapping[str, Cadence]]
    corrections: Public[Figure]
    correction_median_seconds: Public[Figure]
    undeclared_changes: Public[Figure]
    withdrawn: Public[Figure]
    updates: Public[Sequence[UpdateShown]]
    unnamed_drafts: Public[Sequence[Draft]]
    press: Public[Sequence[Inquiry]]
    rumours: Public[Sequence[RumourShown]]
    drilled: Public[Figure]
