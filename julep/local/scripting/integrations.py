"""What integrations give, by script or by a function of the program."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple, TypeAlias

from .answers import Answers
from .calls import Calls
from .checks import as_json, check

Integration: TypeAlias = Callable[[dict[str, Any], dict[str, Any]], Any]
"""A function of the step's arguments and the tool's setup; what it gives is the step's output."""


ADDRESSES: Mapping[str, str] = {
    "arxiv": "https://export.arxiv.org",
    "brave": "https://api.search.brave.com",
    "spider": "https://api.spider.cloud",
    "weather": "https://api.openweathermap.org",
    "wikipedia": "https://en.wikipedia.org",
}
"""Where the services of providers are, unless the program says otherwise."""


class IntegrationAnswer(NamedTuple):
    """What an integration gives, or how it fails."""

    result: Any
    error: str | None


class Integrations:
    """What integrations give, for tasks whose tools name them.

    Once something is scripted here, no service of an integration is reached.

    Attributes:
        addresses: Where the services of providers are.
        calls: What was called: `provider`, `method`, `arguments` and `setup`.
        functions: Functions of the program, by names such as `brave.search`.
    """

    def __init__(self) -> None:
        self.calls: Calls = Calls()
        self.functions: dict[str, Integration] = {}
        self.addresses: dict[str, str] = dict(ADDRESSES)
        self._scripted: dict[str, Answers[IntegrationAnswer]] = {}

    def add(
        self, provider: str, method: str, *, result: Any = None, error: str | None = None
    ) -> None:
        """Script what an integration gives: in order, and the last result again and again.

        Args:
            provider: Whose integration it is, such as `brave`.
            method: Which one of it, such as `search`; for a tool that names none it is the
                provider's first.
            result: What the step gives, as it is.
            error: It fails with this message in the place of a result.

        Raises:
            TypeError: An argument is of another type, or there is neither a result nor an error.
        """
        check("provider", provider, str, "a text such as 'brave'")
        check("method", method, str, "a text such as 'search'")
        check("error", error, str | None, "a text")
        if (result is None) is (error is None):
            raise TypeError("give a result or an error, such as result={'result': []}")
        as_json("result", result)
        answer = IntegrationAnswer(result, error)
        self._scripted.setdefault(f"{provider}.{method}", Answers()).add(answer)

    def clear(self) -> None:
        """Forget what was scripted."""
        self._scripted.clear()

    def take(self, name: str) -> IntegrationAnswer | None:
        """Return the next scripted answer of an integration such as `brave.search`, if any."""
        answers = self._scripted.get(name)
        return None if answers is None else answers.take()

    def unused(self) -> Iterator[str]:
        """Return the results that were never given, in words."""
        for name, answers in list(self._scripted.items()):
            yield from (f"a result of the integration {name}" for _ in answers.unused())

    def __len__(self) -> int:
        return len(self._scripted)

    def provide(self, integrations: Mapping[str, Integration | str]) -> None:
        """Use functions as integrations and other addresses of services, in the place of earlier ones.

        Raises:
            TypeError: A name isn't one such as `brave.search`, what it stands for no function, or an
                address no text.
            ValueError: An address doesn't begin with `https://` or `http://`.
        """
        check("integrations", integrations, Mapping, "a mapping such as {'brave.search': function}")
        for name, given in integrations.items():
            if name in ADDRESSES:
                self.addresses[name] = _address(name, given)
            elif not isinstance(name, str) or not all(name.partition(".")):
                raise TypeError(f"integrations have names such as 'brave.search', not {name!r}")
            elif isinstance(given, str) or not callable(given):
                raise TypeError(f"the integration {name} must be a function")
            else:
                self.functions[name] = given


def _address(provider: str, given: object) -> str:
    if not isinstance(given, str):
        example = f"{provider}.{{method}}"
        raise TypeError(
            f"{provider} takes the address of its service; a function is for {example!r}"
        )
    if not given.startswith(("https://", "http://")):
        raise ValueError(f"the address of {provider} must begin with https:// or http://")
    return given.rstrip("/")
