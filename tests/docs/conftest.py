"""Tests of what the documentation says."""

from tests.service.fixture import service

__all__ = ["service"]
