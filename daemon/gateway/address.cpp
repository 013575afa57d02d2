#include "daemon/gateway/address.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "base/encoding.hpp"
#include "protocol/fhir/request.hpp"

namespace wardend::gateway {
namespace {

constexpr std::string_view root = "/fhir/";
constexpr std::string_view pages = "/-page/";
constexpr std::size_t longest_word = 64;

Refusal refused(std::string reason, int status = 400) {
  return {.status = status, .error = errors::InvalidRequest{.field = "target", .reason = std::move(reason)}};
}

Refusal too_long(std::string reason, std::size_t limit) {
  return {.status = 414,
          .error = errors::TooLarge{.limit = static_cast<std::int64_t>(limit), .reason = std::move(reason)}};
}

bool is_visible(char c) { return c > 0x20 && c < 0x7f; }

// A session's id or a page's handle: letters of base64url.
bool is_word(std::string_view text) {
  return !text.empty() && text.size() <= longest_word && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  });
}

// What the server would read as another path. A segment with ";" loses what stands behind it in some servers, so that
// "..;" walks too; one that is escaped twice is decoded twice in others.
std::optional<std::string> fault_of_segment(std::string_view segment) {
  if (segment.empty()) return "an empty segment (\"//\", or a slash at the end): take the slash out";
  std::optional<std::string> plain(segment);
  if (segment.contains('%')) plain = form_decode(segment);
  if (!plain) return "a broken escape in the path";
  if (*plain == "." || *plain == "..") return "\".\" or \"..\" in the path: write the path that is meant";
  if (plain->find_first_of("/\\") != std::string::npos) return "a slash or a backslash that is escaped in the path";
  if (plain->find_first_of(";?#%") != std::string::npos || !std::ranges::all_of(*plain, is_visible))
    return "a character in the path that no FHIR address has";
  return std::nullopt;
}

// `path` begins with a slash.
std::optional<std::string> fault_of_path(std::string_view path) {
  while (!path.empty()) {
    path.remove_prefix(1);
    const auto segment = path.substr(0, path.find('/'));
    if (auto fault = fault_of_segment(segment)) return fault;
    path.remove_prefix(segment.size());
  }
  return std::nullopt;
}

std::optional<Refusal> fault_of_form(std::string_view target) {
  if (!target.starts_with('/')) return refused("this is no path: write /fhir/SESSION/..., without scheme and host");
  if (target.contains('#')) return refused("a fragment (#...) in the target: take it out");
  if (!std::ranges::all_of(target, is_visible))
    return refused("a character that must be escaped stands there as it is");
  return std::nullopt;
}

std::optional<Refusal> fault_of_page(std::string_view handle, std::string_view target) {
  if (!is_word(handle)) return refused("this is no page: search again", 404);
  if (target.contains('?')) return refused("a page has no query: follow the link as it came");
  return std::nullopt;
}

}  // namespace

std::expected<Address, Refusal> read_address(std::string_view target) {
  const auto question = std::min(target.find('?'), target.size());
  if (question > fhir::longest_path)
    return std::unexpected(too_long("the path may have 2 KiB: this is no address of FHIR", fhir::longest_path));
  if (target.size() - question > fhir::longest_query + 1)
    return std::unexpected(
        too_long("the query may have 8 KiB: send the search by POST to _search", fhir::longest_query));
  if (auto fault = fault_of_form(target)) return std::unexpected(std::move(*fault));
  std::string_view path = target.substr(0, question);
  if (!path.starts_with(root)) return std::unexpected(refused("the path begins with /fhir/SESSION", 404));
  path.remove_prefix(root.size());
  Address address{.session = path.substr(0, path.find('/'))};
  if (!is_word(address.session)) return std::unexpected(refused("behind /fhir/ stands a session's id, or \"-\"", 404));
  address.path = path.substr(address.session.size());
  if (address.path == "/") address.path = {};
  if (auto fault = fault_of_path(address.path)) {
    address.fault = refused(std::move(*fault));
  } else if (address.path.starts_with(pages)) {
    address.page = std::exchange(address.path, {}).substr(pages.size());
    address.fault = fault_of_page(address.page, target);
    return address;
  }
  address.query = target.substr(std::min(question + 1, target.size()));
  return address;
}

}  // namespace wardend::gateway
