"""What may be said: vocabulary, envelope, strict parsing, seals and entries. Imports nothing else of the project."""
