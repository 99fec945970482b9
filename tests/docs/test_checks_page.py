"""docs/checks.md names every rule of the checks that it describes, with its severity."""

import re
from pathlib import Path

import pytest

from projections.checks import CHECKS
from projections.checks.check import Check

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "checks.md").read_text()
SECTIONS = dict(re.findall(r"^## (C\d+)\b(.*?)(?=^## |\Z)", PAGE, re.MULTILINE | re.DOTALL))
DESCRIBED = [check for check in CHECKS if check.code in SECTIONS]


def test_sections_stand_by_their_numbers() -> None:
    numbers = [int(code[1:]) for code in SECTIONS]
    assert numbers == sorted(numbers)
    assert DESCRIBED


@pytest.mark.parametrize("check", DESCRIBED, ids=lambda check: check.code)
def test_every_rule_is_described_with_its_severity(check: type[Check]) -> None:
    rows = [line for line in SECTIONS[check.code].splitlines() if line.startswith("|")]
    for rule in check.rules:
        [row] = [line for line in rows if f"`{rule.name}`" in line]
        assert rule.severity.value in row.split("|")[2]
