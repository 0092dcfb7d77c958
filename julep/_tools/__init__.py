"""Functions as tools: described to models, called when they say so, and those of MCP servers."""
