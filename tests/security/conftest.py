"""The worker of the worker's own tests."""

from tests.worker.conftest import worker

__all__ = ["worker"]
