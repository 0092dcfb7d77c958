"""HTTP: the socket, the routes, the bodies."""
