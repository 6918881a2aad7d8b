"""Times as HubSpot writes them.

Inside the sandbox a moment is a whole number of milliseconds since 1970; on the wire it is ISO 8601 in UTC, and the
fraction is left out when it is zero.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from sandbox.reading import whole

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MILLISECOND = timedelta(milliseconds=1)
EARLIEST = -62_135_596_800_000
"""The year 1."""
LATEST = 253_402_300_800_000
"""The year 10000, which no date can show."""


def milliseconds(at: datetime) -> int:
    """Milliseconds since 1970 of an aware datetime.

    >>> milliseconds(datetime(1970, 1, 1, 0, 0, 1, 500000, tzinfo=UTC))
    1500
    """
    return (at - EPOCH) // MILLISECOND


def stamp(moment: int) -> str:
    """The moment as HubSpot shows it.

    >>> stamp(1500), stamp(2000)
    ('1970-01-01T00:00:01.500Z', '1970-01-01T00:00:02Z')
    """
    seconds, fraction = divmod(moment, 1000)
    text = datetime.fromtimestamp(seconds, UTC).isoformat()[:19]
    return f"{text}.{fraction:03}Z" if fraction else f"{text}Z"


def read_moment(text: str) -> int | None:
    """Milliseconds since 1970 of what a caller sends: digits, an ISO datetime (UTC if it names no zone) or a date.

    >>> read_moment("1500"), read_moment("1970-01-01T00:00:01.5Z"), read_moment("1970-01-02"), read_moment("soon")
    (1500, 1500, 86400000, None)
    """
    if (moment := whole(text)) is not None:
        return moment if moment < LATEST else None
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    moment = milliseconds(at if at.tzinfo else at.replace(tzinfo=UTC))
    return moment if EARLIEST <= moment < LATEST else None


def read_date(text: str) -> date | None:
    """The date of what a caller sends: `2026-03-29`, or milliseconds that fall on midnight UTC."""
    moment = read_moment(text)
    if moment is None or moment % 86_400_000:
        return None
    return (EPOCH + timedelta(milliseconds=moment)).date()
