"""The weather of OpenWeatherMap."""

from __future__ import annotations

import logging
from typing import Any

import pytest

from julep.local.integrations import weather
from julep.local.integrations.providers import BUILT_IN
from julep.local.workflow.ports import EffectError
from tests.local.integrations.conftest import Integrate, asked, service

KEY = "key of weather"
FOUND = {
    "weather": [{"description": "light rain"}],
    "main": {
        "temp": 283.15,
        "temp_max": 285,
        "temp_min": 280.5,
        "feels_like": 281.2,
        "humidity": 80,
    },
    "wind": {"speed": 4.1, "deg": 200},
    "clouds": {"all": 75},
    "rain": {"1h": 0.3},
}


def test_the_weather_is_a_text(integrate: Integrate) -> None:
    """Of twelve lines, with temperatures in degrees Celsius."""
    assert BUILT_IN["weather.get"] is weather.GET
    with service(lambda _: FOUND) as wire:
        given = {"location": "Oslo", "unknown": 1}
        result = integrate("weather.get", wire.url, given, openweathermap_api_key=KEY)
        assert asked(wire.seen[0])[:2] == (
            "/data/2.5/weather",
            {"q": "Oslo", "lang": "en", "APPID": KEY},
        )
    assert result["result"].splitlines() == [
        "The weather in Oslo:",
        "Detailed status: light rain",
        "Wind speed: 4.1 m/s, direction: 200°",
        "Humidity: 80%",
        "Temperature:",
        "  Current: 10.0°C",
        "  High: 11.85°C",
        "  Low: 7.35°C",
        "  Feels like: 8.05°C",
        "Rain: {'1h': 0.3}",
        "Heat index: None",
        "Cloud cover: 75%",
    ]


@pytest.mark.parametrize(
    ("status", "message"),
    [
        ("401 Unauthorized", "Invalid API Key provided"),
        ("404 Not Found", "Unable to find the resource"),
        ("429 Too Many", r"HTTP error 429: \*\*\* is used too often"),
    ],
)
def test_a_refusal_is_told_at_once(
    integrate: Integrate, caplog: pytest.LogCaptureFixture, status: str, message: str
) -> None:
    """Neither it nor a log shows the key, though the service repeats it."""
    caplog.set_level(logging.DEBUG)
    answer: Any = {"message": f"{KEY} is used too often"}
    with (
        service(lambda _: answer, status=status) as wire,
        pytest.raises(EffectError, match=message) as caught,
    ):
        integrate("weather.get", wire.url, {"location": "x"}, openweathermap_api_key=KEY)
    assert not caught.value.transient
    assert len(wire.seen) == 1
    assert "lang=en" in caplog.text
    assert not {KEY, KEY.replace(" ", "+"), KEY.replace(" ", "%20")} & set(caplog.text.split("="))
    assert "key" not in caplog.text


def test_a_redirect_is_not_followed(integrate: Integrate) -> None:
    """It could repeat the key, which the log of the next request would show."""
    with (
        service(lambda _: {}, status="301 Moved\r\nLocation: /?APPID=secret") as wire,
        pytest.raises(EffectError, match="HTTP error 301"),
    ):
        integrate("weather.get", wire.url, {"location": "x"}, openweathermap_api_key=KEY)
    assert len(wire.seen) == 1


def test_without_a_key_nothing_is_asked(integrate: Integrate) -> None:
    """What is missing is named."""
    with pytest.raises(EffectError, match="openweathermap_api_key: Field required"):
        integrate("weather.get", None, {"location": "x"}, api_key="k")


@pytest.mark.parametrize("kelvin", ["hot", None, True, [], 10**400, -(10**400), 1e308])
def test_odd_temperatures_are_told(integrate: Integrate, kelvin: Any) -> None:
    """As they can be; the other lines are there."""
    with service(lambda _: {**FOUND, "main": {"temp": kelvin, "temp_max": 285}}) as wire:
        result = integrate(
            "weather.get", wire.url, {"location": "Oslo"}, openweathermap_api_key=KEY
        )
    assert "  High: 11.85°C" in result["result"]
