"""C11: an export says by its manifest what it holds; a part is told as a part."""

import pytest

from projections.checks.c11_exports import Exports
from tests.projections.checks.logs import OTHER_SHA, SHA, Line, found, verdict_on

BEFORE = [Line("note.added", 0, {"text": "x"}), Line("note.added", 1, {"text": "y"})]


def export(rows: int | None = 2, manifest: str | None = SHA, kind: str = "export.created", **told: object) -> Line:
    known = {"by": "ana", "filter": "incident=crisis", "rows": rows, "manifest_sha256": manifest, **told}
    return Line(kind, 2, {name: value for name, value in known.items() if value is not None}, incident=None)


@pytest.mark.parametrize("kind", ["export.created", "public_page.published"])
def test_a_whole_export_with_its_manifest_is_clean(kind: str) -> None:
    assert found(Exports, [*BEFORE, export(kind=kind)]) == []


def test_an_export_without_a_manifest_fails() -> None:
    assert found(Exports, [*BEFORE, export(manifest=None)]) == [("no_manifest", "failure", (2,))]


def test_a_part_is_told_and_so_is_a_stream_that_was_not_counted() -> None:
    [finding] = verdict_on(Exports, [*BEFORE, export(rows=1)]).findings
    assert (finding.rule, finding.severity, finding.indexes) == ("partial", "info", (2,))
    assert "1 of the 2 events" in finding.explanation["en"]
    assert found(Exports, [*BEFORE, export(rows=None)]) == [("no_count", "info", (2,))]


def test_one_manifest_for_two_counts_fails() -> None:
    lines = [*BEFORE, export(2), export(3, kind="export.downloaded")]
    assert found(Exports, lines) == [("same_manifest_other_count", "failure", (3, 2))]
    assert found(Exports, [*BEFORE, export(2), export(2, kind="export.downloaded")]) == []


def test_a_bundle_fetched_that_nobody_made_is_a_warning() -> None:
    lines = [*BEFORE, export(2), export(2, OTHER_SHA, "export.downloaded")]
    assert found(Exports, lines) == [("download_of_unknown", "warning", (3,))]


def test_exports_of_another_incident_are_no_matter_of_this_one() -> None:
    assert found(Exports, [*BEFORE, export(manifest=None, of_incident="other")]) == []


def test_that_manifests_were_not_opened_narrows_the_scope() -> None:
    result = verdict_on(Exports, [*BEFORE, export()]).checks[0]
    assert result.lack is not None
    assert result.judged
    assert verdict_on(Exports, BEFORE).checks[0].lack is None
