#!/usr/bin/env python3
"""Writes the manual pages from their templates, the programs' --help, wardend.toml and the Varlink interfaces.

    generate.py --bin DIR --out DIR --version TEXT --date YYYY-MM-DD

DIR of --bin has wardend, wardctl and wardend-sandbox. What stands where is said in man/README.md.
"""

import argparse
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "man"), str(ROOT / "ipc")]
import commands  # noqa: E402
import configuration  # noqa: E402
import interfaces  # noqa: E402
import roff  # noqa: E402


def exit_codes() -> list:
    """README's table of them."""
    table = (ROOT / "README.md").read_text(encoding="utf-8").split("| exit code | of `wardctl` |")[1].split("\n\n")[0]
    rows = re.findall(r"^\| (\d+) \| (.*) \|$", table, re.MULTILINE)
    return [line for code, meaning in rows for line in roff.entry(roff.bold(code), commands.sentence(meaning))]


def generated(bin_: pathlib.Path) -> dict:
    """What the templates' @NAME@ lines stand for."""
    said = {name: str(bin_ / name) for name in ("wardend", "wardctl", "wardend-sandbox")}
    parts = {
        "WARDEND_OPTIONS": commands.options(commands.help_of([said["wardend"]])),
        "WARDCTL_OPTIONS": commands.options(commands.help_of([said["wardctl"]])),
        "WARDCTL_COMMANDS": commands.commands(said["wardctl"]),
        "SANDBOX_OPTIONS": commands.options(commands.help_of([said["wardend-sandbox"]])),
        "EXIT_CODES": exit_codes(),
        "CONFIGURATION": configuration.sections((ROOT / "config/wardend.toml").read_text(encoding="utf-8")),
        "INTERFACES": [],
    }
    for source in sorted((ROOT / "ipc/interfaces").glob("*.varlink")):
        parts["INTERFACES"] += interfaces.interface(source.read_text(encoding="utf-8"))
    return parts


def page(template: str, parts: dict, version: str, date: str) -> str:
    lines = []
    for line in template.replace("@VERSION@", version).replace("@DATE@", date).splitlines():
        found = re.fullmatch(r"@(\w+)@", line)
        lines += parts[found[1]] if found else [line]
    return "\n".join(lines) + "\n"


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--bin", required=True, type=pathlib.Path)
    options.add_argument("--out", required=True, type=pathlib.Path)
    options.add_argument("--version", required=True)
    options.add_argument("--date", required=True)
    given = options.parse_args()
    parts = generated(given.bin)
    given.out.mkdir(parents=True, exist_ok=True)
    for template in sorted((ROOT / "man").glob("*.in")):
        text = page(template.read_text(encoding="utf-8"), parts, given.version, given.date)
        (given.out / template.stem).write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
