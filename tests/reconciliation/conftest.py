"""Snapshots sent to a service over HTTP, and a ledger with comments of the account that they show."""

import pytest

from tests.http.client import Client
from tests.reconciliation.account import Account
from tests.reconciliation.page import Page
from tests.service.fixture import Service
from tests.service.fixture import service as service  # noqa: PLC0414 - a fixture of this folder


@pytest.fixture
def client(service: Service) -> Client:
    """A client of a service whose ledger is empty."""
    return Client(service)


@pytest.fixture
def account(client: Client) -> Account:
    """An account on a platform whose ledger holds nothing yet."""
    return Account(client)


@pytest.fixture
def page(client: Client) -> Page:
    """A public page whose ledger holds nothing yet."""
    return Page(client)
