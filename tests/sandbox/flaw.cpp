#include "tests/sandbox/flaw.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace wardend::sandbox {
namespace {

using Named = std::pair<Flaw, std::string_view>;
constexpr Named flaw_names[] = {{Flaw::no_id_token, "no_id_token"},
                                {Flaw::not_a_token, "not_a_token"},
                                {Flaw::encrypted, "encrypted"},
                                {Flaw::too_large, "too_large"},
                                {Flaw::alg_none, "alg_none"},
                                {Flaw::hs256, "hs256"},
                                {Flaw::eddsa, "eddsa"},
                                {Flaw::es256k, "es256k"},
                                {Flaw::rs1, "rs1"},
                                {Flaw::bad_signature, "bad_signature"},
                                {Flaw::foreign_key, "foreign_key"},
                                {Flaw::embedded_key, "embedded_key"},
                                {Flaw::unknown_kid, "unknown_kid"},
                                {Flaw::no_kid, "no_kid"},
                                {Flaw::wrong_issuer, "wrong_issuer"},
                                {Flaw::issuer_slash, "issuer_slash"},
                                {Flaw::wrong_audience, "wrong_audience"},
                                {Flaw::extra_audience, "extra_audience"},
                                {Flaw::wrong_azp, "wrong_azp"},
                                {Flaw::expired, "expired"},
                                {Flaw::no_expiry, "no_expiry"},
                                {Flaw::issued_in_future, "issued_in_future"},
                                {Flaw::issued_long_ago, "issued_long_ago"},
                                {Flaw::no_iat, "no_iat"},
                                {Flaw::no_sub, "no_sub"},
                                {Flaw::other_sub, "other_sub"},
                                {Flaw::other_fhir_user, "other_fhir_user"},
                                {Flaw::wrong_nonce, "wrong_nonce"},
                                {Flaw::no_nonce, "no_nonce"},
                                {Flaw::wrong_at_hash, "wrong_at_hash"}};

}  // namespace

std::string_view name_of(Flaw flaw) {
  const auto* const found = std::ranges::find(flaw_names, flaw, &Named::first);
  return found == std::end(flaw_names) ? std::string_view() : found->second;
}

std::optional<Flaw> flaw_named(std::string_view name) {
  const auto* const found = std::ranges::find(flaw_names, name, &Named::second);
  return found == std::end(flaw_names) ? std::nullopt : std::optional(found->first);
}

}  // namespace wardend::sandbox
