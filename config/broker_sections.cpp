// [broker], [roles], [audit], [[identifier]].
#include <algorithm>
#include <charconv>
#include <filesystem>

#include "config/sections.hpp"
#include "config/table_reader.hpp"

namespace wardend::config {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

bool is_listen_address(const std::string& text) {
  const auto colon = text.rfind(':');
  if (colon == std::string::npos || colon == 0) return false;
  unsigned port = 0;
  const auto [end, error] = std::from_chars(text.data() + colon + 1, text.data() + text.size(), port);
  return error == std::errc() && end == text.data() + text.size() && port <= 65535 && colon + 1 < text.size();
}

void check_metrics(TableReader& reader, const Broker& broker) {
  if (!broker.metrics_textfile.empty()) {
    reader.absolute_path("metrics_textfile", broker.metrics_textfile);
    reader.findings().note(
        reader.place("metrics_textfile"),
        "metrics_textfile has no effect in this version: no such file is written; scrape metrics_listen");
  }
  if (!broker.metrics_listen.empty() && !is_listen_address(broker.metrics_listen))
    reader.findings().error(reader.place("metrics_listen"), "metrics_listen must be ADDRESS:PORT, or \"\" for none");
  if (broker.metrics_listen.starts_with("0.0.0.0:") || broker.metrics_listen.starts_with("[::]:"))
    reader.findings().note(
        reader.place("metrics_listen"),
        "metrics_listen is every address of this machine, and no password is asked: name the one address "
        "that Prometheus comes to");
}

}  // namespace

void read_broker(const Node& table, const std::string& file, Findings& findings, Broker& broker) {
  TableReader reader(table, file, "[broker]", findings);
  reader.text("socket", broker.socket);
  reader.text("control_socket", broker.control_socket);
  broker.lock_socket_named = table.get("lock_socket") != nullptr;
  broker.lock_socket = std::filesystem::path(broker.control_socket).replace_filename("lock.sock");
  reader.text("lock_socket", broker.lock_socket);
  reader.number("loopback_port", broker.loopback_port, 0, 65535);
  reader.text("metrics_listen", broker.metrics_listen);
  reader.text("state_dir", broker.state_dir);
  reader.text("metrics_textfile", broker.metrics_textfile);
  reader.texts("lock_sources", broker.lock_sources);
  reader.duration("lock_grace", broker.lock_grace, Milliseconds(0), seconds(60));
  reader.flag("unlock_proves_presence", broker.unlock_proves_presence);
  reader.number("max_connections_per_user", broker.max_connections_per_user, 1, 4096);
  reader.number("max_connections", broker.max_connections, 1, 65536);
  reader.absolute_path("socket", broker.socket);
  reader.absolute_path("control_socket", broker.control_socket);
  if (broker.lock_socket_named && !broker.lock_socket.empty()) reader.absolute_path("lock_socket", broker.lock_socket);
  reader.absolute_path("state_dir", broker.state_dir);
  if (broker.socket == broker.control_socket)
    findings.error(reader.place("control_socket"), "socket and control_socket must differ");
  const bool lock_socket_taken = broker.lock_socket == broker.socket || broker.lock_socket == broker.control_socket;
  if (lock_socket_taken && !broker.lock_socket_named) broker.lock_socket.clear();
  if (lock_socket_taken && broker.lock_socket_named)
    findings.error(reader.place("lock_socket"), "lock_socket must differ from socket and control_socket");
  if (broker.descriptors() > unit_descriptors)
    findings.hint(reader.place("max_connections"),
                  "so many connections take up to " + std::to_string(broker.descriptors()) +
                      " descriptors, and the unit allows " + std::to_string(unit_descriptors) +
                      ": set LimitNOFILE= in a drop-in of wardend.service");
  check_metrics(reader, broker);
  for (const std::string& source : broker.lock_sources)
    if (source != "logind" && source != "control")
      findings.error(reader.place("lock_sources"),
                     "unknown lock source " + source + ": there are \"logind\" and \"control\"");
  const bool hears_logind = std::ranges::find(broker.lock_sources, "logind") != broker.lock_sources.end();
  if (broker.unlock_proves_presence && !hears_logind)
    findings.note(reader.place("unlock_proves_presence"),
                  "has no effect without \"logind\" in lock_sources: nobody else tells of an unlock");
  if (broker.lock_sources.empty())
    findings.error(reader.place("lock_sources"),
                   "lock_sources is empty: nothing would ever clear; list \"logind\", or \"control\"");
  reader.done();
}

void read_roles(const Node& table, const std::string& file, Findings& findings, Roles& roles) {
  TableReader reader(table, file, "[roles]", findings);
  const std::pair<const char*, RoleGroups*> all[] = {
      {"ehr", &roles.ehr}, {"operator", &roles.operators}, {"observer", &roles.observer}};
  for (const auto& [key, role] : all) reader.texts(key, role->names);
  reader.done();
}

void read_audit(const Node& table, const std::string& file, Findings& findings, Audit& audit) {
  TableReader reader(table, file, "[audit]", findings);
  reader.text("file", audit.file);
  reader.text("forward_to", audit.forward_to);
  reader.word<OnFailure>("on_failure", audit.on_failure, {{"refuse", OnFailure::refuse}, {"allow", OnFailure::allow}});
  reader.absolute_path("file", audit.file);
  if (!audit.forward_to.empty())
    findings.note(reader.place("forward_to"),
                  "forward_to has no effect in this version: audit records stay in the file");
  reader.done();
}

Identifier read_identifier(const Node& table, const std::string& file, Findings& findings) {
  TableReader reader(table, file, "[[identifier]]", findings);
  Identifier identifier;
  reader.text("system", identifier.system);
  reader.word<fhir::IdentifierKind>("kind", identifier.kind,
                                    {{"nhs", fhir::IdentifierKind::nhs},
                                     {"nhi", fhir::IdentifierKind::nhi},
                                     {"opaque", fhir::IdentifierKind::opaque}});
  reader.flag("required", identifier.required);
  reader.need("system", identifier.system, "the identifier system's URI");
  if (table.get("kind") == nullptr)
    findings.error(reader.place(), "[[identifier]] needs kind: how its values are checked");
  reader.done();
  return identifier;
}

}  // namespace wardend::config
