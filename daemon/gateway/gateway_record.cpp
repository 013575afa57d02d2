#include "daemon/gateway/gateway_record.hpp"

#include <fmt/format.h>

#include <utility>

#include "base/text.hpp"
#include "daemon/access/audit_caller.hpp"
#include "daemon/gateway/asked_request.hpp"
#include "daemon/session/audit_entry.hpp"
#include "protocol/http/status_class.hpp"

namespace wardend::gateway {
namespace {

using fhir::Interaction;

constexpr std::size_t longest_query = 4096;
constexpr std::size_t longest_detail = 600;

ActOf<AuditKind::access> act_of(Interaction interaction) {
  switch (interaction) {
    case Interaction::read:
    case Interaction::capabilities:
      return AuditAct::access_read;
    case Interaction::vread:
      return AuditAct::access_vread;
    case Interaction::search:
    case Interaction::history:
      return AuditAct::access_search;
    case Interaction::create:
      return AuditAct::access_create;
    case Interaction::update:
      return AuditAct::access_update;
    case Interaction::patch:
      return AuditAct::access_patch;
    case Interaction::delete_:
      return AuditAct::access_delete;
    case Interaction::batch:
    case Interaction::transaction:
    case Interaction::operation:
      return AuditAct::access_operation;
  }
  return AuditAct::access_operation;
}

// "Observation", "Observation/1", "Observation/1/_history/2", "Patient/p1/$everything", or "metadata".
std::string object_of(const fhir::FhirRequest& request) {
  if (request.interaction == Interaction::capabilities) return "metadata";
  if (request.interaction == Interaction::batch || request.interaction == Interaction::transaction) return "Bundle";
  std::string object = request.compartment;
  for (const std::string* part : {&request.type, &request.id})
    if (!part->empty()) object += (object.empty() ? "" : "/") + *part;
  if (!request.version.empty()) object += "/_history/" + request.version;
  if (!request.operation.empty()) object += (object.empty() ? "" : "/") + request.operation;
  return object;
}

writes::WriteWords words_of(const Seen& seen) {
  return {.interaction = std::string(fhir::name_of(seen.request.interaction)),
          .type = object_of(seen.request),
          .query = seen.condition.empty() ? seen.query : seen.condition,
          .entries = seen.entries};
}

void add(std::string& notes, std::string_view what, const std::string& words) {
  if (!words.empty()) notes += (notes.empty() ? "" : "; ") + std::string(what) + words;
}

// What should be said of it beside what it asks for.
std::string notes_of(const Seen& seen) {
  std::string notes = seen.note;
  add(notes, "read for it: ", joined(*seen.looked_at));
  add(notes, "a page of ", seen.search);
  return notes;
}

// What became of a write, as far as a status says it. What a proxy says of itself says nothing of the server.
bool says_what_became(int status) { return status != 0 && status != 502 && status != 504; }

std::string result_of(const GatewayRecord::Answer& answer) {
  if (!answer.whole) return "broken";
  if (answer.status >= 500) return "server_error";
  return answer.status >= 400 ? "client_error" : "ok";
}

writes::Outcome outcome_of(int status) {
  if (http::is_success(status)) return writes::Outcome::success;
  return status == 401 || status == 403 ? writes::Outcome::denied : writes::Outcome::failure;
}

const std::string& app_of(const Seen& seen) {
  if (!seen.whose.app.empty() || !seen.who) return seen.whose.app;
  return seen.who->apps.front()->id;
}

entry::Access entry_of(const Seen& seen) {
  const auto interaction = seen.known ? seen.request.interaction : Interaction::operation;
  entry::Access told{.act = seen.known ? act_of(interaction) : ActOf<AuditKind::access>(AuditAct::access_refused),
                     .whose = seen.whose,
                     .asker = access::audit_asker(seen.caller),
                     .request_id = seen.request_id,
                     .done_at = seen.sent_at};
  if (seen.known)
    told.request = {.interaction = std::string(fhir::name_of(interaction)),
                    .resource = printable(object_of(seen.request), longest_detail),
                    .query = printable(seen.query, longest_query)};
  told.whose.app = app_of(seen);
  if (seen.who) told.whose.login_session = seen.who->login_session;
  return told;
}

// The rest of a detail: what each entry of a Bundle asks for, and what else there is to say.
std::string after(const Seen& seen) {
  std::string rest;
  if (!seen.entries.empty()) rest = ", for " + seen.entries;
  if (const std::string notes = notes_of(seen); !notes.empty()) rest += "; " + printable(notes, longest_detail);
  return rest;
}

AuditRecord refusal_of(const Seen& seen, const Error& error) {
  entry::Access told = entry_of(seen);
  told.outcome = entry::denied(name_of(error.code()));
  told.reason = "denied";
  told.detail = "through the gateway: ";
  if (seen.status != 0) told.detail += fmt::format("HTTP {}, and its answer was kept back: ", seen.status);
  told.detail += printable(error.detail(), longest_detail) + writes::named_in(error);
  if (!seen.asked.empty()) told.detail += " (" + printable(seen.asked, longest_detail) + ")";
  told.detail += after(seen);
  return record_of(std::move(told));
}

}  // namespace

bool is_write(const Seen& seen) {
  return seen.known && may_change(seen.request) && seen.request.interaction != Interaction::operation;
}

void GatewayRecord::count(const Seen& seen, std::string result) {
  const std::string interaction = seen.known ? std::string(fhir::name_of(seen.request.interaction)) : "unknown";
  ++requests_[{app_of(seen), interaction, std::move(result)}];
}

void GatewayRecord::refused(const Seen& seen, const session::Session* session, const Error& error) {
  count(seen, std::string(name_of(error.code())));
  if (is_write(seen)) {
    std::string note = "nothing was sent";
    add(note, "", notes_of(seen));
    add(note, "about ", seen.subject);
    return writes_.refused(seen.caller, seen.who, session, words_of(seen),
                           {.error = error,
                            .request_id = seen.request_id,
                            .note = std::move(note),
                            .judged_there = !seen.looked_at->empty()});
  }
  // What the server was asked to judge it by stands in its log: one entry for each.
  if (!seen.looked_at->empty()) return audit_.write(refusal_of(seen, error));
  audit_.write_counted(refusal_of(seen, error));
}

// That there was one outlasts a crash at once, how many there were with the next refresh: to keep each would cost more
// than the request.
writes::Permit GatewayRecord::sent(Seen& seen, session::Session& session,
                                   const writes::WriteRecord::Override& emergency) {
  if (++session.accesses_recorded == 1 && session.kept != 0) vault_.keep(session);
  seen.sent_at = clock_.wall_now();
  if (!is_write(seen)) return {};
  writes::Permit permit{.id = {},
                        .session = session.id,
                        .owner = audit_owner(session),
                        .write = words_of(seen),
                        .request_id = seen.request_id,
                        .note = notes_of(seen)};
  writes_.permitted(permit, seen.caller, emergency);
  return permit;
}

void GatewayRecord::unanswered(const Seen& seen, const writes::Permit& permit, const Error& error) {
  count(seen, std::string(name_of(error.code())));
  if (!is_write(seen)) return audit_.write(refusal_of(seen, error));
  if (!says_what_became(seen.status)) return writes_.unrecorded(permit, name_of(error.code()));
  writes_.recorded(
      permit, seen.caller, outcome_of(seen.status), "",
      fmt::format("HTTP {}, and its answer was kept back: {}: {}", seen.status, name_of(error.code()), error.detail()));
}

void GatewayRecord::answered(const Seen& seen, const Answer& answer) {
  count(seen, result_of(answer));
  bytes_[seen.whose.app] += answer.bytes;
  if (is_write(seen)) {
    std::string note = fmt::format("HTTP {}, {} bytes", answer.status, answer.bytes);
    add(note, "", answer.note);
    return writes_.recorded(answer.permit, seen.caller, outcome_of(answer.status), answer.location, note);
  }
  entry::Access told = entry_of(seen);
  const bool well = http::is_success(answer.status) || answer.status == 304;
  told.outcome = {.granted = well};
  told.reason = well ? "success" : answer.status == 401 || answer.status == 403 ? "denied" : "failure";
  told.detail = fmt::format("through the gateway: HTTP {}, {} bytes{}{}", answer.status, answer.bytes,
                            answer.whole ? "" : ", cut off", after(seen));
  audit_.write(record_of(std::move(told)));
}

}  // namespace wardend::gateway
