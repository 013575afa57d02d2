// The audit trail on its way off this machine: to a FHIR audit repository ([audit] forward_to) and to syslog ([audit]
// syslog). Neither waits for the other, and nobody waits for them.
#pragma once

#include <boost/asio/io_context.hpp>
#include <filesystem>
#include <string>
#include <vector>

#include "base/task_group.hpp"
#include "daemon/audit/file_sink.hpp"
#include "daemon/forwarding/fhir_carrier.hpp"
#include "daemon/forwarding/forwarder.hpp"
#include "daemon/forwarding/syslog_carrier.hpp"
#include "daemon/http/curl_client.hpp"

namespace wardend::forwarding {

class Forwarding {
 public:
  struct Parts {
    asio::io_context& loop;
    Clock& clock;
    Random& random;
    const config::Live& config;
    audit::FileSink& trail;
    Worker& disk;  // nobody else's: the trail's files are read there, events made, credentials read
    std::filesystem::path credentials_folder;
    std::string own_name;  // this machine's
  };
  explicit Forwarding(const Parts& parts);

  // Starts both loops. `configured` is notified when there may be another configuration.
  void start(Event& configured);
  // Gives up what is under way: it is sent again after the next start.
  [[nodiscard]] asio::awaitable<void> shut_down();

  // By sink, "fhir" and "syslog", whether something is forwarded there or not.
  struct Sink {
    std::string name;
    Standing standing;
  };
  [[nodiscard]] std::vector<Sink> sinks() const;
  // What somebody should do, a sentence each: for Status.
  [[nodiscard]] std::vector<std::string> notices() const;

 private:
  [[nodiscard]] asio::awaitable<void> heed(Event& event);

  Parts parts_;
  http::TlsIdentity identity_;
  http::CurlClient http_;  // it shows `identity_`
  FhirCarrier fhir_carrier_;
  SyslogCarrier syslog_carrier_;
  Forwarder fhir_;
  Forwarder syslog_;
  TaskGroup tasks_;
};

// Empty: it is not behind.
[[nodiscard]] std::string notice_of(const Standing& standing);

}  // namespace wardend::forwarding
