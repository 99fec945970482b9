"""The parts of the updates' view, each from the facts of one object."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from projections.cadence import gaps_between, longest_gap, median_gap, p90_gap, promises
from projections.facts import Fact, FactsRow
from projections.shown import counted, figure
from projections.update_history import Version, publications, text_hash, versions, words
from projections.views.updates_answer import (
    Cadence,
    Delivered,
    Draft,
    Inquiry,
    PromiseShown,
    RumourShown,
    UpdateShown,
    VersionLine,
    Withdrawal,
)
from projections.word_diff import word_diff


def update_shown(row: FactsRow, unnamed: Iterable[Fact]) -> UpdateShown:
    """Return an update; `unnamed` are drafts that name no update, of which those in its words are its own."""
    published = publications(row)
    first = published[0] if published else None
    hashes = {text_hash(text) for fact in published if (text := words(fact)) is not None}
    told = row.told()
    own = [fact for fact in unnamed if fact.text("text_sha256") in hashes]
    drafts = [fact for fact in told if fact.type in {"update.drafted", "update.approved"}]
    return UpdateShown(
        update_id=row.name,
        versions=[
            version_line(row.name, number, version, first) for number, version in enumerate(versions(row), start=1)
        ],
        drafts=[draft_shown(fact, hashes) for fact in sorted([*drafts, *own], key=lambda fact: (fact.at, fact.event))],
        withdrawals=[_withdrawal(fact, first) for fact in told if fact.type == "update.withdrawn"],
        deliveries=[_delivery(fact) for fact in told if fact.type in {"update.delivered", "update.delivery_failed"}],
        indexes=sorted({*row.indexes, *(fact.event for fact in own)}),
    )


def version_line(name: str, number: int, version: Version, first: Fact | None) -> VersionLine:
    """Return a version, its words in the fields of those who may read them."""
    fact, public = version.fact, version.public
    runs = None if version.before is None or version.text is None else word_diff(version.before, version.text)
    return VersionLine(
        update_id=name,
        version=number,
        event=fact.event,
        at=version.at,
        recorded_at=fact.recorded_at,
        kind=version.kind,
        undeclared=version.undeclared,
        early=first is None or version.at < first.at,
        audience=version.audience,
        lang=fact.text("lang"),
        text=version.text if public else None,
        internal_text=None if public else version.text,
        diff=runs if public else None,
        internal_diff=None if public else runs,
        translations=fact.items("translations"),
        internal_translations=fact.items("internal_translations"),
        status=fact.text("status"),
        what_was_wrong=fact.text("what_was_wrong"),
        reason=fact.text("reason"),
        severity=fact.text("severity"),
        declared_by=version.declared_by,
        next_update_due=fact.time("next_update_due"),
    )


def draft_shown(fact: Fact, hashes: Iterable[str]) -> Draft:
    """Return a draft or approval; `hashes` are those of the words in which its update was published."""
    return Draft(
        event=fact.event,
        at=fact.at,
        type=fact.type,
        approver=fact.text("approver"),
        published=fact.text("text_sha256") in set(hashes),
    )


def _withdrawal(fact: Fact, first: Fact | None) -> Withdrawal:
    return Withdrawal(
        event=fact.event,
        at=fact.at,
        reason=fact.text("reason"),
        replacement=fact.text("replacement"),
        early=first is None or fact.at < first.at,
    )


def _delivery(fact: Fact) -> Delivered:
    return Delivered(
        event=fact.event,
        at=fact.at,
        channel=fact.text("channel"),
        recipients=fact.number("count"),
        failed=fact.type == "update.delivery_failed",
        error=fact.text("error"),
    )


def cadence_of(told: Sequence[Fact], missed: Mapping[int, Sequence[int]], at: datetime) -> Cadence:
    """Return the cadence of publications to one audience, in the order of their times.

    `missed`: what is on record as missed, by the event that promised. The figures of promises have the events of the
    promise and of the publication that came next.
    """
    gaps = gaps_between(told)
    shown = [
        PromiseShown(
            event=promise.made.event,
            due=promise.due,
            next=promise.next.event if promise.next else None,
            status=promise.status(at),
            recorded_missed=missed.get(promise.made.event, ()),
        )
        for promise in promises(told)
    ]
    by_status = {name: [one for one in shown if one.status == name] for name in ("kept", "missed", "pending")}
    figures = {
        name: figure(
            len(those),
            sorted({event for one in those for event in (one.event, one.next) if event is not None}),
        )
        for name, those in by_status.items()
    }
    dated = {one.event for one in shown}
    return Cadence(
        published=counted(sorted(fact.event for fact in told)),
        median_gap_seconds=median_gap(gaps),
        p90_gap_seconds=p90_gap(gaps),
        longest_gap_seconds=longest_gap(gaps),
        promises=shown,
        kept=figures["kept"],
        missed=figures["missed"],
        pending=figures["pending"],
        undated=counted(sorted(fact.event for fact in told if fact.event not in dated)),
    )


def inquiry_shown(row: FactsRow, at: datetime) -> Inquiry:
    """Return a question of the press; an interview about it answers it, a prepared statement doesn't yet."""
    told = row.told()
    asked = next((fact for fact in told if fact.type == "press.inquiry_received"), None)
    given = [fact for fact in told if fact.type == "interview.given"]
    due = asked.time("answer_due") if asked else None
    in_time = due is not None and bool(given) and given[0].at <= due
    return Inquiry(
        event=asked.event if asked else None,
        at=asked.at if asked else None,
        outlet=(asked or told[0]).text("outlet"),
        answer_due=due,
        answered=given[0].event if given else None,
        status=None if due is None else "kept" if in_time else "pending" if due >= at and not given else "missed",
        prepared=[fact.event for fact in told if fact.type == "statement.prepared"],
        given=[fact.event for fact in given],
    )


def rumour_shown(row: FactsRow) -> RumourShown:
    """Return a rumour, with how long it went about until we first said in public what is true of it."""
    told = row.told()
    heard = next((fact for fact in told if fact.type == "rumour.identified"), None)
    answer = next((fact for fact in told if fact.type == "rumour.rebutted"), None)
    both = [(answer.at - heard.at).total_seconds()] if answer and heard else []
    return RumourShown(
        rumour_id=row.name,
        identified=heard.event if heard else None,
        rebutted=answer.event if answer else None,
        claim=answer.text("claim") if answer else None,
        verdict=answer.text("verdict") if answer else None,
        claim_heard=heard.text("claim") if heard else None,
        seconds_to_rebuttal=figure(both[0] if both else None, sorted(row.indexes) if both else []),
    )
