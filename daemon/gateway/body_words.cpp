#include "daemon/gateway/body_words.hpp"

#include <algorithm>
#include <charconv>
#include <string>

#include "base/text.hpp"

namespace wardend::gateway {
namespace {

Refusal cannot_be_read(std::string what) {
  return {.status = 415, .error = errors::NotSupported{.what = std::move(what)}};
}

std::expected<Framing, Refusal> framed_by_length(std::string_view text) {
  Framing framing{.kind = Framing::Kind::length};
  const char* const end = text.data() + text.size();
  const bool digits = !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
  const auto [last, error] = std::from_chars(text.data(), end, framing.length);
  if (!digits || error != std::errc() || last != end)
    return std::unexpected(refused_header("Content-Length", "this is not one number of bytes"));
  return framing.length == 0 ? Framing() : framing;
}

std::string_view trimmed(std::string_view text) {
  while (text.starts_with(' ') || text.starts_with('\t')) text.remove_prefix(1);
  while (text.ends_with(' ') || text.ends_with('\t')) text.remove_suffix(1);
  return text;
}

// One parameter of a media type: whether it says another charset than UTF-8.
bool is_other_charset(std::string_view parameter) {
  const auto equals = std::min(parameter.find('='), parameter.size());
  if (lower_case(trimmed(parameter.substr(0, equals))) != "charset") return false;
  std::string_view value = trimmed(parameter.substr(std::min(equals + 1, parameter.size())));
  if (value.size() >= 2 && value.starts_with('"') && value.ends_with('"')) value = value.substr(1, value.size() - 2);
  return lower_case(value) != "utf-8";
}

}  // namespace

std::expected<Framing, Refusal> read_framing(const HeadFields& head, unsigned version) {
  const auto coding = head[HeadName::transfer_encoding];
  const auto length = head[HeadName::content_length];
  if (!coding) return length ? framed_by_length(*length) : Framing();
  if (length) return std::unexpected(refused_header("Transfer-Encoding", "Content-Length is there too: send one"));
  if (version < 11) return std::unexpected(refused_header("Transfer-Encoding", "HTTP/1.0 has none: send HTTP/1.1"));
  if (lower_case(*coding) != "chunked")
    return std::unexpected(refused_header("Transfer-Encoding", "only chunked is understood", 501));
  return Framing{.kind = Framing::Kind::chunked};
}

std::optional<Refusal> judge_form_of_body(const HeadFields& head) {
  const auto coding = head[HeadName::content_encoding];
  if (coding && lower_case(*coding) != "identity")
    return cannot_be_read("a body that is compressed (Content-Encoding): send it as it is");
  const auto type = head[HeadName::content_type];
  if (!type) return refused_header("Content-Type", "it is missing: say what the body is", 415);
  std::string_view rest = *type;
  const std::string name = lower_case(rest.substr(0, rest.find(';')));
  if (name.contains("xml")) return cannot_be_read("a body in XML: send application/fhir+json");
  while (rest.contains(';')) {
    rest.remove_prefix(rest.find(';') + 1);
    if (is_other_charset(rest.substr(0, rest.find(';'))))
      return cannot_be_read("a body in another charset than UTF-8: send UTF-8");
  }
  return std::nullopt;
}

}  // namespace wardend::gateway
