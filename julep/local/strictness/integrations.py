"""The integrations of self-hosted servers of 2025."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

METHODS: Mapping[str, Sequence[str]] = {
    "dummy": (),
    "brave": ("search",),
    "email": ("send",),
    "spider": ("crawl", "links", "screenshot", "search"),
    "wikipedia": ("search",),
    "weather": ("get",),
    "mailgun": ("send_email",),
    "browserbase": (
        "list_sessions",
        "create_session",
        "get_session",
        "complete_session",
        "get_live_urls",
        "install_extension_from_github",
    ),
    "remote_browser": ("perform_action",),
    "llama_parse": ("parse",),
    "ffmpeg": ("bash_cmd",),
    "cloudinary": ("media_upload", "media_edit"),
    "arxiv": ("search",),
    "unstructured": ("parse",),
    "algolia": ("search",),
    # These two came a little later.
    "google_sheets": (
        "read_values",
        "write_values",
        "append_values",
        "clear_values",
        "batch_read",
        "batch_write",
    ),
    "mcp": ("list_tools", "call_tool"),
}
"""The methods of each provider; those of one without any take every method."""

SETUP: Mapping[str, Sequence[str]] = {
    "mailgun": ("api_key",),
    "browserbase": ("api_key", "project_id"),
    "llama_parse": ("llamaparse_api_key",),
    "cloudinary": ("cloudinary_api_key", "cloudinary_api_secret", "cloudinary_cloud_name"),
    "unstructured": ("unstructured_api_key",),
    "algolia": ("algolia_application_id", "algolia_api_key"),
}
"""What a `setup` must have, if one is given; of other providers, `integration_fields` says it."""
