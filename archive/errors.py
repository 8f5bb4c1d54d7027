"""Every error the archive raises on purpose. Each says what the caller should do about it.

`exit_code` is the process exit code the command line answers with (see docs/operations.md).
"""

from __future__ import annotations

INTERRUPTED = 130
"""The exit code of a command that Ctrl-C ended."""


class DanvanError(Exception):
    """Something went wrong that one line can explain; print it and exit with `exit_code`."""

    exit_code = 1


class UsageError(DanvanError):
    """The request itself is wrong: mend the option, the setting or the file it names."""

    exit_code = 2


class ProfileError(UsageError):
    """A site profile cannot be used: mend the key of the file the message names."""


class AddressError(UsageError):
    """An address cannot be asked for: mend it. `reason` is "scheme", "malformed" or "too_long"."""

    def __init__(self, reason: str, url: str) -> None:
        why = {"scheme": "must begin with http:// or https://", "too_long": "is too long"}
        super().__init__(f"{url[:200]!r} {why.get(reason, 'is no web address: http://HOST/PATH is wanted')}")
        self.reason = reason


class QueryError(UsageError):
    """A search cannot be run as asked: mend the filter the message names."""


class StorageError(DanvanError):
    """Disk or database failed: make room, fix permissions or restore, then run again."""

    exit_code = 3


def storage_error(what: object, error: Exception) -> StorageError:
    """SQLite's complaint of a database, with what to do about the one that others cause."""
    mend = "; another program writes it: let that finish, then run again" if "locked" in str(error) else ""
    return StorageError(f"{what}: {error}{mend}")


class ArchiveLockedError(StorageError):
    """Another process writes this archive: wait for it, or end the process the message names."""


class NotAnArchiveError(StorageError):
    """The directory holds no archive, or one of a newer version: name the right one or upgrade."""


class OutdatedError(StorageError):
    """An earlier release wrote the database: `danvan check`, or any command that writes, renews it."""


class DamageError(StorageError):
    """Stored data is damaged: run `danvan check --repair`, or `danvan rebuild`."""


class TruncatedError(DanvanError):
    """A body ends before its encoding does, or is garbled: fetch it again, never take it for whole."""


class TooLargeError(DanvanError):
    """A body is larger than the limit once decoded: refuse it, or raise the limit."""


class NotFoundError(DanvanError):
    """Nothing under that id, address or name: look it up with `danvan search` or `sites list`."""
