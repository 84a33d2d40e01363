"""What the desk is made of: a CycloneDX list of the locked libraries, and whether a weakness of one is known.

Fails for a known weakness only. Where the advisory source cannot be reached it says so, and that nothing is known.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.output.json import JsonV1Dot6
from packageurl import PackageURL

ROOT = Path(__file__).resolve().parents[2]
LOCK, BILL = ROOT / "requirements.lock", ROOT / "var" / "sbom.cdx.json"
_SECONDS = 180


def locked(lock: Path = LOCK) -> dict[str, str]:
    """Library -> version. Raises ValueError for a line that does not pin."""
    found = {}
    for line in filter(None, map(str.strip, lock.read_text("utf-8").splitlines())):
        name, pinned, version = line.partition("==")
        if not pinned or not name or not version:
            raise ValueError(f"{lock.name}: {line!r} is not pinned")
        found[name] = version
    return found


def bill(libraries: dict[str, str]) -> str:
    """The software bill of materials, CycloneDX 1.6 as JSON."""
    desk = Component(name="frontdesk", type=ComponentType.APPLICATION)
    parts = []
    for name, version in libraries.items():
        at = PackageURL("pypi", None, name, version)
        kind = ComponentType.LIBRARY
        parts.append(Component(name=name, version=version, purl=at, bom_ref=str(at), type=kind))
    bom = Bom(components=parts)
    bom.metadata.component = desk
    bom.register_dependency(desk, parts)
    return JsonV1Dot6(bom).output_as_string(indent=1)


def ask(lock: Path = LOCK) -> list[dict[str, Any]] | None:
    """pip-audit's word on each library; None where its source gave no answer at all."""
    command = [sys.executable, "-m", "pip_audit", "-r", str(lock), "--no-deps", "--disable-pip", "--format", "json",
               "--progress-spinner", "off", "--timeout", "5"]  # fmt: skip
    try:
        told = subprocess.run(command, capture_output=True, text=True, timeout=_SECONDS, check=False).stdout
        found: list[dict[str, Any]] = json.loads(told)["dependencies"]
    except (subprocess.TimeoutExpired, ValueError, KeyError):
        return None
    return found


def judge(libraries: dict[str, str], told: list[dict[str, Any]] | None) -> tuple[int, list[str]]:
    """Exit status and lines: 1 with each known weakness; what could not be looked up is said in one line."""
    known = [one for one in told or [] if "vulns" in one]
    weak = [
        f"{one['name']} {one['version']}: {v['id']}, mended in {', '.join(v['fix_versions']) or 'no version yet'}"
        for one in known
        for v in one["vulns"]
    ]
    missing = len(libraries) - len(known)
    if missing:
        weak.append(
            f"{missing} of {len(libraries)} libraries could not be looked up: the advisory source was out of reach, "
            "nothing is known about them"
        )
    return int(any(one["vulns"] for one in known)), weak


def main() -> int:
    libraries = locked()
    BILL.parent.mkdir(exist_ok=True)
    BILL.write_text(bill(libraries) + "\n", "utf-8")
    status, lines = judge(libraries, ask())
    print(f"{len(libraries)} libraries listed in {BILL.relative_to(ROOT)}", *lines, sep="\n")
    return status


if __name__ == "__main__":
    sys.exit(main())
