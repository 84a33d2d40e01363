"""A worker's processes are counted together, on a port of their own."""

import subprocess
import sys
from pathlib import Path

from agent.settings import ROOT
from tests.ports import free_port

CODE = """
import os, sys, urllib.request
from pathlib import Path
from agent.adapters.figures_of_many import serve
port = int(sys.argv[2])
serve("127.0.0.1", port, Path(sys.argv[1]))
from agent.adapters.figures import Figures
from agent.model.sighting import Escalated
children = []
for _ in range(3):
    pid = os.fork()
    if pid == 0:
        Figures()(Escalated("es", "urgent"))
        os._exit(0)
    children.append(pid)
for pid in children:
    os.waitpid(pid, 0)
print(urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics").read().decode())
"""


def test_what_each_process_counted_is_added_up(tmp_path: Path) -> None:
    command = [sys.executable, "-c", CODE, str(tmp_path / "figures"), str(free_port())]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    assert 'frontdesk_escalations_total{kind="urgent",language="es"} 3.0' in done.stdout
