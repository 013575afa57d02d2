// [audit], as far as it says where the trail goes from this machine.
#include <string>

#include "config/named_files.hpp"
#include "config/sections.hpp"
#include "config/syslog_address.hpp"
#include "config/table_reader.hpp"

namespace wardend::config {
namespace {

// Keys that say how, without one that says where.
void note_idle_keys(TableReader& reader, const Audit& audit, bool by_tls_syslog) {
  const auto idle = [&](std::string_view key, const std::string& value, std::string_view without) {
    if (!value.empty())
      reader.findings().note(reader.place(key), std::string(key) + " has no effect without " + std::string(without));
  };
  if (!by_tls_syslog) idle("syslog_ca_file", audit.syslog_ca_file, "syslog = \"tls://HOST:PORT\"");
  if (!audit.forward_to.empty()) return;
  idle("forward_token", audit.forward_token, "forward_to");
  if (by_tls_syslog) return;
  idle("forward_certificate", audit.forward_certificate, "forward_to or syslog = \"tls://HOST:PORT\"");
  idle("forward_key", audit.forward_key, "forward_to or syslog = \"tls://HOST:PORT\"");
}

}  // namespace

void read_forwarding(TableReader& reader, Audit& audit) {
  reader.text("forward_to", audit.forward_to);
  reader.text("forward_token", audit.forward_token);
  reader.text("forward_certificate", audit.forward_certificate);
  reader.text("forward_key", audit.forward_key);
  reader.text("syslog", audit.syslog);
  reader.text("syslog_ca_file", audit.syslog_ca_file);
  const auto address = parse_syslog_address(audit.syslog);
  if (!audit.syslog.empty() && !address)
    reader.findings().error(reader.place("syslog"),
                            "syslog must be \"local\", or \"tls://HOST:PORT\", or \"\" for none");
  if (audit.forward_certificate.empty() != audit.forward_key.empty())
    reader.findings().error(reader.place(audit.forward_key.empty() ? "forward_certificate" : "forward_key"),
                            "forward_certificate and forward_key belong together: name both, or none");
  check_forward_credential(reader, "forward_token", audit.forward_token);
  check_forward_credential(reader, "forward_certificate", audit.forward_certificate);
  check_forward_credential(reader, "forward_key", audit.forward_key);
  check_ca_file(reader, "syslog_ca_file", audit.syslog_ca_file, "no syslog is sent");
  note_idle_keys(reader, audit, address && !address->local);
}

}  // namespace wardend::config
