"""Metrics of a replica, exported by Ray beside its own."""

from __future__ import annotations

from ray.serve.metrics import Counter, Gauge, Histogram

from specedit_lsp.worker.queue.metrics import METRICS, Metric


def name_exported(metric: Metric) -> str:
    """Return the name that Prometheus reads: of a histogram that of its count."""
    return f"ray_{metric.name}{ {'counter': '_total', 'gauge': '', 'histogram': '_count'}[metric.kind] }"


class RayMeter:
    """Gives figures to Ray, which exports them on every node, tagged with the replica."""

    def __init__(self) -> None:
        self._counters = {
            metric.name: Counter(metric.name, metric.description, tag_keys=metric.labels)
            for metric in METRICS
            if metric.kind == "counter"
        }
        self._gauges = {
            metric.name: Gauge(metric.name, metric.description, tag_keys=metric.labels)
            for metric in METRICS
            if metric.kind == "gauge"
        }
        self._histograms = {
            metric.name: Histogram(
                metric.name, metric.description, boundaries=list(metric.buckets), tag_keys=metric.labels
            )
            for metric in METRICS
            if metric.kind == "histogram"
        }

    def record(self, metric: Metric, value: float, **labels: str) -> None:
        """Add to a counter, set a gauge, or observe a value of a histogram."""
        match metric.kind:
            case "counter":
                # Ray refuses to add nothing.
                if value > 0:
                    self._counters[metric.name].inc(value, tags=labels)
            case "gauge":
                self._gauges[metric.name].set(value, tags=labels)
            case "histogram":
                self._histograms[metric.name].observe(value, tags=labels)
