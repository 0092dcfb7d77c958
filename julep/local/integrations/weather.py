"""OpenWeatherMap: the weather at a place, now, as a text for models."""

from __future__ import annotations

from julep.local.strictness.integration_fields import TAKES
from julep.local.workflow.http_json import parse
from julep.local.workflow.ports import EffectError, HttpReply
from julep.types._json import JsonObject, as_object, objects

from .built_in import BuiltIn
from .service import Service, read_json

_ZERO_CELSIUS = 273.15  # in kelvin
_TOO_HOT = 1_000_000  # the same
_REFUSALS = {
    401: "Invalid API Key provided",
    404: "Unable to find the resource",
    502: "Unable to contact the upstream server",
}
_SHOWN = 500  # characters of another refusal


async def _get(service: Service, arguments: JsonObject, setup: JsonObject) -> object:
    location = str(arguments["location"])
    reply = await service.get(
        "/data/2.5/weather",
        {"q": location, "lang": "en"},
        secret_params={"APPID": str(setup["openweathermap_api_key"])},
    )
    if not 200 <= reply.status_code < 300:
        raise EffectError(_REFUSALS.get(reply.status_code) or _refusal(reply))
    return {"result": _in_words(location, as_object(read_json(reply)))}


def _refusal(reply: HttpReply) -> str:
    message = as_object(parse(reply.content)).get("message")
    said = str(message or reply.content[:_SHOWN].decode(errors="replace"))
    return f"HTTP error {reply.status_code}: {said}"


def _in_words(location: str, found: JsonObject) -> str:
    main, wind, clouds = (as_object(found.get(part)) for part in ("main", "wind", "clouds"))
    described = next(iter(objects(found.get("weather"))), JsonObject())
    return "\n".join(
        (
            f"The weather in {location}:",
            f"Detailed status: {described.get('description')}",
            f"Wind speed: {wind.get('speed')} m/s, direction: {wind.get('deg')}°",
            f"Humidity: {main.get('humidity')}%",
            "Temperature:",
            f"  Current: {_celsius(main.get('temp'))}°C",
            f"  High: {_celsius(main.get('temp_max'))}°C",
            f"  Low: {_celsius(main.get('temp_min'))}°C",
            f"  Feels like: {_celsius(main.get('feels_like'))}°C",
            f"Rain: {as_object(found.get('rain'))}",
            "Heat index: None",
            f"Cloud cover: {clouds.get('all')}%",
        )
    )


def _celsius(kelvin: object) -> float | None:
    # JSON has whole numbers that no float can hold.
    if isinstance(kelvin, int | float) and abs(kelvin) < _TOO_HOT:
        return round(kelvin - _ZERO_CELSIUS, 2)
    return None


GET = BuiltIn(run=_get, takes=TAKES["weather.get"])
