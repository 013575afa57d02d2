#include "tests/sandbox/control_json.hpp"

#include <fmt/core.h>

#include <ctime>
#include <nlohmann/json.hpp>

#include "base/json.hpp"

namespace wardend::sandbox {
namespace {

using nlohmann::json;

std::int64_t unix_ms(WallTime time) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch()).count();
}

std::string rfc3339(WallTime time) {
  const std::time_t seconds = unix_seconds(time);
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", parts.tm_year + 1900, parts.tm_mon + 1,
                     parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec, unix_ms(time) % 1000);
}

using Text = std::pair<const char*, const std::optional<std::string>&>;

}  // namespace

json fault_json(const Fault& fault) {
  json entry = {{"id", fault.id}, {"at", name_of(fault.at)}, {"kind", name_of(fault.kind)}, {"applied", fault.applied}};
  if (fault.status) entry["status"] = *fault.status;
  if (fault.span) entry["seconds"] = static_cast<double>(fault.span->count()) / 1000;
  if (!fault.fields.empty()) entry["fields"] = fault.fields;
  if (fault.count) entry["count"] = *fault.count;
  if (fault.flaw) entry["flaw"] = name_of(*fault.flaw);
  if (fault.bytes) entry["bytes"] = *fault.bytes;
  if (fault.retry_after_date) entry["retry_after_date"] = *fault.retry_after_date;
  if (fault.members) {
    auto members = parse_json(*fault.members, 64 * 1024);
    if (members) entry["members"] = std::move(*members);
  }
  const Text texts[] = {{"oauth_error", fault.oauth_error},   {"grant_type", fault.grant_type},
                        {"retry_after", fault.retry_after},   {"body", fault.body},
                        {"content_type", fault.content_type}, {"patient", fault.patient},
                        {"location", fault.location},         {"outcome", fault.outcome}};
  for (const auto& [name, value] : texts)
    if (value) entry[name] = *value;
  return entry;
}

json log_json(const LogEntry& entry) {
  json line = {{"time", rfc3339(entry.time)}, {"unix_ms", unix_ms(entry.time)}, {"method", entry.method},
               {"path", entry.path},          {"query_keys", entry.query_keys}, {"status", entry.status}};
  if (!entry.form_keys.empty()) line["form_keys"] = entry.form_keys;
  const std::pair<const char*, const std::string&> texts[] = {{"accept", entry.accept},
                                                              {"authorization", entry.authorization},
                                                              {"grant_type", entry.grant_type},
                                                              {"error", entry.error},
                                                              {"fault", entry.fault},
                                                              {"client_id", entry.client_id},
                                                              {"client_auth", entry.client_auth}};
  for (const auto& [name, value] : texts)
    if (!value.empty()) line[name] = value;
  if (entry.client_id_in_body) line["client_id_in_body"] = *entry.client_id_in_body;
  if (entry.scope) line["scope"] = *entry.scope;
  if (entry.prompt) line["prompt"] = *entry.prompt;
  return line;
}

}  // namespace wardend::sandbox
