"""What was told: updates with all that became of them, the press, rumours. Our own words only."""

from projections.event import Event
from projections.facts import Facts, event_key
from projections.projection import RowKey

_OF_INQUIRY = frozenset({"statement.prepared", "interview.given"})


class Announcements(Facts):
    """One row an update, a draft without a name (`draft|<hash>`), a rumour, an inquiry with what answered it."""

    name = "announcements"
    version = 2
    types = frozenset(
        {
            *(
                f"update.{verb}"
                for verb in (
                    "drafted",
                    "approved",
                    "published",
                    "corrected",
                    "withdrawn",
                    "observed",
                    "observed_changed",
                    "observed_missing",
                    "observed_redated",
                    "delivered",
                    "delivery_failed",
                )
            ),
            *_OF_INQUIRY,
            "cadence.missed",
            "press.inquiry_received",
            "rumour.identified",
            "rumour.rebutted",
        }
    )

    def place(self, event: Event) -> RowKey | None:
        """Return the object: an inquiry is known by its own event, a miss by the update that promised."""
        return (
            None if event.incident is None else RowKey(event.incident, _key(event) or event_key("other", event.index))
        )


ANNOUNCEMENTS = Announcements()


def _key(event: Event) -> str | None:
    if event.type in _OF_INQUIRY or event.type == "press.inquiry_received":
        asked = event.index if event.type == "press.inquiry_received" else event.value("inquiry")
        return event_key("press", asked if isinstance(asked, int) else event.index)
    if event.type == "cadence.missed":
        promised = event.value("last_update")
        return event_key("missed", promised) if isinstance(promised, int) else None
    if event.object is None and event.text("text_sha256") is not None:
        return f"draft|{event.text('text_sha256')}"
    return event.object
