"""How Serve runs the replicas: how many, where orders go, when one is sick, how one ends."""

from __future__ import annotations

from ray import serve
from ray.serve.config import AutoscalingConfig, AutoscalingPolicy, RequestRouterConfig

from specedit_lsp.worker.cluster.options import ClusterOptions
from specedit_lsp.worker.cluster.ray_ledger import describe_ledger
from specedit_lsp.worker.cluster.replica import LoadEngine, Replica

NAME = "specedit"
OPEN_REQUESTS = 2000
"""Of one replica, most of them streams of the status; how many rewrites it takes, it says itself."""
ROUTING_SECONDS = 1.0
"""How often replicas tell how busy they are."""
HEALTH_SECONDS = 2.0
"""How often replicas are asked whether they have an engine; three bad answers in a row replace one."""
UPSCALE_SECONDS = 10.0
"""How long there must be too many rewrites before another replica is started."""
DOWNSCALE_SECONDS = 600.0
"""How long there must be too few before one is ended: its caches go with it."""
DRAIN_SECONDS = 120.0
"""How long a replica that is to end may finish its rewrites; those that are cut off go on elsewhere."""


def bind_cluster(options: ClusterOptions, load: LoadEngine) -> serve.Application:
    """Return the application that `serve run` starts: replicas whose engines ``load`` makes."""
    deployment = serve.deployment(
        serve.ingress()(Replica),
        name=NAME,
        ray_actor_options={"num_cpus": options.num_cpus, "num_gpus": options.num_gpus},
        max_ongoing_requests=OPEN_REQUESTS,
        health_check_period_s=HEALTH_SECONDS,
        graceful_shutdown_timeout_s=DRAIN_SECONDS,
        graceful_shutdown_wait_loop_s=0.5,
        request_router_config=RequestRouterConfig(
            request_router_class="specedit_lsp.worker.cluster.routing.WorkspaceRouter",
            # All of them, one after the other.
            request_router_kwargs={"num_fallback_replicas": options.max_replicas},
            request_routing_stats_period_s=ROUTING_SECONDS,
        ),
        deployment_actors=[describe_ledger()],
        **_count_replicas(options),
    )
    return deployment.bind(options, load)


def _count_replicas(options: ClusterOptions) -> dict[str, object]:
    if options.max_replicas == options.min_replicas:
        return {"num_replicas": options.min_replicas}
    return {
        "autoscaling_config": AutoscalingConfig(
            min_replicas=options.min_replicas,
            max_replicas=options.max_replicas,
            target_ongoing_requests=options.rewrites_per_replica,
            look_back_period_s=UPSCALE_SECONDS,
            upscale_delay_s=UPSCALE_SECONDS,
            downscale_delay_s=DOWNSCALE_SECONDS,
            policy=AutoscalingPolicy(
                policy_function="specedit_lsp.worker.cluster.autoscaling:follow_rewrites"
            ),
        )
    }
