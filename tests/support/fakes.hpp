// Small fakes behind the seams.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/audit_sink.hpp"
#include "base/lock_source.hpp"
#include "config/live.hpp"

namespace wardend::test {

class FakeAudit final : public AuditSink {
 public:
  void write(AuditRecord record) override {
    if (heard) heard(record);
    records.push_back(std::move(record));
  }
  // Each as it comes: how they are counted is the real sink's.
  void write_counted(AuditRecord record) override {
    ++counted;
    write(std::move(record));
  }
  [[nodiscard]] bool writable() const override { return can_write; }
  [[nodiscard]] std::size_t count(AuditKind kind) const {
    std::size_t number = 0;
    for (const AuditRecord& record : records) number += record.kind == kind ? 1 : 0;
    return number;
  }
  std::function<void(const AuditRecord&)> heard = {};  // told of each, in the moment in which it is written
  std::vector<AuditRecord> records;
  std::size_t counted = 0;  // of these, by write_counted
  bool can_write = true;
};

class FakeLogind final : public LockSource {
 public:
  [[nodiscard]] std::string_view name() const override { return "logind"; }
  [[nodiscard]] bool live() const override { return is_live; }
  [[nodiscard]] std::string trouble() const override {
    return is_live ? "" : "logind is not there: start systemd-logind";
  }
  [[nodiscard]] std::optional<LoginSession> find(std::string_view id) const override {
    for (const LoginSession& session : sessions)
      if (session.id == id) return session;
    return std::nullopt;
  }
  [[nodiscard]] std::vector<LoginSession> all() const override { return sessions; }
  LoginSession& add(const std::string& id, uid_t uid) {
    sessions.push_back({.id = id,
                        .uid = uid,
                        .user = "u" + std::to_string(uid),
                        .seat = "seat0",
                        .kind = "user",
                        .type = "wayland",
                        .remote = false,
                        .active = true,
                        .locked = false,
                        .state = "active"});
    return sessions.back();
  }
  LoginSession& at(const std::string& id) {
    for (LoginSession& session : sessions)
      if (session.id == id) return session;
    return sessions.front();
  }
  bool is_live = true;
  std::vector<LoginSession> sessions;
};

// One server "ehr" and one app "vitals", public client, both launch modes.
inline std::shared_ptr<config::Config> basic_config() {
  auto config = std::make_shared<config::Config>();
  config::Server server{.name = "ehr", .fhir_base_url = *fhir::BaseUrl::parse("https://ehr.example.org/fhir")};
  config->servers.push_back(std::move(server));
  config::App app{.id = "vitals", .name = "Vitals", .servers = {"ehr"}};
  app.identity = config::Identity::none;
  app.registrations.push_back(
      {.server = "ehr", .client_id = "vitals-client", .redirect_uri = "http://127.0.0.1:8724/callback"});
  app.peers.push_back({.user = "1000", .uid = 1000});
  app.scopes.push_back(
      {.scope = "patient/Observation.rs", .action = "a", .approved_by = "b", .approved_on = "2026-01-01"});
  app.advice = "Use the flowsheet.";
  app.session.idle_timeout = std::chrono::hours(24);
  config->apps.push_back(std::move(app));
  return config;
}

}  // namespace wardend::test
