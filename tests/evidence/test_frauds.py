"""Lies signed with the ledger's own key, and bundles put together from others: each is found, its twin passes."""

import json
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest

from ledger.core.keys import SigningKey
from ledger.evidence import verify
from tests.evidence.pure_bundle import KEY, ORIGIN, Bundle, Members, crisis, of_incident, whole, without, zipped

VKEY = KEY.verifier.render()
STRANGER = SigningKey.generate("other.example.com/ledgers/demo", bytes(31) + b"\1")
IMPOSTOR = SigningKey.generate(ORIGIN, bytes(32))


def judged(folder: Path, members: Members, *, older: bytes | None = None, vkey: str | None = VKEY) -> list[str]:
    """What is found in a bundle, as a zip."""
    path = folder / "bundle.zip"
    path.write_bytes(zipped(members.items()))
    report = verify.verify(path, vkey, older)
    assert (report.lines()[-1] == "INVALID") is bool(report.findings)
    return report.findings


HONEST: dict[str, Callable[[], Bundle]] = {
    "whole": whole,
    "whole for the public": lambda: whole(role="public", hides=frozenset({"text", "author", "severity"})),
    "whole, extending another": lambda: whole(older=7),
    "empty": lambda: whole(log=[]),
    "an incident": of_incident,
    "an incident for an auditor": lambda: of_incident(role="personal", hides=frozenset()),
    "an incident whose links are withheld": lambda: of_incident(hides=frozenset({"text", "author", "target_event"})),
    "a part by time": lambda: whole(since="2026-11-22T14:00:02.000000Z", until="2026-11-22T14:00:10.000000Z"),
    "a part before the first": lambda: whole(until="2026-11-22T14:00:00.000000Z"),
    "an incident by time": lambda: of_incident(since="2026-11-22T14:00:04.000000Z"),
}


@pytest.mark.parametrize("name", HONEST)
def test_an_honest_bundle_is_valid(tmp_path: Path, name: str) -> None:
    assert judged(tmp_path, HONEST[name]().members()) == []


def swap(bundle: Bundle, one: int, other: int, member: str) -> None:
    """Exchange a member between two lines."""
    lines = bundle.lines
    lines[one][member], lines[other][member] = lines[other][member], lines[one][member]


def moved(bundle: Bundle, place: int, name: str, to: str, by: object = None) -> None:
    """Take a field's opening (or erasure) away, and say that it is withheld or erased."""
    line = bundle.lines[place]
    line["openings"].pop(name, None)
    if line.get("erased", {}).pop(name, None) is not None and not line["erased"]:
        del line["erased"]
    if to == "withheld":
        line["withheld"].append(name)
    if to == "erased":
        line.setdefault("erased", {})[name] = by


def lines_swapped(bundle: Bundle) -> None:
    for lines in (bundle.lines, bundle.proofs):
        lines[3], lines[4] = lines[4], lines[3]


def other_proof(bundle: Bundle) -> None:
    bundle.proofs[3]["proof"] = bundle.proofs[4]["proof"]


def backdated(bundle: Bundle) -> None:
    bundle.lines[6]["entry"]["accepted_at"] = "2026-11-22T13:59:59.000000Z"


FRAUDS: dict[str, tuple[Callable[[], Bundle], Callable[[Bundle], object], str]] = {
    "swapped openings": (whole, lambda b: swap(b, 1, 4, "openings"), "index 1: the field"),
    "swapped entries": (whole, lambda b: swap(b, 1, 4, "entry"), "index 1: "),
    "a field without a word": (whole, lambda b: moved(b, 3, "text", "nothing"), "index 3: the field text is missing"),
    "false withheld": (
        whole,
        lambda b: moved(b, 3, "text", "withheld"),
        "index 3: fields are withheld from the role that sees all",
    ),
    "erased said to be withheld": (
        lambda: whole(role="public", hides=frozenset({"id"})),
        lambda b: moved(b, 2, "text", "withheld"),
        "index 9: it erased the field text of event 2, which isn't told there",
    ),
    "false erased": (
        whole,
        lambda b: moved(b, 3, "text", "erased", 9),
        "index 3: the field text is not erased by entry 9",
    ),
    "another tombstone": (
        whole,
        lambda b: moved(b, 2, "text", "erased", 8),
        "index 2: the field text is not erased by entry 8",
    ),
    "a tombstone that isn't there": (
        whole,
        lambda b: moved(b, 2, "text", "erased", 99),
        "index 2: the field text is not erased by entry 99",
    ),
    "reordered": (whole, lines_swapped, "index 4: index 3 should stand here"),
    "replaced proof": (whole, other_proof, "index 3: the entry is not proved to be in the log"),
    "backdated": (whole, backdated, "index 6: accepted before"),
    "a role that is none": (whole, lambda b: b.manifest.update(role="all"), "manifest.sig: it is for no role"),
    "an unknown member": (whole, lambda b: b.manifest.update(valid=True), "manifest.sig: should have"),
    "shortened count": (whole, lambda b: b.manifest.update(count=10), "not those told: 11 are here"),
    "another size": (whole, lambda b: b.manifest.update(size=10, as_of=10), "checkpoint: its size or root"),
    "another last of the incident": (
        of_incident,
        lambda b: b.manifest["incident"].update(seq=4),
        "the incident's end is another",
    ),
    "one link too many": (
        of_incident,
        lambda b: b.manifest.update(linked=2, context={"count": 2, "types": ["policy.set"]}),
        "not the events beside told",
    ),
    "a linked event left out": (of_incident, lambda b: without(b, 3), "index 5: the event 3, which it links in"),
    "a part told as the whole": (
        lambda: whole(since="2026-11-22T14:00:02.000000Z"),
        lambda b: b.manifest.update(filter={}),
        "index 2: index 0 should stand here",
    ),
    "more than the time told": (
        whole,
        lambda b: b.manifest.update(filter={"until": "2026-11-22T14:00:05.000000Z"}),
        "index 5: accepted outside the time",
    ),
}


@pytest.mark.parametrize("name", FRAUDS)
def test_a_lie_with_the_ledgers_own_signature_is_found_and_named(tmp_path: Path, name: str) -> None:
    make, lie, says = FRAUDS[name]
    bundle = make()
    assert judged(tmp_path, bundle.members()) == [], "its honest twin"
    lie(bundle)
    found = judged(tmp_path, bundle.members())
    assert any(says in finding for finding in found), found


@pytest.mark.parametrize("renumbered", [False, True])
@pytest.mark.parametrize("index", range(11))
def test_an_event_left_out_of_the_whole_log_is_missed(tmp_path: Path, index: int, *, renumbered: bool) -> None:
    found = judged(tmp_path, without(whole(), index, renumbered=renumbered).members())
    assert found
    if index < 10 and not renumbered:
        assert f"events.ndjson, index {index + 1}: index {index} should stand here" in "\n".join(found)


@pytest.mark.parametrize("renumbered", [False, True])
@pytest.mark.parametrize("index", [1, 2, 5, 7, 9])
def test_an_event_left_out_of_an_incident_is_missed(tmp_path: Path, index: int, *, renumbered: bool) -> None:
    assert judged(tmp_path, without(of_incident(), index, renumbered=renumbered).members())


def test_a_file_of_another_bundle_is_named(tmp_path: Path) -> None:
    mine, other = of_incident().members(), whole().members()
    for name in [name for name in mine if mine[name] != other[name]]:
        found = judged(tmp_path, mine | {name: other[name]})
        assert found, name
        where = "manifest.json" if name == "manifest.sig" else name
        assert any(where in finding for finding in found), (name, found)


@pytest.mark.parametrize("name", list(whole().members()))
def test_a_file_that_is_missing_is_named(tmp_path: Path, name: str) -> None:
    members = whole().members()
    found = judged(tmp_path, {each: data for each, data in members.items() if each != name})
    assert any(name in finding for finding in found), found


def test_a_file_more_is_named_but_pythons_own_cache_is_none(tmp_path: Path) -> None:
    for name, data in whole().members().items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(data)
    (tmp_path / "__pycache__").mkdir()
    (tmp_path / "__pycache__/verify.pyc").write_bytes(b"")
    assert verify.verify(tmp_path, VKEY).findings == []
    (tmp_path / "attachments").mkdir()
    (tmp_path / "attachments/letter.pdf").write_bytes(b"")
    assert "attachments/letter.pdf: not the file that the manifest names" in verify.verify(tmp_path, VKEY).findings[0]


def test_an_attachment_bears_its_hash_as_its_name(tmp_path: Path) -> None:
    bundle = whole()
    files = bundle.members()
    del files["manifest.json"], files["manifest.sig"]
    hash_ = sha256(b"letter").hexdigest()
    assert judged(tmp_path, bundle.sign({**files, f"attachments/{hash_}": b"letter"})) == []
    assert "not a file of a bundle" in judged(tmp_path, bundle.sign({**files, "attachments/letter": b"letter"}))[0]


def test_a_bundle_of_another_ledger_or_key_is_refused_by_the_key_that_is_known(tmp_path: Path) -> None:
    for key in (STRANGER, IMPOSTOR):
        members = Bundle(key=key).members()
        assert judged(tmp_path, members, vkey=None) == [], "by itself it looks right"
        assert judged(tmp_path, members)


def test_a_manifest_signed_anew_by_another_key_is_refused(tmp_path: Path) -> None:
    mine, other = whole().members(), Bundle(key=IMPOSTOR).members()
    signed_anew = mine | {name: other[name] for name in ("manifest.json", "manifest.sig")}
    assert judged(tmp_path, signed_anew)
    assert judged(tmp_path, signed_anew, vkey=None)


def test_an_older_checkpoint_under_the_same_events_is_refused(tmp_path: Path) -> None:
    bundle = whole()
    bundle.checkpoint = Bundle(log=crisis()[:9]).checkpoint
    assert any("checkpoint: its size or root" in finding for finding in judged(tmp_path, bundle.members()))


def test_an_older_checkpoint_is_held_against_the_bundle(tmp_path: Path) -> None:
    members = whole(older=7).members()
    log = crisis()
    for size in (7, 11, 0):
        assert judged(tmp_path, members, older=Bundle(log=log[:size]).checkpoint) == []
    reversed_ = Bundle(log=log[:7][::-1]).checkpoint
    assert "forked or rewritten" in judged(tmp_path, members, older=reversed_)[0]
    assert "forked or rewritten" in judged(tmp_path, members, older=Bundle(log=log[::-1]).checkpoint)[0]
    assert "older checkpoint: " in judged(tmp_path, members, older=Bundle(log=log[:7], key=STRANGER).checkpoint)[0]
    path = tmp_path / "bundle.zip"
    for size in (5, 12):
        other = Bundle(log=[*log, *log][:size])
        report = verify.verify(path, VKEY, other.checkpoint)
        assert (report.findings, len(report.unchecked)) == ([], 1)


@pytest.mark.parametrize("change", ["root", "proof", "from", "to"])
def test_a_proof_of_consistency_that_does_not_hold_is_named(tmp_path: Path, change: str) -> None:
    bundle = whole(older=7)
    files = bundle.members()
    del files["manifest.json"], files["manifest.sig"]
    facts = json.loads(files["consistency.json"])
    lies = {"root": facts["proof"][0], "proof": facts["proof"][:-1], "from": 6, "to": 10}
    data = json.dumps(facts | {change: lies[change]})
    found = judged(tmp_path, bundle.sign({**files, "consistency.json": data.encode()}))
    assert found[0].startswith("  consistency: "), found
