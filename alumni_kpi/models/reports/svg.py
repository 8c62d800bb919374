"""Small charts as SVG, made on the server: for paper and mail, where no script runs.
Plain shapes and texts only, which every printing engine draws. Every point and bar
has its number beside it, so that nothing is told by colour alone."""

from markupsafe import Markup, escape

BLUE, ORANGE, GREEN, VERMILION, PURPLE = (
    "#0072B2",
    "#E69F00",
    "#009E73",
    "#D55E00",
    "#CC79A7",
)
"""Okabe and Ito's palette: told apart with every kind of colour vision."""
DARK, GREY, PALE = "#222222", "#5F6368", "#D5DAE0"
FONT = "Helvetica, Arial, sans-serif"


def _text(x, y, text, size=11, anchor="middle", colour=DARK, weight="normal"):
    return Markup(
        '<text x="{}" y="{}" font-family="{}" font-size="{}" text-anchor="{}"'
        ' fill="{}" font-weight="{}">{}</text>'
    ).format(round(x, 1), round(y, 1), FONT, size, anchor, colour, weight, text)


def _svg(width, height, title, parts):
    return Markup(
        '<svg xmlns="http://www.w3.org/2000/svg" width="{0}" height="{1}"'
        ' viewBox="0 0 {0} {1}" role="img"><title>{2}</title>{3}</svg>'
    ).format(width, height, title, Markup("").join(parts))


def line_chart(title, points, width=290, height=118, colour=BLUE):
    """A line over periods.

    :param title: what it shows, for who does not see it
    :param points: list of (label below, second line below, value or None, text of the
        value); where there is no value the line has a gap
    :return: Markup
    """
    left, right, top, bottom = 26, 26, 20, 30
    known = [value for _label, _below, value, _text_ in points if value is not None]
    highest = max(known, default=0) or 1
    step = (width - left - right) / max(len(points) - 1, 1)
    floor = height - bottom
    parts = [
        Markup('<line x1="{}" y1="{}" x2="{}" y2="{}" stroke="{}"/>').format(
            0, floor, width, floor, PALE
        )
    ]
    last = None
    for place, (label, below, value, text) in enumerate(points):
        x = left + place * step if len(points) > 1 else width / 2
        parts.append(_text(x, floor + 12, label, 7.5, colour=GREY))
        parts.append(_text(x, floor + 22, below, 7.5, colour=GREY))
        if value is None:
            last = None
            continue
        y = floor - (floor - top) * value / highest
        if last:
            parts.insert(
                1,
                Markup(
                    '<line x1="{}" y1="{}" x2="{}" y2="{}" stroke="{}"'
                    ' stroke-width="2"/>'
                ).format(*(round(number, 1) for number in (*last, x, y)), colour),
            )
        parts.append(
            Markup('<circle cx="{}" cy="{}" r="3.5" fill="{}"/>').format(
                round(x, 1), round(y, 1), colour
            )
        )
        parts.append(_text(x, y - 8, text, 10, weight="bold"))
        last = x, y
    return _svg(width, height, title, parts)


def bar_chart(title, bars, width=290, colours=(BLUE,), label_width=92):
    """Horizontal bars, each with its name and number.

    :param bars: list of (name, value or None, text of the value)
    :return: Markup
    """
    high, gap = 14, 5
    height = len(bars) * (high + gap)
    highest = max((value or 0 for _name, value, _text_ in bars), default=0) or 1
    room = width - label_width - 62
    parts = []
    for place, (name, value, text) in enumerate(bars):
        y = place * (high + gap)
        parts.append(_text(label_width - 8, y + 11, name, 10, "end"))
        length = max(room * (value or 0) / highest, 0)
        parts.append(
            Markup('<rect x="{}" y="{}" width="{}" height="{}" fill="{}"/>').format(
                label_width, y, round(length, 1), high, colours[place % len(colours)]
            )
        )
        parts.append(
            _text(
                label_width + length + 6,
                y + 13,
                escape(text),
                10,
                "start",
                DARK,
                "bold",
            )
        )
    return _svg(width, height, title, parts)
