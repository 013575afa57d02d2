#include "ipc/service_interface.hpp"

#include <array>
#include <nlohmann/json.hpp>

#include "base/json.hpp"

namespace wardend::ipc {
namespace {

constexpr std::string_view own_name = "org.varlink.service";

constexpr std::string_view text = R"varlink(# What every Varlink service says about itself.
interface org.varlink.service

# Who made the service, and the names of all its interfaces.
method GetInfo() -> (
  vendor: string,
  product: string,
  version: string,
  url: string,
  interfaces: []string
)

# The text of an interface file.
method GetInterfaceDescription(interface: string) -> (description: string)

# There is no such interface here.
error InterfaceNotFound (interface: string)

# The interface has no such method.
error MethodNotFound (method: string)

# The interface has the method; this service does not offer it.
error MethodNotImplemented (method: string)

# A parameter is unknown, missing or of the wrong type.
error InvalidParameter (parameter: string)

# The caller may not do that.
error PermissionDenied ()

# The method answers only calls made with "more".
error ExpectedMore ()
)varlink";

constexpr std::array<MethodInfo, 2> method_table = {{
    {"GetInfo", MethodKind::plain},
    {"GetInterfaceDescription", MethodKind::plain},
}};

// The first member other than `known`, or "".
std::string stranger(const nlohmann::json& parameters, std::string_view known) {
  for (const auto& [name, ignored] : parameters.items())
    if (name != known) return name;
  return {};
}

}  // namespace

std::string_view ServiceInterface::interface_name() const { return own_name; }
std::string_view ServiceInterface::description() const { return text; }
std::span<const MethodInfo> ServiceInterface::methods() const { return method_table; }

asio::awaitable<Outcome> ServiceInterface::call(std::size_t method, Call& /*call*/, const nlohmann::json& parameters,
                                                StreamSink& /*sink*/) {
  if (method == 0) co_return get_info(parameters);
  co_return get_interface_description(parameters);
}

ServiceInterface::ServiceInterface(const std::string& version, const std::vector<const Dispatcher*>& interfaces) {
  auto info = nlohmann::json::object();
  info["vendor"] = "wardend";
  info["product"] = "wardend";
  info["version"] = version;
  info["url"] = "file:///usr/share/doc/wardend/README.md";
  auto& names = info["interfaces"] = nlohmann::json::array();
  const auto add = [&](std::string_view name, std::string_view description) {
    names.push_back(name);
    descriptions_.emplace(name, Description{.text = description, .reply = {}});
  };
  add(own_name, text);
  for (const auto* interface : interfaces) add(interface->interface_name(), interface->description());
  info_ = dump_json(info);
}

Outcome ServiceInterface::get_info(const nlohmann::json& parameters) const {
  if (!parameters.empty()) return invalid_parameter(stranger(parameters, {}));
  return PlainReply{info_};
}

Outcome ServiceInterface::get_interface_description(const nlohmann::json& parameters) {
  constexpr std::string_view known = "interface";
  if (auto unknown = stranger(parameters, known); !unknown.empty()) return invalid_parameter(std::move(unknown));
  const auto wanted = parameters.find(known);
  if (wanted == parameters.end() || !wanted->is_string()) return invalid_parameter(std::string(known));
  const auto& name = wanted->get_ref<const std::string&>();
  const auto found = descriptions_.find(name);
  if (found == descriptions_.end()) return StandardError{"InterfaceNotFound", "interface", name};
  auto& [description, reply] = found->second;
  if (reply.empty()) reply = dump_json({{"description", description}});
  return PlainReply{reply};
}

}  // namespace wardend::ipc
