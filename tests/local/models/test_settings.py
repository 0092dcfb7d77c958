"""Which model answers, by what is given and what the environment says."""

from __future__ import annotations

import re

import anyio
import pytest

from julep.local.models.completions import EchoModel, OpenAIModel
from julep.local.models.embeddings import EndpointVectors
from julep.local.models.providers import find_providers
from julep.local.models.settings import OPENAI, ModelSettings, model_settings

VARIABLES = ("OPENAI_BASE_URL", "OPENAI_API_KEY", "OPENAI_EMBEDDING_MODEL")


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """An environment that says nothing of models."""
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    return monkeypatch


def told(
    base_url: str | None = None, key: str | None = None, model: str | None = None
) -> tuple[str | None, ...]:
    """What the settings are for what is given."""
    settings = model_settings(base_url, key, model)
    return settings.openai_base_url, settings.openai_api_key, settings.embedding_model


@pytest.mark.parametrize(
    ("given", "settings"),
    [
        ((None, None, None), (None, None, None)),
        (("", " ", "\n"), (None, None, None)),
        ((" http://a/v1 ", None, None), ("http://a/v1", None, None)),
        ((None, "k", None), (OPENAI, "k", None)),
        (("HTTPS://a", "k", "e"), ("HTTPS://a", "k", "e")),
    ],
)
def test_what_is_given_counts(
    given: tuple[str | None, ...], settings: tuple[str | None, ...]
) -> None:
    """A key alone means OpenAI's server; blanks are nothing."""
    assert told(*given) == settings


def test_the_environment_says_the_rest(environment: pytest.MonkeyPatch) -> None:
    """What is given comes first, one by one."""
    for name, value in zip(VARIABLES, ("http://env", "env-key", "env-model"), strict=True):
        environment.setenv(name, value)
    assert told() == ("http://env", "env-key", "env-model")
    assert told("http://a", "k", "e") == ("http://a", "k", "e")
    assert told("", "k", " ") == ("http://env", "k", "env-model")
    environment.setenv("OPENAI_BASE_URL", " ")
    assert told() == (OPENAI, "env-key", "env-model")


@pytest.mark.parametrize(
    ("url", "words"),
    [
        (
            "localhost:1/v1",
            "openai_base_url must begin with http:// or https://: write http://localhost:1/v1, not localhost:1/v1",
        ),
        ("u:p@a", "write http://***@a, not ***@a"),
        ("ftp://u:p@a", "write http://***@a, not ftp://***@a"),
        ("http://", "openai_base_url is no URL ('http://')"),
        ("http://a:b", "openai_base_url is no URL"),
        ("http://a:0", "openai_base_url is no URL"),
        ("http://a:99999", "openai_base_url is no URL"),
        ("http://ä", "openai_base_url is no URL"),
        ("http://a\x01", "openai_base_url is no URL"),
        ("http://u:p@:1", "is no URL ('http://***@:1'): write it like http://localhost:11434/v1"),
    ],
)
def test_what_is_no_url_is_told_at_once(url: str, words: str) -> None:
    """With what to write, and without a password."""
    with pytest.raises(ValueError, match=re.escape(words)):
        model_settings(url, None, None)


def test_an_error_names_the_variable(environment: pytest.MonkeyPatch) -> None:
    """Where the address came from there."""
    environment.setenv("OPENAI_BASE_URL", "a")
    with pytest.raises(ValueError, match=r"^OPENAI_BASE_URL must begin"):
        model_settings(" ", None, None)


def test_settings_show_no_secret() -> None:
    """Neither the key nor what the address has of a login."""
    shown = repr(model_settings("http://u:p@a", "s3cret", "e"))
    assert "s3cret" not in shown
    assert "'http://***@a'" in shown
    assert "openai_base_url=None" in repr(model_settings(None, None, None))


def sources(url: str | None, model: str | None = None) -> tuple[type, type, str, str]:
    """Which kinds of model and vectors there are, and what they are called."""
    found = find_providers(
        ModelSettings(openai_base_url=url, openai_api_key="k", embedding_model=model)
    )
    anyio.run(found.model.aclose)
    return type(found.model), type(found.vectors), found.model.label, found.vectors.name


def test_without_a_server_there_is_the_echo() -> None:
    """And vectors made from words, where no model is on this machine."""
    kinds = sources(None)
    assert kinds[0] is EchoModel
    assert kinds[1] is not EndpointVectors


def test_vectors_come_from_the_server_if_a_model_is_named() -> None:
    """OpenAI's has one that needn't be; many others have none."""
    assert sources("http://a/v1", "e") == (OpenAIModel, EndpointVectors, "http://a/v1", "e")
    assert sources("http://a/v1")[1] is not EndpointVectors
    assert sources(OPENAI)[1:] == (EndpointVectors, OPENAI, "text-embedding-3-large")
    assert sources(f"{OPENAI}/", "e")[3] == "e"
