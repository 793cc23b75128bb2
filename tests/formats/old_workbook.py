"""An .xls workbook (BIFF8 in a compound file) of some numbers, written by hand."""

import struct

END, NONE, FAT = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD


def old_workbook(cells):
    """One sheet; cells: (row, column, number), each from 0."""
    sheet = _begin(0x10) + b"".join(_record(0x203, "<HHHd", r, c, 0, v) for r, c, v in cells)
    at = len(_globals(0))
    stream = (_globals(at) + sheet + _record(0x0A)).ljust(4096, b"\0")
    sectors = len(stream) // 512
    header = struct.pack("<Q16x5H6x", 0xE11AB1A1E011CFD0, 0x3E, 3, 0xFFFE, 9, 6)
    header += struct.pack("<10I", 0, 1, 1, 0, 4096, END, 0, END, 0, 0)
    fat = [FAT, END, *range(3, sectors + 2), END]
    folder = _entry("Root Entry", 5, END, 0, child=1) + _entry("Workbook", 2, 2, len(stream))
    table = struct.pack(f"<{len(fat)}I", *fat).ljust(512, b"\xff")
    return header.ljust(512, b"\xff") + table + folder.ljust(512, b"\0") + stream


def _record(kind, form="", *values):
    body = struct.pack(form, *values)
    return struct.pack("<HH", kind, len(body)) + body


def _begin(kind):
    return _record(0x809, "<HHHHII", 0x600, kind, 0, 0, 0, 0)


def _globals(at):
    return _begin(5) + _record(0x85, "<IH3s", at, 0, b"\x01\x00S") + _record(0x0A)


def _entry(name, kind, start, size, child=NONE):
    text = name.encode("utf-16-le") + b"\0\0"
    return struct.pack("<64sHBBIII36xIQ", text, len(text), kind, 1, NONE, NONE, child, start, size)
