"""Addresses as they may be shown, and the origins of web pages."""

from __future__ import annotations

from typing import Any

import pytest

from julep.local.origins import read_origins
from julep.local.urls import without_userinfo


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("http://a/b", "http://a/b"),
        ("http://u:p@a/b", "http://***@a/b"),
        ("http://u@a", "http://***@a"),
        ("http://u:p@a and https://v:q@b/c?d", "http://***@a and https://***@b/c?d"),
        ("http://u:p@ss@a/b", "http://***@a/b"),
        ("http://u:p/q@a/b", "http://***@a/b"),
        ("http://a:80/b@c", "http://a:80/b@c"),
        ("http://a/b@c", "http://a/b@c"),
        ("http://a?b=c@d", "http://a?b=c@d"),
        ("http://a#c@d", "http://a#c@d"),
        ("http://a:80?b@c", "http://a:80?b@c"),
        ("joe@home", "joe@home"),
        ("", ""),
    ],
)
def test_no_login_is_shown(text: str, shown: str) -> None:
    """What only looks like one in a path or a query stays."""
    assert without_userinfo(text) == shown


def test_long_addresses_hold_nobody() -> None:
    """What looks like a megabyte of logins takes a moment; with each start searched it were hours."""
    assert without_userinfo("://a:b" * 200_000) == "://a:b" * 200_000
    assert without_userinfo("http://u:p@a" + "/://a:b" * 200_000).startswith("http://***@a/")


@pytest.mark.parametrize(
    ("given", "origin"),
    [
        ("http://localhost:3000", "http://localhost:3000"),
        ("HTTPS://App.Example/", "https://app.example"),
        ("http://[::1]:80", "http://[::1]:80"),
    ],
)
def test_origins_are_spelt_as_browsers_do(given: str, origin: str) -> None:
    """In lower case, without a slash at the end."""
    assert read_origins([given, "http://a"]) == (origin, "http://a")


@pytest.mark.parametrize(
    "given",
    [
        *("", "*", "null", "localhost:3000", "ftp://a", "http://", "http://a/b", "http://a//"),
        *("http://u@a", "http://a?b", "http://a#b", "http://a b", "xhttp://a"),
    ],
)
def test_what_is_no_origin_is_refused(given: str) -> None:
    """The error shows how one is written."""
    with pytest.raises(ValueError, match=r"is no origin: write it like http://localhost:3000"):
        read_origins(["http://a", given])


def test_one_text_is_no_list_of_origins() -> None:
    """Its letters would be taken for origins."""
    text: Any = "http://a"
    with pytest.raises(TypeError, match=r"allow_origins is a list, such as \['http://a'\]"):
        read_origins(text)
    assert read_origins([]) == ()
