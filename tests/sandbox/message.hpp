// An HTTP request and its reply as the simulated EHR sees them: parsed, whole, and free of sockets. How a reply is to
// be delivered (late, cut short, never) is part of it, since faults are the reason that the sandbox exists.
#pragma once

#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.hpp"

namespace wardend::sandbox {

struct Request {
  std::string method = {};
  std::string path = {};           // before "?", as sent
  std::string query = {};          // after "?", undecoded
  std::string authorization = {};  // the header, or empty
  std::string content_type = {};
  std::string body = {};
  std::string accept = {};         // the header, or empty
  std::string if_match = {};       // the same
  std::string if_none_exist = {};  // the same
};

enum class Delivery {
  whole,
  truncated,  // the headers and half of the body, then the connection is closed
  dropped,    // closed without an answer
  reset,      // the same by a TCP reset
  hung,       // no answer until the peer gives up
};

struct Reply {
  int status = 200;
  std::string content_type = "application/json";
  std::vector<std::pair<std::string, std::string>> headers = {};
  std::string body = {};
  Delivery delivery = Delivery::whole;
  std::chrono::milliseconds delay{0};  // before anything is sent
};

// A JSON answer that nobody may cache.
[[nodiscard]] Reply json_reply(int status, std::string body);
// An OAuth error. Spec: RFC 6749 §5.2
[[nodiscard]] Reply oauth_error(int status, const std::string& error, const std::string& description);

// Spec: RFC 9110 §5.6.7
[[nodiscard]] std::string http_date(WallTime now);

}  // namespace wardend::sandbox
