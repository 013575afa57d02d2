// One FHIR request before the decision, stage by stage: the patient's record, the request, its body, and what stands on
// the server. The facts are gathered anew for each stage; after each wait the session is found again. Large bodies are
// read and judged beside the loop.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "base/worker.hpp"
#include "config/live.hpp"
#include "daemon/guard/decision.hpp"
#include "daemon/judging/gathering.hpp"
#include "daemon/judging/target_reader.hpp"
#include "daemon/patients/patient_checks.hpp"
#include "daemon/session/store.hpp"
#include "protocol/fhir/request.hpp"

namespace wardend::judging {

// What a request brings: the resource, the Bundle or the JSON Patch, or the form of a POST to _search.
struct Body {
  std::shared_ptr<const nlohmann::json> json = {};  // nullptr: it has none
  std::string form = {};
  std::size_t bytes = 0;      // about how long its text was
  std::string location = {};  // of an answer: where the server says that it has put what was written
  std::string context = {};   // of an answer: whose its head says that it is
};

struct Question {
  std::string session = {};
  workstation::EpochNumber epoch = 0;
  Named named = {};
  fhir::FhirRequest request = {};
  // Called once, when the decision asks for the body.
  std::function<asio::awaitable<Result<Body>>()> bring = {};
  BootTime until = {};
  std::string request_id = {};  // what is read for it is asked for under the same one; empty: it has none
  std::shared_ptr<std::vector<std::string>> looked_at = {};  // notes what was read for it, "Observation/1"; or nullptr
};

// What a request that may go needs.
struct Passed {
  std::string if_match = {};              // the version that was judged; empty: none was
  std::vector<std::string> excused = {};  // by the override reason
  bool inspect_reply = false;             // judge the answer before anybody sees it
};

class RequestJudge {
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
  explicit RequestJudge(const Parts& parts) : parts_(parts) {}

  // The session has a token. Ends by `until`, but for `bring`. Errors: those of decide(), TargetReader and `bring`;
  // UnknownSession when the session ended meanwhile.
  [[nodiscard]] asio::awaitable<Result<Passed>> judge(Question question);
  // What the server answered to a request that passed with `inspect_reply`. Errors: those of judge_reply();
  // UnknownSession. `excused` lists "foreign" where another patient is in it, "unsaid" where a record may be
  // anybody's, "other_record" where a read shows another record, and the app's policy lets it pass.
  [[nodiscard]] asio::awaitable<Result<Passed>> judge_reply(const Question& question, int status, Body reply);

 private:
  struct Papers;
  [[nodiscard]] Result<const session::Session*> find(const Question& question) const;
  [[nodiscard]] Result<void> gather(const Question& question, guard::Facts& facts) const;
  [[nodiscard]] asio::awaitable<guard::Verdict> weigh(std::shared_ptr<Papers> papers) const;
  [[nodiscard]] asio::awaitable<Result<void>> read_targets(std::shared_ptr<Papers> papers,
                                                           std::vector<guard::Wanted> wanted);
  [[nodiscard]] asio::awaitable<Result<void>> bring_body(Papers& papers);
  [[nodiscard]] asio::awaitable<Result<void>> fetch(std::shared_ptr<Papers> papers, guard::Verdict verdict);

  Parts parts_;
};

}  // namespace wardend::judging
