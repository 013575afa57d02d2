#include "daemon/gateway/body_words.hpp"

#include <algorithm>
#include <charconv>
#include <string>

#include "base/text.hpp"
#include "protocol/http/media_type.hpp"

namespace wardend::gateway {
namespace {

constexpr int unsupported = 415;

std::expected<Framing, Refusal> framed_by_length(std::string_view text) {
  Framing framing{.kind = Framing::Kind::length};
  const char* const end = text.data() + text.size();
  const bool digits = !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
  const auto [last, error] = std::from_chars(text.data(), end, framing.length);
  if (!digits || error != std::errc() || last != end)
    return std::unexpected(refused_header("Content-Length", "this is not one number of bytes"));
  return framing.length == 0 ? Framing() : framing;
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
  const auto refused = [](HeadName name, std::string_view reason) {
    return refused_header(name_of(name), reason, unsupported);
  };
  const auto coding = head[HeadName::content_encoding];
  if (coding && lower_case(*coding) != "identity")
    return refused(HeadName::content_encoding, "a compressed body cannot be judged: send it as it is");
  const auto type = head[HeadName::content_type];
  if (!type) return refused(HeadName::content_type, "it is missing: say what the body is");
  if (lower_case(type->substr(0, type->find(';'))).contains("xml"))
    return refused(HeadName::content_type, "wardend handles JSON alone: send application/fhir+json");
  if (!http::other_charset(*type).empty())
    return refused(HeadName::content_type, "FHIR is in UTF-8: send it so, with charset=utf-8 or none");
  return std::nullopt;
}

}  // namespace wardend::gateway
