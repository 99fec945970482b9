"""Erasures over HTTP, on a service with an empty ledger of its own."""

import pytest

from tests.erasure.case import Case, second_admin
from tests.http.client import Client
from tests.service.fixture import Service
from tests.service.fixture import service as service  # noqa: PLC0414 - a fixture of this folder


@pytest.fixture
async def case(service: Service) -> Case:
    """A ledger in which a person has left their traces, and two who may erase them."""
    made = Case(Client(service), await second_admin(service))
    await made.tell()
    return made
