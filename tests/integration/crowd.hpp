// A process of hostile clients on a Unix socket: each connection misbehaves in its own way for as long as the object
// lives, and connects again when it is cut.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <filesystem>
#include <optional>

namespace wardend::test {

struct CrowdPlan {
  std::size_t half_frames = 0;  // begin a frame and never end it
  std::size_t floods = 0;       // call without a pause, answers read
  std::size_t deaf = 0;         // call without a pause and never read
  std::size_t deep = 0;         // JSON nested 120,000 levels
  std::size_t large = 0;        // texts of 256 KiB
  std::size_t vanishing = 0;    // call and leave
  [[nodiscard]] std::size_t size() const { return half_frames + floods + deaf + deep + large + vanishing; }
};

class Crowd {
 public:
  // `uid`: who they are; absent: the test's own user.
  Crowd(const std::filesystem::path& socket, const CrowdPlan& plan, std::optional<uid_t> uid = {});
  Crowd(const Crowd&) = delete;
  Crowd& operator=(const Crowd&) = delete;
  ~Crowd();

 private:
  pid_t pid_ = -1;
};

}  // namespace wardend::test
