"""The shipped wardend.toml as roff: its sections, and each key with the comment above it."""

import re

import roff


def sections(text: str) -> list:
    """Roff lines, in the order of the file. A comment belongs to what stands below it."""
    lines, comment, keys = [], [], []

    def paragraph() -> list:
        return [] if lines and lines[-1].startswith(".SS") else [".PP"]

    def flush() -> None:
        if keys:
            lines.extend(paragraph())
            for at, (name, value) in enumerate(keys):
                lines.extend([".br"] * (at > 0) + [f"{roff.bold(name)} = {roff.escaped(value)}"])
            if comment:
                lines.extend([".RS 4", roff.prose(" ".join(comment)), ".RE"])
        elif comment:
            lines.extend([*paragraph(), roff.prose(" ".join(comment))])
        comment.clear()
        keys.clear()

    for line in text.splitlines():
        if line.startswith("#"):
            if keys:
                flush()
            if line == "#":
                flush()
            elif line.startswith("#   "):
                flush()
                lines.extend([".RS 4", *roff.example([line[4:]]), ".RE"])
            else:
                comment.append(line[1:].strip())
        elif line.startswith("["):
            above = list(comment)
            comment.clear()
            flush()
            lines.append(f'.SS "{roff.escaped(line)}"')
            lines.extend([roff.prose(" ".join(above))] if above else [])
        elif found := re.fullmatch(r"(\w+)\s*= (.*)", line):
            keys.append(found.groups())
        elif not line:
            flush()
        else:
            raise ValueError(f"neither a comment, a section nor a key: {line}")
    flush()
    return lines


def keys(text: str) -> set:
    return set(re.findall(r"^(\w+)\s*=", text, re.MULTILINE))
