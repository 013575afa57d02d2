// A process of hostile clients on a Unix socket: each connection misbehaves in its own way for as long as the object
// lives, and connects again when it is cut.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <filesystem>
#include <optional>
#include <vector>

namespace wardend::test {

struct CrowdPlan {
  std::size_t idle = 0;         // connect and say nothing
  std::size_t half_frames = 0;  // begin a frame and never end it
  std::size_t floods = 0;       // call without a pause, answers read
  std::size_t deaf = 0;         // call without a pause and never read
  std::size_t deep = 0;         // JSON nested 120,000 levels
  std::size_t large = 0;        // texts of 256 KiB
  std::size_t vanishing = 0;    // call and leave
  std::size_t refused = 0;      // call what is refused, without a pause
  std::size_t mixed = 0;        // eight calls that are refused and one that is not, without a pause
  std::size_t curious = 0;      // ask for an interface's description, without a pause
  std::size_t churning = 0;     // connect and leave at once, in a loop of its own
};

class Crowd {
 public:
  // `uid`: who they are; absent: the test's own user.
  Crowd(const std::filesystem::path& socket, const CrowdPlan& plan, std::optional<uid_t> uid = {});
  Crowd(const Crowd&) = delete;
  Crowd& operator=(const Crowd&) = delete;
  ~Crowd();

 private:
  std::vector<pid_t> pids_;
};

}  // namespace wardend::test
