// Who is at the other end of a connection: what the kernel recorded when it was made, taken once at accept. Nothing a
// caller says about itself is here. Not who may do what: that is peer_rules.hpp and the configuration.
#pragma once

#include <sys/types.h>

#include <expected>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "ipc/cgroup.hpp"
#include "base/file_descriptor.hpp"

namespace wardend::ipc {

struct CallerFacts {
  pid_t pid = 0;
  uid_t uid = static_cast<uid_t>(-1);
  gid_t gid = static_cast<gid_t>(-1);
  std::vector<gid_t> groups = {};  // supplementary
  std::string label = {};          // AppArmor's or SELinux's; empty where there is none
  std::string comm = {};           // for logs only: any process can change its own
  CgroupFacts cgroup = {};
  std::string start_time = {};  // ticks since boot, as text: with the pid it names one process for ever
};

class Caller {
 public:
  // Asks the kernel about the peer of a connected Unix socket. An error, in words, when the peer is dead or cannot be
  // told for sure: close the connection. Where the kernel has no SO_PEERPIDFD (before 6.5) a process number that was
  // given to another process of the same user between connect and accept is not noticed.
  [[nodiscard]] static std::expected<Caller, std::string> of_socket(int socket);

  // Of facts known otherwise (a test). Without a `process` it is alive for ever.
  explicit Caller(CallerFacts facts, FileDescriptor process = {})
      : facts_(std::move(facts)), process_(std::move(process)) {}

  [[nodiscard]] pid_t pid() const { return facts_.pid; }
  [[nodiscard]] uid_t uid() const { return facts_.uid; }
  [[nodiscard]] gid_t gid() const { return facts_.gid; }
  [[nodiscard]] const std::string& start_time() const { return facts_.start_time; }
  [[nodiscard]] const std::string& label() const { return facts_.label; }
  [[nodiscard]] const CgroupFacts& cgroup() const { return facts_.cgroup; }
  [[nodiscard]] const CallerFacts& facts() const { return facts_; }
  // Primary or supplementary.
  [[nodiscard]] bool in_group(gid_t group) const;
  // Whether the process that connected still runs. One system call.
  [[nodiscard]] bool alive() const;
  // "pid=12 uid=1000 unit=app.service comm=app", its text escaped: for log lines.
  [[nodiscard]] std::string describe() const;

 private:
  CallerFacts facts_;
  FileDescriptor process_;
};

// The uid of the peer, before anything else is asked; nullopt when the kernel does not say.
[[nodiscard]] std::optional<uid_t> peer_uid(int socket);

}  // namespace wardend::ipc
