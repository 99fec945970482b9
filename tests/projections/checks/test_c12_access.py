"""C12: readings are counted, auditors read only while they may, and nothing vanishes right after an export."""

from projections.checks.c12_access import WhoSaw
from tests.projections.checks.logs import SHA, Line, found, said, verdict_on


def viewed(at: float, by: str = "cabinet", role: str = "auditor", **told: object) -> Line:
    return Line("access.viewed", at, {"by": by, "filter": "x", "rows": 1, "role": role, **told}, incident=None)


def access(kind: str, at: float, **told: object) -> Line:
    return Line(f"auditor.access_{kind}", at, {"auditor": "cabinet", "by": "leroux", **told}, incident=None)


MATRIX = "matrix"


def faults(lines: list[Line], incident: str | None = "crisis") -> list[tuple[str, str, tuple[int, ...]]]:
    return [finding for finding in found(WhoSaw, lines, incident) if finding[0] != MATRIX]


def test_readings_are_counted_by_kind_and_people() -> None:
    export = Line("export.created", 2, {"by": "ana", "rows": 1, "manifest_sha256": SHA}, incident=None)
    [finding] = verdict_on(
        WhoSaw, [viewed(0, "ana", "admin"), viewed(1, "ana", "admin"), viewed(1, "bob"), export]
    ).findings
    assert (finding.severity, finding.indexes) == ("info", (0, 1, 2, 3))
    assert finding.explanation["en"].startswith("Readers: 2; readings of restricted fields: 3; exports made: 1")
    assert "ana" not in str(finding.explanation)


def test_an_auditor_reads_while_granted_and_not_after() -> None:
    granted, revoked = access("granted", 0), access("revoked", 2)
    assert faults([granted, viewed(1), revoked]) == []
    assert faults([granted, revoked, viewed(3)]) == [("after_revocation", "failure", (2, 1))]
    assert faults([granted, revoked, access("granted", 2.5), viewed(3)]) == []


def test_an_access_that_had_ended_or_was_for_another_incident_or_never_given_is_a_warning() -> None:
    assert faults([access("granted", 0, until=said(1)), viewed(2)]) == [("after_expiry", "warning", (1, 0))]
    assert faults([access("granted", 0, until=said(3)), viewed(2)]) == []
    elsewhere = access("granted", 0, incidents=["other"])
    assert faults([elsewhere, viewed(1, of_incident="crisis")]) == [("without_grant", "warning", (1,))]
    assert faults([access("granted", 0), viewed(1, "somebody")]) == [("without_grant", "warning", (1,))]
    assert faults([viewed(1)]) == []  # this ledger records no grants


EXPORT = Line("export.created", 1, {"by": "ana", "rows": 1, "manifest_sha256": SHA, "role": "admin"}, incident=None)
COMMENT = Line("comment.received", 0, {"external_id": "c"})


def removed(at: float) -> Line:
    return Line("comment.removed", at, {"target": "c", "cascade_ids": []})


def test_what_is_removed_within_a_day_after_it_was_exported_is_told() -> None:
    assert faults([COMMENT, EXPORT, removed(5)]) == [("gone_after_export", "warning", (2, 1))]
    assert faults([COMMENT, EXPORT, removed(26)]) == []
    assert faults([COMMENT, removed(0.5), EXPORT]) == []
    assert faults([EXPORT, COMMENT._replace(at=2), removed(5)]) == []


def test_what_is_erased_within_a_day_after_it_was_exported_is_told() -> None:
    scope = [{"index": 0, "fields": ["text"]}]
    destroyed = Line("key.destroyed", 5, {"decision": 0, "scope": scope}, incident=None)
    assert faults([COMMENT, EXPORT, destroyed]) == [("gone_after_export", "warning", (2, 1))]


def test_restoring_settles_it() -> None:
    restored = Line("comment.restored", 6, {"target": "c", "cascade_ids": []})
    assert faults([COMMENT, EXPORT, removed(5), restored]) == [("gone_after_export", "info", (2, 1))]
