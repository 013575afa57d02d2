// A Varlink call as a value: read from a frame, and matched with the interface that offers it. Pure.
// Spec: https://varlink.org/Method-Call
#pragma once

#include <cstddef>
#include <expected>
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
  std::shared_ptr<nlohmann::json> parameters;  // an object
  std::size_t bytes = 0;                       // of the text
  bool more = false;
  bool oneway = false;
  bool upgrade = false;
  Dispatcher* dispatcher = nullptr;  // none: refused
  std::size_t index = 0;             // of the method, in the dispatcher
  std::optional<StandardError> refused = {};
};

// The error is a sentence for whoever sent it: what is wrong, which limit it is over, what to do. End the connection
// then, since what follows cannot be trusted either.
[[nodiscard]] std::expected<std::unique_ptr<Request>, std::string> parse_request(std::string_view text,
                                                                                 std::size_t largest_bytes);

// Finds who answers it: sets `dispatcher` and `index`, or `refused`.
void route(Request& request, std::span<Dispatcher* const> interfaces);

}  // namespace wardend::ipc
