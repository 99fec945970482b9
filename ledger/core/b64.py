"""Standard padded base64 (RFC 4648 §4) in its one canonical spelling."""

from binascii import a2b_base64, b2a_base64


def encode(value: bytes) -> str:
    """Return `value` in base64, padded, without line breaks."""
    return b2a_base64(value, newline=False).decode()


def decode(text: str) -> bytes:
    """Return the bytes that `text` spells. Raises `ValueError` for any spelling that `encode` would not produce."""
    value = a2b_base64(text)
    if encode(value) != text:
        raise ValueError("not canonical base64")
    return value
