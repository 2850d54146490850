"""Text that was encoded as UTF-8 twice (`OisÃ­n` for Oisín), mended where somebody asks for it."""

from __future__ import annotations

import re

# Taken for Windows-1252, these bytes became other characters than they are in Latin-1.
_BYTES = {
    bytes([byte]).decode("cp1252"): chr(byte)
    for byte in range(0x80, 0xA0)
    if byte not in (0x81, 0x8D, 0x8F, 0x90, 0x9D)
}
_TWICE = re.compile(
    "[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}",
)


def mended(text: str) -> str:
    """The text with every character that was encoded twice as it was meant."""
    if text.isascii():
        return text
    as_bytes = "".join(_BYTES.get(character, character) for character in text)
    parts: list[str] = []
    end = 0
    for found in _TWICE.finditer(as_bytes):
        try:
            meant = found[0].encode("latin-1").decode()
        except UnicodeDecodeError:
            continue
        parts += [text[end : found.start()], meant]
        end = found.end()
    return "".join([*parts, text[end:]])
