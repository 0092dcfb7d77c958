"""Where the embedded server answers otherwise than servers of 2025, on purpose, and why."""

from __future__ import annotations

from typing import Final

_NOT_ROUTED: Final = "the API describes it and no server of 2025 routes it"
_BARE_500: Final = "those of 2025 fail with a bare 500"

APART: Final = {
    "multi_tenant_": "there is one developer",
    "single_tenant_": "the same",
    "repaired_": "from a server whose faults were mended",
    "_damaged": "no row can be spoilt here",
    "_after_empty_create": "the same",
    "executions_create_bad_input": "of a task whose input has a schema, and tested with those",
    "search_text_bad_lang": "told as a field of the request",
    "secrets_update": "of a secret with metadata",
    "tasks_list_page": "of a task with more workflows",
    "transitions_list_scope": "of a scope that is another in each run",
}
"""Recordings that are not asked again, by a part of their name, and why."""

STATUSES: Final = {
    "agent_docs_bulk_delete_no_body_422": (202, "no body is an empty one, which deletes nothing"),
    "agent_docs_bulk_delete_number_400": (202, "those of 2025 can't compare numbers of filters"),
    "agent_docs_list_filter_number_400": (200, "the same"),
    "agent_docs_list_sort_updated_500": (200, _BARE_500),
    "agents_create_temperature_9": (422, "no chat could use it: its own limit is 5"),
    "agents_create_unknown_model_400": (201, "any model is served"),
    "agents_patch_unknown_model_400": (200, "any model is served"),
    "chat_computer_tool_500": (201, _BARE_500),
    "chat_model_answers_401": (502, _BARE_500),
    "chat_stream_model_answers_429": (502, _BARE_500),
    "chat_two_agents_no_user": (201, "those of 2025 can't answer in a session they have made"),
    "chat_two_tool_calls": (201, _BARE_500),
    "executions_cancel_awaiting_500": (200, "those of 2025 can't cancel"),
    "executions_cancel_finished": (400, "those of 2025 can't cancel; what is over stays over"),
    "healthz_head_405": (200, "HEAD is answered wherever GET is"),
    "history_delete_405": (202, _NOT_ROUTED),
    "render_truncate": (200, _BARE_500),
    "route_api_prefix_404": (200, "clients of self-hosted servers have /api in their address"),
    "tasks_create_all_steps": (422, "`parallel` is sure to fail there"),
    "tasks_create_empty_evaluate": (422, "so is what has no value"),
    "tasks_delete_405": (202, _NOT_ROUTED),
    "tasks_patch_405": (200, _NOT_ROUTED),
    "tasks_update_405": (200, _NOT_ROUTED),
    "tools_create_duplicate": (409, _BARE_500),
    "tools_get_405": (200, _NOT_ROUTED),
    "transitions_list_sort_updated": (200, _BARE_500),
    "transitions_stream_from_token": (400, "a token of another server"),
    "transitions_stream_at_once_404": (200, "those of 2025 write the row after their answer"),
    "users_patch_without_name_400": (200, "those of 2025 spoil the user for good"),
}
"""Recordings whose status differs: the status here, and why."""

FIELDS: Final = {
    ".detail": (
        "executions_resume_by_token_404",
        "what isn't routed there is a resource here, and tells that one is missing",
    ),
    ".recall_options.confidence": (
        "sessions_create_adaptive",
        "without a model of meanings, sessions recall by text",
    ),
    ".recall_options.mmr_strength": ("sessions_create_adaptive", "the same"),
    ".recall_options.alpha": ("sessions_get", "the same"),
    ".recall_options.k_multiplier": ("sessions_get", "the same"),
    ".tool_calls[].api_call": (
        "chat_tool_call",
        "calls have no fields of the kinds that they aren't",
    ),
    ".tool_calls[].bash_20241022": ("chat_tool_call", "the same"),
    ".tool_calls[].computer_20241022": ("chat_tool_call", "the same"),
    ".tool_calls[].integration": ("chat_tool_call", "the same"),
    ".tool_calls[].system": ("chat_tool_call", "the same"),
    ".tool_calls[].text_editor_20241022": ("chat_tool_call", "the same"),
    ".developer_id": ("tasks_create_all_tools", "there is one developer"),
    ".version": ("tasks_create_all_tools", "tasks are not kept in versions"),
    ".tools[].api_call": ("tasks_create_all_tools", "a task's tools come back as given"),
    ".tools[].function": ("tasks_create_all_tools", "the same"),
    ".integration.arguments": ("tasks_create_all_tools", "the same"),
    ".integration.method": ("tasks_create_all_tools", "the same"),
    ".integration.setup": ("tasks_create_all_tools", "the same"),
    ".system.arguments": ("tasks_create_all_tools", "the same"),
    ".system.resource_id": ("tasks_create_all_tools", "the same"),
    ".system.subresource": ("tasks_create_all_tools", "the same"),
    ".items[].next": ("transitions_list_failed", "the step that failed has no next one"),
    ".error.details[].fix": (
        "tasks_create_if_in_foreach_422",
        "steps are checked as a whole, and told in one sentence each",
    ),
    ".error.details[].example": ("tasks_create_if_in_foreach_422", "the same"),
}
"""Fields that are left out, by the end of their path: where this is seen, and why."""
