// An app that writes: what the tests of the write guard and of patients' identities share.
#pragma once

#include <string>
#include <vector>

#include "tests/integration/scenario.hpp"

namespace wardend::test {

// Scopes with which an app reads its patient and writes Observations.
[[nodiscard]] std::vector<std::string> writing_scopes();

// An Observation of a patient ("patient-1"), with `changes` laid over it.
[[nodiscard]] json observation(const std::string& patient, const json& changes = json::object());
// What AuthorizeWrite is asked for a create of it, with `changes` laid over the question.
[[nodiscard]] json creation(const std::string& session, const json& resource, const json& changes = json::object());

// "permitted", or the bare name of the error; `told` is what came.
[[nodiscard]] std::string authorize(client::Client& client, const json& question, json& told);

// A Patient as the sandbox would have it, with `changes` laid over it.
[[nodiscard]] json patient(const std::string& id, const json& changes = json::object());

class Writing : public Scenario {
 protected:
  // Starts wardend with those scopes, and launches for patient-1: the session's id.
  [[nodiscard]] std::string writer(Settings settings = {});
  void lay_down(const std::string& path, const json& resource, const std::string& version = "1") const;
  [[nodiscard]] std::string authorized(const json& question) { return authorize(broker(), question, told); }
  [[nodiscard]] std::string record(const json& permit, const std::string& outcome = "success");
  void lock();

  json told;
};

}  // namespace wardend::test
