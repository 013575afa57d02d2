// The members of an answer that brings tokens. What the answer as a whole is, is parse_token_response()'s question.
#pragma once

#include <expected>

#include "base/lenient_json.hpp"
#include "protocol/oauth/token.hpp"

namespace wardend::oauth {

// `body` is an object. The tokens are read first, and go along with a refusal.
[[nodiscard]] std::expected<TokenResponse, TokenFailure> read_tokens(Grant grant, const nlohmann::json& body,
                                                                     const JsonOddities& oddities);

// A refusal of a success: `description` says what its answer has, as in "names no token_type".
[[nodiscard]] TokenFailure unusable(std::string code, std::string description);

}  // namespace wardend::oauth
