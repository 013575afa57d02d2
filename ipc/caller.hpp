// Who is at the other end of a connection: what the kernel recorded when it was made, and what /proc says of that
// process. Nothing a caller says about itself is here. Not who may do what: that is peer_rules.hpp and the
// configuration.
#pragma once

#include <sys/types.h>

#include <expected>
#include <string>
#include <utility>
#include <vector>

#include "base/file_descriptor.hpp"
#include "ipc/cgroup.hpp"

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
  // What the kernel recorded of a connected Unix socket's peer when it connected: process number, user, groups. Two
  // system calls. An error, in words, when the kernel does not say: close the connection.
  [[nodiscard]] static std::expected<Caller, std::string> of_socket(int socket);

  // Facts known otherwise (a test): nothing can be looked up, and its process does not live.
  explicit Caller(CallerFacts facts) : facts_(std::move(facts)) {}

  // Reads the peer's label, and /proc of the process that connected `socket`: unit, login session, start time, name. An
  // error, in words, when that process is gone or cannot be told for sure. Leaves no descriptor open. Where the kernel
  // has no SO_PEERPIDFD (before 6.5) a process number that was given to another process of the same user before this is
  // not noticed.
  [[nodiscard]] std::expected<void, std::string> look_up(int socket);

  // Opens that process, so that alive() can tell when it ends; looks it up first where that was not done. Without
  // effect when it is open, or gone. It costs a descriptor: call it when the first call arrives.
  void hold(int socket);

  [[nodiscard]] pid_t pid() const { return facts_.pid; }
  [[nodiscard]] uid_t uid() const { return facts_.uid; }
  [[nodiscard]] gid_t gid() const { return facts_.gid; }
  [[nodiscard]] const std::string& start_time() const { return facts_.start_time; }
  [[nodiscard]] const std::string& label() const { return facts_.label; }
  [[nodiscard]] const CgroupFacts& cgroup() const { return facts_.cgroup; }
  [[nodiscard]] const CallerFacts& facts() const { return facts_; }
  // Primary or supplementary.
  [[nodiscard]] bool in_group(gid_t group) const;
  // Whether the process that connected still runs. One system call. False until hold() has found it.
  [[nodiscard]] bool alive() const;
  // "pid=12 uid=1000 unit=app.service comm=app", its text escaped: for log lines.
  [[nodiscard]] std::string describe() const;

 private:
  [[nodiscard]] FileDescriptor process_of(int socket) const;
  void read_proc();

  CallerFacts facts_;
  bool looked_up_ = false;
  FileDescriptor process_;
};

}  // namespace wardend::ipc
