// The tokens in an answer of a token endpoint of which nothing else can be believed: broken JSON, a form, a body with
// something before or behind it, UTF-16. They are revoked; only a refresh, which has nothing to lose, goes on with the
// refresh token. No I/O.
#pragma once

#include <string_view>

#include "base/secret.hpp"

namespace wardend::oauth {

struct SalvagedTokens {
  Secret access_token = {};
  Secret refresh_token = {};
};
// Empty where none is found. Looks at the first 1 MiB; a token is at most 16 KiB of visible ASCII. Linear in the text.
[[nodiscard]] SalvagedTokens salvage_tokens(std::string_view body);

}  // namespace wardend::oauth
