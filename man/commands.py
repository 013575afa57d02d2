"""What a program's --help says, as roff: its options, its commands and theirs."""

import dataclasses
import re
import subprocess

import roff

COLUMN = 30  # where the help's descriptions begin
OPTION = re.compile(r"(?P<names>-\S+)(?: (?P<kind>[A-Z]+(?: x \d+)?))?(?:=(?P<default>\S+))?(?P<rest>.*)")
POSITIONAL = re.compile(r"(?P<names>\S+) (?P<kind>[A-Z]+)(?P<rest>.*)")


@dataclasses.dataclass
class Help:
    """The help of a program or of one of its commands."""

    what: str
    usage: str
    parts: dict  # "Options": a list of (name, description)


def help_of(words: list) -> Help:
    text = subprocess.run([*words, "--help"], check=True, capture_output=True, text=True).stdout
    lines = text.splitlines()
    help_ = Help(lines[0], lines[1].removeprefix("Usage: "), {})
    entries = []
    for line in lines[2:]:
        if line and not line.startswith(" "):
            entries = help_.parts.setdefault(line.rstrip(":"), [])
        elif line.startswith(" " * COLUMN):
            name, said = entries.pop()
            entries.append((name, (said + " " + line.strip()).strip()))
        elif line.strip():
            # A name that reaches into the column has its description on the next line.
            parted = len(line) > COLUMN and line[COLUMN - 1] == " "
            entries.append((line[:COLUMN].strip(), line[COLUMN:].strip()) if parted else (line.strip(), ""))
    return help_


def head_of(found: re.Match) -> str:
    head = ", ".join(roff.bold(name) for name in found["names"].split(","))
    return head + (" " + roff.italic(found["kind"].lower()) if found["kind"] else "")


def sentence(text: str) -> str:
    return text[:1].upper() + text[1:].rstrip(".") + "."


def options(help_: Help) -> list:
    lines = []
    for name, said in help_.parts.get("Options", []):
        found = OPTION.fullmatch(name)
        more = sentence(said)
        if found["default"]:
            more += f" Default: {found['default']}."
        if environment := re.search(r"Env:(\w+)", found["rest"]):
            more += f" The environment's {environment[1]} says it too."
        for word in ("Needs", "Excludes"):
            if others := re.search(word + r": (--\S+)", found["rest"]):
                more += f" {'Only with' if word == 'Needs' else 'Not with'} {others[1]}."
        if bounds := re.search(r"in \[(\d+) - (\d+)\]", found["rest"]):
            more += f" From {bounds[1]} to {bounds[2]}."
        if words := re.search(r"\{(.*)\}", found["rest"]):
            more += f" One of {words[1].replace(',', ', ')}."
        lines += roff.entry(head_of(found), more)
    return lines


def command(words: list, program: str) -> list:
    """A command with its own words and options; of a command that has commands, those."""
    help_ = help_of([program, *words])
    if "Subcommands" in help_.parts:
        return [line for name, _ in help_.parts["Subcommands"] for line in command([*words, name], program)]
    own = [(name, said) for name, said in help_.parts.get("Options", []) if "--help" not in name]
    arguments = [POSITIONAL.fullmatch(name) or re.fullmatch("(?P<names>.*)", name)
                 for name, _ in help_.parts.get("Positionals", [])]
    title = " ".join(words) + (" [options]" if own else "")
    for found in arguments:
        word = found["names"]
        title += f" {word}" if "REQUIRED" in found.string else f" [{word}]"
    lines = [f'.SS "{roff.escaped(title)}"', roff.prose(sentence(help_.what))]
    for found, (_, said) in zip(arguments, help_.parts.get("Positionals", [])):
        if said:
            lines += roff.entry(roff.italic(found["names"]), sentence(said))
    return lines + options(Help("", "", {"Options": own}))


def commands(program: str) -> list:
    return [line for name, _ in help_of([program]).parts["Subcommands"] for line in command([name], program)]
