"""The figures of a worker's processes, added up and served on a port of its own."""

import os
import shutil
from pathlib import Path


def serve(host: str, port: int, folder: Path) -> None:
    """Must run before anything imports prometheus_client, and before the processes are forked: each then writes its
    counts to a file of its own in `folder`, which is emptied first. Raises OSError where the port is taken."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(folder)
    from prometheus_client import CollectorRegistry, start_http_server
    from prometheus_client.multiprocess import MultiProcessCollector

    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    start_http_server(port, host, registry)
