"""Between JSON and the SDK's models: `structure` reads them, `encode` and `to_plain` write them."""

from __future__ import annotations

from .coding import OMIT, Mismatch, decode_json, encode, mismatches, structure, to_plain

__all__ = ["OMIT", "Mismatch", "decode_json", "encode", "mismatches", "structure", "to_plain"]
