"""A schedule's text is what systemd, cron, launchd and Windows take, whatever the archive's path."""

from __future__ import annotations

import ipaddress
import os
import plistlib
import re
import shlex
import shutil
import subprocess
import sys
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from archive import Archive
from archive.errors import UsageError
from crawler import timers
from crawler.cli import danvan
from crawler.schedule import (
    MINUTES,
    PRIVATE,
    Schedule,
    crontab_lines,
    launchd_plist,
    nameservers,
    systemd_service,
    systemd_timer,
    windows_task,
)

ODD = '/srv/kho lưu trữ 100% "dân vận" $HOME\''
paths = st.text(
    st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="/\u2028\u2029\x85"), min_size=1, max_size=30
)
needs_systemd = pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd-analyze is not installed")


def planned(every: str = "6h", archive: str = ODD) -> Schedule:
    return Schedule(
        every=every,
        archive=Path(archive),
        command=("/bin/true", "-a", archive, "crawl", "--quiet"),
        environment=(("DANVAN_CONTACT", "Tổ tư liệu <tl@example.org>"),),
    )


def analyze(*arguments: object) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"XDG_RUNTIME_DIR": "/run"}
    return subprocess.run(
        ["systemd-analyze", *map(str, arguments)], capture_output=True, text=True, env=environment, check=False
    )


@needs_systemd
@pytest.mark.parametrize("user", ["root", None], ids=["system", "user"])
@pytest.mark.parametrize("archive", ["/var/lib/danvan", ODD], ids=["plain", "odd"])
def test_systemd_finds_no_fault_with_the_units(tmp_path: Path, user: str | None, archive: str) -> None:
    plan = planned(archive=archive)
    service, timer = tmp_path / f"{plan.name}.service", tmp_path / f"{plan.name}.timer"
    service.write_text(systemd_service(plan, resolvers=("127.0.0.53", "fe80::1"), user=user), encoding="utf-8")
    timer.write_text(systemd_timer(plan), encoding="utf-8")
    done = analyze(*([] if user else ["--user"]), "verify", "--man=no", service, timer)
    assert (done.returncode, done.stderr) == (0, "")


@needs_systemd
def test_the_system_unit_is_hardened(tmp_path: Path) -> None:
    service = tmp_path / "danvan.service"
    service.write_text(systemd_service(planned(), resolvers=("127.0.0.53",), user="root"), encoding="utf-8")
    done = analyze("security", "--offline=true", "--threshold=25", service)  # 2.5 of 10, "OK"
    assert done.returncode == 0, done.stdout[-200:]
    assert re.search(r"^MemoryMax=\d+G$", service.read_text(encoding="utf-8"), re.MULTILINE)


@needs_systemd
@pytest.mark.parametrize("every", MINUTES)
def test_a_calendar_comes_round_as_often_as_it_says(every: str) -> None:
    calendar = re.search(r"^OnCalendar=(.+)$", systemd_timer(planned(every)), re.MULTILINE)
    assert calendar
    done = analyze("calendar", "--iterations=3", "--base-time=2026-01-07 00:00:00 UTC", calendar[1])
    found = re.findall(r"(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d) UTC", done.stdout)
    times = sorted({datetime.fromisoformat(time) for time in found})
    step = timedelta(minutes=MINUTES[every])
    assert [later - earlier for earlier, later in pairwise(times)] == [step, step], done.stdout + done.stderr


def test_missed_runs_are_made_up_for_on_every_kind_of_machine() -> None:
    assert "Persistent=yes" in systemd_timer(planned())
    assert crontab_lines(planned())[1].startswith("@reboot ")
    assert "StartCalendarInterval" in plistlib.loads(launchd_plist(planned()).encode())  # launchd runs it on waking
    assert "-StartWhenAvailable -MultipleInstances IgnoreNew" in windows_task(planned())


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "172.31.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "::1",
        "fe80::1",
        "fd00::1",
    ],
)
def test_the_fence_keeps_private_addresses_out(address: str) -> None:
    names = {
        "localhost": "127.0.0.0/8 ::1/128", "link-local": "169.254.0.0/16 fe80::/64", "multicast": "224.0.0.0/4 ff00::/8",
    }  # fmt: skip
    denied = " ".join(names.get(word, word) for word in PRIVATE.split()).split()
    assert any(ipaddress.ip_address(address) in ipaddress.ip_network(network) for network in denied)


def test_the_fence_lets_the_resolver_answer() -> None:
    resolvers = nameservers("# made by\nsearch lan\nnameserver 127.0.0.53\nnameserver fe80::1%eth0\nnameserver x\n")
    assert resolvers == ("127.0.0.53", "fe80::1")
    assert "\nIPAddressAllow=127.0.0.53 fe80::1\n" in systemd_service(planned(), resolvers=resolvers, user=None)


@given(path=paths.map("/srv/{}".format), every=st.sampled_from(sorted(MINUTES)))
def test_cron_hands_every_path_to_danvan_as_it_is(path: str, every: str) -> None:
    plan = planned(every, path)
    for line in crontab_lines(plan):
        assert "\n" not in line
        assert "%" not in line.replace("\\%", "")  # cron would end the command there
        shell = re.sub(r"^(@reboot sleep 120;|\S+ \S+ \S+ \S+ \S+) ", "", line.replace("\\%", "%"))
        assert shlex.split(shell, comments=True) == ["DANVAN_CONTACT=Tổ tư liệu <tl@example.org>", *plan.command]


@given(path=paths.map("/srv/{}".format))
def test_launchd_hands_every_path_to_danvan_as_it_is(path: str) -> None:
    agent = plistlib.loads(launchd_plist(planned(archive=path)).encode())
    assert agent["ProgramArguments"] == list(planned(archive=path).command)


def test_two_archives_of_the_same_name_have_two_timers() -> None:
    assert planned(archive="/srv/a/data").name != planned(archive="/srv/b/data").name
    assert re.fullmatch(r"danvan-kho-luu-tru-[0-9a-f]{6}", planned(archive="/srv/Kho lưu trữ").name)


def test_an_interval_no_calendar_can_keep_is_refused_with_those_it_can() -> None:
    with pytest.raises(UsageError, match=r"--every '5h': a timer can keep 15m, .*7d"):
        planned("5h")


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine whose systemctl and crontab write down what they are told, with danvan beside its Python."""
    programs = tmp_path / "bin"
    programs.mkdir()
    scripts = {
        "systemctl": f'echo "$@" >> {tmp_path}/systemctl.log',
        "crontab": f'if [ "$1" = -l ]; then cat {tmp_path}/crontab || exit 1; else cat > {tmp_path}/crontab; fi',
        "danvan": "true",
    }
    for name, script in scripts.items():
        (programs / name).write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
        (programs / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{programs}:{os.environ['PATH']}")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("DANVAN_CONTACT", "tl@example.org")
    monkeypatch.setattr(sys, "executable", str(programs / "python"))
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    return tmp_path


@pytest.fixture
def enabled(archive_dir: Path) -> Path:
    with Archive.open_writer(archive_dir) as archive, archive.transaction() as connection:
        archive.site_id("danvan_vn")
        connection.execute("UPDATE sites SET enabled = 1")
    return archive_dir


def invoke(archive: Path, *arguments: str) -> Result:
    return CliRunner().invoke(danvan, ["-a", str(archive), "schedule", "--every", "6h", *arguments])


def test_printing_changes_nothing_and_needs_no_archive(machine: Path, tmp_path: Path) -> None:
    for kind, wanted in {
        "systemd": "OnCalendar=", "cron": "*/6 * * *", "launchd": "<plist", "windows": "Register-ScheduledTask",
    }.items():  # fmt: skip
        result = invoke(tmp_path / "none", "--for", kind)
        assert result.exit_code == 0, result.output
        assert wanted in result.stdout
        assert f"{tmp_path}/none" in result.stdout
    assert sorted(path.name for path in machine.iterdir()) == ["bin"]


def test_installing_writes_both_units_and_starts_the_timer(
    machine: Path, enabled: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timers, "BOOTED", machine)
    for _ in range(2):
        result = invoke(enabled, "--install")
        assert result.exit_code == 0, result.output
    service, timer = sorted((machine / "config" / "systemd" / "user").iterdir())
    assert f"-a {enabled} crawl --quiet" in service.read_text(encoding="utf-8")
    assert "Environment=DANVAN_CONTACT=tl@example.org" in service.read_text(encoding="utf-8")
    calls = (machine / "systemctl.log").read_text(encoding="utf-8").splitlines()
    assert calls == ["--user daemon-reload", f"--user enable --now {timer.name}"] * 2


def test_without_systemd_the_crontab_gets_the_lines_once_and_keeps_the_others(
    machine: Path, enabled: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timers, "BOOTED", machine / "none")
    monkeypatch.setattr(sys, "platform", "linux")
    (machine / "crontab").write_text("5 4 * * * sao-luu\n", encoding="utf-8")
    for _ in range(2):
        result = invoke(enabled, "--install")
        assert result.exit_code == 0, result.output
    lines = (machine / "crontab").read_text(encoding="utf-8").splitlines()
    assert lines[0] == "5 4 * * * sao-luu"
    assert [str(enabled) in line for line in lines] == [False, True, True]


def test_a_timer_that_would_crawl_nothing_is_not_installed(machine: Path, archive_dir: Path) -> None:
    Archive.open_writer(archive_dir).close()
    result = invoke(archive_dir, "--install", "--for", "cron")
    assert isinstance(result.exception, UsageError)
    assert "danvan sites enable" in str(result.exception)


def test_a_timer_without_a_contact_address_is_not_installed(
    machine: Path, enabled: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DANVAN_CONTACT")
    result = invoke(enabled, "--install", "--for", "cron")
    assert isinstance(result.exception, UsageError)
    assert "DANVAN_CONTACT" in str(result.exception)
    assert not (machine / "crontab").exists()
