// The browser of one launch, as far as the loopback pages know it: its cookie.
#pragma once

#include <string>

#include "tests/unit/launch/launch_world.hpp"

namespace wardend::test {

inline std::string cookie_of(const http::Reply& reply) {
  const std::string set = header_of(reply, "Set-Cookie");
  return set.substr(0, set.find(';'));
}

// A launch whose /go page the browser has seen.
struct Browser {
  explicit Browser(LaunchWorld& of) : world(of), pending(of.begin_standalone()) {
    http::Reply reply = world.visit(world.page("/go/" + pending.id));
    cookie = cookie_of(reply);
    state = std::string(pending.state.reveal());
  }
  http::InboundRequest callback(const std::string& query) {
    http::InboundRequest request = world.page("/callback", query);
    request.headers.emplace_back("cookie", cookie);
    return request;
  }
  LaunchWorld& world;
  launch::Pending& pending;
  std::string cookie;
  std::string state;
};

}  // namespace wardend::test
