"""Servers from the npm registry that tests start: locked in a folder of their own, each on a port of its own."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.children import bound
from tests.ports import free_port


@contextmanager
def node_server(folder: Path, script: str, package: str, *given: str) -> Iterator[str]:
    """The address of `script`, which gets its port and then `given`, and says "ready" once it listens. `package`: is
    there once `npm ci` has run in the folder."""
    if not (folder / "node_modules" / package).exists():  # once; make test has done it in needs.sh
        subprocess.run(["npm", "ci", "--silent", "--no-fund", "--no-audit"], cwd=folder, check=True, timeout=100)
    port = free_port()
    command = ["node", script, str(port), *given]
    with subprocess.Popen(bound(command), cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == b"ready\n"
            yield f"http://127.0.0.1:{port}"
        finally:
            process.kill()
