"""What users call: a module for each resource of the API, and what several of them need."""
