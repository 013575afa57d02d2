// What became of each launch: one audit record, one count, one entry of the launch matrix, and a warning where it
// failed.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <tuple>
#include <utility>

#include "base/audit_sink.hpp"
#include "base/result.hpp"
#include "daemon/launch/launch_matrix.hpp"
#include "daemon/launch/launch_request.hpp"
#include "daemon/launch/pending.hpp"
#include "daemon/session/store.hpp"

namespace wardend::launch {

class LaunchLog {
 public:
  LaunchLog(session::SessionStore& store, AuditSink& audit, LaunchMatrix& matrix)
      : store_(store), audit_(audit), matrix_(matrix) {}

  // `server` is empty where none was found. `outcome`: the session's id, or why there is none.
  void refused(const Beginning& beginning, const std::string& server, const Error& error);
  void over(const Pending& pending, const Result<std::string>& outcome);

  [[nodiscard]] bool trail_writable() const { return audit_.writable(); }

  // app, server, mode, result
  using Counts = std::map<std::tuple<std::string, std::string, std::string, std::string>, std::uint64_t>;
  [[nodiscard]] const Counts& counts() const { return counts_; }

 private:
  void count(LaunchKind kind, const Result<std::string>& outcome);
  void write(entry::Launch told, const Result<std::string>& outcome);

  session::SessionStore& store_;
  AuditSink& audit_;
  LaunchMatrix& matrix_;
  Counts counts_;
};

}  // namespace wardend::launch
