"""HTTP statuses of failures that may pass, so that trying again helps."""

from __future__ import annotations

OF_CALLS = frozenset({408, 429, 503, 504, 524})
"""Those of an `api_call`, as servers of 2025 try them again; 524 is Cloudflare's word for a server
that takes too long. A 500 or 502 is none of them: the call may have had its effect."""
OF_MODELS = frozenset({408, 429, 500, 502, 503, 504})
"""Those of a model's server. It has no effects that could be repeated, and answers with a 500 or a 502
when it is overloaded, or while it loads a model."""
