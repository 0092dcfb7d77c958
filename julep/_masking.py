"""Keys taken out of what a server says, in whatever form it repeats them."""

from __future__ import annotations

import binascii
import re
from base64 import b64decode
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

import attrs

from ._reply import Reply

_LEAST: Final = 4
"""Characters; shorter words would be found in everything."""
_SHOWN: Final = "***"
_HTML_NAMES: Final = {"&": "amp", "<": "lt", ">": "gt", '"': "quot", "'": "apos"}


class Mask:
    """Replaces keys by `***`: as they are, and as JSON, URLs and HTML write them.

    Args:
        keys: Values of headers, such as `Bearer …`.
    """

    def __init__(self, keys: Iterable[str]) -> None:
        words = {word for key in keys for word in _words(key) if len(word) >= _LEAST}
        longest_first = sorted(words, key=len, reverse=True)
        self._pattern = re.compile("|".join(map(_any_form, longest_first)))
        self._is_needed = bool(words)

    def text(self, text: str) -> str:
        """Return the text without the keys."""
        return self._pattern.sub(_SHOWN, text) if self._is_needed else text

    def reply(self, reply: Reply) -> Reply:
        """Return an answer without the keys, in its headers too."""
        if not self._is_needed:
            return reply
        content = self.text(reply.content.decode("latin-1")).encode("latin-1")
        place, headers = self.text(reply.place), self.headers(reply.headers)
        return attrs.evolve(reply, content=content, headers=headers, place=place)

    def headers(self, headers: Mapping[str, str]) -> Mapping[str, str]:
        """Return an answer's headers without the keys."""
        return _Headers({n.lower(): self.text(text) for n, text in headers.items()})


@attrs.frozen(eq=False)
class _Headers(Mapping[str, str]):
    """Headers, whatever the case of their names."""

    _by_name: Mapping[str, str]

    def __getitem__(self, name: str) -> str:
        return self._by_name[name.lower()]

    def __iter__(self) -> Iterator[str]:
        return iter(self._by_name)

    def __len__(self) -> int:
        return len(self._by_name)


def _words(key: str) -> Iterator[str]:
    """Return what of a header must not be shown: its value, the last word, what that encodes."""
    yield key
    scheme, _, word = key.rpartition(" ")
    yield word
    if scheme.lower() == "basic":
        try:
            name_and_password = b64decode(word).decode("latin-1")
        except (binascii.Error, ValueError):
            return
        yield name_and_password
        yield name_and_password.partition(":")[2]


def _any_form(word: str) -> str:
    return "".join(map(_any_form_of_letter, word))


def _any_form_of_letter(letter: str) -> str:
    code = ord(letter)
    # Runs are bounded, since a server could make a search for endless ones last for ever.
    forms = [
        rf"\\{{0,9}}{re.escape(letter)}",
        rf"(?i:\\{{1,9}}u{code:04x})",
        f"(?i:%(?:25){{0,9}}{code:02x})",
        f"(?i:&#(?:0{{0,9}}{code}|x0{{0,9}}{code:x});)",
        *([f"&{name};"] if (name := _HTML_NAMES.get(letter)) else []),
        *([r"\+"] if letter == " " else []),
    ]
    return f"(?:{'|'.join(forms)})"
