#include "wardctl/session_text.hpp"

#include <fmt/format.h>

#include "wardctl/text.hpp"

namespace wardend::wardctl {
namespace {

namespace broker = ipc::broker;

std::string user_of(const broker::Session& session) {
  return session.user.fhir_user ? *session.user.fhir_user : session.user.subject.value_or("");
}

// The user in few letters: "Practitioner/7" of an absolute URL.
std::string short_user_of(const broker::Session& session) {
  std::string user = user_of(session);
  const auto id = user.rfind('/');
  if (id == std::string::npos || id == 0) return user;
  const auto type = user.rfind('/', id - 1);
  return type == std::string::npos ? user : user.substr(type + 1);
}

std::string verification_of(const broker::PatientVerification& found) {
  // Nothing is compared where nothing was found and nothing is said.
  if (found.status == broker::PatientVerificationStatus::unverified && found.findings.empty()) return "not checked";
  const auto status = words_of(broker::name_of(found.status));
  return found.findings.empty() ? status : fmt::format("{}: {}", status, joined(found.findings));
}

}  // namespace

void print_session(const Context& context, const broker::Session& session) {
  Facts facts;
  facts.add("session", session.id);
  facts.add("state", words_of(broker::name_of(session.state)));
  facts.add("app", session.app);
  facts.add("server", session.server);
  facts.add("address", session.fhir_base_url);
  facts.add("user", user_of(session));
  facts.add("patient", session.context.patient.value_or(""));
  if (session.context.patient) facts.add("identity", verification_of(session.patient_verification));
  facts.add_known("encounter", session.context.encounter);
  facts.add_known("intent", session.context.intent);
  facts.add("scopes", fmt::format("{}", fmt::join(session.granted_scopes, " ")));
  if (!session.missing_scopes.empty())
    facts.add("not granted", fmt::format("{}", fmt::join(session.missing_scopes, " ")));
  facts.add("token until", fmt::format("{}{}", local_time(session.expires_at),
                                       session.refreshable ? ", renewed by itself" : ", not renewed"));
  if (session.ends_by) facts.add("ends by", local_date_time(session.ends_by));
  facts.print(context.out);
}

void print_sessions_to_name(const Context& context, const std::vector<broker::Session>& sessions,
                            std::string_view command) {
  if (sessions.empty()) return;
  context.err << "  yours, launched by " << (sessions.size() == 1 ? "another program" : "other programs") << ":\n";
  for (const auto& session : sessions)
    context.err << "    " << command << " --session " << printable(session.id) << "    " << printable(session.app)
                << " at " << printable(session.server) << ", begun " << local_time(session.started_at) << '\n';
}

void print_sessions(const Context& context, const std::vector<broker::Session>& sessions) {
  Table table{"SESSION", "APP", "SERVER", "STATE", "PATIENT", "USER", "STARTED", "TOKEN UNTIL"};
  for (const auto& session : sessions)
    table.add({session.id, session.app, session.server, words_of(broker::name_of(session.state)),
               session.context.patient.value_or(""), short_user_of(session), local_time(session.started_at),
               local_time(session.expires_at)});
  table.print(context.out);
}

}  // namespace wardend::wardctl
