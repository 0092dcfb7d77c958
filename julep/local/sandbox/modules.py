"""The modules that expressions may use, member by member."""

from __future__ import annotations

import base64
import csv
import datetime as dt
import io
import math
import random
import statistics
import string
import time
import urllib.parse
from collections.abc import Callable, Mapping
from typing import Any, Literal

from . import json_yaml, regex
from .attributes import Namespace, TypeFunction
from .budget import LimitExceeded
from .functions import watched

_MAX_QUANTILES = 10_000  # each is computed and kept, whatever the data's size
_MAX_TIME_TEXT = 1_000  # characters of a time and its format, which becomes a regular expression


def _members(source: object, names: str) -> dict[str, object]:
    found = {name: getattr(source, name) for name in names.split()}
    return {name: watched(it, builds=True) if callable(it) else it for name, it in found.items()}


def _namespace(name: str, members: Mapping[str, Callable[..., object]]) -> Namespace:
    return Namespace(name, {key: watched(it, builds=True) for key, it in members.items()})


def _encode(text: str) -> str:
    return base64.b64encode(json_yaml.check_text(text).encode()).decode()


def _decode(text: str) -> str:
    return base64.b64decode(json_yaml.check_text(text)).decode()


def _quantiles(
    data: list[float], *, n: int = 4, method: Literal["exclusive", "inclusive"] = "exclusive"
) -> list[float]:
    if n > _MAX_QUANTILES:
        raise LimitExceeded(f"{n} quantiles where {_MAX_QUANTILES} is the most")
    return statistics.quantiles(data, n=n, method=method)


def _reading_times(parse: Callable[[str, str], object]) -> Callable[[str, str], object]:
    # Python makes a regular expression of the format.
    def parsed(text: str, format: str) -> object:
        if len(text) + len(format) > _MAX_TIME_TEXT:
            raise LimitExceeded(f"A time and its format have more than {_MAX_TIME_TEXT} characters")
        return parse(text, format)

    return watched(parsed)


def _read_csv(text: str, **options: Any) -> list[list[str]]:
    return list(csv.reader(io.StringIO(json_yaml.check_text(text)), **options))


def _read_csv_dicts(text: str, **options: Any) -> list[dict[Any, Any]]:
    return list(csv.DictReader(io.StringIO(json_yaml.check_text(text)), **options))


# The self-hosted server's modules hold no more of it: times are read with `time.strptime`.
_timedelta = TypeFunction(dt.timedelta, watched(dt.timedelta))
_now = watched(dt.datetime.now)
_DATES: Mapping[str, object] = {
    "now": _now,
    "datetime": Namespace(
        "datetime.datetime",
        {
            "now": _now,
            "timedelta": _timedelta,
            **{name: Namespace(name, {}) for name in ("datetime", "date", "time")},
        },
    ),
    "timedelta": _timedelta,
    "timezone": Namespace("timezone", {"utc": dt.timezone.utc}),  # noqa: UP017 - the name expressions use
}

MODULES: Mapping[str, Namespace] = {
    "re": _namespace(
        "re",
        {
            "fullmatch": regex.fullmatch,
            "search": regex.search,
            "escape": regex.escape,
            "findall": regex.findall,
            "finditer": regex.finditer,
            "match": regex.match,
            "split": regex.split,
            "sub": regex.sub,
            "subn": regex.subn,
        },
    ),
    "json": _namespace("json", {"loads": json_yaml.load_json, "dumps": json_yaml.dump_json}),
    "yaml": _namespace(
        "yaml",
        {
            "load": json_yaml.load_yaml,
            "safe_load": json_yaml.load_yaml,
            "dump": json_yaml.dump_yaml,
            "safe_dump": json_yaml.dump_yaml,
        },
    ),
    "string": Namespace(
        "string",
        _members(
            string,
            "ascii_letters ascii_lowercase ascii_uppercase digits hexdigits octdigits "
            "punctuation whitespace printable",
        ),
    ),
    "datetime": Namespace("datetime", _DATES),
    "math": Namespace(
        "math",
        _members(
            math,
            "sqrt exp ceil floor isinf isnan log log10 log2 pow sin cos tan asin acos atan "
            "atan2 pi e",
        ),
    ),
    "statistics": Namespace(
        "statistics",
        {
            **_members(
                statistics,
                "mean stdev geometric_mean median median_low median_high mode",
            ),
            "quantiles": watched(_quantiles),
        },
    ),
    "base64": _namespace("base64", {"b64encode": _encode, "b64decode": _decode}),
    "urllib": Namespace(
        "urllib",
        {
            "parse": Namespace(
                "urllib.parse",
                _members(
                    urllib.parse,
                    "urlparse urlencode unquote quote parse_qs parse_qsl urlsplit",
                ),
            )
        },
    ),
    "random": Namespace("random", _members(random, "choice sample randint random")),
    "time": Namespace(
        "time",
        {**_members(time, "strftime time"), "strptime": _reading_times(time.strptime)},
    ),
    "csv": Namespace(
        "csv",
        {
            "reader": watched(_read_csv, builds=True),
            "DictReader": watched(_read_csv_dicts, builds=True),
            "excel": "excel",
            "excel_tab": "excel-tab",
            "unix_dialect": "unix",
            **_members(csv, "QUOTE_ALL QUOTE_MINIMAL QUOTE_NONNUMERIC QUOTE_NONE"),
        },
    ),
}
CONSTANTS: Mapping[str, object] = {"NEWLINE": "\n", "true": True, "false": False, "null": None}
