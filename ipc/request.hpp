// A Varlink call as a value: read from a frame, and matched with the interface that offers it. Pure.
// Spec: https://varlink.org/Method-Call
#pragma once

#include <cstddef>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "ipc/dispatcher.hpp"

namespace wardend::ipc {

struct Request {
  Request();
  ~Request();
  Request(const Request&) = delete;
  Request& operator=(const Request&) = delete;

  [[nodiscard]] const MethodInfo& info() const { return dispatcher->methods()[index]; }

  std::string method = {};
  std::unique_ptr<nlohmann::json> parameters;  // an object
  bool more = false;
  bool oneway = false;
  bool upgrade = false;
  Dispatcher* dispatcher = nullptr;  // none: refused
  std::size_t index = 0;             // of the method, in the dispatcher
  std::optional<StandardError> refused = {};
};

// Null when the text is no call: end the connection, since what follows cannot be trusted either.
[[nodiscard]] std::unique_ptr<Request> parse_request(std::string_view text, std::size_t largest_bytes);

// Finds who answers it: sets `dispatcher` and `index`, or `refused`.
void route(Request& request, std::span<Dispatcher* const> interfaces);

}  // namespace wardend::ipc
