// An issuer of id_tokens for unit tests: one ES384 key, made for this file and used nowhere else.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "protocol/jose/keys.hpp"
#include "protocol/jose/signature.hpp"

namespace wardend::test {

inline constexpr std::string_view issuer_private_key =
    R"({"kty":"EC","x":"fUuYlxVjrdEbVNO5OzThmSuszZVH72VtUz1u9bwS8xmfxjjTTLFgUsDFUvn1mNxi","y":"Kwqu06sS0_JO7K6xfw9w4sfwIUxA1gZboUZNavMCzztbinz2gJM723XEoZrfGQHt","crv":"P-384","d":"oxIWnwpd6lOAx1zzA2Uwm46NdqApRMc21RI7cQCRecxH_eHuAzhWXwRctVuN1V3E","kid":"test-1","alg":"ES384","use":"sig"})";
inline constexpr std::string_view issuer_public_keys =
    R"({"keys":[{"kty":"EC","x":"fUuYlxVjrdEbVNO5OzThmSuszZVH72VtUz1u9bwS8xmfxjjTTLFgUsDFUvn1mNxi","y":"Kwqu06sS0_JO7K6xfw9w4sfwIUxA1gZboUZNavMCzztbinz2gJM723XEoZrfGQHt","crv":"P-384","kid":"test-1","alg":"ES384","use":"sig"}]})";

// `claims` as a signed token of that issuer.
inline std::string signed_by_issuer(std::string_view claims) {
  static const auto key = jose::SigningKey::parse(Secret(issuer_private_key));
  EXPECT_TRUE(key.has_value());
  const auto token = key ? jose::sign(*key, claims) : std::unexpected(std::string());
  EXPECT_TRUE(token.has_value());
  return token ? std::string(token->reveal()) : std::string();
}

}  // namespace wardend::test
