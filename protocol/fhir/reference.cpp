#include "protocol/fhir/reference.hpp"

#include <algorithm>
#include <string>

#include "base/encoding.hpp"
#include "base/text.hpp"
#include "protocol/fhir/compartment.hpp"
#include "protocol/fhir/id.hpp"
#include "protocol/fhir/resource_types.hpp"

namespace wardend::fhir {
namespace {

bool is_scheme(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '+' || c == '-' ||
           c == '.';
  });
}

bool has_scheme(std::string_view text) {
  const auto end = text.find_first_of(":/?#");
  return end != std::string_view::npos && text[end] == ':' && is_scheme(text.substr(0, end));
}

// Whether a part of the path is "patient" for somebody who reads on when FHIR does not. An escape that is broken may be
// anything.
bool speaks_of_patient(std::string_view text) {
  const auto decoded = form_decode(text);
  if (!decoded) return true;
  const std::string lower = lower_case(*decoded);
  constexpr std::string_view word = "patient";
  const auto is_edge = [&](std::size_t at) {
    return at >= lower.size() || std::string_view("/\\?#|:;, ").contains(lower[at]);
  };
  for (auto at = lower.find(word); at != std::string::npos; at = lower.find(word, at + 1))
    if ((at == 0 || is_edge(at - 1)) && is_edge(at + word.size())) return true;
  return false;
}

// A type that may be a patient's, where a part of the address is its name for somebody who reads on when FHIR does not:
// in another case, escaped, with more behind it. Empty: there is none.
std::string_view type_spoken_of(std::string_view url) {
  const std::string decoded = lower_case(form_decode(url).value_or(std::string(url)));
  std::string_view rest = decoded;
  while (!rest.empty()) {
    const auto end = std::min(rest.find_first_of("/\\?#|:;, "), rest.size());
    const std::string_view type = resource_type_like(rest.substr(0, end));
    if (!type.empty() && belonging_of(type) != Belonging::none) return type;
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return {};
}

// What stands behind the base and its slash; empty: it is not at this server, or is its base.
std::string_view behind_base(std::string_view text, const BaseUrl& base) {
  const auto below = base.below(text);
  return below && below->starts_with('/') ? below->substr(1) : std::string_view();
}

ReferenceText malformed(std::string_view text) {
  return {.form = ReferenceForm::malformed, .type = type_spoken_of(text), .speaks_of_patient = speaks_of_patient(text)};
}

// Type/id or Type/id/_history/version, and nothing else.
ReferenceText read_relative(std::string_view text) {
  const auto slash = text.find('/');
  if (slash == std::string_view::npos) return malformed(text);
  const std::string_view type = text.substr(0, slash);
  std::string_view id = text.substr(slash + 1);
  constexpr std::string_view history = "/_history/";
  if (const auto at = id.find(history); at != std::string_view::npos) {
    if (!valid_id(id.substr(at + history.size()))) return malformed(text);
    id = id.substr(0, at);
  }
  if (!valid_id(id) || !is_resource_type(type)) return malformed(text);
  return {.form = ReferenceForm::here, .type = type, .id = id};
}

ReferenceText read_at_server(std::string_view text) {
  const auto question = text.find('?');
  if (question == std::string_view::npos) return read_relative(text);
  const std::string_view type = text.substr(0, question);
  if (!is_resource_type(type)) return malformed(text);
  return {.form = ReferenceForm::query, .type = type};
}

// The host of an address, whatever its scheme and port, as it is looked up.
std::string host_of(std::string_view url) {
  url.remove_prefix(std::min(url.find("://") + 3, url.size()));
  url = url.substr(0, url.find_first_of("/?#"));
  if (const auto at = url.rfind('@'); at != std::string_view::npos) url.remove_prefix(at + 1);
  std::string host = lower_case(url.substr(0, url.find(':', url.rfind(']') + 1)));
  if (host.ends_with('.')) host.pop_back();
  return host;
}

// The type of an address that ends like Type/id; empty: it does not.
std::string_view type_at_end(std::string_view url) {
  url = url.substr(0, url.find("/_history/"));
  const auto slash = url.rfind('/');
  if (slash == std::string_view::npos || !valid_id(url.substr(slash + 1))) return {};
  const std::string_view before = url.substr(0, slash);
  const std::string_view type = before.substr(before.rfind('/') + 1);
  return is_resource_type(type) ? type : std::string_view();
}

}  // namespace

bool leads_to(std::string_view address, std::string_view type, std::string_view id) {
  address = address.substr(0, std::min(address.find('?'), address.find("/_history/")));
  if (address.ends_with('/')) address.remove_suffix(1);
  const auto slash = address.rfind('/');
  if (slash == std::string_view::npos) return false;
  const std::string_view last = address.substr(slash + 1);
  const std::string_view before = address.substr(0, slash);
  return before.substr(before.rfind('/') + 1) == type && (id.empty() ? valid_id(last) : last == id);
}

ReferenceText read_reference(std::string_view text, const BaseUrl& base) {
  if (text.starts_with('#')) return {.form = ReferenceForm::contained, .id = text.substr(1)};
  if (!has_scheme(text)) return read_at_server(text);
  const std::string scheme = lower_case(text.substr(0, 9));
  if (scheme == "urn:uuid:" || scheme.starts_with("urn:oid:")) return {.form = ReferenceForm::entry, .id = text};
  if (const auto rest = behind_base(text, base); !rest.empty()) return read_at_server(rest);
  const std::string_view plain = type_at_end(text);
  return {.form = ReferenceForm::elsewhere,
          .type = plain.empty() ? type_spoken_of(text) : plain,
          .same_host = host_of(text) == host_of(base.canonical()),
          .speaks_of_patient = speaks_of_patient(text)};
}

}  // namespace wardend::fhir
