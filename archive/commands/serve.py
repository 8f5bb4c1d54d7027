"""`danvan serve`."""

from __future__ import annotations

import re
import socket
import sys
from ipaddress import ip_address
from pathlib import Path

import click

from archive.commands.options import Number
from archive.errors import UsageError

_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?")


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", type=Number(min=0, max=65535), default=8001, show_default=True, help="0 takes a free one.")
@click.option(
    "--allow-host", "names", multiple=True, metavar="NAME", callback=lambda _context, _option, names: _names(names),
    help="Answer to this name too, as when a proxy stands in front; repeatable.",
)  # fmt: skip
@click.pass_obj
def serve(archive: Path, host: str, port: int, names: tuple[str, ...]) -> None:
    """Read the archive in a browser. Read-only; Ctrl-C ends it."""
    try:
        import uvicorn  # noqa: PLC0415

        from archive.web.application import application  # noqa: PLC0415
    except ImportError as error:
        raise UsageError(f"serve needs {error.name}: pip install 'danvan-archive[web]'") from None

    sys.setswitchinterval(0.0005)  # a thread back from SQLite waits so long for Python; the default is ten times that
    hosts = {host, *names} | ({"*"} if _is_any(host) else set())
    app = application(archive, hosts).app()
    with _listen(host, port) as listening:
        port = listening.getsockname()[1]
        shown = f"[{host}]" if ":" in host else host
        click.echo(f"http://{shown}:{port}/  (Ctrl-C ends)", err=True)
        uvicorn.Server(uvicorn.Config(app, log_level="warning", server_header=False)).run(sockets=[listening])


def _names(names: tuple[str, ...]) -> tuple[str, ...]:
    """Host names as a browser sends them; UsageError for what is none, such as an address with a scheme or port."""
    for name in names:
        if not _NAME.fullmatch(name):
            raise UsageError(f"--allow-host {name!r} is no host name; write it without scheme, port and path")
    return tuple(name.lower() for name in names)


def _is_any(host: str) -> bool:
    """Whether it stands for every address of this machine, which are then asked for as numbers."""
    try:
        return ip_address(host).is_unspecified
    except ValueError:
        return False


def _listen(host: str, port: int) -> socket.socket:
    """A listening socket; UsageError when it cannot be had, before anything is served."""
    listening = None
    try:
        family, kind, protocol, _, place = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listening = socket.socket(family, kind, protocol)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(place)
        listening.listen(128)
    except OSError as error:
        if listening:
            listening.close()
        raise UsageError(f"{host} port {port}: {error.strerror}; name another with --port, or 0 for any") from None
    return listening
