"""Varlink interface files as roff: every type, method and error with the comment above it."""

import roff
from generator import varlink


def text_of(kind) -> str:
    """A type as an interface file spells it."""
    if isinstance(kind, varlink.Optional):
        return "?" + text_of(kind.of)
    if isinstance(kind, varlink.Array):
        return "[]" + text_of(kind.of)
    if isinstance(kind, varlink.Enumeration):
        return "(" + ", ".join(kind.names) + ")"
    if isinstance(kind, varlink.Structure):
        return "(" + ", ".join(f"{name}: {text_of(field)}" for name, field in kind.fields) + ")"
    return kind.name


def introduction(source: str) -> str:
    above = source[: source.index("\ninterface ")].splitlines()
    return "\n".join(line.lstrip("#").strip() for line in above)


def member(of) -> list:
    lines = [f'.SS "{of.kind} {roff.escaped(of.name)}"', roff.escaped(text_of(of.value))]
    if of.reply is not None:
        lines += [".br", "\\(-> " + roff.escaped(text_of(of.reply))]
    if of.comment:
        lines += [".PP", roff.prose(of.comment.replace("\n", " "))]
    return lines


def interface(source: str) -> list:
    parsed = varlink.parse(source)
    lines = [f'.SH "{roff.escaped(parsed.name.upper())}"']
    for paragraph in introduction(source).split("\n\n"):
        lines += [".PP"] * (len(lines) > 1) + [roff.prose(paragraph.replace("\n", " "))]
    for kind in ("method", "error", "type"):
        for of in parsed.of_kind(kind):
            lines += member(of)
    return lines
