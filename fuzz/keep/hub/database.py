"""The data base of a campaign: one file, transactions that are on the disk when they end.

SQLite in WAL mode: readers never wait, and who is killed in the middle leaves what was before.
"""

from __future__ import annotations

import errno
import os
import sqlite3
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from fuzz.keep.files import KeepError, make_folder, one_line
from fuzz.keep.hub.schema import APPLICATION, TABLES, VERSION

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence
    from pathlib import Path

STATE: Final = "state.sqlite"
PATIENCE_SECONDS: Final = 10.0
"""How long to wait for another process's transaction; one takes milliseconds."""
WAL_PAGES: Final = 400
"""Pages of 4 KiB after which the log is worked into the file: together they stay small."""


class StateError(KeepError):
    """The state of a campaign cannot be used as it is; nothing was changed."""

    def __init__(self, sentence: str) -> None:
        """Say it in one line."""
        Exception.__init__(self, sentence)


class Database:
    """A connection, used by one thread."""

    def __init__(self, folder: Path, *, reads_only: bool = False) -> None:
        """Open the state in a folder, or begin it; KeepError when that cannot be.

        Who `reads_only` begins nothing.
        """
        self._folder = folder
        self._path = folder / STATE
        if reads_only and not self._path.is_file():
            raise StateError(f"there is no campaign in {one_line(folder)}: it has no {STATE}")
        if not reads_only:
            make_folder(folder, "a campaign")
        with self._explained("open the state of a campaign"):
            self._connection = _connect(self._path, reads_only=reads_only)
        try:
            with self._explained("open the state of a campaign"):
                self._recognise()
                if not reads_only:
                    self._prepare()
                elif not self.one("PRAGMA user_version"):
                    raise StateError(f"the campaign in {one_line(folder)} has not begun yet")
        except BaseException:
            self._connection.close()
            raise

    def close(self) -> None:
        """Let go of the file."""
        with suppress(sqlite3.Error):
            self._connection.close()

    def rows(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        """Return what a query finds."""
        with self._explained("read the state of a campaign"):
            return self._connection.execute(query, values).fetchall()

    def one(self, query: str, *values: Any) -> Any:
        """Return the first value that a query finds; None when it finds nothing."""
        found = self.rows(query, *values)
        return found[0][0] if found else None

    @contextmanager
    def writing(self, what: str) -> Generator[Database]:
        """Do several things at once or, with KeepError, none of them; durable when it ends."""
        with self._explained(what):
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:  # SQLite may have ended it itself.
                    self._connection.execute("ROLLBACK")
                raise

    @contextmanager
    def reading(self) -> Generator[Database]:
        """See one moment in several queries."""
        with self._explained("read the state of a campaign"):
            self._connection.execute("BEGIN")
            try:
                yield self
            finally:
                self._connection.execute("ROLLBACK")

    def do(self, statement: str, *values: Any) -> int:
        """Change something within `writing`, and return the number of a row that was added."""
        return self._connection.execute(statement, values).lastrowid or 0

    def do_many(self, statement: str, values: Sequence[tuple[Any, ...]]) -> None:
        """Change something for each of the values."""
        self._connection.executemany(statement, values)

    def bytes(self) -> int:
        """Return how large the file is."""
        return self.one("PRAGMA page_count") * self.one("PRAGMA page_size")

    def is_intact(self) -> bool:
        """Whether SQLite finds nothing wrong in the whole file."""
        return self.rows("PRAGMA integrity_check") == [("ok",)]

    def _recognise(self) -> None:
        """Leave alone what is not ours, or what a newer Swapstorm made."""
        where = one_line(self._path)
        application, version = self.one("PRAGMA application_id"), self.one("PRAGMA user_version")
        if version > VERSION and application == APPLICATION:
            raise StateError(
                f"{where} is of version {version}, and this Swapstorm knows only up to {VERSION}: "
                "use the newer one, or another folder; nothing was changed"
            )
        if application != APPLICATION and self.one("SELECT count(*) FROM sqlite_master"):
            raise StateError(f"{where} is no campaign's: choose another folder")

    def _prepare(self) -> None:
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = FULL")
        self._connection.execute(f"PRAGMA wal_autocheckpoint = {WAL_PAGES}")
        if self.one("PRAGMA user_version"):
            return
        with self.writing("begin a campaign"):
            if self.one("PRAGMA user_version"):  # Somebody else was first.
                return
            for table in TABLES:
                self._connection.execute(table)
            self._connection.execute(f"PRAGMA application_id = {APPLICATION}")
            self._connection.execute(f"PRAGMA user_version = {VERSION}")

    @contextmanager
    def _explained(self, what: str) -> Generator[None]:
        """Turn what SQLite says into a line for a person."""
        try:
            yield
        except sqlite3.ProgrammingError:
            raise  # A mistake of ours.
        except sqlite3.DatabaseError as error:
            name = getattr(error, "sqlite_errorname", "")
            if name.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB")):
                raise StateError(
                    f"{one_line(self._path)} is damaged ({error}): move it away to begin anew; "
                    "cases and crashes beside it are files of their own"
                ) from error
            raise KeepError(what, self._folder, _why(name, error)) from error


def _connect(path: Path, *, reads_only: bool) -> sqlite3.Connection:
    mode = "ro" if reads_only else "rwc"
    return sqlite3.connect(
        f"file:{quote(os.fsencode(path))}?mode={mode}",
        uri=True,
        isolation_level=None,
        timeout=PATIENCE_SECONDS,
    )


def _why(name: str, error: sqlite3.DatabaseError) -> OSError:
    """Name what the operating system must have said to SQLite."""
    if name.startswith("SQLITE_FULL"):
        return OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    if name.startswith(("SQLITE_READONLY", "SQLITE_PERM", "SQLITE_AUTH")):
        return PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    if name.startswith("SQLITE_IOERR"):
        return OSError(errno.EIO, "the disk is full, or does not work")
    return OSError(errno.EIO, str(error))
