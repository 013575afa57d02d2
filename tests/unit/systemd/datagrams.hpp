// The other end of a datagram socket: what a service manager or a journal would get.
#pragma once

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <array>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "base/file_descriptor.hpp"

namespace wardend::test {

class Datagrams {
 public:
  Datagrams() {
    std::string folder = (std::filesystem::temp_directory_path() / "wardend-datagrams-XXXXXX").string();
    EXPECT_NE(::mkdtemp(folder.data()), nullptr);
    folder_ = folder;
    open();
  }
  ~Datagrams() {
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }
  Datagrams(const Datagrams&) = delete;
  Datagrams& operator=(const Datagrams&) = delete;

  [[nodiscard]] std::string path() const { return folder_ / "socket"; }

  // A new socket at the same path.
  void open() {
    close();
    socket_ = FileDescriptor(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    sockaddr_un address{.sun_family = AF_UNIX, .sun_path = {}};
    path().copy(address.sun_path, sizeof address.sun_path - 1);
    EXPECT_EQ(::bind(socket_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  }
  void close() {
    socket_.reset();
    std::filesystem::remove(path());
  }

  // Every datagram that has arrived. The sender and we are one process: what was sent is there.
  std::vector<std::string> take() {
    std::vector<std::string> all;
    std::array<char, 65536> bytes{};
    for (;;) {
      const auto count = ::recv(socket_.get(), bytes.data(), bytes.size(), MSG_DONTWAIT);
      if (count < 0) return all;
      all.emplace_back(bytes.data(), static_cast<std::size_t>(count));
    }
  }

 private:
  std::filesystem::path folder_;
  FileDescriptor socket_;
};

// An environment variable for the time of a test.
class Variable {
 public:
  Variable(const char* name, const std::string& value) : name_(name) { ::setenv(name, value.c_str(), 1); }
  ~Variable() { ::unsetenv(name_); }
  Variable(const Variable&) = delete;
  Variable& operator=(const Variable&) = delete;

 private:
  const char* name_;
};

}  // namespace wardend::test
