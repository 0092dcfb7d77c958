"""What servers say when they refuse, read into errors: the words, the fault that matters, a hint."""
