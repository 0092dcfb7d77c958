"""What the client does when a server does everything wrong: operations by faults by faces."""
