"""The resources of the API, each with its rules; no HTTP and no SQL in them."""
