"""Feeds of strangers."""

from __future__ import annotations

import pytest

from julep.local.integrations.feed import read_feed
from julep.local.workflow.ports import EffectError

BOMB = """<?xml version="1.0"?>
<!DOCTYPE feed [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>
<feed>&b;&b;&b;</feed>"""


def test_a_feed_is_read_whatever_its_prefixes() -> None:
    """They are a matter of taste."""
    text = '<a:feed xmlns:a="http://www.w3.org/2005/Atom"><a:entry n="1">x</a:entry></a:feed>'
    (entry,) = read_feed(text.encode()).findall("entry")
    assert (entry.text, entry.attrib) == ("x", {"n": "1"})


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (BOMB, "declares a document type"),
        ('<!DOCTYPE feed SYSTEM "file:///etc/passwd"><feed/>', "declares a document type"),
        ("<feed>&a;</feed>", "undefined entity"),
        ("<a>" * 30, "too deep"),
        pytest.param(
            f"<feed>{'<a/>' * 100_001}</feed>", "too many elements", marks=pytest.mark.slow
        ),
        ("<feed>", "no element found"),
        ("{}", "not well-formed"),
        ("", "no element found"),
        ('<?xml version="1.0" encoding="rot13"?><feed/>', "encoding"),
        ("<html/>", "it is 'html'"),
    ],
    ids=[str(number) for number in range(10)],
)
def test_what_is_no_feed_is_refused(text: str, message: str) -> None:
    """Whatever its sender means by it."""
    with pytest.raises(EffectError, match=f"^The answer is no feed: .*{message}"):
        read_feed(text.encode())
