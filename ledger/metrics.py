"""Metrics for Prometheus. Labels are route templates, ledger names and statuses: never anything a poster wrote."""

from time import perf_counter

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

_SECONDS = (0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10)
_SIZES = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)


class Metrics:
    """The metrics of one application, in a registry of its own."""

    def __init__(self) -> None:
        """Make the registry."""
        self.registry = CollectorRegistry()
        of_ledger = ("ledger",)
        self._requests = Histogram(
            "ledgerd_request_seconds",
            "Time to answer a request",
            ("method", "route", "status"),
            buckets=_SECONDS,
            registry=self.registry,
        )
        self._batches = Histogram(
            "ledgerd_commit_events", "Events in a commit", of_ledger, buckets=_SIZES, registry=self.registry
        )
        self._commits = Histogram(
            "ledgerd_commit_seconds", "Time of a commit", of_ledger, buckets=_SECONDS, registry=self.registry
        )
        self.queue = Gauge(
            "ledgerd_queue_events", "Events that wait to be committed", of_ledger, registry=self.registry
        )
        self.entries = Gauge("ledgerd_entries", "Entries in the log", of_ledger, registry=self.registry)
        self.lag = Gauge("ledgerd_projection_lag_events", "Entries not folded yet", of_ledger, registry=self.registry)
        self.signing = Gauge("ledgerd_signing", "1 while the ledger signs", of_ledger, registry=self.registry)
        self._readings = Counter(
            "ledgerd_personal_readings",
            "Answers that told personal fields, by whether they are on record",
            ("ledger", "recorded"),
            registry=self.registry,
        )
        self._errors = Counter(
            "ledgerd_background_errors", "Errors in background tasks", ("ledger", "task"), registry=self.registry
        )

    def answered(self, method: str, route: str, status: int, began: float) -> None:
        """Count an answer. `began`: `perf_counter` at the request's arrival."""
        self._requests.labels(method, route, str(status)).observe(perf_counter() - began)

    def committed(self, ledger: str, events: int, seconds: float) -> None:
        """Count a commit."""
        self._batches.labels(ledger).observe(events)
        self._commits.labels(ledger).observe(seconds)

    def read_personal(self, ledger: str, *, recorded: bool) -> None:
        """Count a reading of personal fields."""
        self._readings.labels(ledger, "yes" if recorded else "no").inc()

    def failed(self, ledger: str, task: str) -> None:
        """Count an error in a background task."""
        self._errors.labels(ledger, task).inc()

    def render(self) -> bytes:
        """Return the exposition format, text version 0.0.4."""
        return generate_latest(self.registry)
