"""HTTP as the transports speak it: requests, bodies, connections, and what goes wrong with them."""
