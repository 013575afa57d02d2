// What is told of writes: an audit record for every decision and every outcome, a warning for every emergency override,
// and counters.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/audit_sink.hpp"
#include "base/clock.hpp"
#include "base/result.hpp"
#include "daemon/access/gate.hpp"
#include "daemon/session/audit_entry.hpp"
#include "daemon/session/session.hpp"
#include "daemon/writes/write_words.hpp"
#include "ipc/caller.hpp"

namespace wardend::writes {

// What became of a permitted write, as the app says.
enum class Outcome { success, denied, failure };

// An open permit. It tells of itself after its session has been cleared too: `owner` is whose it was.
struct Permit {
  std::string id;
  std::string session;
  entry::Owner owner;
  WriteWords write;
  BootTime given_at = {};
  std::string request_id = {};
  std::string note = {};  // what else is said of it before it goes

  // To whom it answers.
  [[nodiscard]] workstation::Ownership ownership() const {
    return {owner.app, owner.login_session, owner.uid.value_or(static_cast<uid_t>(-1))};
  }
  // Names the permit in the audit trail: a part of it, as the whole would be one; through the gateway the X-Request-Id.
  [[nodiscard]] std::string reference() const { return request_id.empty() ? id.substr(0, 8) : request_id; }
};

// The patient or the encounter that a refused request named, as a detail says it: " (it names p2)"; else empty.
[[nodiscard]] std::string named_in(const Error& error);

class WriteRecord {
 public:
  explicit WriteRecord(AuditSink& audit) : audit_(audit) {}

  // What an override excused, and why somebody wanted that; nothing: no override was needed.
  struct Override {
    std::vector<std::string> excused = {};
    std::string reason = {};
  };
  void permitted(const Permit& permit, const ipc::Caller& caller, const Override& emergency);
  struct Refusal {
    const Error& error;
    std::string request_id = {};  // through the gateway
    std::string note = {};        // what else should be said of it
    bool judged_there = false;    // records were read at the server for it: it is not counted with others like it
  };
  // `session`: the one that was meant, if that is known.
  void refused(const ipc::Caller& caller, const Result<access::Who>& who, const session::Session* session,
               const WriteWords& write, Refusal refusal);
  // `resource`: what the server called it; empty: nothing. `note`: what else should be said of the answer.
  void recorded(const Permit& permit, const ipc::Caller& caller, Outcome outcome, const std::string& resource,
                const std::string& note = {});
  // The permit has ended, and nobody said what became of the write. `why` is a word.
  void unrecorded(const Permit& permit, std::string_view why);

  using Counts = std::map<std::pair<std::string, std::string>, std::uint64_t>;
  // By app and decision: permitted, or the error's name.
  [[nodiscard]] const Counts& decisions() const { return decisions_; }
  // By app and outcome: success, denied, failure, or unrecorded.
  [[nodiscard]] const Counts& outcomes() const { return outcomes_; }
  // By app: writes that passed by an emergency override.
  [[nodiscard]] const std::map<std::string, std::uint64_t>& overrides() const { return overrides_; }

 private:
  AuditSink& audit_;
  Counts decisions_;
  Counts outcomes_;
  std::map<std::string, std::uint64_t> overrides_;
};

}  // namespace wardend::writes
