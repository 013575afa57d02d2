// What is told of requests through the gateway: an audit record of each, and counters. A write leaves the two records
// that AuthorizeWrite and RecordWrite leave: before it goes, and when its answer is known.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "base/audit_sink.hpp"
#include "base/random.hpp"
#include "base/result.hpp"
#include "daemon/access/gate.hpp"
#include "daemon/session/audit_entry.hpp"
#include "daemon/session/session_vault.hpp"
#include "daemon/writes/write_record.hpp"
#include "ipc/caller.hpp"
#include "protocol/fhir/request.hpp"

namespace wardend::gateway {

// One request, as far as it is known.
struct Seen {
  const ipc::Caller& caller;
  Result<access::Who> who;
  entry::Owner whose = {};  // once the session is known
  fhir::FhirRequest request = {};
  bool known = false;      // `request` was read
  std::string query = {};  // undecoded
  std::string request_id = {};
  std::string asked = {};  // of one that cannot be understood: method and path as they came
  std::string note = {};   // what else should be said of it
  std::optional<WallTime> sent_at = {};
  std::string condition = {};  // of a create: If-None-Exist
  std::string entries = {};    // of a Bundle: what each asks for. `request` says then whether all of them read
  std::string subject = {};    // whom its body says that it is about
  std::string search = {};     // of a page: the request id of the search that it goes on with
  // What wardend read at the server to judge it: "Observation/1".
  std::shared_ptr<std::vector<std::string>> looked_at = std::make_shared<std::vector<std::string>>();
  int status = 0;  // of the server's answer; 0: none has come
};

// Whether it is known, and a write in the audit trail: may_change(), and no operation.
[[nodiscard]] bool is_write(const Seen& seen);

class GatewayRecord {
 public:
  GatewayRecord(Clock& clock, AuditSink& audit, writes::WriteRecord& writes, session::SessionVault& vault,
                Random& random)
      : clock_(clock), audit_(audit), writes_(writes), vault_(vault), request_id_prefix_(random.token(6)) {}

  // Names one request: to the app, to the server, and in the audit trail.
  [[nodiscard]] std::string next_request_id() { return request_id_prefix_ + "g" + std::to_string(++asked_); }

  // It did not go. `session`: the one that was meant, if it is there now.
  void refused(const Seen& seen, const session::Session* session, const Error& error);
  // A request is about to go: `seen` knows when, from now on. Returns what answered() or unanswered() is told then:
  // of a read nothing is in it.
  [[nodiscard]] writes::Permit sent(Seen& seen, session::Session& session,
                                    const writes::WriteRecord::Override& emergency);
  struct Answer {
    int status = 0;
    std::uint64_t bytes = 0;    // of its body
    bool whole = true;          // it went to its end
    std::string location = {};  // what the server called what was written
    std::string note = {};      // what it shows beside what was asked for
    const writes::Permit& permit;
  };
  void answered(const Seen& seen, const Answer& answer);
  // It has gone, and the app got no answer of the server's. What became of a write the status says, where one came. The
  // server may have an entry for each of these, so the trail has one too.
  void unanswered(const Seen& seen, const writes::Permit& permit, const Error& error);
  void took(Duration upstream) { upstream_ += upstream; }

  // app, interaction, result: "ok", "client_error", "server_error", "broken", or the error's name.
  using Counts = std::map<std::tuple<std::string, std::string, std::string>, std::uint64_t>;
  [[nodiscard]] const Counts& requests() const { return requests_; }
  // By app: of bodies that went to it.
  [[nodiscard]] const std::map<std::string, std::uint64_t>& bytes() const { return bytes_; }
  // How long servers took to their heads, all together.
  [[nodiscard]] Duration upstream() const { return upstream_; }

 private:
  void count(const Seen& seen, std::string result);

  Clock& clock_;
  AuditSink& audit_;
  writes::WriteRecord& writes_;
  session::SessionVault& vault_;
  std::string request_id_prefix_;
  std::uint64_t asked_ = 0;
  Counts requests_;
  std::map<std::string, std::uint64_t> bytes_;
  Duration upstream_{};
};

}  // namespace wardend::gateway
