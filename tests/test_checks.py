"""What a client's arguments must be like, one by one."""

from __future__ import annotations

from typing import Any

import pytest

from julep import ConfigurationError
from julep._checks import (
    LONGEST_TIMEOUT,
    check_header,
    check_headers,
    check_name,
    check_retries,
    check_size,
    check_timeout,
    check_url,
    is_address,
)


def test_headers_are_read_by_name() -> None:
    """Without those that are None, and without white space around their values."""
    assert check_headers({"X-A": " b ", "x-b": None, "!#$%&'*+-.^_`|~0": ""}) == {
        "X-A": "b",
        "!#$%&'*+-.^_`|~0": "",
    }
    assert check_headers({}) == {}


@pytest.mark.parametrize("headers", [None, [("a", "b")], "a: b", 7])
def test_headers_are_a_mapping(headers: Any) -> None:
    """The error names what came in its place."""
    with pytest.raises(ConfigurationError, match=f"not {type(headers).__name__}$"):
        check_headers(headers)


@pytest.mark.parametrize("name", ["", "a b", "a:", "é", "a\n", 7, None, b"a"])
def test_a_name_that_http_can_not_carry_is_refused(name: Any) -> None:
    """Also where its value is None."""
    for given in (lambda: check_name(name), lambda: check_headers({name: None})):
        with pytest.raises(ConfigurationError, match="can't be the name of an HTTP header"):
            given()


@pytest.mark.parametrize("name", ["Host", "content-length", "TRANSFER-ENCODING"])
def test_a_header_that_the_transport_sets_is_refused(name: str) -> None:
    """In any case."""
    with pytest.raises(ConfigurationError, match=f"{name} follows from the request itself"):
        check_name(name)
    assert check_name("Content-Type") == "Content-Type"


@pytest.mark.parametrize(
    ("value", "words"),
    [(7, "not int"), (None, "not NoneType"), (b"s3cret", "not bytes")]
    + [
        (f"s3cret{letter}x", "a character that an HTTP header can't carry")
        for letter in "\n\x00é\x7f"
    ],
)
def test_a_value_that_can_not_be_sent_is_refused_without_being_shown(
    value: Any, words: str
) -> None:
    """It may be a key."""
    with pytest.raises(ConfigurationError, match=f"^X-Key .*{words}") as caught:
        check_header("X-Key", value)
    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize(
    ("given", "url"),
    [
        ("http://a", "http://a"),
        (" https://a:1/b/ ", "https://a:1/b"),
        ("http://a/b//", "http://a/b"),
        ("HTTP://[::1]:65535", "HTTP://[::1]:65535"),
        ("http://a/b@c", "http://a/b@c"),
    ],
)
def test_an_address_has_no_slash_at_its_end(given: str, url: str) -> None:
    """Nor white space around it."""
    assert check_url(given) == url


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ("localhost:8080", "is not an address. Use one such as http://localhost:8080/api"),
        ("", "is not an address"),
        ("ftp://a", "is not an address"),
        ("http://", "is not an address"),
        ("http://a:x", "is not an address"),
        ("http://a:0", "is not an address"),
        ("http://a:65536", "is not an address"),
        ("http://a b", "is not an address"),
        ("http://a/\n", ""),
        ("http://a\nb", "is not an address"),
        ("http://\ud83d", "is not an address"),
        (None, "is not an address"),
        ("http://u:s3cret@a", "can't name a user and a password for 'a'"),
        ("ftp://u:s3cret@a", "base_url 'a' is not an address"),
        ("http://a?b", "can't have a query or a fragment"),
        ("http://a#b", "can't have a query or a fragment"),
    ],
)
def test_what_is_no_address_is_refused(given: Any, words: str) -> None:
    """Without showing a password; white space at an end is no part of it."""
    if not words:
        assert check_url(given) == "http://a"
        return
    with pytest.raises(ConfigurationError) as caught:
        check_url(given)
    assert words in str(caught.value)
    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "fits"),
    [
        ("socks5://a:1", True),
        ("http://a", False),
        ("socks5://", False),
        ("socks5://a:0", False),
        ("socks5://a:x", False),
        ("socks5://a\ud83d", False),
        ("socks5://a/b c", True),
        ("socks5://a b/c", False),
        ("socks5://a\x7f", False),
    ],
)
def test_an_address_is_of_one_of_the_schemes(text: str, fits: bool) -> None:
    """With a host and a port from 1 on."""
    assert is_address(text, {"socks5"}) is fits


@pytest.mark.parametrize(
    ("given", "seconds"),
    [
        (None, None),
        (0, 0.0),
        (1.5, 1.5),
        (LONGEST_TIMEOUT, LONGEST_TIMEOUT),
        (LONGEST_TIMEOUT + 1, LONGEST_TIMEOUT),
        (10**400, LONGEST_TIMEOUT),
        (float("inf"), LONGEST_TIMEOUT),
    ],
)
def test_a_timeout_is_a_number_of_seconds(given: Any, seconds: float | None) -> None:
    """As long as sockets can wait."""
    assert check_timeout(given) == seconds
    assert type(check_timeout(given)) is type(seconds)


@pytest.mark.parametrize("given", [-0.001, True, False, "1", float("nan"), [], {}])
def test_what_is_no_timeout_is_refused(given: Any) -> None:
    """It is shown: it is no secret."""
    with pytest.raises(ConfigurationError, match="timeout must be seconds or None, not"):
        check_timeout(given)


@pytest.mark.parametrize("count", [0, 1, 99])
def test_how_often_to_try_again_is_a_whole_number(count: int) -> None:
    """From none on."""
    assert check_retries(count) == count


@pytest.mark.parametrize("given", [-1, True, 1.0, "1", None])
def test_other_numbers_of_retries_are_refused(given: Any) -> None:
    """A flag is none."""
    with pytest.raises(ConfigurationError, match="max_retries must be 0 or a positive number"):
        check_retries(given)


def test_an_answer_may_have_a_byte_at_least() -> None:
    """A limit of none is no limit that anything fits."""
    assert check_size(1) == 1
    for given in (0, -1, True, 1.0, "1", None):
        with pytest.raises(ConfigurationError, match="max_response_bytes must be a number above 0"):
            check_size(given)
