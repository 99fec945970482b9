"""What the accounts of the sample crisis showed when they were exported: made from the story, so that both agree."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any, NamedTuple

from ledger.demo.story import Line
from projections.reconciliation.snapshot import Header, Item, read_header, read_item

_ACCOUNTS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {"export-x": ("x", "LigneClaire"), "export-facebook": ("facebook", "ligneclaire.officiel")}
)
_KINDS = {"comment.received": "comment", "reply.posted": "reply"}
_GONE = frozenset({"comment.deleted_by_author", "comment.removed", "reply.withdrawn"})


class Export(NamedTuple):
    """A snapshot of an account."""

    header: Header
    items: Sequence[Item]


def exports(story: Sequence[Line], begun: datetime) -> Iterator[Export]:
    """Yield the snapshots whose files the story attaches as evidence."""
    for line in story:
        if (place := _ACCOUNTS.get(line["id"])) is not None:
            at = line["data"]["captured_at"]["at"]
            yield _export(place, line["data"], begun, at, [one for one in story if one["at"] < at])


def _export(
    place: tuple[str, str], file: Mapping[str, Any], begun: datetime, at: float, before: Sequence[Line]
) -> Export:
    taken = (begun + timedelta(seconds=at)).isoformat()
    header = read_header(
        {
            "snapshot": "snapshot/1",
            "platform": place[0],
            "account": place[1],
            "kind": "account",
            "window": {"from": begun.isoformat(), "to": taken},
            "taken_at": taken,
            "completeness": "complete",
            "file_sha256": file["sha256"],
            "captured_with": file["capture_tool"],
        }
    )
    return Export(header, [read_item(header, item) for item in _shown(place, begun, before).values()])


def _shown(place: tuple[str, str], begun: datetime, before: Sequence[Line]) -> dict[str, dict[str, Any]]:
    """Return the items that an account shows after the lines of the story `before`, by id."""
    found: dict[str, dict[str, Any]] = {}
    removed: dict[str, dict[str, Any]] = {}
    for line in sorted(before, key=lambda one: float(one["at"])):
        data, type_ = line["data"], line["type"]
        name = data.get("target") or data.get("external_id")
        if type_ in _KINDS and (data.get("platform"), data.get("account")) == place and not data.get("exercise"):
            created = (begun + timedelta(seconds=line["at"])).isoformat()
            item = {"kind": _KINDS[type_], "external_id": name, "text": data["text"], "visible": True}
            found[name] = item | {"created_at": created}
        elif type_ == "comment.restored":
            found |= {back: removed[back] for back in (name, *data["cascade_ids"]) if back in removed}
        elif name not in found:
            continue
        elif type_ in _GONE:
            for gone in (name, *data.get("cascade_ids", ())):
                removed |= {gone: found.pop(gone)} if gone in found else {}
        elif type_ in {"comment.edited_by_author", "reply.edited"}:
            found[name]["text"] = data["after"]
        elif type_ == "comment.hidden":
            found[name] |= {"visible": False, "moderated": "hidden"}
        elif type_ == "comment.unhidden":
            found[name] = {key: value for key, value in found[name].items() if key != "moderated"} | {"visible": True}
    return found
