"""What a request that failed is answered."""

from __future__ import annotations

import json
from typing import Any

import pytest

from julep.local import errors
from julep.local.http.error_answers import refused, status_and_body

ALL: list[tuple[errors.ApiError, int, str]] = [
    (errors.BadRequest("x"), 400, "http_400"),
    (errors.Forbidden("x"), 403, "http_403"),
    (errors.NotFound("x"), 404, "http_404"),
    (errors.Conflict("x"), 409, "http_409"),
    (errors.TooLarge("x"), 413, "http_413"),
    (errors.Busy("x"), 503, "http_503"),
    (errors.ModelRefused("x"), 400, "llm_bad_request"),
    (errors.ModelFailed("x"), 502, "llm_api_error"),
]


@pytest.mark.parametrize(("error", "status", "code"), ALL)
def test_each_failure_has_a_status_and_a_code(
    error: errors.ApiError, status: int, code: str
) -> None:
    """The message is the error's own; what is wrong with HTTP has the status as its code."""
    answered, body = status_and_body(error)
    content: Any = body["error"]
    assert (answered, content["code"], content["message"]) == (status, code, "x")


def test_every_kind_of_refusal_can_be_answered() -> None:
    """A new one without a status would be an internal error."""
    kinds = [kind for kind in errors.ApiError.__subclasses__() if kind is not errors.Invalid]
    assert kinds
    for kind in kinds:
        assert 400 <= status_and_body(kind("x"))[0] < 600


def test_a_busy_server_says_when_to_come_back() -> None:
    """Others don't: trying them again at once changes nothing."""
    assert int(refused(errors.Busy("x")).headers["Retry-After"]) > 0
    assert "Retry-After" not in refused(errors.NotFound("x")).headers


def test_a_body_that_does_not_fit_is_told_field_by_field() -> None:
    """As servers of 2025 do, with status 422."""
    problems: Any = [{"loc": "body.name", "msg": "Field required", "type": "missing"}]
    response = refused(errors.Invalid(problems))
    content = json.loads(bytes(response.body))["error"]
    assert (response.status_code, content["code"]) == (422, "validation_error")
    assert len(content["details"]) == 1
