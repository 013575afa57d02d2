#include "protocol/oauth/client_authentication.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/encoding.hpp"
#include "base/json.hpp"
#include "protocol/jose/keys.hpp"
#include "protocol/jose/signature.hpp"

namespace wardend::oauth {
namespace {

using Outcome = std::expected<ClientAuthentication, std::string>;
constexpr std::chrono::seconds assertion_life(180);
constexpr std::chrono::seconds backdated(5);
constexpr std::string_view assertion_type = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

// What an editor adds to a file is no part of the credential: a byte order mark, and one line end, LF or CRLF.
std::string_view content_of(std::string_view file) {
  if (file.starts_with("\xEF\xBB\xBF")) file.remove_prefix(3);
  if (file.ends_with('\n')) file.remove_suffix(file.ends_with("\r\n") ? 2 : 1);
  return file;
}

// Why a secret would only be rejected by the server, where nobody could tell why; empty: nothing is odd.
// Spec: RFC 6749 A.2 (VSCHAR)
std::string oddity_of(std::string_view secret) {
  const auto is_control = [](char c) { return static_cast<unsigned char>(c) < ' ' || c == 0x7f; };
  if (secret.empty()) return "is empty";
  if (secret.starts_with("\xFF\xFE") || secret.starts_with("\xFE\xFF")) return "is UTF-16: save its file as UTF-8";
  if (secret.ends_with('\r') || secret.ends_with('\n')) return "has a second line end: take it off";
  if (secret.find_first_of("\r\n") != std::string_view::npos)
    return "has more than one line: leave it alone in its file";
  if (std::ranges::any_of(secret, is_control)) return "has a control character in it: write its file anew";
  if (secret.starts_with(' ') || secret.ends_with(' ')) return "begins or ends with a blank: take it off";
  return {};
}

// Spec: RFC 4648 §4, with padding
Secret basic_header(std::string_view pair) {
  constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  constexpr std::string_view scheme = "Basic ";
  return Secret::written(scheme.size() + (pair.size() + 2) / 3 * 4, [&](char* out) {
    char* const start = out;
    out = std::ranges::copy(scheme, out).out;
    for (std::size_t at = 0; at < pair.size(); at += 3) {
      const auto group = pair.substr(at, 3);
      std::uint32_t bits = 0;
      for (std::size_t i = 0; i < 3; ++i)
        bits = bits << 8U | (i < group.size() ? static_cast<unsigned char>(group[i]) : 0U);
      for (std::size_t i = 0; i < 4; ++i) *out++ = i <= group.size() ? alphabet[bits >> (18U - 6U * i) & 63U] : '=';
    }
    return static_cast<std::size_t>(out - start);
  });
}

Outcome by_basic(const ClientIdentity& client, std::string_view secret) {
  const bool raw = client.basic_encoding == BasicEncoding::raw;
  if (raw && client.client_id.contains(':'))
    return std::unexpected("a client_id with a colon cannot go into Basic as it is: set basic_encoding = \"form\"");
  std::string pair = raw ? client.client_id : percent_encode(client.client_id, SpaceAs::plus);
  std::string encoded = raw ? std::string(secret) : percent_encode(secret, SpaceAs::plus);
  pair.reserve(pair.size() + 1 + encoded.size());
  pair += ':';
  pair += encoded;
  ClientAuthentication proof{.authorization = basic_header(pair)};
  wipe(encoded);
  wipe(pair);
  return proof;
}

Outcome by_post(const ClientIdentity& client, std::string_view secret) {
  ClientAuthentication proof;
  proof.fields.emplace_back("client_id", Secret(client.client_id));
  proof.fields.emplace_back("client_secret", Secret(secret));
  return proof;
}

Outcome by_assertion(const ClientIdentity& client, const Secret& jwk, const AssertionFacts& facts) {
  if (facts.audience.empty() || facts.jti.empty()) return std::unexpected("an assertion needs an audience and a jti");
  const auto key = jose::SigningKey::parse(jwk);
  if (!key) return std::unexpected(key.error());
  const auto seconds = [](auto time) {
    return std::chrono::floor<std::chrono::seconds>(time.time_since_epoch()).count();
  };
  const nlohmann::json claims = {{"iss", client.client_id},
                                 {"sub", client.client_id},
                                 {"aud", facts.audience},
                                 {"iat", seconds(facts.now - backdated)},
                                 {"exp", seconds(facts.now + assertion_life)},
                                 {"jti", facts.jti}};
  auto assertion = jose::sign(*key, dump_json(claims));
  if (!assertion) return std::unexpected(assertion.error());
  ClientAuthentication proof;
  if (facts.names_client) proof.fields.emplace_back("client_id", Secret(client.client_id));
  proof.fields.emplace_back("client_assertion_type", Secret(assertion_type));
  proof.fields.emplace_back("client_assertion", std::move(*assertion));
  return proof;
}

}  // namespace

std::expected<ClientAuthentication, std::string> authenticate_client(const ClientIdentity& client,
                                                                     const Secret& credential,
                                                                     const AssertionFacts& facts) {
  const std::string_view secret = content_of(credential.reveal());
  const bool by_secret =
      client.method == ClientAuth::client_secret_basic || client.method == ClientAuth::client_secret_post;
  if (const std::string odd = by_secret ? oddity_of(secret) : ""; !odd.empty())
    return std::unexpected("the client secret " + odd);
  switch (client.method) {
    case ClientAuth::none: {
      ClientAuthentication proof;
      proof.fields.emplace_back("client_id", Secret(client.client_id));
      return proof;
    }
    case ClientAuth::client_secret_basic:
      return by_basic(client, secret);
    case ClientAuth::client_secret_post:
      return by_post(client, secret);
    case ClientAuth::private_key_jwt:
      return by_assertion(client, Secret(secret), facts);
  }
  return std::unexpected("an unknown way to authenticate");
}

std::expected<void, std::string> check_credential(ClientAuth method, const Secret& credential) {
  if (method == ClientAuth::none) return {};
  const auto proof =
      authenticate_client({.method = method, .client_id = "check"}, credential, {.audience = "check", .jti = "check"});
  if (!proof) return std::unexpected(proof.error());
  return {};
}

}  // namespace wardend::oauth
