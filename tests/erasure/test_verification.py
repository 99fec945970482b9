"""What was proved before an erasure stays proved; what is gone is told from what is missing."""

import io
import json
from pathlib import Path

import asyncpg
import pytest

from ledger.client.connection import Connection
from ledger.client.export_audit import verify_export
from ledger.client.exporting import export, read_header
from ledger.client.memory import Memory
from ledger.client.report import Report
from ledger.core.keys import VerifierKey
from ledger.core.receipt import parse_receipt, verify_receipt
from ledger.store.tokens import Role
from tests.audit.auditor import audit, names_index
from tests.docs import outsider
from tests.erasure.case import Case


async def exported(case: Case, role: Role = Role.AUDITOR, **filter_: str) -> bytes:
    out, service = io.BytesIO(), case.client.service
    async with Connection(service.url, service.tokens[role]) as connection:
        await export(connection, await read_header(connection, filter_), out, lambda _done: None)
    return out.getvalue()


def verified(file: bytes, folder: Path) -> Report:
    return verify_export(io.BytesIO(file), Memory(folder), None, lambda _done: None)


async def intrude(case: Case, statement: str, *values: object) -> None:
    """Change what nobody may change, past every trigger."""
    connection = await asyncpg.connect(
        case.client.service.database_url, server_settings={"session_replication_role": "replica"}
    )
    assert await connection.execute(statement, *values) == "UPDATE 1"
    await connection.close()


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.READER, Role.POSTER, None])
async def test_the_ledger_verifies_after_an_erasure(case: Case, tmp_path: Path, role: Role | None) -> None:
    assert (await audit(case.client.service, tmp_path, role)).ok
    await case.erase()
    report = await audit(case.client.service, tmp_path, role)
    assert report.findings == []
    assert any("erased by law" in note for note in report.notes) == (role is not None)


async def test_receipts_from_before_still_verify_and_are_given_again(case: Case) -> None:
    await case.erase()
    vkey = VerifierKey.parse((await case.client.get("", None)).document["vkey"])
    for index, receipt in zip(case.at.values(), case.receipts, strict=True):
        verify_receipt(parse_receipt(receipt.encode()), vkey)
        assert (await case.client.get(f"/events/{index}/receipt", None)).body.decode() == receipt


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.POSTER])
async def test_exports_from_before_and_after_verify(case: Case, tmp_path: Path, role: Role) -> None:
    before = await exported(case, role)
    await case.erase()
    after = await exported(case, role)
    for file in (before, after):
        report = verified(file, tmp_path)
        assert (report.findings, report.valid) == ([], report.entries)
    assert any("fields erased by law" in note for note in verified(after, tmp_path).notes)


async def test_a_part_says_that_its_tombstones_are_elsewhere(case: Case, tmp_path: Path) -> None:
    await case.erase()
    report = verified(await exported(case, incident="paris"), tmp_path)
    assert report.findings == []
    assert any("not among those read" in note for note in report.notes)


async def test_a_field_that_goes_without_a_tombstone_is_still_a_violation(case: Case, tmp_path: Path) -> None:
    await case.erase()
    other = case.at["other"]
    await intrude(case, "UPDATE ledger.contents SET openings = '{}' WHERE index = $1", other)
    report = await audit(case.client.service, tmp_path)
    assert names_index(report, other)
    assert any("missing" in finding.detail for finding in report.findings)


@pytest.mark.parametrize("claimed", ["an event that is no tombstone", "another's tombstone", "one before it", "none"])
async def test_a_false_claim_of_an_erasure_is_a_violation(case: Case, tmp_path: Path, claimed: str) -> None:
    _, [tombstone] = await case.erase()
    victim = case.at["other"]
    names = {
        "an event that is no tombstone": tombstone - 1,
        "another's tombstone": tombstone,
        "one before it": 0,
        "none": tombstone + 1_000,
    }
    await intrude(
        case,
        "UPDATE ledger.contents SET openings = '{}', erased = convert_to($2, 'UTF8') WHERE index = $1",
        victim,
        json.dumps(dict.fromkeys(("author", "external_id", "id", "platform", "text", "time"), names[claimed])),
    )
    report = await audit(case.client.service, tmp_path)
    if claimed == "none":  # the log may have grown since the checkpoint that is checked
        assert any("not among those read" in note for note in report.notes)
        return
    assert not report.ok
    assert verified(await exported(case), tmp_path / "file").ok is False


async def test_an_outsider_tells_what_was_erased_from_what_is_missing(case: Case) -> None:
    await case.erase()
    page = (await case.client.get("/events?limit=1000", Role.AUDITOR)).document["items"]
    for document in page:
        entry = outsider.canonical(document["entry"])
        assert outsider.missing(entry, document["openings"], document["withheld"], document.get("erased", {})) == set()
    assert outsider.check_erasures(page) == sum(len(document.get("erased", {})) for document in page) > 0
    forged = [dict(document) for document in page]
    forged[case.at["other"]]["erased"] = {"text": len(page) - 1}
    with pytest.raises(AssertionError):
        outsider.check_erasures(forged)


async def test_the_checks_find_nothing_amiss_in_a_lawful_erasure(case: Case) -> None:
    await case.erase()
    verdict = (await case.client.get(f"/verdict?after={await case.client.size() - 1}", Role.AUDITOR)).document
    assert any(found["rule"] == "erased_share" for found in verdict["findings"])
    amiss = [
        found for found in verdict["findings"] if found["code"] in {"C10", "C13"} and found["rule"] != "erased_share"
    ]
    assert amiss == []
