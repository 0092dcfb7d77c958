"""How a built-in integration speaks to the server of its provider."""

from __future__ import annotations

from collections.abc import Mapping

import attrs

from julep.local.outbound.client import OutboundClient
from julep.local.workflow.http_checks import mistakes
from julep.local.workflow.http_json import parse
from julep.local.workflow.ports import EffectError, HttpCall, HttpReply

_NOTHING: Mapping[str, str] = {}


@attrs.define
class Service:
    """The server of a provider, for one call of an integration.

    All its answers together are no longer than one may be.

    Attributes:
        client: Sends the requests, within the server's policy.
        address: Where it is, up to the path.
    """

    client: OutboundClient
    address: str
    _received: int = attrs.field(default=0, init=False)

    async def get(
        self,
        path: str,
        params: Mapping[str, object],
        *,
        headers: Mapping[str, str] = _NOTHING,
        secret_params: Mapping[str, str] = _NOTHING,
    ) -> HttpReply:
        """Return the answer to a GET, whatever its status.

        Args:
            path: Begins with a slash, or is a whole URL.
            params: The query.
            headers: Of the request, keys among them.
            secret_params: More of the query, which isn't shown. Redirects could repeat it, so they
                are not followed then.

        Raises:
            EffectError: There is no answer, or it is too long.
        """
        options = {"params": params} if params else {}
        return await self._send("GET", path, options, headers, secret_params)

    async def post(self, path: str, json: object, headers: Mapping[str, str]) -> HttpReply:
        """Return the answer to a POST of JSON, whatever its status.

        Raises:
            EffectError: There is no answer, or it is too long.
        """
        return await self._send("POST", path, {"json": json}, headers, _NOTHING)

    async def _send(
        self,
        method: str,
        path: str,
        options: Mapping[str, object],
        headers: Mapping[str, str],
        secret_params: Mapping[str, str],
    ) -> HttpReply:
        for name, wrong in mistakes({"headers": headers}):
            # httpx would tell the value, which may be a key.
            raise EffectError(f"The request can't be sent: {name} {wrong}")
        call = HttpCall(
            method=method,
            url=path if "://" in path else f"{self.address}{path}",
            headers=headers,
            options={**options, "follow_redirects": not secret_params},
            secret_params=secret_params,
        )
        reply = await self.client.call(call)
        self._received += len(reply.content)
        if self._received > self.client.most_bytes:
            raise EffectError(
                f"The answers are longer than {self.client.most_bytes:,} bytes in all; ask for less "
                "(max_api_call_bytes of the server lifts that)"
            )
        return reply


def read_json(reply: HttpReply) -> object:
    """Return the JSON of an answer.

    Raises:
        EffectError: It is none.
    """
    if (value := parse(reply.content)) is None:
        raise EffectError(f"The answer is not JSON (at {reply.url.partition('?')[0]})")
    return value
