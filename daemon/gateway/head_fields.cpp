#include "daemon/gateway/head_fields.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "base/text.hpp"
#include "daemon/gateway/head_bytes.hpp"
#include "daemon/gateway/request_head.hpp"

namespace wardend::gateway {
namespace {

// In the order of HeadName.
constexpr auto names = std::to_array<std::string_view>(
    {"Accept", "Accept-Language", "Cache-Control", "Content-Encoding", "Content-Length", "Content-Type",
     "X-Wardend-Encounter", "Expect", "Host", "If-Match", "If-Modified-Since", "If-None-Exist", "If-None-Match",
     "X-Wardend-Override-Reason", "X-Wardend-Patient", "Prefer", "X-Request-Id", "Transfer-Encoding"});
static_assert(names.size() == head_names);
static_assert(static_cast<std::size_t>(HeadName::transfer_encoding) + 1 == head_names);

// To drop one of these would make the request another one than its sender meant.
struct Refused {
  std::string_view name;
  int status;
  std::string_view reason;
};
constexpr auto refused_names = std::to_array<Refused>(
    {{"If-Unmodified-Since", 400, "the server's version decides: name it with If-Match"},
     {"X-HTTP-Method", 400, "the first line says the method: leave it out"},
     {"X-HTTP-Method-Override", 400, "the first line says the method: leave it out"},
     {"X-Method-Override", 400, "the first line says the method: leave it out"},
     {"X-Provenance", 400, "what it brings cannot be judged: write the Provenance in a transaction"}});

bool is_same(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, [](char x, char y) {
    const auto small = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
    return small(x) == small(y);
  });
}

// Spec: RFC 9110 §5.6.2
bool is_token(std::string_view text) {
  constexpr std::string_view others = "!#$%&'*+-.^_`|~";
  return !text.empty() && std::ranges::all_of(text, [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || others.contains(c);
  });
}

bool has_control(std::string_view value) {
  return std::ranges::any_of(value, [](unsigned char c) { return (c < 0x20 && c != '\t') || c == 0x7f; });
}

std::optional<HeadName> known(std::string_view name) {
  const auto* const found = std::ranges::find_if(names, [&](std::string_view one) { return is_same(one, name); });
  if (found == names.end()) return std::nullopt;
  return static_cast<HeadName>(found - names.begin());
}

std::optional<Refusal> too_much(std::span<const fhir::Header> fields) {
  std::size_t bytes = 0;
  for (const fhir::Header& field : fields) bytes += field.name.size() + field.value.size();
  if (fields.size() > most_fields)
    return Refusal{.status = 431,
                   .error = errors::TooLarge{.limit = most_fields, .reason = "a request may have 100 headers"}};
  if (bytes > longest_head)
    return Refusal{
        .status = 431,
        .error = errors::TooLarge{.limit = longest_head, .reason = "the headers of a request may have 60 KiB"}};
  return std::nullopt;
}

std::optional<Refusal> fault_of(const fhir::Header& field) {
  if (!is_token(field.name)) return refused_header("header", "this is no name of a header");
  if (has_control(field.value)) return refused_header(field.name, "a control character in its value");
  const auto* const refused =
      std::ranges::find_if(refused_names, [&](const Refused& one) { return is_same(one.name, field.name); });
  if (refused != refused_names.end()) return refused_header(refused->name, refused->reason, refused->status);
  // Every other protocol is an offer, which a server may pass over. Spec: RFC 9110 §7.8
  if (is_same(field.name, "Upgrade") && lower_case(field.value).contains("websocket"))
    return refused_header("Upgrade", "there is no WebSocket here: send plain requests", 501);
  const bool ours = is_same(field.name.substr(0, 10), "X-Wardend-");
  if (ours && !known(field.name)) return refused_header(field.name, "no such header is known: correct its name");
  return std::nullopt;
}

// What Connection names belongs to this connection and goes no further. Spec: RFC 9110 §7.6.1
std::optional<Refusal> fault_of_connection(std::string_view value) {
  while (!value.empty()) {
    std::string_view word = value.substr(0, value.find(','));
    value.remove_prefix(std::min(value.size(), word.size() + 1));
    while (word.starts_with(' ') || word.starts_with('\t')) word.remove_prefix(1);
    while (word.ends_with(' ') || word.ends_with('\t')) word.remove_suffix(1);
    if (const auto name = known(word))
      return refused_header("Connection", "it names " + std::string(name_of(*name)) + ", which goes to the server");
  }
  return std::nullopt;
}

}  // namespace

std::string_view name_of(HeadName name) { return names[static_cast<std::size_t>(name)]; }

Refusal refused_header(std::string_view name, std::string_view reason, int status) {
  constexpr std::size_t most_shown = 64;
  return {.status = status,
          .error = errors::InvalidRequest{.field = printable_ascii(name, most_shown), .reason = std::string(reason)}};
}

std::expected<HeadFields, Refusal> HeadFields::read(std::span<const fhir::Header> fields) {
  if (auto fault = too_much(fields)) return std::unexpected(std::move(*fault));
  HeadFields head;
  for (const fhir::Header& field : fields) {
    if (auto fault = fault_of(field)) return std::unexpected(std::move(*fault));
    if (is_same(field.name, "Connection"))
      if (auto fault = fault_of_connection(field.value)) return std::unexpected(std::move(*fault));
    const auto name = known(field.name);
    if (!name) continue;
    auto& place = head.values_[static_cast<std::size_t>(*name)];
    if (place) return std::unexpected(refused_header(name_of(*name), "it is there twice: send it once"));
    place = field.value;
  }
  return head;
}

}  // namespace wardend::gateway
