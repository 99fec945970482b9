"""What the checks allow: the ledger's own defaults, and what `checks.configured` made of them."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Self

from pydantic import BaseModel, ConfigDict

from projections.event import Event
from projections.lateness import AHEAD_ALLOWED, ALLOWED, ALLOWED_OTHERWISE

CONFIGURED = "checks.configured"


class Settings(BaseModel):
    """The settings in force; `events.vocabulary.policy.CheckSettings` says what they mean. `version`: as published."""

    model_config = ConfigDict(frozen=True)

    version: str = "default"
    allowed_lag_seconds: Mapping[str, int] = {family: int(lag.total_seconds()) for family, lag in ALLOWED.items()}
    future_skew_seconds: int = int(AHEAD_ALLOWED.total_seconds())
    connector_grace_seconds: int = 900
    snapshots_in_a_row: int = 2
    snapshot_interval_seconds: int = 3_600
    correct_within_hours: int = 24
    outcome_within_hours: int = 72
    due_grace_seconds: int = 120
    surge_hours: int = 2
    witness_within_seconds: int = 86_400
    four_eyes_on_removal: bool = True
    approvers: tuple[str, ...] = ()
    opinion_codes: tuple[str, ...] = ("bad_publicity", "criticism", "negative", "negative_opinion", "opinion")

    def allowed_lag(self, event_type: str) -> timedelta:
        """Return how late an event of a type may be recorded: by its type, else by its family."""
        family, allowed = event_type.partition(".")[0], self.allowed_lag_seconds
        seconds = allowed.get(event_type, allowed.get(family))
        return ALLOWED_OTHERWISE if seconds is None else timedelta(seconds=seconds)

    def after(self, event: Event) -> Self:
        """Return the settings that hold from a `checks.configured` on: what it says, and the defaults for the rest."""
        said = event.value("settings")
        chosen = {name: value for name, value in said.items() if value is not None} if isinstance(said, dict) else {}
        if isinstance(chosen.get("allowed_lag_seconds"), dict):
            chosen["allowed_lag_seconds"] = {**DEFAULT.allowed_lag_seconds, **chosen["allowed_lag_seconds"]}
        return self.model_validate({"version": event.text("version") or "?", **chosen})


DEFAULT = Settings()
