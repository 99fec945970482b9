"""What a verification found: counted in full, listed up to a limit, so that a ruined log needs no more memory."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from ledger.core.audit import Finding

LISTED = 100


@dataclass(slots=True)
class Report:
    """Grows while a verification runs. `notes` say what is trusted and what wasn't looked at."""

    entries: int = 0
    valid: int = 0
    findings: list[Finding] = field(default_factory=list)
    found: int = 0
    first_bad: int | None = None
    notes: list[str] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Whether nothing was found."""
        return not self.found

    def find(self, detail: str, index: int | None = None) -> None:
        """Add one finding."""
        self.add([Finding(index, detail)])

    def add(self, findings: Iterable[Finding]) -> None:
        """Add findings."""
        for finding in findings:
            self.found += 1
            if len(self.findings) < LISTED:
                self.findings.append(finding)
            if finding.index is not None:
                self.first_bad = finding.index if self.first_bad is None else min(self.first_bad, finding.index)

    def count(self, index: int, findings: Iterable[Finding]) -> None:
        """Count the entry at `index` with what was found; it is valid unless a finding is about itself."""
        found = list(findings)
        self.add(found)
        self.entries += 1
        self.valid += all(finding.index != index for finding in found)

    def lines(self) -> list[str]:
        """Return the report as lines of text, the verdict last."""
        lines = [*self.notes, f"{self.valid:,} of {self.entries:,} entries valid"]
        lines += [f"  {finding}" for finding in self.findings]
        if self.found > len(self.findings):
            lines.append(f"  … and {self.found - len(self.findings):,} more findings")
        if self.first_bad is not None:
            lines.append(f"first bad index: {self.first_bad}")
        return [*lines, "VALID" if self.ok else "INVALID"]
