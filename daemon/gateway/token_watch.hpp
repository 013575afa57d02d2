// Whether a server says the session's access token again, in what is on its way to an app: the app never holds one, nor
// a part of one. Looked for are 16 of its letters in a row, as they are, escaped as JSON has it, or as %XX. What was
// packed or coded otherwise (base64) is not found. No I/O.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/http_client.hpp"
#include "base/secret.hpp"
#include "daemon/gateway/refusal.hpp"
#include "protocol/fhir/request.hpp"

namespace wardend::gateway {

// So many letters in a row are no chance; of a shorter token, and of a UUID, all of them.
inline constexpr std::size_t telling_letters = 16;

// False where there is no token. The work grows with the length of both.
[[nodiscard]] bool holds(std::string_view text, const Secret& token);

// Whether the app would see it in the head of the answer to that request.
[[nodiscard]] bool head_holds(const HttpResponse& head, const fhir::FhirRequest& request, const Secret& token);

// What the app is told instead.
[[nodiscard]] Refusal token_said(const std::string& server);

// A body that comes in parts.
class TokenWatch {
 public:
  class Letters;

  // `token` must outlive this.
  explicit TokenWatch(const Secret& token);
  TokenWatch(const TokenWatch&) = delete;
  TokenWatch& operator=(const TokenWatch&) = delete;
  ~TokenWatch();
  // What may go on of a body once this part of it has come: its end is kept back until it is known not to begin a
  // token. nullopt: the body holds the token.
  [[nodiscard]] std::optional<Secret> pass(Secret part);
  // The bytes that are still kept back when the body ends.
  [[nodiscard]] Secret rest();

 private:
  std::unique_ptr<const Letters> letters_;
  Secret kept_ = {};
};

}  // namespace wardend::gateway
