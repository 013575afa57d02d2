"""Text as roff, for man(7) pages."""

import re


def escaped(text: str) -> str:
    """Text that roff prints as it stands, wherever it stands in a line."""
    text = text.replace("\\", "\\e").replace("-", "\\-").replace("'", "\\(aq").replace("`", "\\(ga")
    return "\\&" + text if text.startswith(".") else text


def bold(text: str) -> str:
    return f"\\fB{escaped(text)}\\fR"


def italic(text: str) -> str:
    return f"\\fI{escaped(text)}\\fR"


def prose(text: str) -> str:
    """Text whose `code` is bold."""
    parts = re.split(r"`([^`]*)`", text)
    joined = "".join(bold(part) if at % 2 else escaped(part) for at, part in enumerate(parts))
    return "\\&" + joined if joined.startswith(".") else joined


def example(lines: list) -> list:
    return [".nf", *(escaped(line) for line in lines), ".fi"]


def entry(head: str, *paragraphs: str) -> list:
    """A term with what it means; paragraphs are prose."""
    lines = [".TP", head]
    for at, paragraph in enumerate(paragraphs):
        lines += [".IP"] * (at > 0) + [prose(paragraph)]
    return lines
