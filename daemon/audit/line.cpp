#include "daemon/audit/line.hpp"

#include <fmt/chrono.h>

#include <nlohmann/json.hpp>

namespace wardend::audit {
namespace {

std::string timestamp(WallTime at) {
  const auto ms = std::chrono::floor<std::chrono::milliseconds>(at);
  const auto fraction = (ms.time_since_epoch() % std::chrono::seconds(1)).count();
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z",
                     fmt::gmtime(std::chrono::system_clock::to_time_t(std::chrono::floor<std::chrono::seconds>(at))),
                     fraction);
}

}  // namespace

std::string to_line(const AuditRecord& record, WallTime at, std::uint64_t sequence) {
  nlohmann::ordered_json line;
  line["at"] = timestamp(at);
  line["sequence"] = sequence;
  line["kind"] = name_of(record.kind);
  line["outcome"] = record.outcome;
  const auto text = [&](const char* name, std::string_view value) {
    if (!value.empty()) line[name] = value;
  };
  text("result", record.result);
  text("action", record.action);
  text("app", record.app);
  text("server", record.server);
  text("session", record.session);
  text("login_session", record.login_session);
  if (record.uid) line["uid"] = *record.uid;
  if (record.pid) line["pid"] = *record.pid;
  text("unit", record.unit);
  text("subject", record.subject);
  text("patient", record.patient);
  text("reason", record.reason);
  text("detail", record.detail);
  text("request_id", record.request_id);
  if (record.count != 1) line["count"] = record.count;
  return line.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

std::size_t about_bytes(const AuditRecord& record) {
  std::size_t bytes = 200;
  for (const std::string* text :
       {&record.action, &record.app, &record.server, &record.session, &record.login_session, &record.unit,
        &record.subject, &record.patient, &record.reason, &record.detail, &record.request_id})
    bytes += text->size();
  return bytes;
}

}  // namespace wardend::audit
