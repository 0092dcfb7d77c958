"""What both faces of the client are made of."""
