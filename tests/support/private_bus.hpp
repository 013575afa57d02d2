// A dbus-daemon of the test's own, on a socket in a temporary folder: as real as the system bus, and nobody else's.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>

namespace wardend::test {

class PrivateBus {
 public:
  // Returns when the daemon accepts connections. Throws std::runtime_error when it does not: dbus-daemon is missing.
  PrivateBus();
  ~PrivateBus();
  PrivateBus(const PrivateBus&) = delete;
  PrivateBus& operator=(const PrivateBus&) = delete;

  // Every connection is lost at once. start() brings the bus back at the same address.
  void kill();
  void start();
  [[nodiscard]] const std::string& address() const { return address_; }

 private:
  std::filesystem::path folder_;
  std::string address_;
  pid_t daemon_ = -1;
};

}  // namespace wardend::test
