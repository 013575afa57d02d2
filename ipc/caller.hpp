// Who is at the other end of a connection: what the kernel recorded when it was made, and what /proc says of that
// process. Nothing a caller says about itself is here. Not who may do what: that is peer_rules.hpp and the
// configuration.
#pragma once

#include <sys/types.h>

#include <expected>
#include <memory>
#include <string>
#include <vector>

#include "ipc/cgroup.hpp"
#include "ipc/open_process.hpp"

namespace wardend::ipc {

struct CallerFacts {
  pid_t pid = 0;
  uid_t uid = static_cast<uid_t>(-1);
  gid_t gid = static_cast<gid_t>(-1);
  std::vector<gid_t> groups = {};  // supplementary
  std::string label = {};          // AppArmor's or SELinux's; empty where there is none
  std::string comm = {};           // for logs only: any process can change its own
  CgroupFacts cgroup = {};
  std::string birth = {};  // with the pid it names one process until the next boot
};

// What is read of a peer beside its number and user: what no rule asks for need not be.
struct PeerFacts {
  bool groups = true;
  bool label = true;
};

class Caller {
 public:
  // What the kernel recorded of a connected Unix socket's peer when it connected: process number, user, and groups
  // where they are wanted. One system call, or two. An error, in words, when the kernel does not say: close the
  // connection.
  [[nodiscard]] static std::expected<Caller, std::string> of_socket(int socket, PeerFacts wanted = {});

  // Facts known otherwise (a test): nothing can be looked up, and its process does not live.
  explicit Caller(CallerFacts facts);

  // Opens the process that connected `socket`. While it is open, what only some rules need is read when it is asked for
  // first (unit and login session, birth, name), and alive() tells when the process ends. Costs a descriptor until
  // let_go(). False: the process is gone, or cannot be told for sure.
  bool hold(int socket);
  // The same, of a process that was found open.
  void hold(int socket, std::shared_ptr<const OpenProcess> process);
  // Gives the descriptor back. What was read stays.
  void let_go() { process_.reset(); }
  // Reads what is wanted now and was not when the connection was made: groups; the label of one that is held.
  void learn(int socket, PeerFacts wanted);

  [[nodiscard]] pid_t pid() const { return facts_.pid; }
  [[nodiscard]] uid_t uid() const { return facts_.uid; }
  [[nodiscard]] gid_t gid() const { return facts_.gid; }
  [[nodiscard]] const std::string& label() const { return facts_.label; }
  // The process that is held; nullptr: none.
  [[nodiscard]] const std::shared_ptr<const OpenProcess>& process() const { return process_; }
  // These are empty where the process ended before it was read.
  [[nodiscard]] const std::string& birth() const;
  [[nodiscard]] const CgroupFacts& cgroup() const;
  // Primary or supplementary.
  [[nodiscard]] bool in_group(gid_t group) const;
  // Whether the process that connected still runs. One system call. False unless it is held.
  [[nodiscard]] bool alive() const { return process_ && process_->runs(); }
  // "pid=12 uid=1000 unit=app.service comm=app", its text escaped: for log lines.
  [[nodiscard]] std::string describe() const;

 private:
  mutable CallerFacts facts_;
  PeerFacts wanted_;
  // Which of them were read, or given.
  bool has_groups_ = true, has_label_ = true;
  mutable bool has_birth_ = true, has_cgroup_ = true;
  std::shared_ptr<const OpenProcess> process_;
};

}  // namespace wardend::ipc
