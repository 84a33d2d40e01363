"""A private PostgreSQL for the tests: its own folder, a free port, an unprivileged user, gone afterwards."""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from tests.children import bound
from tests.ports import free_port

_START_SECONDS = 20
_SETTINGS = (
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "max_connections=100",
    "listen_addresses=127.0.0.1",
    "shared_buffers=32MB",
)


def _binary(name: str) -> str:
    """Debian keeps the server's programs out of PATH; the newest version is taken."""
    found = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda p: int(p.parts[-3]))
    if found:
        return str(found[-1])
    on_path = shutil.which(name)
    if on_path is None:
        raise RuntimeError(f"{name} is missing: apt-get install -y postgresql")
    return on_path


def _as_owner(folder: Path) -> tuple[str, ...]:
    """The server refuses to run as root, so root hands the folder and the command over to another user: the options of
    setpriv for that."""
    if os.getuid() != 0:
        return ()
    names = {entry.pw_name for entry in pwd.getpwall()}
    user = "postgres" if "postgres" in names else "nobody"
    shutil.chown(folder, user)
    return (f"--reuid={user}", "--clear-groups", f"--regid={pwd.getpwnam(user).pw_gid}")


@contextmanager
def running_postgres(*settings: str) -> Iterator[str]:
    """The URL of the server's first database (`postgresql://…/postgres`). `settings` are `name=value`; the
    defaults do not care for the disk, since the folder is thrown away."""
    folder = Path(tempfile.mkdtemp(prefix="frontdesk-pg-"))
    owner = _as_owner(folder)
    data, port = folder / "data", free_port()
    make = [
        _binary("initdb"),
        "-D",
        str(data),
        "-A",
        "trust",
        "-U",
        "frontdesk",
        "-E",
        "UTF8",
        "--no-locale",
        "--no-sync",
    ]
    server: subprocess.Popen[bytes] | None = None
    try:
        subprocess.run(bound(make, signal.SIGKILL, *owner), check=True, capture_output=True, cwd=folder)
        chosen = [part for setting in (*_SETTINGS, *settings) for part in ("-c", setting)]
        start = [_binary("postgres"), "-D", str(data), "-p", str(port), "-k", str(folder), *chosen]
        with open(folder / "log", "wb") as log:
            server = subprocess.Popen(
                bound(start, signal.SIGQUIT, *owner), stdout=log, stderr=log, cwd=folder,
                process_group=0,  # Ctrl-C is for who started it, and still needs it then
            )  # fmt: skip
        url = f"postgresql://frontdesk@127.0.0.1:{port}/postgres"
        _wait(url, server, folder / "log")
        yield url
    finally:
        if server is not None:
            server.send_signal(signal.SIGINT)  # fast shutdown: does not wait for clients
            try:
                server.wait(10)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()
        shutil.rmtree(folder, ignore_errors=True)


def _wait(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + _START_SECONDS
    while True:
        try:
            psycopg.connect(url, connect_timeout=2).close()
            return
        except psycopg.OperationalError:
            if server.poll() is not None or time.monotonic() > until:
                raise RuntimeError(f"PostgreSQL did not start: {log.read_text()[-500:]}") from None
            time.sleep(0.05)


@contextmanager
def fresh_database(server_url: str, template: str | None = None) -> Iterator[str]:
    """A new database on the server, a copy of `template` when given; dropped afterwards."""
    name = f"t{os.urandom(6).hex()}"
    base = server_url.rpartition("/")[0]
    with psycopg.connect(server_url, autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {name}" + (f" TEMPLATE {template}" if template else ""))
    try:
        yield f"{base}/{name}"
    finally:
        with psycopg.connect(server_url, autocommit=True) as admin:
            admin.execute(f"DROP DATABASE {name} WITH (FORCE)")
