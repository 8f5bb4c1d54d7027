"""`danvan schedule`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from crawler.schedule import Schedule


@click.command(
    epilog="""\b
Examples:
  danvan schedule --every 6h             print the timer for this machine
  danvan schedule --every 6h --install   install it: of the system if you are root, else your own
  danvan schedule --every 1d --for windows"""
)
@click.option("--every", required=True, metavar="TIME", help="15m, 20m, 30m, 1h, 2h, 3h, 4h, 6h, 8h, 12h, 1d or 7d.")
@click.option("--install", is_flag=True, help="Install it instead of printing it (systemd or crontab).")
@click.option(
    "--for", "kind", type=click.Choice(["systemd", "cron", "launchd", "windows"]),
    help="Print that kind; what fits this machine otherwise.",
)  # fmt: skip
@click.pass_obj
def schedule(archive: Path, every: str, install: bool, kind: str | None) -> None:
    """Have the enabled sites crawled every few hours by a systemd timer, cron, launchd or Windows."""
    import os  # noqa: PLC0415

    from crawler import timers  # noqa: PLC0415

    planned = _planned(archive, every)
    kind = kind or timers.kind_of_machine()
    system = os.geteuid() == 0
    if not install:
        text, hint = _text(planned, kind, system=system)
        click.echo(text, nl=False)
        click.echo(hint, err=True)
    elif kind == "systemd":
        _demand_ready(archive)
        click.echo(timers.install_systemd(planned, system=system), err=True)
    elif kind == "cron":
        _demand_ready(archive)
        click.echo(timers.install_crontab(planned), err=True)
    else:
        raise click.UsageError(f"--install knows systemd and cron; for {kind}, do as the printed lines say")


def _demand_ready(path: Path) -> None:
    """UsageError says what is missing for a crawl that nobody watches."""
    from archive import Archive  # noqa: PLC0415
    from archive.errors import UsageError  # noqa: PLC0415
    from crawler.preferences import load_preferences  # noqa: PLC0415

    load_preferences(path).require_contact(path)
    with Archive.open(path) as archive:
        if not archive.connection.execute("SELECT 1 FROM sites WHERE enabled LIMIT 1").fetchone():
            raise UsageError("no site is enabled, so a timer would crawl nothing: `danvan sites enable NAME` first")


def _planned(path: Path, every: str) -> Schedule:
    import os  # noqa: PLC0415
    import sys  # noqa: PLC0415

    from archive.errors import UsageError  # noqa: PLC0415
    from crawler.preferences import CONTACT_VARIABLE  # noqa: PLC0415
    from crawler.profile import SITES_SETTING  # noqa: PLC0415
    from crawler.schedule import Schedule  # noqa: PLC0415

    danvan = Path(sys.executable).parent / "danvan"
    if not danvan.exists():
        raise UsageError(f"{danvan}: not there; install danvan where this Python is (`make setup`)")
    settings = {CONTACT_VARIABLE: os.environ.get(CONTACT_VARIABLE), SITES_SETTING: os.environ.get(SITES_SETTING)}
    if folder := settings[SITES_SETTING]:  # a timer has a working directory of its own
        settings[SITES_SETTING] = str(Path(folder).resolve())
    return Schedule(
        every=every,
        archive=path.resolve(),
        command=(str(danvan), "-a", str(path.resolve()), "crawl", "--quiet"),
        environment=tuple((name, value) for name, value in settings.items() if value),
    )


def _text(planned: Schedule, kind: str, *, system: bool) -> tuple[str, str]:
    """What to print, and on standard error what to do with it."""
    from crawler import schedule as kinds  # noqa: PLC0415
    from crawler import timers  # noqa: PLC0415

    if kind == "systemd":
        units = timers.units(planned, system=system)
        return "\n".join(f"# {path}\n{text}" for path, text in units.items()), "to install both: add --install"
    if kind == "cron":
        return "\n".join((*kinds.crontab_lines(planned), "")), "add the lines with `crontab -e`, or by --install"
    if kind == "launchd":
        agent = f"~/Library/LaunchAgents/{planned.name}.plist"
        return kinds.launchd_plist(planned), f"save as {agent}, then: launchctl bootstrap gui/$(id -u) {agent}"
    return kinds.windows_task(planned), "paste into PowerShell on Windows; danvan runs in WSL"
