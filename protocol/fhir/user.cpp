#include "protocol/fhir/user.hpp"

#include <algorithm>
#include <array>

#include "protocol/fhir/id.hpp"

namespace wardend::fhir {
namespace {

// The end of a reference, as type and id; empty: there is none.
struct Named {
  std::string_view type;
  std::string_view id;
  std::string_view before;  // up to the slash in front of the type
};

Named named_by(std::string_view reference) {
  const auto last = reference.rfind('/');
  if (last == std::string_view::npos || last == 0) return {};
  const auto start = reference.rfind('/', last - 1);
  const auto type_at = start == std::string_view::npos ? 0 : start + 1;
  return {reference.substr(type_at, last - type_at), reference.substr(last + 1), reference.substr(0, type_at)};
}

bool is_user_type(std::string_view type) {
  constexpr std::array types = {std::string_view("Patient"), std::string_view("Practitioner"),
                                std::string_view("PractitionerRole"), std::string_view("RelatedPerson"),
                                std::string_view("Person")};
  return std::ranges::find(types, type) != types.end();
}

bool is_type_name(std::string_view type) {
  return !type.empty() && type.front() >= 'A' && type.front() <= 'Z' && std::ranges::all_of(type, [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
  });
}

}  // namespace

bool names_user(std::string_view reference) { return is_user_type(named_by(reference).type); }

std::expected<User, std::string> resolve_user(std::string_view claim, const BaseUrl& base) {
  const Named named = named_by(claim);
  if (!is_type_name(named.type) || !valid_id(named.id)) return std::unexpected("fhir_user_malformed");
  User user;
  if (named.before.empty()) {
    user = {.text = base.child(claim), .same_server = true};
  } else {
    // Elsewhere it is a name that nobody opens, and may as well begin with http.
    const bool plain = claim.starts_with("http://");
    const std::string address = plain ? "https://" + std::string(claim.substr(7)) : std::string(claim);
    if (!http::Url::parse(address) || claim.contains('?')) return std::unexpected("fhir_user_malformed");
    const auto server = BaseUrl::parse(named.before);
    user = {.text = std::string(claim), .same_server = server && *server == base};
  }
  if (!is_user_type(named.type)) return std::unexpected("fhir_user_type");
  return user;
}

}  // namespace wardend::fhir
