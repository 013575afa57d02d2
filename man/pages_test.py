#!/usr/bin/env python3
"""pages_test.py PAGES BIN: holds the generated manual pages against what they describe, and against two readers."""

import os
import pathlib
import re
import subprocess
import sys
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent
PAGES = pathlib.Path(sys.argv[1])
BIN = pathlib.Path(sys.argv[2])


def shown(page: str) -> str:
    """The page as a person reads it, in one line."""
    text = subprocess.run(["mandoc", "-Tutf8", PAGES / page], check=True, capture_output=True, text=True).stdout
    return re.sub(r"\s+", " ", re.sub(r".\x08", "", text))


class Pages(unittest.TestCase):
    def test_read_well(self):
        pages = sorted(PAGES.iterdir())
        self.assertEqual(len(pages), 5)
        for page in pages:
            lint = subprocess.run(["mandoc", "-Tlint", "-Wwarning", page], capture_output=True, text=True)
            self.assertEqual(lint.stdout, "", page)
            environment = {**os.environ, "MANROFFSEQ": "", "MANWIDTH": "80", "LC_ALL": "C.UTF-8"}
            read = subprocess.run(["man", "--warnings", "-E", "UTF-8", "-l", "-Tutf8", "-Z", page], env=environment,
                                  capture_output=True, text=True)
            self.assertEqual(read.stderr, "", page)

    def test_have_no_name_left_to_fill_in(self):
        for page in PAGES.iterdir():
            self.assertNotRegex(page.read_text(), r"(?m)^@|@VERSION@|@DATE@")

    def test_show_every_command_and_its_options(self):
        page = shown("wardctl.1")
        completion = subprocess.run([BIN / "wardctl", "completion", "fish"], check=True, capture_output=True, text=True)
        commands = re.findall(r"complete -c wardctl -n '.*' -a (\S+) -d '(.*)'", completion.stdout)
        options = re.findall(r" -l (\S+) -d", completion.stdout)
        # A command that has commands of its own: the page describes those.
        groups = set(re.findall(r"__fish_seen_subcommand_from (\S+)' -a \S+ -d '", completion.stdout))
        self.assertTrue(groups)
        self.assertGreater(len(commands), 15)
        self.assertGreater(len(options), 20)
        for name, what in commands:
            self.assertIn(name, page)
            if name not in groups:
                self.assertIn(what[1:].replace("'\\''", "'"), page)
        for option in options:
            self.assertIn(f"--{option}", page)

    def test_show_every_option_of_the_service(self):
        said = subprocess.run([BIN / "wardend", "--help"], check=True, capture_output=True, text=True).stdout
        for option in re.findall(r"^  (?:-\w,)?(--\S+)", said, re.MULTILINE):
            self.assertIn(option, shown("wardend.8"))

    def test_show_every_key(self):
        page = shown("wardend.toml.5")
        text = (ROOT / "config/wardend.toml").read_text()
        keys = re.findall(r"^(\w+)\s*=", text, re.MULTILINE)
        self.assertGreater(len(keys), 80)
        for key in keys:
            self.assertIn(f" {key} = ", page)
        for section in re.findall(r"^\[+[\w.]+\]+$", text, re.MULTILINE):
            self.assertIn(f" {section} ", page)

    def test_show_every_method_error_and_type(self):
        page = shown("org.wardend.7")
        for source in (ROOT / "ipc/interfaces").glob("*.varlink"):
            members = re.findall(r"^(method|error|type) (\w+)", source.read_text(), re.MULTILINE)
            self.assertGreater(len(members), 10)
            for kind, name in members:
                self.assertIn(f" {kind} {name} ", page)

    def test_show_the_exit_codes(self):
        for code in ("0", "1", "2", "69", "75", "77"):
            self.assertRegex(shown("wardctl.1"), rf" {code} [A-Z]")


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
