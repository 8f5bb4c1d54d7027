"""`danvan sites`: profiles, and how the sites they describe are doing."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from archive.errors import UsageError
from crawler.commands.profiles import new, snapshot


@click.group()
@click.pass_obj
def sites(archive: Path) -> None:
    """Site profiles: what is known, what is crawled, what broke."""
    from crawler.preferences import use_preferences  # noqa: PLC0415

    use_preferences(archive)


sites.add_command(new)
sites.add_command(snapshot)


@sites.command("list")
@click.option("--json", "as_json", is_flag=True, help="A JSON array instead of a table.")
@click.pass_obj
def list_sites(archive: Path, as_json: bool) -> None:
    """Every profile, its status, and whether a bare `danvan crawl` takes it."""
    from crawler.profile import load_sites  # noqa: PLC0415

    enabled, sites = _enabled(archive), load_sites()
    rows = [
        {
            "name": site.name, "title": site.title, "body": site.body, "hosts": list(site.hosts),
            "status": site.status, "checked": site.checked and site.checked.isoformat(), "family": site.family,
            "topic": site.topic, "enabled": site.name in enabled,
        }
        for site in sites
    ]  # fmt: skip
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False))
        return
    from archive.terminal import print_table  # noqa: PLC0415

    print_table(
        ("name", "title", "status", "checked", "enabled"),
        [
            (site.name, site.title, site.status, str(site.checked or "never"), "yes" if site.name in enabled else "")
            for site in sites
        ],
    )


@sites.command()
@click.argument("name")
def show(name: str) -> None:
    """One profile, as JSON."""
    from crawler.profile import load_site  # noqa: PLC0415

    click.echo(json.dumps(_bare(asdict(load_site(name))), ensure_ascii=False, indent=2, default=str))


@sites.command()
@click.argument("names", nargs=-1, required=True, metavar="NAME...")
@click.pass_obj
def enable(archive: Path, names: tuple[str, ...]) -> None:
    """Have a bare `danvan crawl` take these sites."""
    _set_enabled(archive, names, enabled=True)


@sites.command()
@click.argument("names", nargs=-1, required=True, metavar="NAME...")
@click.pass_obj
def disable(archive: Path, names: tuple[str, ...]) -> None:
    """Leave these sites out of a bare `danvan crawl`; what is archived stays."""
    _set_enabled(archive, names, enabled=False)


@sites.command()
@click.argument("names", nargs=-1, metavar="[SITE]...")
@click.option("--json", "as_json", is_flag=True, help="A JSON array of what is wrong.")
@click.option("--live", metavar="SITE", help="Fetch three pages of the site now and report each field.")
@click.option("--allow-private", is_flag=True, help="With --live: also ask loopback and private addresses.")
@click.pass_obj
def check(archive: Path, names: tuple[str, ...], as_json: bool, live: str | None, allow_private: bool) -> None:
    """Hold each site's latest runs against its own past; exit 1 and a line for each that drifted."""
    if live:
        from crawler.commands.live import check_live  # noqa: PLC0415

        raise SystemExit(check_live(archive, live, as_json=as_json, allow_private=allow_private))
    from archive import Archive  # noqa: PLC0415
    from archive.terminal import printable  # noqa: PLC0415
    from crawler.health import health  # noqa: PLC0415

    with Archive.open(archive) as opened:
        known = {row[0] for row in opened.connection.execute("SELECT name FROM sites")}
        for name in names:
            if name not in known:
                raise UsageError(f"{name}: never crawled into {archive}; `danvan status` shows what was")
        found = health(opened.connection, names)
    if as_json:
        click.echo(json.dumps([asdict(one) for one in found], ensure_ascii=False))
    else:
        for one in found:
            click.echo(printable(f"{one.site}: {one.message}"))
    raise SystemExit(1 if found else 0)


def _bare(value: Any) -> Any:
    """Without what is absent or empty."""
    if isinstance(value, dict):
        return {key: _bare(one) for key, one in value.items() if one not in (None, (), "", {})}
    return [_bare(one) for one in value] if isinstance(value, (list, tuple)) else value


def _enabled(path: Path) -> set[str]:
    from archive import Archive  # noqa: PLC0415
    from archive.store import DATABASE  # noqa: PLC0415

    if not (path / DATABASE).exists():
        return set()
    with Archive.open(path) as archive:
        return {row[0] for row in archive.connection.execute("SELECT name FROM sites WHERE enabled")}


def _set_enabled(path: Path, names: tuple[str, ...], *, enabled: bool) -> None:
    from archive import Archive, facts  # noqa: PLC0415
    from crawler.profile import load_site  # noqa: PLC0415

    profiles = [load_site(name) for name in names]
    with Archive.open_writer(path) as archive:
        for site in profiles:
            with archive.transaction():
                archive.site_id(site.name, title=site.title, body=site.body, status=site.status)
            facts.state(archive, f"{facts.SITE}{site.name}", "enabled" if enabled else "disabled")
            click.echo(f"{site.name}: {'enabled' if enabled else 'disabled'}", err=True)
