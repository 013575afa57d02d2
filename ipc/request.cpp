#include "ipc/request.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "base/json.hpp"

namespace wardend::ipc {
namespace {

// Absent is false; false when it is there and no boolean.
bool read_flag(const nlohmann::json& frame, const char* name, bool& flag) {
  const auto found = frame.find(name);
  if (found == frame.end() || found->is_null()) return true;
  if (!found->is_boolean()) return false;
  flag = found->get<bool>();
  return true;
}

}  // namespace

Request::Request() : parameters(std::make_unique<nlohmann::json>(nlohmann::json::object())) {}
Request::~Request() = default;

std::unique_ptr<Request> parse_request(std::string_view text, std::size_t largest_bytes) {
  auto frame = parse_json(text, largest_bytes);
  if (!frame || !frame->is_object()) return nullptr;
  const auto method = frame->find("method");
  if (method == frame->end() || !method->is_string()) return nullptr;
  auto request = std::make_unique<Request>();
  request->method = std::move(method->get_ref<std::string&>());
  const bool flags = read_flag(*frame, "more", request->more) && read_flag(*frame, "oneway", request->oneway) &&
                     read_flag(*frame, "upgrade", request->upgrade);
  // Many replies and none: a stream that its caller has asked not to hear.
  if (!flags || (request->more && request->oneway)) return nullptr;
  const auto parameters = frame->find("parameters");
  if (parameters == frame->end() || parameters->is_null()) return request;
  if (!parameters->is_object()) return nullptr;
  *request->parameters = std::move(*parameters);
  return request;
}

void route(Request& request, std::span<Dispatcher* const> interfaces) {
  const std::string_view whole = request.method;
  const auto dot = std::min(whole.rfind('.'), whole.size());
  const auto found = std::ranges::find(interfaces, whole.substr(0, dot), &Dispatcher::interface_name);
  if (found == interfaces.end()) {
    request.refused = StandardError{"InterfaceNotFound", "interface", std::string(whole.substr(0, dot))};
    return;
  }
  const auto index = (*found)->find_method(whole.substr(std::min(dot + 1, whole.size())));
  if (!index) {
    request.refused = StandardError{"MethodNotFound", "method", request.method};
    return;
  }
  request.dispatcher = *found;
  request.index = *index;
  if (request.upgrade) request.refused = invalid_parameter("upgrade");
}

}  // namespace wardend::ipc
