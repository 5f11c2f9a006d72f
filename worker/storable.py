"""Text as both databases can hold it."""


def storable(text: str) -> str:
    """NULs and lone surrogates, which models do write, become visible escapes."""
    return text.replace("\x00", "\\x00").encode("utf-8", "backslashreplace").decode()
