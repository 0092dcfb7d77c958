"""The integrations that this server runs itself."""

from __future__ import annotations

from collections.abc import Mapping

from . import brave, weather, wikipedia
from .built_in import BuiltIn

BUILT_IN: Mapping[str, BuiltIn] = {
    "brave.search": brave.SEARCH,
    "weather.get": weather.GET,
    "wikipedia.search": wikipedia.SEARCH,
}
