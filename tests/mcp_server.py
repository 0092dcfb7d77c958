"""An MCP server over standard input and output, for a test that starts it."""

from __future__ import annotations

import base64
from importlib import import_module
from typing import Any


def main() -> None:
    """Serve a few tools until the input ends."""
    server: Any = _server("stock")

    def in_stock(sku: str) -> dict[str, int]:
        """Say how many there are."""
        if sku == "?":
            raise LookupError("no such thing")
        return {sku: 5}

    def picture() -> Any:
        """Show it."""
        block = import_module("mcp.types" if _is_old() else "mcp_types").ImageContent
        data = base64.b64encode(b"png").decode()
        return block(type="image", data=data, mimeType="image/png")

    server.add_tool(in_stock, name="in-stock")
    server.add_tool(picture)
    server.run()


def _server(name: str) -> Any:
    if _is_old():
        return import_module("mcp.server.fastmcp").FastMCP(name)
    return import_module("mcp.server.mcpserver").MCPServer(name)


def _is_old() -> bool:
    try:
        import_module("mcp.server.mcpserver")
    except ImportError:
        return True
    return False


if __name__ == "__main__":
    main()
