// Runs wardctl's commands in this process against scripted brokers, and shows what they sent and printed.
#pragma once

#include <gtest/gtest.h>

#include <sstream>
#include <string>
#include <vector>

#include "tests/unit/client/scripted_broker.hpp"
#include "wardctl/command_line.hpp"

namespace wardend::wardctl::test {

using client::test::error_frame;
using client::test::frame;
using client::test::reply_frame;

class WardctlRun : public ::testing::Test {
 protected:
  ExitCode run(std::vector<std::string> words) {
    out.str("");
    err.str("");
    words.insert(words.begin(), {"--socket", broker.path(), "--control", control.path()});
    return run_command_line(std::move(words), {.in = in, .out = out, .err = err});
  }
  void broker_answers(const std::string& method, const nlohmann::json& parameters) {
    broker.answer("org.wardend.Broker." + method, reply_frame(parameters));
  }
  void control_answers(const std::string& method, const nlohmann::json& parameters) {
    control.answer("org.wardend.Control." + method, reply_frame(parameters));
  }
  nlohmann::json sent_to_broker(const std::string& method) {
    return broker.parameters_of("org.wardend.Broker." + method);
  }
  nlohmann::json sent_to_control(const std::string& method) {
    return control.parameters_of("org.wardend.Control." + method);
  }
  bool printed(const std::string& text) { return out.str().find(text) != std::string::npos; }

  client::test::TemporaryFolder folder;
  client::test::ScriptedBroker broker{folder.file("broker")};
  client::test::ScriptedBroker control{folder.file("control")};
  std::istringstream in;
  std::ostringstream out;
  std::ostringstream err;
};

inline nlohmann::json a_status() {
  return {{"version", "1.2"},
          {"started_at", 1800000000},
          {"config_digest", "abc"},
          {"sessions",
           {{{"id", "s-1"},
             {"app", "growth"},
             {"server", "ehr"},
             {"user", "1000"},
             {"state", "active"},
             {"has_patient", true},
             {"started_at", 1800000000}}}},
          {"servers", {{{"name", "ehr"}, {"state", "up"}, {"latency_ms", 12.6}}}},
          {"disabled_apps", {"dosing"}},
          {"pending_revocations", 0},
          {"ready", true},
          {"last_clear",
           {{"reason", "os_lock"},
            {"at", 1800000000},
            {"login_session", "c2"},
            {"detail", "typed by somebody"},
            {"sessions", 2}}}};
}

inline nlohmann::json a_session() {
  return {{"id", "s-1"},
          {"app", "growth"},
          {"server", "ehr"},
          {"fhir_base_url", "https://ehr.example.org/fhir"},
          {"refreshable", true},
          {"on_screen", {{"state", "not_followed"}}},
          {"state", "active"},
          {"user", {{"fhir_user", "Practitioner/p"}}},
          {"context", {{"patient", "pat-7"}, {"fhir_context", nlohmann::json::array()}, {"need_patient_banner", true}}},
          {"patient_verification", {{"status", "verified"}, {"findings", nlohmann::json::array()}}},
          {"granted_scopes", {"patient/*.rs"}},
          {"missing_scopes", nlohmann::json::array()},
          {"expires_at", 1800000300},
          {"started_at", 1800000000}};
}

}  // namespace wardend::wardctl::test
