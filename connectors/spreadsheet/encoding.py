"""Finds the encoding in which a whole text file can be read.

Every byte is decoded once before the first row is read, so an encoding never turns out wrong half-way.
"""

from __future__ import annotations

import codecs
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from connectors.spreadsheet.sheet import UnreadableFile

_CHUNK = 1 << 20
# The UTF-32 mark starts with the UTF-16 one, so it is asked for first.
_MARKS = {
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}


@dataclass(frozen=True, slots=True)
class Encoding:
    """An encoding that fits the whole file, and whether a NUL character stands in it somewhere."""

    name: str
    has_nul: bool


def find_encoding(path: Path, file: BinaryIO, notes: list[str]) -> Encoding:
    """The encoding of an open file, which is left at its start. Raises `UnreadableFile` where none fits."""
    file.seek(0)
    marked = _marked(file.read(4096))
    trouble = ""
    for name in [marked] if marked else ["utf-8", "cp1252"]:
        try:
            has_nul = _decode_all(file, name)
        except UnicodeError:
            trouble = trouble or f"line {_line_of_trouble(file, name)} is not valid {name.removesuffix('-sig').upper()}"
            continue
        finally:
            file.seek(0)
        if trouble:
            notes.append(f"{path.name}: {trouble}, so the file is read as Windows-1252")
        return Encoding(name, has_nul)
    raise UnreadableFile(path, f"{trouble}, nor is the file Windows-1252 text" if not marked else trouble,
                         "Export it again as CSV (UTF-8)")  # fmt: skip


def _marked(head: bytes) -> str | None:
    """The encoding that the first bytes give away: by a byte order mark, or by a NUL in every other place."""
    for mark, name in _MARKS.items():
        if head.startswith(mark):
            return name
    half = len(head) // 2
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if odd > half // 2 and not even:
        return "utf-16-le"
    if even > half // 2 and not odd:
        return "utf-16-be"
    return None


def _decode_all(file: BinaryIO, name: str) -> bool:
    """Decode the file to its end, a piece at a time; true where a NUL character stands in it."""
    file.seek(0)
    decoder = codecs.getincrementaldecoder(name)()
    has_nul = False
    while piece := file.read(_CHUNK):
        has_nul |= "\0" in decoder.decode(piece)
    decoder.decode(b"", final=True)
    return has_nul


def _line_of_trouble(file: BinaryIO, name: str) -> int:
    """The line of the first bytes that are not of this encoding."""
    file.seek(0)
    decoder = codecs.getincrementaldecoder(name)()
    line = 1
    while piece := file.read(_CHUNK):
        try:
            line += decoder.decode(piece).count("\n")
        except UnicodeDecodeError as error:
            return line + error.object[: error.start].decode(name, "ignore").count("\n")
    return line
