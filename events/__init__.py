"""What may be said: the vocabulary, the envelope, strict parsing, seals and entries. Imports nothing else of the project."""
