"""Settings: from the environment (`LEDGERD_…`), a `.env` file or a secrets directory."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import AliasChoices, Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Everything that can be set. Nothing else is read from the environment."""

    model_config = SettingsConfigDict(
        env_prefix="LEDGERD_", env_file=".env", env_ignore_empty=True, extra="ignore", populate_by_name=True
    )

    database_url: Annotated[
        SecretStr | None, Field(validation_alias=AliasChoices("LEDGERD_DATABASE_URL", "DATABASE_URL"))
    ] = None
    """PostgreSQL 15 or later. Without it a local one is started in the data folder."""
    data_dir: Path = Path.home() / ".local" / "share" / "ledgerd"
    """Where the local PostgreSQL, the keys and the demonstration's tokens live."""
    keys_dir: Path | None = None
    """Where the signing keys are; `keys` in the data folder if not set."""
    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535)] = 8080
    public_url: str | None = None
    """How the world reaches the service; new ledgers take their origin from it."""
    surge_opens: str | None = None
    """A plan's id: a surge of the whole ledger then opens an incident and activates the plan. Without it neither."""
    public_pages: bool = True
    """Whether incidents that were opened have a page for the public, `/public/<ledger>/<incident>`."""
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    log_format: Literal["auto", "json", "console"] = "auto"

    @property
    def keys_folder(self) -> Path:
        """Return the folder of the signing keys."""
        return self.keys_dir or self.data_dir / "keys"

    @property
    def base_url(self) -> str:
        """Return the service's public URL without a trailing slash."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return (self.public_url or f"http://{host}:{self.port}").rstrip("/")

    @property
    def secure(self) -> bool:
        """Tell whether the world reaches the service by TLS."""
        return self.base_url.startswith("https:")

    def origin_of(self, ledger: str) -> str:
        """Return the origin of a new ledger: its public URL without the scheme."""
        return f"{self.base_url.split('://', 1)[-1]}/ledgers/{ledger}"

    def summary(self) -> dict[str, str]:
        """Return every setting as text, secrets masked."""
        return {name: str(value) for name, value in self.model_dump().items()}
