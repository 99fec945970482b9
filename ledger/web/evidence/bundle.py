"""The bundle as it is written: member after member, slice after slice, its signature last.

Nothing in it depends on when, by whom or how often it was asked for: the same head, filter, role and language give the
same bytes, until something in it is erased by law.
"""

from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import replace
from importlib.metadata import version
from importlib.resources import files

import orjson

from events.canonical import canonical
from ledger.core import b64
from ledger.core.manifest import MANIFEST, SIGNATURE, Context, LeftOut, Manifest, sign_manifest
from ledger.core.merkle import EMPTY_ROOT, leaf_hash
from ledger.evidence.report import FigureLine, render_report
from ledger.registry import OpenLedger
from ledger.store.paths import Paths
from ledger.store.proven_tree import ProvenTree
from ledger.store.reads import SLICE, StoredEvent
from ledger.web.disclosure import event_document
from ledger.web.evidence.archive import Archive
from ledger.web.evidence.pages import (
    TIMELINE_COLUMNS,
    TimelineTable,
    decisions_table,
    figure_lines,
    report_of,
    withheld_columns,
)
from ledger.web.evidence.survey import Survey
from ledger.web.formats import csv_row
from ledger.web.timeline_items import items_of
from ledger.web.verdicts import about
from projections.event import Event
from projections.register import Measure
from projections.shown import disclosed

Record = Callable[[Manifest, bytes], Awaitable[None]]
"""Puts on record that a bundle of this manifest, with these bytes, leaves."""
SliceSize = Callable[[], int]


class LogChanged(Exception):
    """An entry is not what it was a moment ago, when all were verified: nothing is signed."""


class Bundle:
    """Writes one bundle, once."""

    def __init__(self, ledger: OpenLedger, survey: Survey, slice_size: SliceSize, record: Record) -> None:
        """Take what was found; `record` is awaited before the signature leaves."""
        self._ledger, self._survey, self._slice_size, self._record = ledger, survey, slice_size, record
        self._asked, self._reads = survey.asked, ledger.reads
        self._archive = Archive()
        self._timeline = TimelineTable(survey.asked.level)
        self._measures: Sequence[Measure] = ()
        self._withheld: Counter[str] = Counter()
        self._erased = 0

    async def write(self) -> AsyncIterator[bytes]:
        """Yield the bytes of the archive. Whatever is raised amid them leaves an archive without an end."""
        archive, row = self._archive, self._ledger.row
        for name in ("VERIFY.md", "verify.py"):
            yield archive.whole(name, files("ledger.evidence").joinpath(name).read_bytes())
        yield archive.whole(f"keys/{row.origin.replace('/', '_')}.vkey", f"{row.vkey}\n".encode())
        yield archive.whole("checkpoint", self._asked.head.note)
        for name, parts in (
            ("events.ndjson", self._events()),
            ("proofs.ndjson", self._proofs()),
            ("timeline.csv", self._timeline_rows()),
            ("moderation_dsa.csv", self._decisions()),
            ("findings.json", self._findings()),
        ):
            async for part in archive.streamed(name, parts):
                yield part
        root = await self._reads.tree.root(self._asked.head.size)
        async for part in self._last(root):
            yield part

    async def _last(self, root: bytes) -> AsyncIterator[bytes]:
        """Yield the report, the proof of consistency, the manifest, and, once it is on record, its signature."""
        archive, retelling = self._archive, self._survey.retelling
        figures: list[FigureLine] | None = None
        if retelling is not None:
            figures = []
            for line in figure_lines(self._survey, retelling):
                figures.append(line)
                yield b""  # others may go first: each view takes its time
        manifest = self._manifest(root)
        report = report_of(self._survey, manifest, self._timeline, self._measures, figures)
        yield archive.whole("report.html", render_report(report, self._asked.lang))
        if self._asked.older is not None:
            yield archive.whole("consistency.json", await self._consistency(self._asked.older))
        manifest = replace(manifest, files=archive.files)
        text = manifest.render()
        yield archive.whole(MANIFEST, text)
        signature = sign_manifest(text, self._ledger.signer())
        await self._record(manifest, text)
        yield archive.whole(SIGNATURE, signature) + archive.finish()

    async def _slices(self, indexes: Sequence[int]) -> AsyncIterator[Sequence[int]]:
        first = 0
        while first < len(indexes):
            part = indexes[first : first + self._slice_size()]
            yield part
            first += len(part)

    async def _stored(self, indexes: Sequence[int]) -> AsyncIterator[list[StoredEvent]]:
        """Yield the events at `indexes`, slice by slice. Raises `LogChanged` where one isn't there."""
        async for part in self._slices(indexes):
            whole = isinstance(part, range)
            stored = await (self._reads.events(part[0], part[-1] + 1) if whole else self._reads.events_at(list(part)))
            if len(stored) != len(part):
                raise LogChanged("an entry is gone")
            yield stored

    async def _events(self) -> AsyncIterator[bytes]:
        tree, level = ProvenTree(self._reads.tree, self._asked.head.size), self._asked.level
        async for stored in self._stored(self._survey.indexes):
            documents = [event_document(event, level) for event in stored]
            for event, document in zip(stored, documents, strict=True):
                if not await tree.holds(event.index, leaf_hash(event.entry)):
                    raise LogChanged(f"the entry at index {event.index} is not the one in the tree")
                self._count(document)
            yield b"".join(b"%b\n" % document for document in documents)

    def _count(self, document: bytes) -> None:
        told = orjson.loads(document)
        self._withheld.update(told["withheld"])
        self._erased += len(told.get("erased", ()))

    async def _proofs(self) -> AsyncIterator[bytes]:
        paths = Paths(self._reads.tree, self._asked.head.size)
        async for part in self._slices(self._survey.indexes):
            proofs = await paths.inclusions(part)
            yield b"".join(map(_proof_line, part, proofs))

    async def _timeline_rows(self) -> AsyncIterator[bytes]:
        survey, end = self._survey, self._asked.head.size
        yield csv_row(TIMELINE_COLUMNS)
        shown = survey.indexes
        if survey.context:
            shown = [index for index in survey.indexes if index not in survey.context]
        async for stored in self._stored(shown):
            items = await items_of(self._reads, stored, survey.linked, end)
            survey.decisions.find_targets([self._as_told(item.event) for item in items])
            yield b"".join(map(self._timeline.row, items))

    def _as_told(self, event: Event) -> Event:
        by = self._survey.linked.get(event.index)
        return event if by is None else replace(event, incident=self._asked.incident, seq=None, linked_by=by)

    async def _decisions(self) -> AsyncIterator[bytes]:
        measures = self._survey.decisions.measures(self._asked.at)
        here = set(self._survey.indexes) if len(measures) and self._asked.ranged else None
        self._measures = [measure for measure in measures if here is None or measure.index in here]
        for line in decisions_table(self._measures, self._asked.level):
            yield line

    async def _findings(self) -> AsyncIterator[bytes]:
        """Yield the verdict as `GET …/verdict` has it, canonical, as far as the role sees it; its findings in parts."""
        verdict, level = self._survey.verdict, self._asked.level
        rest = {**about(self._survey.ground), **disclosed(verdict.model_copy(update={"findings": ()}), level)}
        for place, name in enumerate(sorted(rest)):
            yield (b"," if place else b"{") + canonical(name) + b":"
            if name != "findings":
                yield canonical(rest[name])
                continue
            yield b"["
            for first in range(0, len(verdict.findings), SLICE):
                part = verdict.findings[first : first + SLICE]
                yield (b"," if first else b"") + b",".join(canonical(disclosed(each, level)) for each in part)
            yield b"]"
        yield b"}"

    async def _consistency(self, older: int) -> bytes:
        tree, size = self._reads.tree, self._asked.head.size
        proof = await tree.consistency(older, size) if older else []
        root = await tree.root(older) if older else EMPTY_ROOT
        hashes = [b64.encode(each) for each in proof]
        return canonical({"from": older, "to": size, "root": b64.encode(root), "proof": hashes})

    def _manifest(self, root: bytes) -> Manifest:
        survey, asked, row = self._survey, self._asked, self._ledger.row
        context = Context(len(survey.context), sorted(set(survey.context.values())))
        indexes = survey.indexes
        return Manifest(
            ledger=row.name,
            origin=row.origin,
            vkey=row.vkey,
            size=asked.head.size,
            root=root,
            filter=asked.filter,
            role=asked.role,
            count=len(indexes),
            first=indexes[0] if len(indexes) else None,
            last=indexes[-1] if len(indexes) else None,
            linked=len(survey.linked),
            incident=survey.chain,
            context=None if asked.incident is None else context,
            left_out=list(self._left_out()),
            files={},
            tool=f"ledgerd {version('ledgerd')}",
        )

    def _left_out(self) -> list[LeftOut]:
        asked, survey = self._asked, self._survey
        role = f"withheld from the role {asked.role}"
        outside = "outside the filter, and no context of it" if asked.incident else "outside the time asked for"
        found = [
            LeftOut("events", asked.head.size - len(survey.indexes), outside),
            LeftOut("fields", self._withheld.total(), role),
            LeftOut("erased fields", self._erased, "erased by law, by the entries that each event names"),
            LeftOut("columns of moderation_dsa.csv", withheld_columns(asked.level), role),
            LeftOut("timeline lines in report.html", self._timeline.omitted, "too many"),
        ]
        return [item for item in found if item.count]


def _proof_line(index: int, proof: Sequence[bytes]) -> bytes:
    return b'{"index":%d,"proof":[%b]}\n' % (index, b",".join(b'"%b"' % b64.encode(each).encode() for each in proof))
