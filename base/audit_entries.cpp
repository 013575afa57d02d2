#include "base/audit_entries.hpp"

#include <utility>

#include "base/audit_record_maker.hpp"

namespace wardend::entry {
namespace {

// The parts that several kinds have, each put into the record in one place.
struct Making {
  AuditRecord record;
  explicit Making(AuditAct act) : record(AuditRecordMaker::of(act)) {}

  Making& came(Outcome outcome) {
    if (outcome.granted)
      record.granted();
    else
      record.denied(outcome.error);
    return *this;
  }
  Making& of(Owner whose) {
    record.app = std::move(whose.app);
    record.server = std::move(whose.server);
    record.session = std::move(whose.session);
    record.login_session = std::move(whose.login_session);
    record.epoch = whose.epoch;
    record.uid = whose.uid;
    record.subject = std::move(whose.subject);
    record.patient = std::move(whose.patient);
    return *this;
  }
  Making& asked_by(Asker asker) {
    if (asker.uid) record.uid = asker.uid;
    record.pid = asker.pid;
    record.unit = std::move(asker.unit);
    return *this;
  }
  Making& about(Request request) {
    record.interaction = std::move(request.interaction);
    record.resource = std::move(request.resource);
    record.query = std::move(request.query);
    return *this;
  }
  Making& says(std::string reason, std::string detail) {
    record.reason = std::move(reason);
    record.detail = std::move(detail);
    return *this;
  }
  Making& times(std::int64_t count) {
    record.count = count;
    return *this;
  }
  [[nodiscard]] AuditRecord done() { return std::move(record); }
  Making& known_as(std::string request_id) {
    record.request_id = std::move(request_id);
    return *this;
  }
};

}  // namespace

AuditRecord record_of(Launch entry) {
  return Making(entry.act)
      .came(entry.outcome)
      .of(std::move(entry.whose))
      .says(std::move(entry.reason), std::move(entry.detail))
      .known_as(std::move(entry.reference))
      .done();
}

AuditRecord record_of(Token entry) {
  return Making(AuditAct::token_issue)
      .came(entry.outcome)
      .of(std::move(entry.whose))
      .asked_by(std::move(entry.asker))
      .says("", std::move(entry.detail))
      .known_as(std::move(entry.request_id))
      .times(entry.count)
      .done();
}

AuditRecord record_of(Refresh entry) {
  return Making(entry.act).came(entry.outcome).of(std::move(entry.whose)).says(std::move(entry.reason), "").done();
}

AuditRecord record_of(Clear entry) {
  return Making(entry.act)
      .came(granted)
      .of({.app = std::move(entry.app),
           .server = std::move(entry.server),
           .login_session = std::move(entry.login_session)})
      .says(std::string(name_of(entry.reason)), std::move(entry.detail))
      .times(entry.sessions)
      .done();
}

// The usual gap of such trails: that an app could read is known, what it read is not.
AuditRecord record_of(SessionEnd entry) {
  if (entry.tokens > 0 && entry.accesses == 0)
    entry.detail += std::string(entry.detail.empty() ? "" : "; ") + "the app recorded no access";
  AuditRecord record = Making(AuditAct::session_end)
                           .came(granted)
                           .of(std::move(entry.whose))
                           .says(std::string(name_of(entry.reason)), std::move(entry.detail))
                           .done();
  record.tokens = entry.tokens;
  record.accesses = entry.accesses;
  return record;
}

AuditRecord record_of(Revocation entry) {
  return Making(entry.act).came(entry.outcome).of(std::move(entry.whose)).says(std::move(entry.reason), "").done();
}

AuditRecord record_of(Control entry) {
  return Making(entry.act)
      .came(entry.outcome)
      .of({.app = std::move(entry.app)})
      .asked_by(std::move(entry.asker))
      .says(std::move(entry.reason), std::move(entry.detail))
      .done();
}

AuditRecord record_of(Reload entry) {
  return Making(AuditAct::service_reload).came(entry.outcome).says("", std::move(entry.detail)).done();
}

AuditRecord record_of(ClockStep entry) {
  return Making(entry.act).came(granted).says("", std::move(entry.detail)).done();
}

AuditRecord record_of(SessionsRestored entry) {
  return Making(AuditAct::service_sessions_restored)
      .came(granted)
      .says("", std::move(entry.detail))
      .times(entry.back)
      .done();
}

AuditRecord record_of(CapabilitiesChanged entry) {
  return Making(AuditAct::service_capabilities_changed)
      .came(granted)
      .of({.app = std::move(entry.app), .server = std::move(entry.server)})
      .says(std::move(entry.reason), std::move(entry.detail))
      .done();
}

AuditRecord record_of(CallerRefused entry) {
  return Making(AuditAct::service_caller_refused)
      .came(denied(entry.error))
      .asked_by(std::move(entry.asker))
      .says("", std::move(entry.detail))
      .done();
}

AuditRecord record_of(Others /*entry*/) {
  return Making(AuditAct::service_others)
      .says("", "records of more users or kinds than are told apart in a minute")
      .done();
}

AuditRecord record_of(Work entry) {
  return Making(entry.act)
      .came(entry.outcome)
      .of(std::move(entry.whose))
      .asked_by(std::move(entry.asker))
      .says(std::move(entry.reason), std::move(entry.detail))
      .times(entry.items)
      .done();
}

AuditRecord record_of(Hub entry) {
  return Making(entry.act)
      .came(entry.outcome)
      .of(std::move(entry.whose))
      .says(std::move(entry.reason), std::move(entry.detail))
      .times(entry.count)
      .done();
}

AuditRecord record_of(PatientCheck entry) {
  return Making(AuditAct::patient_check)
      .came(entry.outcome)
      .of(std::move(entry.whose))
      .says(std::move(entry.reason), std::move(entry.detail))
      .done();
}

AuditRecord record_of(Write entry) {
  return Making(entry.act)
      .came(entry.outcome)
      .of(std::move(entry.whose))
      .asked_by(std::move(entry.asker))
      .about(std::move(entry.request))
      .says(std::move(entry.reason), std::move(entry.detail))
      .known_as(std::move(entry.permit))
      .done();
}

AuditRecord record_of(Access entry) {
  AuditRecord record = Making(entry.act)
                           .came(entry.outcome)
                           .of(std::move(entry.whose))
                           .asked_by(std::move(entry.asker))
                           .about(std::move(entry.request))
                           .says(std::move(entry.reason), std::move(entry.detail))
                           .known_as(std::move(entry.request_id))
                           .done();
  record.done_at = entry.done_at;
  return record;
}

AuditRecord record_of(Started entry) {
  return Making(AuditAct::start_started).came(granted).says("", std::move(entry.version)).done();
}

AuditRecord record_of(Stopped /*entry*/) { return Making(AuditAct::stop_stopped).came(granted).done(); }

AuditRecord record_of(Dropped entry) {
  return Making(AuditAct::gap_dropped)
      .says("", "more records waited for the disk than there is room for")
      .times(entry.entries)
      .done();
}

}  // namespace wardend::entry
