"""The settings, as a command reads them."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ledger.settings import Settings


def read_settings(**given: object) -> "Settings":
    """Return the settings; what was given on the command line (not None) goes before the environment."""
    from ledger.settings import Settings

    settings = Settings.model_validate({**Settings().model_dump(), **{k: v for k, v in given.items() if v is not None}})
    return settings.model_copy(update={"data_dir": settings.data_dir.expanduser().absolute()})
