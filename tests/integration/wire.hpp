// A connection of an app to the gateway's socket that writes and reads its bytes itself.
#pragma once

#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>

#include <array>
#include <string>
#include <string_view>

#include "base/file_descriptor.hpp"
#include "tests/integration/site.hpp"

namespace wardend::test {

class Wire {
 public:
  explicit Wire(const Site& site) : Wire(site.folder() / "fhir.sock") {}
  explicit Wire(const std::filesystem::path& path) : socket_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_un address{.sun_family = AF_UNIX, .sun_path = {}};
    path.string().copy(address.sun_path, sizeof address.sun_path - 1);
    connected_ = ::connect(socket_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
    const timeval patience{.tv_sec = 20, .tv_usec = 0};
    ::setsockopt(socket_.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    ::setsockopt(socket_.get(), SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
  }
  [[nodiscard]] bool connected() const { return connected_; }
  void put(std::string_view bytes) const {
    while (!bytes.empty()) {
      const auto count = ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (count <= 0) return;
      bytes.remove_prefix(static_cast<std::size_t>(count));
    }
  }
  // What has come once it is so much, or all that comes.
  [[nodiscard]] std::string heard_at_least(std::size_t bytes) const {
    std::string all;
    std::array<char, 4096> chunk{};
    for (ssize_t count = 1; count > 0 && all.size() < bytes;) {
      count = ::recv(socket_.get(), chunk.data(), chunk.size(), 0);
      if (count > 0) all.append(chunk.data(), static_cast<std::size_t>(count));
    }
    return all;
  }
  // One answer in full, as far as it comes; the connection goes on.
  [[nodiscard]] std::string answer() const {
    constexpr std::string_view length_field = "\r\nContent-Length: ";
    std::string all;
    std::array<char, 65536> chunk{};
    for (;;) {
      const auto head = all.find("\r\n\r\n");
      const auto length = all.find(length_field);
      if (length < head && all.size() >= head + 4 + std::stoul(all.substr(length + length_field.size()))) return all;
      if (length > head && all.ends_with("\r\n0\r\n\r\n")) return all;
      const auto count = ::recv(socket_.get(), chunk.data(), chunk.size(), 0);
      if (count <= 0) return all;
      all.append(chunk.data(), static_cast<std::size_t>(count));
    }
  }
  [[nodiscard]] int fd() const { return socket_.get(); }
  // Says no more, and reads all that comes until the other end closes.
  [[nodiscard]] std::string heard() const {
    ::shutdown(socket_.get(), SHUT_WR);
    std::string all;
    std::array<char, 65536> chunk{};
    for (ssize_t count = 1; count > 0;) {
      count = ::recv(socket_.get(), chunk.data(), chunk.size(), 0);
      if (count > 0) all.append(chunk.data(), static_cast<std::size_t>(count));
    }
    return all;
  }

 private:
  FileDescriptor socket_;
  bool connected_ = false;
};

}  // namespace wardend::test
