// A hostile neighbour: processes of other users on the same machine that talk to wardend's sockets and ports as they
// like, for as long as the object lives.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace wardend::test {

// Many connections that all do the same, over and over.
struct Voice {
  std::filesystem::path path = {};  // a Unix socket; empty: TCP
  std::uint16_t port = 0;           // on 127.0.0.1
  std::size_t connections = 1;
  std::string speech = {};  // what each says
  enum class Then : std::uint8_t {
    again,  // says it anew without a pause
    hold,   // stays, and says nothing more
    leave,  // closes, and connects anew
  };
  Then then = Then::again;
  enum class Answers : std::uint8_t { read, unread };
  Answers answers = Answers::read;
  std::chrono::milliseconds a_byte{0};  // how long each byte of the speech takes; 0: as fast as it is taken
};

class Neighbour {
 public:
  // One process of `uid` (the test must be root) with all of these.
  Neighbour(uid_t uid, const std::vector<Voice>& voices);
  // One process that is `users` users in turn, each with one connection to `path` on which it says `speech`.
  Neighbour(uid_t first, std::size_t users, const std::filesystem::path& path, const std::string& speech);
  Neighbour(Neighbour&& other) noexcept : pid_(other.pid_) { other.pid_ = -1; }
  Neighbour& operator=(Neighbour&&) = delete;
  Neighbour(const Neighbour&) = delete;
  Neighbour& operator=(const Neighbour&) = delete;
  ~Neighbour();

 private:
  pid_t pid_ = -1;
};

// A call's frame, with its NUL.
[[nodiscard]] std::string frame_of(const std::string& method, const std::string& parameters = "{}");

}  // namespace wardend::test
