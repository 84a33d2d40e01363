"""Start a Celery worker (with its beat) that takes turns and sends; needs FRONTDESK_REDIS_URL."""

import argparse
import gc
import sys

from agent.logs import quiet_logs
from agent.settings import load_settings


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--concurrency", type=int, default=2, help="processes that work at once")
    parser.add_argument("--no-beat", action="store_true", help="leave the two-second beat to another worker")


def run(given: argparse.Namespace) -> int:
    settings = load_settings()
    if not settings.redis_url:
        print("FRONTDESK_REDIS_URL is not set: without Redis `frontdesk serve` does this work itself", file=sys.stderr)
        return 2
    if refusals := settings.refusals():
        print("\n".join(refusals), file=sys.stderr)
        return 1
    quiet_logs()
    if settings.metrics_port:
        from agent.adapters.figures_of_many import serve

        try:
            serve(settings.host, settings.metrics_port, settings.var / "figures")
        except OSError as taken:
            print(f"FRONTDESK_METRICS_PORT: {settings.metrics_port}: {taken.strerror}", file=sys.stderr)
            return 1
    from agent.content import ContentFault
    from agent.worker import app, loaded

    try:
        loaded()
    except ContentFault as broken:
        print(broken, file=sys.stderr)
        return 1
    gc.collect()
    gc.freeze()  # shared with the children for as long as nobody touches it
    # the beat remembers nothing: workers that share a folder would lock one another out of a schedule kept in a file
    beat = [] if given.no_beat else ["--beat", "--scheduler", "celery.beat:Scheduler"]
    app.worker_main(["worker", "--loglevel=WARNING", f"--concurrency={given.concurrency}", "--queues=frontdesk", *beat])
    return 0
