"""Where models are, by what is given and what the environment says."""

from __future__ import annotations

import os
from urllib.parse import urlsplit

import attrs

from julep.local.urls import without_userinfo

OPENAI = "https://api.openai.com/v1"


@attrs.frozen(kw_only=True)
class ModelSettings:
    """The server of models, its key, and the model there that makes vectors.

    Attributes:
        openai_base_url: None for none.
        openai_api_key: Sent to it.
        embedding_model: None for the server's default, where it has one.
    """

    openai_base_url: str | None = attrs.field(repr=lambda url: repr(url and without_userinfo(url)))
    openai_api_key: str | None = attrs.field(repr=False)
    embedding_model: str | None


def model_settings(
    base_url: str | None, key: str | None, embedding_model: str | None
) -> ModelSettings:
    """Return what is given, or else what the environment says.

    Args:
        base_url: An OpenAI-compatible server; else `OPENAI_BASE_URL`, else OpenAI's if there is a
            key.
        key: For that server; else `OPENAI_API_KEY`.
        embedding_model: A model there; else `OPENAI_EMBEDDING_MODEL`.

    Raises:
        ValueError: The server's URL isn't one.
    """
    key = _given(key, "OPENAI_API_KEY")
    if url := _given(base_url, "OPENAI_BASE_URL"):
        _check_url(url, "openai_base_url" if (base_url or "").strip() else "OPENAI_BASE_URL")
    return ModelSettings(
        openai_base_url=url or (OPENAI if key else None),
        openai_api_key=key,
        embedding_model=_given(embedding_model, "OPENAI_EMBEDDING_MODEL"),
    )


def _given(value: str | None, variable: str) -> str | None:
    # A blank is what is left of a variable that was cleared.
    return (value or "").strip() or os.environ.get(variable, "").strip() or None


def _check_url(url: str, name: str) -> None:
    shown = without_userinfo(url)
    if not url.lower().startswith(("http://", "https://")):
        hint = without_userinfo(f"http://{url.rpartition('://')[2]}")
        shown = shown if "://" in url else hint.removeprefix("http://")
        raise ValueError(f"{name} must begin with http:// or https://: write {hint}, not {shown}")
    try:
        parts = urlsplit(url)
        is_whole = bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_whole = False
    if not is_whole or not url.isascii() or not url.isprintable():
        raise ValueError(f"{name} is no URL ({shown!r}): write it like http://localhost:11434/v1")
