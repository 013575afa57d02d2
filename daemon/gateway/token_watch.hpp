// Whether a server says the session's access token again, in what is on its way to an app: the app never holds one.
// The token's own bytes are looked for; another spelling of them (escaped, encoded) is not. No I/O.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/http_client.hpp"
#include "base/secret.hpp"
#include "daemon/gateway/refusal.hpp"

namespace wardend::gateway {

// False where there is no token.
[[nodiscard]] bool holds(std::string_view text, const Secret& token);

// Whether the app would see it in that head.
[[nodiscard]] bool head_holds(const HttpResponse& head, const Secret& token);

// What the app is told instead.
[[nodiscard]] Refusal token_said(const std::string& server);

// A body that comes in parts. The work grows with its length.
class TokenWatch {
 public:
  // `token` must outlive this.
  explicit TokenWatch(const Secret& token);
  // What may go on of a body once this part of it has come: the start of a token is kept back until it is known to be
  // none. nullopt: the body holds the token.
  [[nodiscard]] std::optional<Secret> pass(Secret part);
  // The bytes that are still kept back when the body ends.
  [[nodiscard]] Secret rest();

 private:
  void follow(std::string_view text);

  std::string_view token_;
  std::vector<std::size_t> borders_;  // of each start of the token: how long a shorter one it ends with
  std::size_t begun_ = 0;             // how much of the token the body ends with, as far as it has come
};

}  // namespace wardend::gateway
