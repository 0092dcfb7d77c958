"""Whether and when to send again, and what a failure says of a write. Nothing here sends or waits.

What becomes of an attempt, by its outcome:

| outcome | sent again: reads, updates | creates | open | may pass | looked for |
|---|---|---|---|---|---|
| the server was not reached | yes | yes | no | yes | no |
| the answer was lost on its way | yes | no | yes | yes | yes |
| 429, or 503 with `Retry-After`: it did not begin | yes | yes | no | yes | no |
| 408, 502, 504, or 503 without: a gateway's word | yes | no | yes | yes | yes |
| 500 and others from there on: the server's own word | yes | no | no | yes | by `ensure` and `docs.add` |
| 409 | no | no | no | no | by `ensure` and `docs.add` |
| other 4xx | no | no | no | no | no |
| a success that can't be read | no | no | yes | no | yes |
| a redirect, after which the result can't be had | if it shows undone | no | yes | no | yes |

*Open* is a write that may have been done all the same: `leaves_open` judges one attempt, `is_unclear`
the error in the end, which also counts the attempts before. Then errors say so, and starts of tasks are
looked for. `may_be_there` asks what `ensure` and `docs.add` look for, `may_pass` (the column of that name)
whether a follower has patience, and `docs.add` tries again. Where the caller gives the number of repeats,
creates are sent again like updates.
"""

from __future__ import annotations

import random
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final, Protocol

import attrs

from .errors import APIConnectionError, APIError, ConflictError, UnexpectedResponse

FIRST_WAIT: Final = 0.5
"""Seconds before the second attempt; each further wait is twice as long, so that a server with too much
to do is asked less and less."""
LONGEST_WAIT: Final = 10.0
"""Seconds between two attempts, at most: a server that is back is noticed that soon."""
LONGEST_RETRY_AFTER: Final = 30.0
"""Seconds that a server may ask for. A longer wait is left to the caller, as the error's `retry_after`:
a call that hangs for minutes looks like one that is stuck."""
LONGEST_TOLD: Final = 31_536_000.0
"""Seconds that errors report at most, a year: a program may sleep for that long without an overflow."""

OF_GATEWAYS: Final = frozenset({408, 502, 503, 504})
"""What is answered on behalf of a server that may have done its work."""


class Answer(Protocol):
    """What a decision about retries needs to see."""

    @property
    def status(self) -> int:
        """The HTTP status."""
        ...

    @property
    def headers(self) -> Mapping[str, str]:
        """By name, whatever the case."""
        ...

    @property
    def was_done(self) -> bool:
        """Whether the request was done, and this answers what a redirect made of it."""
        ...


@attrs.frozen
class Retry:
    """How often one call may be sent again, and after which outcomes.

    Attributes:
        times: How often, at most.
        repeatable: Whether sending twice does no more than sending once.
        insisting: Whether the caller asked for repeats by number, as `RequestOptions` documents it:
            then the method does not matter, 409 counts, and a `Retry-After` that is too long is
            replaced by a wait of our own.
    """

    times: int
    repeatable: bool
    insisting: bool = False

    def pause(self, attempt: int, outcome: Answer | APIConnectionError) -> float | None:
        """Return the seconds to wait before the next attempt, or None if there should be none."""
        if attempt > self.times or not self._worth_it(outcome):
            return None
        if isinstance(outcome, APIConnectionError):
            return backoff(attempt)
        wanted = retry_after(outcome.headers)
        if wanted is None:
            return backoff(attempt)
        if wanted <= LONGEST_RETRY_AFTER:
            return wanted
        return backoff(attempt) if self.insisting else None

    def _worth_it(self, outcome: Answer | APIConnectionError) -> bool:
        if isinstance(outcome, APIConnectionError):
            return self.repeatable or not outcome.delivered
        if outcome.was_done:
            # This answers another request, and leaves open what became of the work.
            return self.repeatable
        status = outcome.status
        if self.insisting:
            return status in {408, 409, 429} or status >= 500
        if self.repeatable:
            return _passes(status)
        # Of no other failure is it certain that nothing was done.
        return _is_turned_away(status, retry_after(outcome.headers))


def may_pass(failure: APIConnectionError | APIError) -> bool:
    """Tell whether a server that failed like this may be well a moment later."""
    return isinstance(failure, APIConnectionError) or _passes(failure.status)


def leaves_open(outcome: Answer | APIConnectionError) -> bool:
    """Tell whether this one attempt of a write may have done it, since no server said otherwise."""
    if isinstance(outcome, APIConnectionError):
        return outcome.delivered
    status = outcome.status
    was_refused = _is_turned_away(status, retry_after(outcome.headers))
    is_for_another = 300 <= status < 400 or (status in OF_GATEWAYS and not was_refused)
    return outcome.was_done or is_for_another


def is_unclear(failure: APIConnectionError | APIError) -> bool:
    """Tell whether a write that failed in the end may have been done, by whichever attempt."""
    if isinstance(failure, APIConnectionError):
        return failure.delivered
    return failure.maybe_done or isinstance(failure, UnexpectedResponse)


def may_be_there(failure: APIConnectionError | APIError) -> bool:
    """Tell whether to look for what a failed write was to make: it, or somebody else, may have made it."""
    if isinstance(failure, ConflictError) or is_unclear(failure):
        return True
    if isinstance(failure, APIConnectionError):
        return False
    # Of somebody else who was faster, some servers have no error of their own.
    return _passes(failure.status) and not _is_turned_away(failure.status, failure.retry_after)


def _is_turned_away(status: int, wait: float | None) -> bool:
    """Tell whether a server was too busy to begin: it says so before it does anything."""
    return status == 429 or (status == 503 and wait is not None)


def _passes(status: int) -> bool:
    return status in {408, 429} or status >= 500


def backoff(attempt: int) -> float:
    """Return the seconds to wait: doubling, capped, and jittered downwards by a quarter."""
    wait = min(FIRST_WAIT * 2 ** (attempt - 1), LONGEST_WAIT)
    return float(wait * random.uniform(0.75, 1))  # noqa: S311 - spreading load needs no secrecy


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Read how many seconds the server asks to wait, from `retry-after-ms` or `Retry-After`.

    Anything but a date or a number from 0 on is ignored. Dates are GMT, in
    each of the three forms that HTTP has for them. No wait is longer than a year.
    """
    if (milliseconds := _number(headers.get("retry-after-ms", ""))) is not None:
        return min(milliseconds / 1000, LONGEST_TOLD)
    text = headers.get("retry-after", "")
    seconds = _number(text)
    if seconds is None:
        seconds = _until(text)
    return None if seconds is None else min(seconds, LONGEST_TOLD)


def _number(text: str) -> float | None:
    return float(text) if _NUMBER.fullmatch(text.strip()) else None


def _until(date: str) -> float | None:
    try:
        moment = parsedate_to_datetime(date)
        # HTTP's dates are GMT, also where they say nothing of a zone.
        return max(
            0.0, (moment.replace(tzinfo=moment.tzinfo or UTC) - datetime.now(UTC)).total_seconds()
        )
    except Exception:  # noqa: BLE001 - whatever a header holds, at worst it says nothing
        return None


_NUMBER: Final = re.compile(r"[0-9]+(?:\.[0-9]*)?|\.[0-9]+")
