#include "daemon/audit/line.hpp"

#include <algorithm>
#include <concepts>
#include <nlohmann/json.hpp>
#include <optional>
#include <string_view>
#include <utility>

#include "trail/moment.hpp"

namespace wardend::audit {
namespace {

bool is_plain(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c >= ' ' && c <= '~' && c != '"' && c != '\\'; });
}

// The members of a line, in the order in which they are added: "a":"b","c":1.
class Members {
 public:
  Members(AuditKind kind, WallTime at, const Origin& origin) {
    members_.reserve(usual_bytes);
    text("at", trail::timestamp(at));
    text("kind", name_of(kind));
    known("boot", origin.boot);
    known("host", origin.host);
    known("organization", origin.organization);
    known("purpose_of_use", origin.purpose_of_use);
  }
  void text(std::string_view name, std::string_view value) {
    begin(name);
    if (is_plain(value))
      members_.append("\"").append(value).append("\"");
    else
      members_ += nlohmann::json(value).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  }
  // Where there is one.
  void known(std::string_view name, std::string_view value) {
    if (!value.empty()) text(name, value);
  }
  template <std::integral Number>
  void number(std::string_view name, Number value) {
    begin(name);
    members_ += std::to_string(value);
  }
  template <std::integral Number>
  void known(std::string_view name, const std::optional<Number>& value) {
    if (value) number(name, *value);
  }
  [[nodiscard]] std::string take() { return std::move(members_); }

 private:
  static constexpr std::size_t usual_bytes = 700;
  void begin(std::string_view name) {
    if (!members_.empty()) members_ += ',';
    members_.append("\"").append(name).append("\":");
  }
  std::string members_;
};

}  // namespace

std::string members_of(const AuditRecord& record, WallTime at, const Origin& origin) {
  Members line(record.kind, at, origin);
  if (record.kind != AuditKind::gap) line.text("outcome", record.outcome);
  line.known("result", record.result);
  line.known("action", record.action);
  line.known("app", record.app);
  line.known("server", record.server);
  line.known("session", record.session);
  line.known("login_session", record.login_session);
  line.known("epoch", record.epoch);
  line.known("uid", record.uid);
  line.known("pid", record.pid);
  line.known("unit", record.unit);
  line.known("subject", record.subject);
  line.known("patient", record.patient);
  line.known("fhir_base_url", record.fhir_base_url);
  line.known("interaction", record.interaction);
  line.known("resource", record.resource);
  line.known("query", record.query);
  if (record.done_at) line.text("done_at", trail::timestamp(*record.done_at));
  line.known("reason", record.reason);
  line.known("detail", record.detail);
  line.known("request_id", record.request_id);
  line.known("tokens", record.tokens);
  line.known("accesses", record.accesses);
  if (record.count != 1) line.number("count", record.count);
  return line.take();
}

std::string members_of(const OwnEntry& entry, WallTime at, const Origin& origin) {
  Members line(kind_of(entry.act), at, origin);
  line.text("action", name_of(entry.act));
  line.known("detail", entry.detail);
  if (entry.last != 0) {
    line.number("first", entry.first);
    line.number("last", entry.last);
  }
  return line.take();
}

}  // namespace wardend::audit
