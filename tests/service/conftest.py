"""Tests against the service over HTTP."""

from tests.service.fixture import service  # noqa: F401 - found by its name
