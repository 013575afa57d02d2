"""Writes the C++ header and source of one interface."""

import dataclasses

from generator import varlink
from generator.names import PRIMITIVES, VIEW, holds_json, leaf, pascal, snake, word
from generator.varlink import Array, Enumeration, Named, Optional


class Fault(Exception):
    """The interface cannot be written as C++ in the agreed shape."""


@dataclasses.dataclass(frozen=True)
class Kinds:
    prepared: set
    stream: set
    secret: set
    view: set  # their parameters of type object are views into the call
    errors: dict  # an error's name -> the struct of base/errors.hpp that it is made from, where that has another name


class Writer:
    def __init__(self, interface, source: str, namespace: str, kinds: Kinds):
        self.interface, self.source, self.namespace, self.kinds = interface, source, namespace, kinds
        self.enumerations = {}  # C++ name -> wire names
        self.structures = {}  # C++ name -> (comment, fields); in an order in which each comes after what it uses
        self.pending = {}
        known = {method.name for method in interface.of_kind("method")}
        strangers = (kinds.prepared | kinds.stream | kinds.secret | kinds.view) - known
        if strangers:
            raise Fault(f"no such method: {', '.join(sorted(strangers))}")
        strangers = set(kinds.errors) - {error.name for error in interface.of_kind("error")}
        if strangers:
            raise Fault(f"no such error: {', '.join(sorted(strangers))}")

    def collect(self):
        for member in self.interface.of_kind("type"):
            self.pending[member.name] = member
        for name in list(self.pending):
            self.declare_named(name)
        for method in self.interface.of_kind("method"):
            self.declare(method.name + "Parameters", method.value, f"Of {method.name}.", method.name)
            self.declare(method.name + "Reply", method.reply, f"What {method.name} answers.", method.name)

    def declare_named(self, name: str):
        member = self.pending.pop(name, None)
        if member is not None:
            self.declare(name, member.value, member.comment, name)

    def declare(self, name: str, value, comment: str, owner: str):
        if name in self.structures or name in self.enumerations:
            raise Fault(f"{name} would be declared twice")
        if isinstance(value, Enumeration):
            self.enumerations[name] = value.names
            return
        for field, kind in value.fields:
            self.declare_leaf(leaf(kind), owner + pascal(field))
        views = name.removesuffix("Parameters") in self.kinds.view
        self.structures[name] = (comment, [(field, kind, self.field_type(kind, owner + pascal(field), views))
                                           for field, kind in value.fields])

    def declare_leaf(self, kind, name: str):
        if isinstance(kind, Named):
            if kind.name in self.pending:
                self.declare_named(kind.name)
        elif self.enumerations.get(name) != getattr(kind, "names", ()):
            self.declare(name, kind, "", name)

    def field_type(self, kind, inline_name: str, views: bool) -> str:
        if not views or not holds_json(kind):
            return self.type(kind, inline_name)
        if not isinstance(kind, Optional):
            raise Fault("a view is of an optional object, or of an optional list of objects")
        return VIEW

    def type(self, kind, inline_name: str) -> str:
        if isinstance(kind, Optional):
            return f"std::optional<{self.type(kind.of, inline_name)}>"
        if isinstance(kind, Array):
            return f"std::vector<{self.type(kind.of, inline_name)}>"
        if isinstance(kind, Named):
            if kind.name in PRIMITIVES:
                return PRIMITIVES[kind.name]
            if kind.name not in self.structures and kind.name not in self.enumerations:
                raise Fault(f"unknown type {kind.name}")
            return kind.name
        return inline_name

    def member_name(self, field: str, kind, cpp: str = "") -> str:
        return word(field) + "_json" if holds_json(kind) and cpp != VIEW else word(field)

    def text_kind(self, kind, cpp: str) -> str:
        if not holds_json(kind):
            return ""
        if cpp == VIEW:
            return "<fields::Text::views>" if isinstance(kind.of, Array) else "<fields::Text::view>"
        return "<fields::Text::json>"

    # ---- header

    def header(self) -> str:
        out = [f"// {self.interface.name} as C++, generated from its interface file: values with checked JSON conversion,",
               "// the Handler that a service implements, and the Dispatcher that the server calls it through.",
               "#pragma once", "",
               "#include <boost/asio/awaitable.hpp>", "#include <cstdint>", "#include <nlohmann/json_fwd.hpp>",
               "#include <optional>", "#include <string>", "#include <string_view>", "#include <vector>", "",
               '#include "base/result.hpp"', '#include "ipc/call.hpp"', '#include "ipc/checked.hpp"',
               '#include "ipc/dispatcher.hpp"', "", f"namespace wardend::ipc::{self.namespace} {{", "",
               f'inline constexpr std::string_view interface_name = "{self.interface.name}";',
               "// The interface file's exact text.", "extern const std::string_view interface_text;", ""]
        for name, names in self.enumerations.items():
            out += [f"enum class {name} {{ {', '.join(word(n) for n in names)} }};",
                    f"[[nodiscard]] std::string_view name_of({name} value);",
                    "// False, and nothing changed, for a name that is none of them.",
                    f"[[nodiscard]] bool read_name(std::string_view name, {name}& value);", ""]
        for name, (comment, fields) in self.structures.items():
            out += self.structure(name, comment, fields)
        out += self.streams() + self.handler() + self.dispatcher()
        return "\n".join(out + [f"}}  // namespace wardend::ipc::{self.namespace}", ""])

    def structure(self, name: str, comment: str, fields) -> list:
        out = [f"// {line}" for line in comment.splitlines()]
        out.append(f"struct {name} {{")
        out += [f"  {cpp} {self.member_name(field, kind, cpp)}{{}};" for field, kind, cpp in fields]
        return out + [
            f"  [[nodiscard]] static Checked<{name}> from_json(const nlohmann::json& value,",
            "      Unknown unknown = Unknown::refuse);",
            "  [[nodiscard]] nlohmann::json to_json() const;",
            f"  bool operator==(const {name}&) const = default;", "};", ""]

    def streams(self) -> list:
        out = []
        for name in sorted(self.kinds.stream):
            out += [f"// Where {name} puts its replies. send gives false once the peer is gone: stop then. `about`: as",
                    "// Call::about, of this one reply.",
                    f"class {name}Stream {{", " public:", f"  virtual ~{name}Stream() = default;",
                    f"  [[nodiscard]] virtual asio::awaitable<bool> send({name}Reply reply, std::vector<std::string> about) = 0;",
                    "};", ""]
        return out

    def handler(self) -> list:
        out = ["// One function a method. It may be cancelled (operation_aborted) at any await once the peer is gone.",
               "class Handler {", " public:", "  virtual ~Handler() = default;"]
        for method in self.interface.of_kind("method"):
            name = method.name
            result = "PreparedReply" if name in self.kinds.prepared else f"{name}Reply"
            more = ""
            if name in self.kinds.stream:
                result, more = "void", f", {name}Stream& stream"
            out += [f"  // {line}" for line in method.comment.splitlines()]
            out.append(f"  [[nodiscard]] virtual asio::awaitable<Result<{result}>> {snake(name)}("
                       f"Call& call, {name}Parameters parameters{more}) = 0;")
        return out + ["};", ""]

    def dispatcher(self) -> list:
        return ["class Dispatcher final : public ipc::Dispatcher {", " public:",
                "  explicit Dispatcher(Handler& handler) : handler_(handler) {}",
                "  [[nodiscard]] std::string_view interface_name() const override;",
                "  [[nodiscard]] std::string_view description() const override;",
                "  [[nodiscard]] std::span<const MethodInfo> methods() const override;",
                "  [[nodiscard]] std::optional<std::string> error_parameters(const Error& error) const override;",
                "  [[nodiscard]] asio::awaitable<Outcome> call(std::size_t method, Call& call,",
                "      const nlohmann::json& parameters, StreamSink& sink) override;", "",
                " private:", "  Handler& handler_;", "};", ""]

    # ---- source

    def body(self) -> str:
        out = ["// NOLINTBEGIN(performance-move-const-arg): a type without text moves by copying; the code is the same for all.",
               "// NOLINTBEGIN(bugprone-switch-missing-default-case): what follows the switch is its default.",
               f'#include "ipc/interface/{self.namespace}.hpp"', "", "#include <array>", "#include <utility>", "",
               '#include "base/json.hpp"', '#include "ipc/answer.hpp"', '#include "ipc/error_fields.hpp"',
               '#include "ipc/fields.hpp"', "",
               f"namespace wardend::ipc::{self.namespace} {{", "",
               f'const std::string_view interface_text = R"varlink({self.source})varlink";', ""]
        for name, names in self.enumerations.items():
            out += self.enumeration(name, names)
        for name, (_, fields) in self.structures.items():
            out += self.conversion(name, fields)
        out += self.tables() + self.error_writer() + self.stream_writers() + self.calls()
        return "\n".join(out + [f"}}  // namespace wardend::ipc::{self.namespace}",
                                "// NOLINTEND(bugprone-switch-missing-default-case)",
                                "// NOLINTEND(performance-move-const-arg)", ""])

    def enumeration(self, name: str, names) -> list:
        out = [f"std::string_view name_of({name} value) {{", "  switch (value) {"]
        out += [f'    case {name}::{word(n)}: return "{n}";' for n in names]
        out += ["  }", f'  return "{names[0]}";', "}", "",
                f"bool read_name(std::string_view name, {name}& value) {{"]
        out += [f'  if (name == "{n}") return value = {name}::{word(n)}, true;' for n in names]
        return out + ["  return false;", "}", ""]

    def conversion(self, name: str, fields) -> list:
        text = {field: self.text_kind(kind, cpp) for field, kind, cpp in fields}
        out = [f"Checked<{name}> {name}::from_json(const nlohmann::json& value, Unknown unknown) {{",
               f"  {name} out;", "  fields::Reader reader(value, unknown);"]
        out += [f'  reader.member{text[f]}("{f}", out.{self.member_name(f, kind, cpp)});' for f, kind, cpp in fields]
        known = ", ".join(f'"{field}"' for field, _, _ in fields)
        out += [f"  return reader.finish(std::move(out), {{{known}}});", "}", "",
                f"nlohmann::json {name}::to_json() const {{", "  auto object = nlohmann::json::object();"]
        out += [f'  fields::put{text[f]}(object, "{f}", {self.member_name(f, kind, cpp)});' for f, kind, cpp in fields]
        return out + ["  return object;", "}", ""]

    def tables(self) -> list:
        out = ["namespace {", ""]
        methods = self.interface.of_kind("method")
        out.append(f"constexpr std::array<MethodInfo, {len(methods)}> method_table = {{{{")
        for method in methods:
            kind = "plain"
            if method.name in self.kinds.prepared:
                kind = "prepared"
            if method.name in self.kinds.stream:
                kind = "stream"
            out.append(f'    {{"{method.name}", MethodKind::{kind}}},')
        out += ["}};", ""]
        return out + ["}  // namespace", ""]

    # ---- errors

    def error_writer(self) -> list:
        """One overload for each declared error. What it does not find in the struct does not compile."""
        errors = self.interface.of_kind("error")
        named = {leaf(kind).name for error in errors for _, kind in error.value.fields} - set(PRIMITIVES)
        out = ["namespace {", ""]
        for member in self.interface.of_kind("type"):
            if member.name in named:
                out += self.structure_writer(member)
        out += ["struct ErrorWriter {", "  template <typename Undeclared>",
                "  std::optional<std::string> operator()(const Undeclared&) const { return std::nullopt; }"]
        for error in errors:
            struct = self.kinds.errors.get(error.name, error.name)
            out += [f"  std::optional<std::string> operator()([[maybe_unused]] const errors::{struct}& error) const {{",
                    "    auto object = nlohmann::json::object();"]
            out += [f"    {self.error_member(field, kind)}" for field, kind in error.value.fields]
            out += ["    return dump_json(object);", "  }"]
        return out + ["};", "", "}  // namespace", ""]

    def structure_writer(self, member) -> list:
        out = ["template <typename From>", f"nlohmann::json {snake(member.name)}_of(const From& from) {{",
               "  auto object = nlohmann::json::object();"]
        out += [f'  fields::put{"<fields::Text::json>" if holds_json(kind) else ""}(object, "{field}", from.{word(field)});'
                for field, kind in member.value.fields]
        return out + ["  return object;", "}", ""]

    def error_member(self, field: str, kind) -> str:
        need = "optional" if isinstance(kind, Optional) else "required"
        name = getattr(leaf(kind), "name", "")
        if name in PRIMITIVES:
            return f'fields::put_{need}(object, "{field}", error.{word(field)});'
        if need == "optional" or isinstance(kind, Array):
            raise Fault(f"{field}: an error holds a {name} as a required member only")
        return f'object["{field}"] = {snake(name)}_of(fields::required(error.{word(field)}));'

    def stream_writers(self) -> list:
        out = []
        for name in sorted(self.kinds.stream):
            out += ["namespace {", f"class {name}Writer final : public {name}Stream {{", " public:",
                    f"  explicit {name}Writer(StreamSink& sink) : sink_(sink) {{}}",
                    f"  asio::awaitable<bool> send({name}Reply reply, std::vector<std::string> about) override {{",
                    "    return sink_.send(dump_json(reply.to_json()), std::move(about));", "  }", "", " private:",
                    "  StreamSink& sink_;", "};", "}  // namespace", ""]
        return out

    def calls(self) -> list:
        out = ["std::string_view Dispatcher::interface_name() const { return "
               f"{self.namespace}::interface_name; }}",
               "std::string_view Dispatcher::description() const { return interface_text; }",
               "std::span<const MethodInfo> Dispatcher::methods() const { return method_table; }",
               "std::optional<std::string> Dispatcher::error_parameters(const Error& error) const {",
               "  return std::visit(ErrorWriter{}, error.any());", "}", "",
               "asio::awaitable<Outcome> Dispatcher::call(std::size_t method, Call& call,",
               "    const nlohmann::json& parameters, [[maybe_unused]] StreamSink& sink) {", "  switch (method) {"]
        for index, method in enumerate(self.interface.of_kind("method")):
            name = method.name
            target = f"handler_, &Handler::{snake(name)}, call, parameters"
            secrecy = "secret" if name in self.kinds.secret else "open"
            how = f"answer<Secrecy::{secrecy}>({target})"
            if name in self.kinds.prepared:
                how = f"answer_prepared({target})"
            if name in self.kinds.stream:
                how = f"answer_stream<{name}Writer>({target}, sink)"
            out.append(f"    case {index}: return {how};")
        return out + ["  }", "  std::terminate();", "}", ""]


def write(interface: varlink.Interface, source: str, namespace: str, kinds: Kinds) -> tuple[str, str]:
    writer = Writer(interface, source, namespace, kinds)
    writer.collect()
    return writer.header(), writer.body()
