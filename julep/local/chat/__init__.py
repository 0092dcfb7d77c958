"""Chat: from a message to the model's answer."""
