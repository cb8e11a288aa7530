"""The tables of a campaign, and which version of them this is."""

from typing import Final

VERSION: Final = 1
"""Grows whenever an older Swapstorm would misread the tables."""
APPLICATION: Final = 0x53775374
"""`SwSt`, in the header of the file: a data base of somebody else is not touched."""

TABLES: Final = (
    """CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID""",
    """CREATE TABLE lanes (
        name TEXT PRIMARY KEY,
        executions INTEGER NOT NULL DEFAULT 0,
        entries INTEGER NOT NULL DEFAULT 0,
        reached INTEGER NOT NULL DEFAULT 0,
        findings INTEGER NOT NULL DEFAULT 0,
        units INTEGER NOT NULL DEFAULT 0,
        news_at REAL NOT NULL DEFAULT 0
    ) WITHOUT ROWID""",
    """CREATE TABLE entries (
        sequence INTEGER PRIMARY KEY AUTOINCREMENT,
        lane TEXT NOT NULL,
        shelf TEXT NOT NULL,
        hash TEXT NOT NULL,
        bytes INTEGER NOT NULL,
        at REAL NOT NULL,
        UNIQUE (lane, hash)
    )""",
    """CREATE TABLE reached (
        lane TEXT NOT NULL, counter INTEGER NOT NULL, PRIMARY KEY (lane, counter)
    ) WITHOUT ROWID""",
    """CREATE TABLE findings (
        signature TEXT PRIMARY KEY,
        kind TEXT NOT NULL,
        place TEXT NOT NULL,
        harm TEXT NOT NULL,
        title TEXT NOT NULL,
        detail TEXT NOT NULL,
        lane TEXT NOT NULL,
        cases TEXT NOT NULL,
        executions INTEGER NOT NULL,
        at REAL NOT NULL,
        minimal TEXT NOT NULL DEFAULT '',
        folder TEXT NOT NULL DEFAULT '',
        size TEXT NOT NULL DEFAULT '',
        shrinking INTEGER NOT NULL DEFAULT 0
    ) WITHOUT ROWID""",
    """CREATE TABLE sightings (
        signature TEXT NOT NULL, lane TEXT NOT NULL, PRIMARY KEY (signature, lane)
    ) WITHOUT ROWID""",
    """CREATE TABLE units (
        number INTEGER PRIMARY KEY AUTOINCREMENT,
        kind TEXT NOT NULL,
        subject TEXT NOT NULL,
        seed INTEGER NOT NULL,
        state TEXT NOT NULL DEFAULT 'waiting',
        worker TEXT NOT NULL DEFAULT '',
        token INTEGER NOT NULL DEFAULT 0,
        until REAL NOT NULL DEFAULT 0,
        attempts INTEGER NOT NULL DEFAULT 0,
        news INTEGER NOT NULL DEFAULT 0
    )""",
    """CREATE INDEX units_by_state ON units (state, kind, number)""",
    """CREATE TABLE heard (worker TEXT PRIMARY KEY, number INTEGER NOT NULL, receipt TEXT NOT NULL)
    WITHOUT ROWID""",
    """CREATE TABLE samples (
        at REAL PRIMARY KEY,
        executions INTEGER NOT NULL,
        reached INTEGER NOT NULL,
        entries INTEGER NOT NULL,
        findings INTEGER NOT NULL
    ) WITHOUT ROWID""",
    """CREATE TABLE events (number INTEGER PRIMARY KEY AUTOINCREMENT, at REAL NOT NULL,
        wall REAL NOT NULL, text TEXT NOT NULL)""",
)
