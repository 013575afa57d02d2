"""Reads a Varlink interface file into plain values. Spec: https://varlink.org/Interface-Definition"""

import dataclasses
import re


class Fault(Exception):
    """The text is not an interface, or uses something that wardend does not."""


@dataclasses.dataclass(frozen=True)
class Named:
    """A primitive ("string", "int", "bool", "float", "object") or a declared type."""

    name: str


@dataclasses.dataclass(frozen=True)
class Optional:
    of: object


@dataclasses.dataclass(frozen=True)
class Array:
    of: object


@dataclasses.dataclass(frozen=True)
class Enumeration:
    names: tuple


@dataclasses.dataclass(frozen=True)
class Structure:
    fields: tuple  # of (name, type)


@dataclasses.dataclass(frozen=True)
class Member:
    """A type, a method or an error, with the comment that stands above it."""

    kind: str
    name: str
    comment: str
    value: object  # what a type is, a method's parameters, an error's members
    reply: object = None


@dataclasses.dataclass(frozen=True)
class Interface:
    name: str
    members: tuple

    def of_kind(self, kind: str) -> list:
        return [member for member in self.members if member.kind == kind]


TOKEN = re.compile(r"\s*(?:(#[^\n]*)|(->|\[\]|[():,?])|([A-Za-z][A-Za-z0-9_.-]*))")


class Reader:
    def __init__(self, text: str):
        self.comment = ""
        self.tokens = []
        position, comment = 0, []
        text = text.rstrip()
        while position < len(text):
            if text.startswith("\n\n", position):
                comment = []
            found = TOKEN.match(text, position)
            if not found:
                line = text.count("\n", 0, position) + 1
                raise Fault(f"line {line}: cannot be read")
            if "\n\n" in found.group(0):
                comment = []
            position = found.end()
            if found.group(1):
                comment.append(found.group(1)[1:].strip())
            else:
                self.tokens.append((found.group(2) or found.group(3), "\n".join(comment)))
                comment = []
        self.at = 0

    def peek(self) -> str:
        return self.tokens[self.at][0] if self.at < len(self.tokens) else ""

    def take(self, wanted: str = "") -> str:
        token = self.peek()
        if not token or (wanted and token != wanted):
            raise Fault(f"expected {wanted or 'more'}, found {token or 'the end'}")
        self.comment = self.tokens[self.at][1]
        self.at += 1
        return token

    def type(self):
        if self.peek() == "?":
            self.take()
            return Optional(self.type())
        if self.peek() == "[]":
            self.take()
            return Array(self.type())
        if self.peek() == "(":
            return self.group()
        return Named(self.take())

    def group(self):
        """A parenthesised list: of fields, or of names."""
        self.take("(")
        fields, names = [], []
        while self.peek() != ")":
            name = self.take()
            if self.peek() == ":":
                self.take()
                fields.append((name, self.type()))
            else:
                names.append(name)
            if self.peek() != ")":
                self.take(",")
        self.take(")")
        if fields and names:
            raise Fault(f"{names[0]}: a list of names and fields mixed")
        return Enumeration(tuple(names)) if names else Structure(tuple(fields))


def parse(text: str) -> Interface:
    reader = Reader(text)
    reader.take("interface")
    name = reader.take()
    members = []
    while reader.peek():
        kind = reader.take()
        comment = reader.comment
        if kind not in ("type", "method", "error"):
            raise Fault(f"expected type, method or error, found {kind}")
        member = reader.take()
        value = reader.group()
        reply = None
        if kind == "method":
            reader.take("->")
            reply = reader.group()
        members.append(Member(kind, member, comment, value, reply))
    return Interface(name, tuple(members))
