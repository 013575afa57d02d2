#!/usr/bin/env python3
"""confinement.py UNIT NAME=DROP_IN...: what the service is left with, as docs/confinement.md has it, from the unit alone.

The list of system calls is that of the systemd that runs this.
"""

import json
import pathlib
import subprocess
import sys
import tempfile
import textwrap


def asked(*words: str) -> str:
    return subprocess.run(["systemd-analyze", *words], check=True, capture_output=True, text=True).stdout


def with_drop_in(unit: str, drop_in: str) -> str:
    return unit + "\n[Service]\n" + drop_in.split("[Service]\n", 1)[1]


def rows(unit: str) -> list[dict]:
    with tempfile.TemporaryDirectory() as folder:
        file = pathlib.Path(folder, "wardend.service")
        file.write_text(unit)
        return json.loads(asked("security", "--offline=true", "--json=short", str(file)))


def score(unit: str) -> str:
    with tempfile.TemporaryDirectory() as folder:
        file = pathlib.Path(folder, "wardend.service")
        file.write_text(unit)
        return asked("security", "--offline=true", "--no-pager", str(file)).splitlines()[-1].split(":")[1].split()[0]


def values(unit: str, key: str) -> list[str]:
    return [line.split("=", 1)[1] for line in unit.splitlines() if line.startswith(key + "=")]


def calls_of(group: str) -> set[str]:
    if not group.startswith("@"):
        return {group}
    names = [line.strip() for line in asked("syscall-filter", group).splitlines()[1:]]
    return set().union(*(calls_of(name) for name in names if name and not name.startswith("#")))


def open_calls(unit: str) -> list[str]:
    allowed: set[str] = set()
    for value in values(unit, "SystemCallFilter"):
        named = set().union(*(calls_of(word) for word in value.removeprefix("~").split()))
        allowed = allowed - named if value.startswith("~") else allowed | named
    return sorted(allowed)


def main() -> None:
    unit = pathlib.Path(sys.argv[1]).read_text()
    print("| unit | exposure |\n| --- | --- |")
    print(f"| as shipped | {score(unit)} |")
    for word in sys.argv[2:]:
        name, file = word.split("=", 1)
        print(f"| with {name} | {score(with_drop_in(unit, pathlib.Path(file).read_text()))} |")
    print("\n| open | counts |\n| --- | --- |")
    for row in rows(unit):
        if row["exposure"] and not row["set"]:
            print(f"| `{row['name'].replace('|', chr(92) + '|')}` | {row['exposure']} |")
    print(f"\nCapabilities: {' '.join(values(unit, 'CapabilityBoundingSet')).strip() or 'none'}.")
    print(f"Address families: {' '.join(values(unit, 'RestrictAddressFamilies'))}.")
    calls = open_calls(unit)
    version = asked("--version").splitlines()[0].removeprefix("systemd ")
    print(f"System calls, {len(calls)} of systemd {version}, those of other processors too:\n")
    print(textwrap.fill(" ".join(calls), 140, break_on_hyphens=False))


if __name__ == "__main__":
    main()
