// One write before the decision, stage by stage: the patient's record, the request, its body, and what stands on the
// server. The facts are gathered anew for each stage; after each wait the session is found again. Large bodies are read
// and judged beside the loop.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "base/worker.hpp"
#include "config/live.hpp"
#include "daemon/guard/decision.hpp"
#include "daemon/patients/patient_checks.hpp"
#include "daemon/session/store.hpp"
#include "daemon/writes/gathering.hpp"
#include "daemon/writes/target_reader.hpp"
#include "protocol/fhir/request.hpp"

namespace wardend::writes {

// The resource, the Bundle or the JSON Patch.
struct WriteBody {
  std::shared_ptr<const nlohmann::json> json = {};  // nullptr: the write has none
  std::size_t bytes = 0;                            // about how long its text was
};

// A write as the app asks for it.
struct WriteQuestion {
  std::string session = {};
  workstation::EpochNumber epoch = 0;
  Named named = {};
  fhir::Interaction interaction = fhir::Interaction::create;
  std::string resource_type = {};
  std::optional<std::string> target = {};
  WriteBody body = {};
  BootTime until = {};
};

// What a write that may go needs.
struct Passed {
  std::string if_match = {};              // the version that was judged; empty: none was
  std::vector<std::string> excused = {};  // by the override reason
};

class WriteJudge {
 public:
  struct Parts {
    Clock& clock;
    const config::Live& config;
    session::SessionStore& store;
    patients::PatientChecks& patients;
    server::ServerHealth& server_health;
    TargetReader& targets;
    Worker* parsing;  // nullptr: the loop reads large bodies
  };
  explicit WriteJudge(const Parts& parts) : parts_(parts) {}

  // The session has a token. Ends by `until`. Errors: those of decide(), request_of() and TargetReader;
  // UnknownSession where the session has gone meanwhile: whoever asked finds out why.
  [[nodiscard]] asio::awaitable<Result<Passed>> judge(WriteQuestion question);

 private:
  struct Papers;
  [[nodiscard]] Result<const session::Session*> find(const WriteQuestion& question) const;
  // The request, and what the session knows now.
  [[nodiscard]] Result<void> gather(Papers& papers) const;
  [[nodiscard]] asio::awaitable<guard::Verdict> weigh(std::shared_ptr<Papers> papers) const;
  [[nodiscard]] asio::awaitable<Result<void>> read_targets(std::shared_ptr<Papers> papers,
                                                           std::vector<guard::Wanted> wanted);

  Parts parts_;
};

}  // namespace wardend::writes
