// Who may do what: the caller that the kernel recorded, against the configuration's rules, the epoch in which it
// connected, and whether somebody is there now. Whatever a caller asks for goes through here first.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/audit_sink.hpp"
#include "base/result.hpp"
#include "config/live.hpp"
#include "daemon/session/session.hpp"
#include "daemon/workstation/workstation.hpp"
#include "ipc/caller.hpp"

namespace wardend::access {

// How much of the workstation must be there for a method to answer.
enum class Demand {
  present,     // unlocked, and somebody proved to be there
  unlocked,    // a launch, which is how presence is proved
  registered,  // a known app; locked or held or ended does not matter
};

struct Who {
  config::ConfigPtr config;              // keeps `apps` alive
  std::vector<const config::App*> apps;  // those whose rules match the caller, never empty
  workstation::EpochNumber epoch = 0;
  std::string login_session;
  uid_t uid = 0;
  ProcessId process;

  // Whether the caller may name what is `of` somebody: its app is one of the caller's, user and login session are the
  // same.
  [[nodiscard]] bool owns(const workstation::Ownership& of) const;
  [[nodiscard]] bool owns(const session::Session& session) const { return owns(session.ownership()); }
  // The approved fallback wording of the caller's app for that server; empty: there is none.
  [[nodiscard]] std::string advice_for(const std::string& server) const;
};

// AppDisabled: the app of a session that the caller owns is switched off.
[[nodiscard]] Result<void> check_in_use(const Who& who, const std::string& app);

class Gate {
 public:
  Gate(const config::Live& config, workstation::Workstation& workstation, Clock& clock, AuditSink& audit)
      : config_(config), workstation_(workstation), clock_(clock), audit_(audit) {}

  // What the server remembers with a connection: the epoch of the caller's login session at accept; 0: it has none.
  [[nodiscard]] workstation::EpochNumber epoch_at_accept(const ipc::Caller& caller);

  // A sleep of the machine that nobody has noticed yet is noticed first. Errors, in this order: NotAuthorized (the
  // journal says of whom and why), AppDisabled (all of the caller's apps are switched off), WorkstationLocked,
  // SessionCleared.
  // `epoch`: what epoch_at_accept gave for the caller's connection.
  [[nodiscard]] Result<Who> admit(const ipc::Caller& caller, workstation::EpochNumber epoch, Demand demand);
  // The same for a method that records no refusals of its own: NotAuthorized is an entry of the audit trail, too.
  [[nodiscard]] Result<Who> admit_and_record(const ipc::Caller& caller, workstation::EpochNumber epoch, Demand demand,
                                             std::string_view method);
  // The same without a word in the journal, for a method that answers anybody.
  [[nodiscard]] Result<Who> judge(const ipc::Caller& caller, workstation::EpochNumber epoch, Demand demand) const;
  // The one app that `named` asks for. UnknownApp, InvalidRequest (several match, none named), AppDisabled.
  [[nodiscard]] static Result<const config::App*> choose_app(const Who& who, const std::optional<std::string>& named);

 private:
  [[nodiscard]] Result<void> check_place(const ipc::Caller& caller, Who& who) const;
  const config::Live& config_;
  workstation::Workstation& workstation_;
  Clock& clock_;
  AuditSink& audit_;
};

}  // namespace wardend::access
