#include "daemon/drift/memory.hpp"

#include <algorithm>
#include <cstddef>
#include <nlohmann/json.hpp>
#include <utility>

#include "base/json.hpp"
#include "base/json_members.hpp"

namespace wardend::drift {
namespace {

using Json = nlohmann::json;
using verify::Imprint;

constexpr std::size_t longest_subject = 2048;  // bytes

// In the order of the enumerators.
constexpr std::string_view severities = "onwb";
constexpr std::string_view verdicts = "mdcu";

// Two letters: the severity, and the verdict or "-".
std::string letters_of(const Judged& judged) {
  const auto letter = [](std::string_view of, auto value) { return of[static_cast<std::size_t>(value)]; };
  return {letter(severities, judged.severity), judged.verdict ? letter(verdicts, *judged.verdict) : '-'};
}

std::optional<Judged> judged_from(std::string_view letters) {
  if (letters.size() != 2) return std::nullopt;
  const auto severity = severities.find(letters[0]);
  const auto verdict = verdicts.find(letters[1]);
  if (severity == std::string_view::npos || (verdict == std::string_view::npos && letters[1] != '-'))
    return std::nullopt;
  Judged judged{.severity = static_cast<verify::Severity>(severity)};
  if (letters[1] != '-') judged.verdict = static_cast<verify::Verdict>(verdict);
  return judged;
}

Json json_of(const Imprint& imprint) {
  return {{"digest", imprint.digest}, {"content", imprint.content}, {"etag", imprint.etag}};
}

Json json_of(const ServerMemory& server) {
  Json apps = Json::object(), blocked = Json::object();
  for (const auto& [app, standing] : server.apps) {
    Json needs = Json::object();
    for (const auto& [subject, judged] : standing) needs[subject] = letters_of(judged);
    apps[app] = std::move(needs);
  }
  for (const auto& [app, of] : server.blocked) blocked[app] = {{"since", of.since}, {"needs", of.needs}};
  return {{"base", server.base},
          {"smart-configuration", json_of(server.documents.smart)},
          {"metadata", json_of(server.documents.metadata)},
          {"read_at", server.read_at},
          {"basis", server.basis},
          {"apps", std::move(apps)},
          {"blocked", std::move(blocked)}};
}

bool is_digest(std::string_view text) {
  return text.empty() || (text.size() == 64 && text.find_first_not_of("0123456789abcdef") == std::string_view::npos);
}

bool read(const Json& from, Imprint& imprint) {
  imprint = {text_member(from, "digest"), text_member(from, "content"), text_member(from, "etag")};
  return from.is_object() && is_digest(imprint.digest) && is_digest(imprint.content);
}

bool read(const Json& from, std::int64_t& number) {
  if (!from.is_number_integer()) return false;
  number = from.get<std::int64_t>();
  return true;
}

bool read(const Json& from, Standing& standing) {
  if (!from.is_object()) return false;
  for (const auto& [subject, letters] : from.items()) {
    const auto judged = letters.is_string() ? judged_from(letters.get_ref<const std::string&>()) : std::nullopt;
    if (!judged) return false;
    standing.emplace(subject, *judged);
  }
  return true;
}

bool read(const Json& from, Blocked& blocked) {
  const Json* since = find_member(from, "since");
  blocked.needs = texts_in(list_member(from, "needs"), {.bytes = longest_subject});
  return !blocked.needs.empty() && since != nullptr && read(*since, blocked.since);
}

bool read(const Json& from, ServerMemory& server);

// By name; what is not of its kind makes the whole text none of ours.
template <typename Value>
bool read(const Json& from, std::map<std::string, Value>& all) {
  if (!from.is_object()) return false;
  for (const auto& [name, value] : from.items())
    if (!read(value, all[name])) return false;
  return true;
}

bool read(const Json& from, ServerMemory& server) {
  const auto member = [&](const char* name, auto& into) {
    const Json* found = find_member(from, name);
    return found != nullptr && read(*found, into);
  };
  server.base = text_member(from, "base");
  server.basis = text_member(from, "basis");
  return !server.base.empty() && member("smart-configuration", server.documents.smart) &&
         member("metadata", server.documents.metadata) && member("read_at", server.read_at) &&
         member("apps", server.apps) && member("blocked", server.blocked);
}

}  // namespace

void ServerMemory::block(const std::string& app, std::int64_t now, const std::vector<Change>& changes) {
  if (changes.empty()) return;
  Blocked& by = blocked.try_emplace(app, Blocked{.since = now}).first->second;
  for (const Change& change : changes)
    if (std::ranges::find(by.needs, change.subject) == by.needs.end()) by.needs.push_back(change.subject);
}

void ServerMemory::unblock(const std::string& app, const Standing& standing) {
  const auto found = blocked.find(app);
  if (found == blocked.end()) return;
  std::erase_if(found->second.needs, [&](const std::string& need) {
    const auto judged = standing.find(need);
    return judged == standing.end() || judged->second.severity != verify::Severity::blocking;
  });
  if (found->second.needs.empty()) blocked.erase(found);
}

std::string to_text(const Memory& memory) {
  Json servers = Json::object();
  for (const auto& [name, server] : memory)
    if (!server.base.empty()) servers[name] = json_of(server);
  return dump_json(Json{{"servers", std::move(servers)}}) + "\n";
}

std::optional<Memory> read_memory(std::string_view text) {
  // A parser may take a zero for the end of the text.
  if (text.contains('\0')) return std::nullopt;
  const auto object = parse_json(text, JsonLimits{.bytes = longest_memory, .values = any_number_of_values});
  if (!object) return std::nullopt;
  const Json* servers = find_member(*object, "servers");
  Memory memory;
  if (servers == nullptr || !read(*servers, memory)) return std::nullopt;
  return memory;
}

}  // namespace wardend::drift
