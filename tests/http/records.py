"""What the log itself says of readings, straight from the database."""

from projections.event import Event
from tests.http.client import Client
from tests.runner.shelves import read_log


async def readings(client: Client) -> list[Event]:
    """Every `access.viewed`, in the order of the log."""
    return [event for event in await read_log(client.service.database_url) if event.type == "access.viewed"]
