#!/usr/bin/env python3
"""Writes C++ from a Varlink interface file: values with checked JSON conversion, a Handler and a Dispatcher.

    generate.py --source FILE.varlink --namespace NAME --out DIR
                [--prepared METHOD[,..]] [--stream METHOD[,..]] [--secret METHOD[,..]] [--view METHOD[,..]]
                [--error ERROR=STRUCT[,..]]

DIR gets NAME.hpp and NAME.cpp. What the code looks like stands in ipc/README.md.
"""

import argparse
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from generator import cpp, varlink  # noqa: E402


def methods_of(text: str) -> set[str]:
    return {name for name in text.split(",") if name}


def structs_of(text: str) -> dict[str, str]:
    return dict(pair.split("=", 1) for pair in text.split(",") if pair)


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--source", required=True, type=pathlib.Path)
    options.add_argument("--namespace", required=True)
    options.add_argument("--out", required=True, type=pathlib.Path)
    for kind in ("prepared", "stream", "secret", "view"):
        options.add_argument(f"--{kind}", type=methods_of, default=set())
    options.add_argument("--error", type=structs_of, default={})
    given = options.parse_args()
    source = given.source.read_text(encoding="utf-8")
    try:
        interface = varlink.parse(source)
        kinds = cpp.Kinds(given.prepared, given.stream, given.secret, given.view, given.error)
        header, body = cpp.write(interface, source, given.namespace, kinds)
    except (varlink.Fault, cpp.Fault) as fault:
        print(f"{given.source}: {fault}", file=sys.stderr)
        return 1
    given.out.mkdir(parents=True, exist_ok=True)
    (given.out / f"{given.namespace}.hpp").write_text(header, encoding="utf-8")
    (given.out / f"{given.namespace}.cpp").write_text(body, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
