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

// What to do about a text that could not be read.
std::string no_call(std::string fault) {
  if (fault.starts_with("nested"))
    fault += ", of which the call itself takes three: send what it holds with fewer levels";
  else if (fault.starts_with("more than"))
    fault += ": send less in one call, a large Bundle in parts";
  else
    fault += ": correct what the app sends";
  return "the call cannot be read: " + fault;
}

}  // namespace

Request::Request() : parameters(std::make_shared<nlohmann::json>(nlohmann::json::object())) {}
Request::~Request() = default;

std::expected<std::unique_ptr<Request>, std::string> parse_request(std::string_view text, std::size_t largest_bytes) {
  auto frame = parse_json(text, largest_bytes);
  if (!frame) return std::unexpected(no_call(frame.error()));
  if (!frame->is_object()) return std::unexpected(no_call("it is no JSON object"));
  const auto method = frame->find("method");
  if (method == frame->end() || !method->is_string()) return std::unexpected(no_call("it names no method"));
  auto request = std::make_unique<Request>();
  request->method = std::move(method->get_ref<std::string&>());
  request->bytes = text.size();
  const bool flags = read_flag(*frame, "more", request->more) && read_flag(*frame, "oneway", request->oneway) &&
                     read_flag(*frame, "upgrade", request->upgrade);
  // Many replies and none: a stream that its caller has asked not to hear.
  if (!flags || (request->more && request->oneway))
    return std::unexpected(no_call("\"more\" and \"oneway\" are true or false, and not both true"));
  const auto parameters = frame->find("parameters");
  if (parameters == frame->end() || parameters->is_null()) return request;
  if (!parameters->is_object()) return std::unexpected(no_call("its parameters are no JSON object"));
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
