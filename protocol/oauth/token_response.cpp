#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>

#include "base/json_members.hpp"
#include "base/lenient_json.hpp"
#include "base/text.hpp"
#include "protocol/http/media_type.hpp"
#include "protocol/http/status_class.hpp"
#include "protocol/oauth/token_members.hpp"
#include "protocol/oauth/token_salvage.hpp"

namespace wardend::oauth {
namespace {

constexpr JsonLimits limits{.bytes = max_token_answer};
constexpr JsonLimits error_limits{.bytes = 64UL * 1024};

TokenFailureClass class_of(int status) {
  if (http::is_transient(status)) return TokenFailureClass::transient;
  if (status >= 400) return TokenFailureClass::unclear;
  return http::is_success(status) ? TokenFailureClass::unusable : TokenFailureClass::transient;
}

// What the body says goes before the status: servers send invalid_grant with 401, 403 and 500 too, and words of their
// own with a 429. Spec: RFC 6749 §5.2
TokenFailureClass class_of(std::string_view error, int status) {
  if (error == "invalid_grant" || error == "unauthorized_client" || error == "unsupported_grant_type")
    return TokenFailureClass::terminal;
  if (error == "invalid_request" || error == "invalid_scope") return TokenFailureClass::other_form;
  if (error == "invalid_client") return TokenFailureClass::client_rejected;
  if (error == "temporarily_unavailable" || error == "server_error") return TokenFailureClass::transient;
  return class_of(status);
}

std::string_view without_blanks(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r\n");
  return first == std::string_view::npos ? std::string_view() : text.substr(first);
}

// A byte order mark and blanks before it are no part of it.
std::string_view begin_of(std::string_view body) {
  body = without_blanks(body);
  if (body.starts_with("\xEF\xBB\xBF")) body = without_blanks(body.substr(3));
  return body;
}

// The tokens that stand somewhere in a body that is not believed.
std::optional<TokenFailure::Issued> tokens_in(std::string_view body) {
  SalvagedTokens found = salvage_tokens(body);
  if (found.access_token.empty() && found.refresh_token.empty()) return std::nullopt;
  return TokenFailure::Issued{.access_token = std::move(found.access_token),
                              .refresh_token = std::move(found.refresh_token)};
}

// A success of which nothing can be read. A page is somebody else's: the request has not come to the server.
TokenFailure unreadable(int status, std::string_view content_type, std::string_view body, std::string_view why) {
  auto issued = tokens_in(body);
  if (!issued && !http::is_json_type(content_type) && http::is_page(body))
    return {.kind = TokenFailureClass::transient,
            .code = "not_json",
            .description = "a proxy or sign-in page may be in between"};
  TokenFailure failure = unusable("not_json", "cannot be read: " + std::string(why));
  if (body.empty()) failure = unusable("http_" + std::to_string(status), "is empty");
  failure.issued = std::move(issued);
  return failure;
}

// Of a member that came twice the last one counts, which may be no text: the first one may be the token.
std::expected<TokenResponse, TokenFailure> with_first_of_two(std::expected<TokenResponse, TokenFailure> answer,
                                                             std::string_view body) {
  if (answer || (answer.error().issued && !answer.error().issued->refresh_token.empty())) return answer;
  if (auto issued = tokens_in(body)) answer.error().issued = std::move(issued);
  return answer;
}

}  // namespace

std::expected<TokenResponse, TokenFailure> parse_token_response(Grant grant, int status, std::string_view content_type,
                                                                std::string_view whole) {
  const std::string_view body = begin_of(whole);
  JsonOddities oddities;
  const auto parsed = parse_lenient_json(body, limits, oddities);
  const bool object = parsed && parsed->is_object();
  const bool brings_tokens =
      object && http::is_success(status) &&
      (!text_member(*parsed, "access_token").empty() || !text_member(*parsed, "refresh_token").empty());
  const bool twice =
      object && http::is_success(status) && !oddities.twice.empty() && (brings_tokens || tokens_in(body));
  if (brings_tokens && !twice) return read_tokens(grant, *parsed, oddities);
  if (twice) return with_first_of_two(read_tokens(grant, *parsed, oddities), body);
  if (object && !text_member(*parsed, "error").empty()) {
    const std::string error = printable_ascii(text_member(*parsed, "error"), 64);
    return std::unexpected(TokenFailure{.kind = class_of(error, status),
                                        .code = error,
                                        .description = printable(text_member(*parsed, "error_description"), 512)});
  }
  if (!http::is_success(status))
    return std::unexpected(TokenFailure{.kind = class_of(status), .code = "http_" + std::to_string(status)});
  if (object) return read_tokens(grant, *parsed, oddities);
  return std::unexpected(unreadable(status, content_type, body, parsed ? "not a JSON object" : parsed.error()));
}

RevocationAnswer read_revocation_answer(int status, std::string_view body) {
  if (http::is_page(body)) return RevocationAnswer::not_the_servers;
  JsonOddities oddities;
  const auto parsed = parse_lenient_json(begin_of(body), error_limits, oddities);
  const std::string_view error =
      parsed && parsed->is_object() ? text_view_member(*parsed, "error") : std::string_view();
  if (error == "unsupported_token_type") return RevocationAnswer::unsupported;
  if (!error.empty())
    return class_of(error, status) == TokenFailureClass::transient ? RevocationAnswer::later
                                                                   : RevocationAnswer::refused;
  if (http::is_success(status)) return RevocationAnswer::done;
  return class_of(status) == TokenFailureClass::transient ? RevocationAnswer::later : RevocationAnswer::not_the_servers;
}

}  // namespace wardend::oauth
