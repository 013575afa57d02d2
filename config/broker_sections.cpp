// [broker], [roles], [audit], [[identifier]].
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/un.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <optional>

#include "config/named_files.hpp"
#include "config/sections.hpp"
#include "config/table_reader.hpp"

namespace wardend::config {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

struct ListenAddress {
  std::uint16_t port = 0;
  bool meets_loopback = false;  // who listens there has the port on 127.0.0.1 or [::1] too
};

// An address in numbers with a port, as a socket is bound to. nullopt: it is none.
std::optional<ListenAddress> listen_address(const std::string& text) {
  const auto colon = text.rfind(':');
  if (colon == std::string::npos || colon == 0) return std::nullopt;
  ListenAddress address;
  const auto [end, error] = std::from_chars(text.data() + colon + 1, text.data() + text.size(), address.port);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  const std::string host = text.substr(0, colon);
  in_addr v4{};
  in6_addr v6{};
  if (::inet_pton(AF_INET, host.c_str(), &v4) == 1) {
    address.meets_loopback = v4.s_addr == htonl(INADDR_ANY) || v4.s_addr == htonl(INADDR_LOOPBACK);
    return address;
  }
  if (!host.starts_with('[') || !host.ends_with(']') ||
      ::inet_pton(AF_INET6, host.substr(1, host.size() - 2).c_str(), &v6) != 1 || IN6_IS_ADDR_V4MAPPED(&v6))
    return std::nullopt;
  address.meets_loopback = IN6_IS_ADDR_UNSPECIFIED(&v6) || IN6_IS_ADDR_LOOPBACK(&v6);
  return address;
}

void check_textfile(TableReader& reader, const std::string& file) {
  if (file.empty()) return;
  reader.absolute_path("metrics_textfile", file);
  if (!file.ends_with(".prom"))
    reader.findings().note(reader.place("metrics_textfile"),
                           "metrics_textfile does not end in .prom: node_exporter reads no other files");
  check_writable_place(reader, "metrics_textfile", file);
}

void check_metrics(TableReader& reader, const Broker& broker) {
  check_textfile(reader, broker.metrics_textfile);
  if (broker.metrics_listen.empty()) return;
  const auto address = listen_address(broker.metrics_listen);
  if (!address)
    return reader.findings().error(reader.place("metrics_listen"),
                                   "metrics_listen must be ADDRESS:PORT with the address in numbers, like "
                                   "127.0.0.1:9724 or [::1]:9724, or \"\" for none");
  if (address->port != 0 && address->port == broker.loopback_port && address->meets_loopback)
    reader.findings().error(reader.place(reader.has("metrics_listen") ? "metrics_listen" : "loopback_port"),
                            "metrics_listen and loopback_port have one port: give each its own");
  if (broker.metrics_listen.starts_with("0.0.0.0:") || broker.metrics_listen.starts_with("[::]:"))
    reader.findings().note(
        reader.place("metrics_listen"),
        "metrics_listen is every address of this machine, and no password is asked: name the one address "
        "that Prometheus comes to");
}

// Sockets are files, so that two spellings of one path are one socket.
bool is_one_path(const std::filesystem::path& a, const std::filesystem::path& b) {
  return a.lexically_normal() == b.lexically_normal();
}

constexpr std::size_t longest_socket_path = sizeof(sockaddr_un::sun_path) - 1;

void check_socket(TableReader& reader, std::string_view key, const std::string& path) {
  const std::size_t errors_before = reader.findings().errors();
  reader.absolute_path(key, path);
  if (path.size() > longest_socket_path)
    reader.findings().error(reader.place(key), std::string(key) + " must be at most " +
                                                   std::to_string(longest_socket_path) +
                                                   " bytes: the kernel takes no longer path of a socket");
  else if (path.ends_with('/') || path.ends_with("/.") || path.ends_with("/.."))
    reader.findings().error(reader.place(key), std::string(key) + " is a folder: add the name of the socket");
  if (reader.findings().errors() == errors_before) check_socket_place(reader, key, path);
}

// A socket that stands beside another one where it is not named, and has to find room there.
struct SideSocket {
  std::string_view key;
  std::string& path;
  bool named;
  std::string_view beside;   // the key of that other one
  std::string_view without;  // what it means that there is none
};

void check_side_socket(TableReader& reader, const SideSocket& side, std::initializer_list<std::string_view> others,
                       std::string_view differs_from) {
  Findings& findings = reader.findings();
  if (side.named && !side.path.empty()) check_socket(reader, side.key, side.path);
  const bool taken = std::ranges::any_of(others, [&](std::string_view other) { return is_one_path(side.path, other); });
  if (taken && side.named)
    findings.error(reader.place(side.key), std::string(side.key) + " must differ from " + std::string(differs_from));
  if (side.named) return;
  const bool no_room = side.path.size() > longest_socket_path;
  const std::string file = std::filesystem::path(side.path).filename();
  if (no_room)
    findings.note(reader.place(side.beside),
                  "there is no " + file + " beside " + std::string(side.beside) +
                      ", as its path is too long for a socket: " + std::string(side.without) + "; name a " +
                      std::string(side.key) + ", or \"\" for none");
  if (taken || no_room) side.path.clear();
}

void check_sockets(TableReader& reader, Broker& broker) {
  check_socket(reader, "socket", broker.socket);
  check_socket(reader, "control_socket", broker.control_socket);
  if (is_one_path(broker.socket, broker.control_socket))
    reader.findings().error(reader.place("control_socket"), "socket and control_socket must differ");
  if (broker.lock_socket_named || broker.control_socket.size() <= longest_socket_path)
    check_side_socket(reader,
                      {.key = "lock_socket",
                       .path = broker.lock_socket,
                       .named = broker.lock_socket_named,
                       .beside = "control_socket",
                       .without = "locks come through control_socket"},
                      {broker.socket, broker.control_socket}, "socket and control_socket");
  if (broker.fhir_socket_named || broker.socket.size() <= longest_socket_path)
    check_side_socket(reader,
                      {.key = "fhir_socket",
                       .path = broker.fhir_socket,
                       .named = broker.fhir_socket_named,
                       .beside = "socket",
                       .without = "apps cannot send FHIR requests through wardend"},
                      {broker.socket, broker.control_socket, broker.lock_socket}, "the other sockets");
}

}  // namespace

void read_broker(const Node& table, const std::string& file, Findings& findings, Broker& broker) {
  TableReader reader(table, file, "[broker]", findings);
  reader.text("socket", broker.socket);
  reader.text("control_socket", broker.control_socket);
  broker.lock_socket_named = table.get("lock_socket") != nullptr;
  broker.lock_socket = std::filesystem::path(broker.control_socket).replace_filename("lock.sock");
  reader.text("lock_socket", broker.lock_socket);
  broker.fhir_socket_named = table.get("fhir_socket") != nullptr;
  broker.fhir_socket = std::filesystem::path(broker.socket).replace_filename("fhir.sock");
  reader.text("fhir_socket", broker.fhir_socket);
  reader.number("loopback_port", broker.loopback_port, 0, 65535);
  reader.text("metrics_listen", broker.metrics_listen);
  reader.text("state_dir", broker.state_dir);
  reader.text("metrics_textfile", broker.metrics_textfile);
  reader.texts("lock_sources", broker.lock_sources);
  reader.duration("lock_grace", broker.lock_grace, Milliseconds(0), seconds(60));
  reader.flag("unlock_proves_presence", broker.unlock_proves_presence);
  reader.number("max_connections_per_user", broker.max_connections_per_user, 1, 4096);
  reader.number("max_connections", broker.max_connections, 1, 65536);
  check_sockets(reader, broker);
  reader.absolute_path("state_dir", broker.state_dir);
  check_place(reader, "state_dir", broker.state_dir);
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

namespace {

constexpr std::size_t longest_organization = 200;  // characters; it is on every line of the trail

// Who answers for the trail, and what for its people use records.
// Spec: HL7 v3 PurposeOfUse (http://terminology.hl7.org/ValueSet/v3-PurposeOfUse), those that a workstation serves
void read_statements(TableReader& reader, Audit& audit) {
  using Code = Word<std::string>;
  reader.text("organization", audit.organization);
  if (!audit.organization.empty())
    reader.readable("organization", audit.organization, longest_organization, TableReader::Lines::one);
  reader.word<std::string>(
      "purpose_of_use", audit.purpose_of_use,
      {Code{"", ""}, Code{"TREAT", "TREAT"}, Code{"ETREAT", "ETREAT"}, Code{"CAREMGT", "CAREMGT"}, Code{"COC", "COC"},
       Code{"HOPERAT", "HOPERAT"}, Code{"PATADMIN", "PATADMIN"}, Code{"PATRQT", "PATRQT"}, Code{"PUBHLTH", "PUBHLTH"},
       Code{"HRESCH", "HRESCH"}, Code{"TRAIN", "TRAIN"}});
}

}  // namespace

void read_audit(const Node& table, const std::string& file, Findings& findings, Audit& audit) {
  TableReader reader(table, file, "[audit]", findings);
  reader.text("file", audit.file);
  read_statements(reader, audit);
  reader.word<OnFailure>("on_failure", audit.on_failure, {{"refuse", OnFailure::refuse}, {"allow", OnFailure::allow}});
  reader.absolute_path("file", audit.file);
  check_place(reader, "file", audit.file);
  read_forwarding(reader, audit);
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
