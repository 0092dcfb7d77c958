"""Languages by their codes."""

from __future__ import annotations

import pytest

from julep.local.fields import Problems
from julep.local.search.languages import language


@pytest.mark.parametrize("code", ["en", "EN", "en-US", "en_us", "zh-Hant-TW", "deu"])
def test_codes_of_languages_are_taken(code: str) -> None:
    """As they are, with or without a country."""
    problems: Problems = []
    assert language(code, "lang", problems) == code
    assert problems == []


@pytest.mark.parametrize(
    "code", ["", "e", "xx", "xx-US", "english", "en-", "en US", "en-U", 7, None]
)
def test_others_are_refused(code: object) -> None:
    """A code of two letters must be known."""
    problems: Problems = []
    language(code, "lang", problems)
    assert [(each["type"], each["loc"]) for each in problems] == [("language_code", "lang")]
