#include "daemon/audit/line.hpp"

#include <nlohmann/json.hpp>

#include "trail/moment.hpp"

namespace wardend::audit {
namespace {

using Json = nlohmann::ordered_json;

Json begun(AuditKind kind, WallTime at, const Origin& origin) {
  Json line;
  line["at"] = trail::timestamp(at);
  line["kind"] = name_of(kind);
  const auto text = [&](const char* name, const std::string& value) {
    if (!value.empty()) line[name] = value;
  };
  text("boot", origin.boot);
  text("host", origin.host);
  text("organization", origin.organization);
  text("purpose_of_use", origin.purpose_of_use);
  return line;
}

std::string without_braces(const Json& line) {
  const std::string text = line.dump(-1, ' ', false, Json::error_handler_t::replace);
  return text.substr(1, text.size() - 2);
}

}  // namespace

std::string members_of(const AuditRecord& record, WallTime at, const Origin& origin) {
  Json line = begun(record.kind, at, origin);
  if (record.kind != AuditKind::gap) line["outcome"] = record.outcome;
  const auto text = [&](const char* name, std::string_view value) {
    if (!value.empty()) line[name] = value;
  };
  text("result", record.result);
  text("action", record.action);
  text("app", record.app);
  text("server", record.server);
  text("session", record.session);
  text("login_session", record.login_session);
  if (record.epoch) line["epoch"] = *record.epoch;
  if (record.uid) line["uid"] = *record.uid;
  if (record.pid) line["pid"] = *record.pid;
  text("unit", record.unit);
  text("subject", record.subject);
  text("patient", record.patient);
  text("fhir_base_url", record.fhir_base_url);
  text("interaction", record.interaction);
  text("resource", record.resource);
  text("query", record.query);
  if (record.done_at) line["done_at"] = trail::timestamp(*record.done_at);
  text("reason", record.reason);
  text("detail", record.detail);
  text("request_id", record.request_id);
  if (record.tokens) line["tokens"] = *record.tokens;
  if (record.accesses) line["accesses"] = *record.accesses;
  if (record.count != 1) line["count"] = record.count;
  return without_braces(line);
}

std::string members_of(const OwnEntry& entry, WallTime at, const Origin& origin) {
  Json line = begun(kind_of(entry.act), at, origin);
  line["action"] = name_of(entry.act);
  if (!entry.detail.empty()) line["detail"] = entry.detail;
  if (entry.last != 0) {
    line["first"] = entry.first;
    line["last"] = entry.last;
  }
  return without_braces(line);
}

}  // namespace wardend::audit
