// A listening Unix socket for peers that say what a test tells them to.
#pragma once

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <string>

#include "base/file_descriptor.hpp"

namespace wardend::test {

[[nodiscard]] inline FileDescriptor listening_socket(const std::string& path) {
  FileDescriptor listening(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path.copy(address.sun_path, sizeof address.sun_path - 1);
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): what bind(2) asks for
  EXPECT_EQ(::bind(listening.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  EXPECT_EQ(::listen(listening.get(), 8), 0);
  return listening;
}

// The next who connects; not valid once the socket was shut down.
[[nodiscard]] inline FileDescriptor accepted(const FileDescriptor& listening) {
  return FileDescriptor(::accept4(listening.get(), nullptr, nullptr, SOCK_CLOEXEC));
}

}  // namespace wardend::test
