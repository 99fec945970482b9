"""The case that a bundle holds, told once more: its events in the order in which a verdict hears them.

Nothing is verified here; `bundle_audit` does that first. Memory: the events that links bring in, and what checks keep.
"""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import orjson

from events.entry import parse_instant
from events.strict import JsonObject
from events.visibility import Visibility
from ledger.client.failures import ClientError
from ledger.client.progress import Tell
from ledger.evidence import verify as verifier
from projections.checks.ground import Ground, Integrity
from projections.checks.verdict import Judgement
from projections.context import CONTEXT_TYPES
from projections.event import Event, read_event
from projections.linking import linked
from projections.shown import disclosed

ABOUT = ("incident", "since", "until", "size", "root", "at", "proof")
"""What a verdict says of what was judged, beside what came of it."""


def judge_bundle(path: Path, tell: Tell) -> tuple[JsonObject, JsonObject]:
    """Judge a verified bundle's events by all checks, and return that verdict and the one that lies in the bundle.

    Raises `ClientError` for a bundle that doesn't show all that a verdict rests on.
    """
    files = verifier.open_files(path)
    manifest, told = _document(files, "manifest.json"), _document(files, "findings.json")
    if manifest["role"] != "personal":
        raise ClientError(f"it was made for the role {manifest['role']}: a verdict rests on all fields")
    if manifest["filter"].keys() & {"since", "until"}:
        raise ClientError("it is of a part by time: a verdict rests on what came before as well")
    ground = _ground(told, manifest["vkey"])
    judgement = Judgement(ground)
    for number, event in enumerate(_events(files, ground.incident)):
        judgement.take(event)
        tell(number)
    verdict = disclosed(judgement.verdict(), Visibility.PERSONAL)
    judged: JsonObject = orjson.loads(orjson.dumps({**{name: told[name] for name in ABOUT}, **verdict}))
    return judged, told


def _ground(told: JsonObject, vkey: str) -> Ground:
    """Return what was judged. That its proof holds is what verifying the bundle found."""
    proof = Integrity(told["proof"]["entries"], (), told["size"], told["root"], vkey)
    return Ground(told["incident"], told["size"], parse_instant(told["at"]), integrity=proof)


def _events(files: verifier.Files, incident: str | None) -> Iterator[Event]:
    """Yield what the verdict hears: own events and context where they stand, what is linked right behind its link."""
    wanted, brought = set(_targets(files, incident)), dict[int, Event]()
    for event in _all(files):
        own = incident in {None, event.incident}
        if event.index in wanted:
            brought[event.index] = event
        if own or event.type in CONTEXT_TYPES:
            yield event
        target = linked(event) if own else None
        if target is not None and brought[target].incident != event.incident:
            yield replace(brought[target], incident=event.incident, seq=None, linked_by=event.index)


def _targets(files: verifier.Files, incident: str | None) -> Iterator[int]:
    for event in _all(files, having=b'"event.linked"'):
        if incident in {None, event.incident} and (target := linked(event)) is not None:
            yield target


def _all(files: verifier.Files, having: bytes = b"") -> Iterator[Event]:
    """Yield the events of the bundle, those alone whose line has something in it."""
    for line in verifier.read(files, "events.ndjson", lines=True):
        if having in line:
            document = orjson.loads(line)
            yield read_event(document["index"], orjson.dumps(document["entry"]), orjson.dumps(document["openings"]))


def _document(files: verifier.Files, name: str) -> JsonObject:
    document: JsonObject = orjson.loads(b"".join(verifier.read(files, name)))
    return document
