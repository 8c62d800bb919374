"""What the user sees of a long step."""

import os
import sys
import time


class AlumniError(Exception):
    """A failure with a message that says what to do; shown without a traceback."""


def say(message=""):
    """Print a line of progress; standard output belongs to results."""
    print(message, file=sys.stderr, flush=True)


def human_size(size):
    """Return a number of bytes as people read it, such as ``116.9 MB``."""
    for unit in ("B", "kB", "MB", "GB"):
        if size < 1000 or unit == "GB":
            return f"{size:.0f} {unit}" if unit == "B" else f"{size:.1f} {unit}"
        size /= 1000


class Step:
    """One long step: a title, its progress and how long it took.

    On a terminal the progress rewrites its line; elsewhere (a log, a pipe) at most
    one line every ten seconds is printed.
    """

    def __init__(self, title):
        self.title = title
        self.started = time.monotonic()
        self.printed = self.started
        self.live = sys.stderr.isatty() and os.environ.get("TERM") != "dumb"

    def __enter__(self):
        if self.live:
            print(f"  {self.title} ...", end="", file=sys.stderr, flush=True)
        else:
            say(f"  {self.title} ...")
        return self

    def progress(self, text):
        now = time.monotonic()
        if self.live and now - self.printed >= 0.1:
            line = f"\r\x1b[K  {self.title}: {text}"
            print(line, end="", file=sys.stderr, flush=True)
        elif not self.live and now - self.printed >= 10:
            say(f"  {self.title}: {text}")
        else:
            return
        self.printed = now

    def __exit__(self, kind, error, trace):
        word = "done" if kind is None else "failed"
        start = "\r\x1b[K" if self.live else ""
        say(f"{start}  {self.title}: {word} in {time.monotonic() - self.started:.0f} s")
