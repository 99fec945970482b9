"""A ledger's public pages as a folder of files that any web server hands out, each proving itself as in the service.

What is public is asked for without a token. Before anything is put in its place all of it is checked: the signatures,
the whole tree, the evidence of every incident, and that the pages show what the evidence says.
"""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from urllib.parse import quote, urlencode

from jinja2 import UndefinedError
from yarl import URL

from events.faults import Refused
from events.strict import JsonObject, parse_object
from ledger.client.connection import Connection
from ledger.client.failures import ClientError, Denied
from ledger.client.memory import Memory
from ledger.client.page_audit import check_page
from ledger.client.progress import Tell
from ledger.client.public_evidence import Evidence, read_evidence
from ledger.client.report import Report
from ledger.client.site import Site
from ledger.client.tile_copy import TileCopy
from ledger.client.trust import check_remembered, trusted_key
from ledger.core.checkpoint import Checkpoint, open_checkpoint
from ledger.core.errors import ProofError
from ledger.core.keys import VerifierKey
from ledger.pages.assets import asset_path, assets
from ledger.pages.languages import Language
from ledger.pages.public.feeds import atom, json_feed, statuspage
from ledger.pages.public.links import Links, folder_index_links, folder_links, folder_list_links, page_file
from ledger.pages.public.page import render_index, render_page

_FEEDS = {"feed.atom": atom, "feed.json": json_feed, "status.json": statuspage}


@dataclass(slots=True)
class Publisher:
    """One publication. `base_url`: where the folder will be found, for feeds; None: where the service says it is."""

    connection: Connection
    site: Site
    report: Report
    ledger: str
    base_url: str | None = None
    texts: int = 0
    _signed: list[Checkpoint] = field(default_factory=list)

    async def stage(self, only: Sequence[str], memory: Memory, given: VerifierKey | None, tell: Tell) -> int:
        """Stage all files of the incidents `only`, of all public ones if empty; return how many incidents they are.

        What doesn't hold is in the report. Raises `ClientError` where there is nothing to publish or check.
        """
        facts = await self.connection.facts()
        known = memory.recall(facts["origin"])
        vkey = trusted_key(facts["origin"], given, known, facts["vkey"], self.report)
        for path, asset in assets().items():
            self.site.stage(asset_path(path), asset.body)
        incidents = [incident async for incident in self._incidents() if not only or incident["incident"] in only]
        if missing := set(only) - {incident["incident"] for incident in incidents}:
            raise Denied(f"there is no public page of {', '.join(sorted(missing))}")
        proofs = [await self._incident(incident["incident"], vkey) for incident in incidents]
        self._lists(incidents)
        note = await self.connection.get("checkpoint")
        if note is None:
            raise ClientError("the ledger has no checkpoint")
        head = self._opened(note, vkey)
        self.site.stage(f"{self._prefix}checkpoint", note)
        watch = {checkpoint.size for checkpoint in self._signed} | ({known.checkpoint.size} if known else set())
        tree, roots = await self._tree(max(checkpoint.size for checkpoint in self._signed), watch, tell)
        if check_remembered(known, head, roots.get(known.checkpoint.size) if known else None, self.report):
            for proof in proofs:
                await self._prove(proof, tree)
        if self.report.ok:
            memory.remember(vkey, note)
        return len(incidents)

    @property
    def _prefix(self) -> str:
        return f"ledgers/{self.ledger}/"

    async def _incidents(self) -> AsyncIterator[JsonObject]:
        """Yield what the list of public incidents says of each."""
        query = {"format": "json"}
        while True:
            try:
                page = parse_object(await self._public(f"?{urlencode(query)}"))
                items, more = page["items"], page["next"] and URL(page["next"]).query["start"]
            except (Refused, KeyError) as error:
                raise ClientError(f"the list of public incidents is not of the form known here: {error}") from None
            for incident in items:
                yield incident
            if more is None:
                return
            query["start"] = more

    async def _public(self, path: str) -> bytes:
        # Public pages lie beside the ledgers, also where the service itself lies below some folder.
        body = await self.connection.get(f"../../public/{quote(self.ledger, '')}{path}")
        if body is None:
            raise Denied(f"the service has no public page {path.lstrip('/?')} of {self.ledger}, or has them turned off")
        return body

    async def _incident(self, incident: str, vkey: VerifierKey) -> Evidence:
        """Stage an incident's data, evidence, feeds and pages. The evidence comes last: it covers what they tell."""
        body = await self._public(f"/{quote(incident, '')}/document.json")
        lines = await self._public(f"/{quote(incident, '')}/evidence.ndjson")
        evidence = read_evidence(lines.splitlines(), incident, vkey, self.report)
        self._signed.append(evidence.checkpoint)
        folder = f"public/{self.ledger}/{incident}/"
        self.site.stage(f"{folder}evidence.ndjson", lines)
        self.site.stage(f"{folder}document.json", body)
        try:
            document = parse_object(body)
            if (document["vkey"], document["incident"]) != (vkey.render(), incident):
                raise ClientError(f"{incident}: the document is of another ledger or incident")
            self._opened(document["checkpoint"].encode(), vkey)
            base_url = self.base_url or document["url"].removesuffix(f"/ledgers/{self.ledger}")
            for name, render in _FEEDS.items():
                self.site.stage(folder + name, render(document, base_url.rstrip("/")))
            for language in Language:
                html = render_page(document, language, folder_links(self.ledger, language))
                self.texts += check_page(html, evidence.values, self.report)
                self.site.stage(folder + page_file(language), html.encode())
        except (Refused, UndefinedError, KeyError, TypeError, AttributeError) as error:
            raise ClientError(
                f"{incident}: its document is not of the form that this version knows: {error}"
            ) from error
        evidence.values.clear()
        return evidence

    def _lists(self, incidents: Sequence[JsonObject]) -> None:
        """Stage the lists: one at the folder's top, one where the service has it."""
        places: dict[str, Links] = {
            "": folder_index_links(self.ledger),
            f"public/{self.ledger}/": folder_list_links(self.ledger),
        }
        for folder, links in places.items():
            for language in Language:
                html = render_index(self.ledger, incidents, language, links, f"/{page_file(language)}")
                self.site.stage(folder + page_file(language), html.encode())

    def _opened(self, note: bytes, vkey: VerifierKey) -> Checkpoint:
        """Return a checkpoint, which the tree will have to make."""
        try:
            checkpoint = open_checkpoint(note, vkey)
        except ProofError as error:
            raise ClientError(f"a checkpoint does not hold: {error}") from None
        self._signed.append(checkpoint)
        return checkpoint

    async def _tree(self, size: int, watch: set[int], tell: Tell) -> tuple[TileCopy, dict[int, bytes]]:
        """Stage the tree and hold it against every checkpoint. What an earlier publish left is believed only so."""
        tree = TileCopy(self.connection, self.site, self._prefix, size)
        roots = await tree.copy(watch, tell, again=False)
        if self._forged(roots):
            roots = await tree.copy(watch, tell, again=True)
        for checkpoint in self._forged(roots):
            self.report.find(f"the tree does not have the root signed for {checkpoint.size:,} entries")
        for checkpoint in self._signed:
            tree.cut(checkpoint.size)
        return tree, roots

    def _forged(self, roots: dict[int, bytes]) -> list[Checkpoint]:
        return [checkpoint for checkpoint in self._signed if roots.get(checkpoint.size) != checkpoint.root]

    async def _prove(self, evidence: Evidence, tree: TileCopy) -> None:
        """Hold evidence against the tree, and stage the entries behind its last: nothing may be left out there."""
        evidence.check_leaves(tree.row, self.report)
        for bundle in evidence.tail:
            data = await self.connection.get(bundle.path())
            if data is None:
                raise ClientError(f"{bundle.path()} is missing")
            evidence.check_tail(bundle, data, tree.row(bundle.n, evidence.checkpoint.size), self.report)
            self.site.stage(self._prefix + bundle.path(), data)
