// The way of a write from the question to the permit, and of its outcome to the audit trail: may this caller ask, is
// the write about this patient and no other, and what is told of it. Nothing here knows a reply.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "base/result.hpp"
#include "daemon/access/admission.hpp"
#include "daemon/judging/request_judge.hpp"
#include "daemon/writes/permits.hpp"
#include "daemon/writes/write_record.hpp"

namespace wardend::writes {

// A write as the app asks for it.
struct WriteQuestion {
  std::string session = {};
  workstation::EpochNumber epoch = 0;
  judging::Named named = {};
  fhir::Interaction interaction = fhir::Interaction::create;
  std::string resource_type = {};
  std::optional<std::string> target = {};
  judging::Body body = {};
};

// A write that may go now: use it before the next await.
struct Permitted {
  session::Session& session;  // its access token is there
  std::string permit;
  std::chrono::seconds expires_in;
  std::string if_match;  // the version that was judged, to be sent as If-Match; empty: none was
};

class WriteGuard {
 public:
  static constexpr Duration patience = 8s;  // how long a caller waits for records to be read

  struct Parts {
    Clock& clock;
    access::Gate& gate;
    access::Admission& admission;
    judging::RequestJudge& judge;
    Permits& permits;
    WriteRecord& record;
  };
  explicit WriteGuard(const Parts& parts) : parts_(parts) {}

  // Every answer is recorded. `caller` must outlive the call. `question.epoch` is the caller's. Errors: those of
  // Admission, request_of() and RequestJudge; RateLimited: too many writes of the session are being judged.
  [[nodiscard]] asio::awaitable<Result<Permitted>> authorize(const ipc::Caller& caller, WriteQuestion question);
  // What became of a permitted write; once. A lock does not keep it from being told. Errors: NotAuthorized,
  // InvalidRequest (permit).
  [[nodiscard]] Result<void> conclude(const ipc::Caller& caller, workstation::EpochNumber epoch,
                                      const std::string& permit, Outcome outcome, const std::string& resource);

 private:
  [[nodiscard]] asio::awaitable<Result<judging::Passed>> judge(WriteQuestion question, const fhir::BaseUrl& base,
                                                               BootTime until);
  [[nodiscard]] std::unexpected<Error> refuse(const ipc::Caller& caller, const access::Admission::Asked& asked,
                                              const WriteWords& words, Error error);

  Parts parts_;
  std::map<std::string, unsigned> judging_;  // by session
};

}  // namespace wardend::writes
