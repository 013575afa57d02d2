#include "protocol/fhir/user.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"
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

// Without the version that a version-specific reference ends with.
std::string_view without_version(std::string_view reference) {
  constexpr std::string_view history = "/_history/";
  const auto at = reference.rfind(history);
  const bool version = at != std::string_view::npos && valid_id(reference.substr(at + history.size()));
  return version ? reference.substr(0, at) : reference;
}

// "scheme://authority" in one spelling, and the path without empty segments.
std::string canonical(std::string_view address) {
  const auto authority_at = address.find("://") + 3;
  const auto path_at = std::min(address.find('/', authority_at), address.size());
  std::string text = lower_case(address.substr(0, path_at));
  const std::string_view port = text.starts_with("https:") ? ":443" : ":80";
  if (text.ends_with(port)) text.resize(text.size() - port.size());
  for (const char c : address.substr(path_at))
    if (c != '/' || !text.ends_with('/')) text.push_back(c);
  return text;
}

}  // namespace

bool names_user(std::string_view reference) { return is_user_type(named_by(reference).type); }

std::expected<User, std::string> resolve_user(std::string_view claim, const BaseUrl& base) {
  const std::string_view reference = without_version(claim);
  const Named named = named_by(reference);
  if (!is_type_name(named.type) || !valid_id(named.id)) return std::unexpected("fhir_user_malformed");
  User user;
  if (named.before.empty()) {
    user = {.text = canonical(base.child(reference)), .same_server = true};
  } else {
    // Elsewhere it is a name that nobody opens, and may as well begin with http.
    const bool plain = lower_case(reference.substr(0, 7)) == "http://";
    const std::string address = plain ? "https://" + std::string(reference.substr(7)) : std::string(reference);
    if (!http::Url::parse(address) || reference.contains('?')) return std::unexpected("fhir_user_malformed");
    const std::string text = canonical(reference);
    const auto server = BaseUrl::parse(named_by(text).before);
    user = {.text = text, .same_server = server && *server == base};
  }
  if (!is_user_type(named.type)) return std::unexpected("fhir_user_type");
  return user;
}

SamePerson compare_users(std::string_view first, std::string_view second) {
  const Named one = named_by(first);
  const Named other = named_by(second);
  if (one.type != other.type) return SamePerson::other_type;
  return one.id == other.id ? SamePerson::yes : SamePerson::no;
}

}  // namespace wardend::fhir
