"""Reading a table from a CSV or XLSX file that somebody else wrote.

Files come from other people's programs and may be broken or hostile. Whatever is
wrong with a file as a whole raises a :class:`FileProblem` that says what to do;
memory stays flat, because lines are read one after the other.
"""

import codecs
import contextlib
import csv
import io
import re
import zipfile
from xml.etree.ElementTree import ParseError

import chardet
import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from odoo.tools import LazyTranslate

_lt = LazyTranslate(__name__)

MAX_FILE = 512 * 2**20
"""Bytes of a file. Two million lines of a registrar have 450 MB."""
MAX_CELL = 32_767
"""Characters in one cell: what a spreadsheet program can hold in one."""
MAX_COLUMNS = 500
"""Columns. Registrars send twenty to a hundred."""
MAX_UNPACKED = 1024 * 2**20
"""Bytes of all parts of a spreadsheet together: a full sheet of 1,048,576 lines and
ten columns fits. It is read as a stream, so this costs time and not memory."""
MAX_SHARED = 192 * 2**20
"""Bytes of the part that openpyxl holds in memory while it reads the sheet."""
MAX_PART = 32 * 2**20
"""Bytes of any other part (styles, workbook): those are held in memory as a tree."""
SAMPLE = 64 * 1024
"""Bytes from which the separator is guessed."""

ENCODINGS = [
    ("utf-8", "UTF-8"),
    ("utf-8-sig", "UTF-8 with signature"),
    ("utf-16", "UTF-16"),
    ("utf-16-le", "UTF-16, little endian, no signature"),
    ("utf-16-be", "UTF-16, big endian, no signature"),
    ("cp1252", "Windows, Western Europe"),
    ("iso8859-15", "ISO 8859-15"),
    ("cp850", "DOS, Western Europe"),
    ("mac_roman", "Macintosh"),
    ("cp1250", "Windows, Central Europe"),
    ("cp1251", "Windows, Cyrillic"),
]
SEPARATORS = [
    (";", "Semicolon"),
    (",", "Comma"),
    ("\t", "Tabulator"),
    ("|", "Vertical bar"),
]
_BOMS = [
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
]
_PICTURE = _lt("This is a picture and not a table. Load a CSV or .xlsx file.")
_COMPRESSED = _lt("This is a compressed file. Unpack it and load what is inside.")
_PROGRAM = _lt("This is a program and not a table. Load a CSV or .xlsx file.")
_PDF = _lt("This is a PDF document. Load a CSV or .xlsx file.")
_OFFICE = _lt("This is an old Office document. Save it as .xlsx and load that.")
_TEXT = _lt("This is a text document. Load a CSV or .xlsx file.")
# No term stands among these: Odoo's reader of terms stumbles over bytes after one.
_MAGIC = [
    (b"%PDF", _PDF),
    (b"\x89PNG", _PICTURE),
    (b"\xff\xd8\xff", _PICTURE),
    (b"GIF8", _PICTURE),
    (b"\xd0\xcf\x11\xe0", _OFFICE),
    (b"\x1f\x8b", _COMPRESSED),
    (b"7z\xbc\xaf", _COMPRESSED),
    (b"Rar!", _COMPRESSED),
    (b"\x7fELF", _PROGRAM),
    (b"MZ\x90", _PROGRAM),
    (b"{\\rtf", _TEXT),
]
# In UTF-8 the accented letters of Western Europe; in the Windows encoding a capital
# A with tilde followed by a sign, which no language writes.
_UTF8_LETTER = re.compile(rb"\xc3[\x80-\xbf]|\xc5[\x92\x93]")
_LETTERS = set("àâäæçéèêëîïíìñóòôöœùûüúÿáåãøõßÀÂÄÆÇÉÈÊËÎÏÍÑÓÔÖŒÙÛÜÚŸÁÅÃØÕ°’–«»€")
_CONTROL = re.compile(r"[\x01-\x08\x0b\x0c\x0e-\x1f]")


class FileProblem(Exception):
    """A file that cannot be read; the only argument says why and what to do, and is
    still to be translated."""

    def message(self, lang):
        """The reason in a language."""
        return self.args[0]._translate(lang or "")


class TableFile:
    """A table in a file: a header and lines of text cells.

    :param stream: the file, binary and seekable
    :param encoding: one of :data:`ENCODINGS`, guessed when empty (CSV only)
    :param separator: guessed when empty (CSV only)
    :raise FileProblem: the file cannot be read as a table
    """

    def __init__(self, stream, encoding=None, separator=None):
        self.stream = stream
        size = stream.seek(0, io.SEEK_END)
        if not size:
            raise FileProblem(_lt("The file is empty. Export it again."))
        if size > MAX_FILE:
            raise FileProblem(
                _lt(
                    "The file has %(size)s MB, more than the %(limit)s MB that can be "
                    "loaded. Split it into several files.",
                    size=size >> 20,
                    limit=MAX_FILE >> 20,
                )
            )
        stream.seek(0)
        start = stream.read(SAMPLE)
        self.is_xlsx = start.startswith(b"PK\x03\x04")
        if self.is_xlsx:
            self.encoding = self.separator = None
            _check_package(stream)
        else:
            _check_type(start)
            self.encoding = encoding or _guess_encoding(stream, start)
            self.separator = separator or self._guess_separator()
        self.header = self._read_header()

    def rows(self):
        """Every line after the header as (number, cells): lines are numbered as in a
        spreadsheet, where the header is line 1. Empty lines are left out."""
        source = self._xlsx_rows() if self.is_xlsx else self._csv_rows()
        next(source)
        for number, cells in enumerate(source, 2):
            if any(cells):
                yield number, cells

    def _read_header(self):
        first = next(self._xlsx_rows() if self.is_xlsx else self._csv_rows(), [])
        header = [" ".join(cell.split()) for cell in first]
        while header and not header[-1]:
            header.pop()
        if not header:
            raise FileProblem(
                _lt(
                    "The first line is empty. It must hold the names of the columns: "
                    "export the file again with a header."
                )
            )
        if len(header) > MAX_COLUMNS:
            raise FileProblem(
                _lt(
                    "The file has %(count)s columns, more than %(limit)s. "
                    "Keep only the columns that are to be loaded.",
                    count=len(header),
                    limit=MAX_COLUMNS,
                )
            )
        seen = {}
        for position, name in enumerate(header, 1):
            if name and name in seen:
                raise FileProblem(
                    _lt(
                        "The column “%(name)s” stands twice, in places %(first)s and "
                        "%(second)s. Rename or remove one of them.",
                        name=name[:100],
                        first=seen[name],
                        second=position,
                    )
                )
            seen[name] = position
        return header

    # CSV

    def _decoded_lines(self):
        self.stream.seek(0)
        text = io.TextIOWrapper(
            io.BufferedReader(_Unclosed(self.stream)), self.encoding, newline=""
        )
        for line in text:
            if "\0" in line:
                raise FileProblem(_nul_message())
            yield _CONTROL.sub(" ", line) if _CONTROL.search(line) else line

    def _csv_rows(self):
        reader = csv.reader(self._decoded_lines(), delimiter=self.separator)
        try:
            for cells in reader:
                if cells and max(map(len, cells)) > MAX_CELL:
                    raise csv.Error("field larger than field limit")
                yield cells
        except UnicodeError as error:
            raise FileProblem(
                _lt(
                    "The file cannot be read as %(encoding)s near line %(line)s. "
                    "Choose its encoding, or save it again as UTF-8.",
                    encoding=self.encoding,
                    line=reader.line_num + 1,
                )
            ) from error
        except csv.Error as error:
            if "field limit" not in str(error):
                raise FileProblem(
                    _lt(
                        "Line %(line)s cannot be read as CSV (%(error)s). "
                        "Export the file again.",
                        line=reader.line_num,
                        error=str(error),
                    )
                ) from error
            raise FileProblem(_cell_message(reader.line_num)) from error

    def _guess_separator(self):
        lines = self._decoded_lines()
        sample = ""
        try:
            for line in lines:
                sample += line[:SAMPLE]
                if len(sample) >= SAMPLE:
                    break
        except UnicodeError:
            return ";"
        header = sample.partition("\n")[0]
        # Only complete lines: half a line looks like one with fewer columns.
        known = "".join(separator for separator, _label in SEPARATORS)
        with contextlib.suppress(csv.Error):
            guess = csv.Sniffer().sniff(sample[: SAMPLE // 4], known).delimiter
            if guess in header:
                return guess
        return max((s for s, _label in SEPARATORS), key=header.count)

    # XLSX

    def _xlsx_rows(self):
        self.stream.seek(0)
        number = 0
        try:
            book = openpyxl.load_workbook(
                _Unclosed(self.stream), read_only=True, data_only=True, keep_links=False
            )
            if not book.worksheets:
                raise FileProblem(_lt("The spreadsheet has no sheet with a table."))
            sheet = book.worksheets[0]
            # What the file says about its size is not to be relied on.
            sheet.reset_dimensions()
            for number, values in enumerate(sheet.iter_rows(values_only=True), 1):
                if len(values) > 2 * MAX_COLUMNS and number > 1:
                    values = values[: 2 * MAX_COLUMNS]
                cells = [_cell_text(value) for value in values]
                if cells and max(map(len, cells)) > MAX_CELL:
                    raise FileProblem(_cell_message(number))
                yield cells
        except (
            zipfile.BadZipFile,
            InvalidFileException,
            ParseError,
            SyntaxError,
            KeyError,
            ValueError,
            TypeError,
            OSError,
            EOFError,
        ) as error:
            raise FileProblem(
                _lt(
                    "The spreadsheet is damaged near line %(line)s. Open it in a "
                    "spreadsheet program, save it again as .xlsx and load that.",
                    line=number + 1,
                )
            ) from error


class _Unclosed(io.RawIOBase):
    """The same file, for readers that close what they are given."""

    def __init__(self, stream):
        self._stream = stream

    def readable(self):
        return True

    def seekable(self):
        return True

    def readinto(self, buffer):
        part = self._stream.read(len(buffer))
        buffer[: len(part)] = part
        return len(part)

    def seek(self, offset, whence=io.SEEK_SET):
        return self._stream.seek(offset, whence)

    def tell(self):
        return self._stream.tell()


def _cell_text(value):
    if value is None:
        return ""
    if isinstance(value, str):
        text = value
    elif isinstance(value, bool):
        text = "1" if value else "0"
    elif isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        text = str(int(value))
    elif hasattr(value, "isoformat"):
        text = value.isoformat()
    else:
        text = str(value)
    if "\0" in text:
        raise FileProblem(_nul_message())
    return _CONTROL.sub(" ", text)


def _nul_message():
    return _lt(
        "The file contains a zero byte: it is damaged, or it is not a table. "
        "Export it again as CSV (UTF-8) or as .xlsx."
    )


def _cell_message(line):
    return _lt(
        "A cell in line %(line)s has more than %(limit)s characters. Perhaps a "
        "quotation mark is not closed there: correct the line and load the file again.",
        line=line,
        limit=MAX_CELL,
    )


def _check_type(start):
    for magic, message in _MAGIC:
        if start.startswith(magic):
            raise FileProblem(message)
    if start.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"<":
        raise FileProblem(
            _lt("This is a web page and not a table. Load a CSV or .xlsx file.")
        )


def _check_package(stream):
    """Refuse a spreadsheet that would fill the memory when it is unpacked.

    The sizes that the package declares can be relied on: zipfile never unpacks more
    of a part than was declared.
    """
    stream.seek(0)
    try:
        with zipfile.ZipFile(_Unclosed(stream)) as package:
            parts = package.infolist()
            if "xl/workbook.xml" not in {part.filename for part in parts}:
                raise FileProblem(
                    _lt(
                        "This is a compressed file and not a spreadsheet. "
                        "Load a CSV or .xlsx file."
                    )
                )
            if len(parts) > 10_000 or sum(p.file_size for p in parts) > MAX_UNPACKED:
                raise FileProblem(_unpacked_message(MAX_UNPACKED))
            for part in parts:
                _check_part(package, part)
    except (zipfile.BadZipFile, EOFError, OSError, NotImplementedError) as error:
        raise FileProblem(
            _lt(
                "The spreadsheet is damaged. Open it in a spreadsheet program, save "
                "it again as .xlsx and load that."
            )
        ) from error


def _check_part(package, part):
    name = part.filename.lower()
    limit = MAX_PART
    if "sharedstrings" in name:
        limit = MAX_SHARED
    elif "/worksheets/" in name or "/media/" in name:
        limit = MAX_UNPACKED
    if part.file_size > limit:
        raise FileProblem(_unpacked_message(limit))
    if part.flag_bits & 1:
        raise FileProblem(
            _lt("The spreadsheet is protected by a password. Save it without one.")
        )
    if name.endswith((".xml", ".rels")):
        with package.open(part) as content:
            # No spreadsheet program writes one; it can define entities that grow.
            if b"<!DOCTYPE" in content.read(4096).upper():
                raise FileProblem(
                    _lt(
                        "The spreadsheet holds a document type definition, which is "
                        "not allowed. Save it again in a spreadsheet program."
                    )
                )


def _unpacked_message(limit):
    return _lt(
        "The spreadsheet unpacks to more than %(limit)s MB. "
        "Save it as CSV and load that.",
        limit=limit >> 20,
    )


def _guess_encoding(stream, start):
    for bom, encoding in _BOMS:
        if start.startswith(bom):
            return encoding
    if b"\0" in start:
        even, odd = start[::2].count(0), start[1::2].count(0)
        if odd > len(start) * 0.3 and even < odd / 10:
            return "utf-16-le"
        if even > len(start) * 0.3 and odd < even / 10:
            return "utf-16-be"
        raise FileProblem(_nul_message())
    if _is_utf8(stream):
        return "utf-8"
    return _guess_8bit(stream)


def _is_utf8(stream):
    decoder = codecs.getincrementaldecoder("utf-8")()
    stream.seek(0)
    valid = True
    while block := stream.read(2**20):
        if b"\0" in block:
            raise FileProblem(_nul_message())
        if valid:
            try:
                decoder.decode(block)
            except UnicodeDecodeError:
                valid = False
    if valid:
        try:
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            valid = False
    return valid


def _guess_8bit(stream):
    """One of the encodings with one byte a letter, for a file that is not UTF-8.

    :raise FileProblem: some lines are UTF-8 and others are not
    """
    utf8_line = other_line = None
    sample = bytearray()
    stream.seek(0)
    for number, line in enumerate(stream, 1):
        if line.isascii():
            continue
        if not utf8_line and _UTF8_LETTER.search(line):
            utf8_line = number
        if len(sample) < SAMPLE:
            sample += line[:SAMPLE]
        if not other_line:
            try:
                _UTF8_LETTER.sub(b"", line).decode("utf-8")
            except UnicodeDecodeError:
                other_line = number
        if utf8_line and other_line:
            raise FileProblem(
                _lt(
                    "The file mixes two encodings: line %(first)s is written in UTF-8 "
                    "and line %(second)s is not. Export it again in one encoding, "
                    "UTF-8 if possible.",
                    first=utf8_line,
                    second=other_line,
                )
            )

    def share(encoding):
        try:
            text = bytes(sample).decode(encoding)
        except UnicodeDecodeError:
            return -1
        foreign = [letter for letter in text if letter > "\x7f"]
        return sum(letter in _LETTERS for letter in foreign) / (len(foreign) or 1)

    best = max(("cp1252", "cp850", "mac_roman"), key=share)
    if share(best) < 0.5:
        guess = (chardet.detect(bytes(sample))["encoding"] or "").lower()
        alias = {"windows-1250": "cp1250", "windows-1251": "cp1251"}
        best = alias.get(guess, best if share(best) >= 0 else "iso8859-15")
    return best
