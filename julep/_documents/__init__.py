"""Documents that are made of files and texts, and searches through them: what methods of docs are made of."""
