#include "trail/redaction.hpp"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "base/encoding.hpp"
#include "base/json_members.hpp"

namespace wardend::trail {
namespace {

constexpr std::size_t digits = 16;

// Whether what stands in `detail` is wardend's own words, and never about a person: the journal has the same. The cause
// of a clear may be what an operator typed.
bool is_own_words(std::string_view kind) {
  constexpr std::array<std::string_view, 9> kinds = {"start", "stop",    "rotation",   "gap",    "launch",
                                                     "token", "refresh", "revocation", "service"};
  return std::ranges::find(kinds, kind) != kinds.end();
}

}  // namespace

std::string Redaction::pseudonym(std::string_view kind, std::string_view value) const {
  return std::string(kind) + "-" + hex(sha256(key_ + std::string(kind) + '\0' + std::string(value))).substr(0, digits);
}

// A type says what is done and nothing of whom.
std::string Redaction::reference(std::string_view text) const {
  std::string_view path = text;
  if (const auto version = path.find("/_history/"); version != std::string_view::npos) path = path.substr(0, version);
  const auto slash = path.rfind('/');
  if (slash == std::string_view::npos) return std::string(text);
  const std::string_view id = path.substr(slash + 1);
  path = path.substr(0, slash);
  const std::string_view type = path.substr(path.rfind('/') + 1);
  return std::string(type) + "/" + (type == "Patient" ? pseudonym("patient", id) : pseudonym("record", id));
}

nlohmann::json Redaction::redacted(const nlohmann::json& entry) const {
  nlohmann::json other = entry;
  for (const char* member : {"hash", "previous", "query"}) other.erase(member);
  const std::string_view kind = text_view_member(entry, "kind");
  for (const char* member : {"detail", "reason"})
    if (other.contains(member) && !is_own_words(kind) && (member[0] == 'd' || kind == "control"))
      other[member] = "[redacted]";
  if (const auto patient = text_view_member(entry, "patient"); !patient.empty()) {
    const auto slash = patient.rfind('/');
    other["patient"] = pseudonym("patient", patient.substr(slash == std::string_view::npos ? 0 : slash + 1));
  }
  if (const auto subject = text_view_member(entry, "subject"); !subject.empty())
    other["subject"] = pseudonym("user", subject);
  // An app's own choice of words; wardend's own ids name nobody.
  const bool of_an_app = kind == "access" || kind == "write";
  if (const auto request = text_view_member(entry, "request_id"); !request.empty() && of_an_app)
    other["request_id"] = pseudonym("request", request);
  if (const auto resource = text_view_member(entry, "resource"); !resource.empty())
    other["resource"] = reference(resource);
  return other;
}

}  // namespace wardend::trail
