"""What types and members are called in C++, and what kind of field a type of Varlink is."""

import re

from generator.varlink import Array, Named, Optional

PRIMITIVES = {"string": "std::string", "int": "std::int64_t", "bool": "bool", "float": "double", "object": "std::string"}
VIEW = "const nlohmann::json*"  # nullptr: it is absent
KEYWORDS = {"delete", "operator", "interface_", "default", "class", "new", "union", "private", "public", "register"}


def snake(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


def pascal(name: str) -> str:
    return "".join(part.capitalize() for part in name.split("_"))


def word(name: str) -> str:
    return name + "_" if name in KEYWORDS else name


def leaf(kind):
    while isinstance(kind, (Optional, Array)):
        kind = kind.of
    return kind


def holds_json(kind) -> bool:
    return leaf(kind) == Named("object")
