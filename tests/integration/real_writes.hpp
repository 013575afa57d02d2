// Writes to a FHIR repository that others wrote, each asked for, sent when it is permitted, and looked for in the
// charts of both patients: what the tests of it share.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "tests/integration/repository.hpp"
#include "tests/integration/servers.hpp"
#include "tests/integration/writing.hpp"

namespace wardend::test {

// A launch: whose chart, and the words of a vector that stand for it.
struct Chart {
  std::string patient;
  std::string encounter;
  std::string record_number;  // its identifier of urn:mrn
};
[[nodiscard]] const Chart& first_chart();
[[nodiscard]] const Chart& second_chart();

// How an app writes: it asks first and sends itself, or sends through the gateway.
enum class Way { guard, gateway };

class RealWrites : public ::testing::Test {
 protected:
  // Starts wardend; without scopes in `settings`, with those of an app that may write everything.
  void start(Settings settings = {});
  // The EHR's click for this patient: the id of the session that comes of it.
  [[nodiscard]] std::string launched(const Chart& chart);
  [[nodiscard]] client::Client& broker();

  // Asks, sends what is permitted, and records what became of it: "written", "answered STATUS" of the repository, or
  // the bare name of the refusal. `told` is wardend's answer, `sent` what went, `answer` the repository's.
  [[nodiscard]] std::string write(const json& question);
  // The same through the gateway, in one step.
  [[nodiscard]] std::string write_through_gateway(const json& question);
  [[nodiscard]] std::string write(Way way, const json& question) {
    return way == Way::guard ? write(question) : write_through_gateway(question);
  }
  // The first without sending.
  [[nodiscard]] std::string ask_for(const json& question) { return authorize(broker(), question, told); }
  // What an app sends for a question, with the permit's If-Match where there is one.
  [[nodiscard]] Sent request_for(const json& question) const;
  // In an entry that says ifMatch CURRENT the version of its record that is there now.
  void name_versions(json& question) const;
  // Whether all that changed, before and after, names this patient and no other one.
  [[nodiscard]] bool only_of(const Chart& chart, const std::vector<std::string>& records,
                             const std::map<std::string, json>& before, const std::map<std::string, json>& after) const;

  Site site;
  Provider provider{site, 300, {"NEED_AUD=0"}};
  Repository repository{site,
                        {.introspection = provider.address() + "/introspect",
                         .smart_configuration = provider.fhir_base() + "/.well-known/smart-configuration"}};
  json told;
  Sent sent;
  Page answer;

 private:
  std::optional<client::Client> broker_;
};

// One way to write, as a question of AuthorizeWrite. In its texts OWN is the session's patient and THEIRS the one that
// is tried: once the session's own, and once the other one; OWN_ENCOUNTER, OWN_NUMBER, THEIR_ENCOUNTER, THEIR_NUMBER go
// with them, and BASE is the server.
struct Vector {
  const char* name;
  json question;
  const char* right = "written";  // for the session's own patient
  const char* wrong = "ResourceRejected";
  std::size_t changes = 1;  // records that a right one changes
  // Through the gateway, which sees the answer too; nullptr: the same.
  const char* right_inspected = nullptr;
  const char* wrong_inspected = nullptr;
};

// The question for one session, with the words filled in.
[[nodiscard]] json filled(const Vector& vector, const std::string& session, const std::string& base, const Chart& own,
                          const Chart& theirs);

// Questions about OWN's chart, for the table.
[[nodiscard]] json created(const json& resource);
[[nodiscard]] json updated(const std::string& target, const json& resource);
[[nodiscard]] json patched(const std::string& target, const json& operations);
[[nodiscard]] json deleted(const std::string& target);
[[nodiscard]] json bundled(const json& entries, const std::string& type = "transaction");
[[nodiscard]] json entry(const std::string& method, const std::string& url, const json& resource = nullptr);
// An Observation about THEIRS, with `changes` laid over it.
[[nodiscard]] json about(const std::string& patient = "THEIRS", const json& changes = json::object());

}  // namespace wardend::test
