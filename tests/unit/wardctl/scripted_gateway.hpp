// A gateway for wardctl's tests that answers word for word what a test told it to, one request a connection.
#pragma once

#include <gtest/gtest.h>
#include <sys/socket.h>

#include <array>
#include <mutex>
#include <string>
#include <thread>

#include "base/file_descriptor.hpp"
#include "tests/support/listening_socket.hpp"

namespace wardend::wardctl::test {

class ScriptedGateway {
 public:
  explicit ScriptedGateway(const std::string& path) : listening_(wardend::test::listening_socket(path)) {
    thread_ = std::thread([this] { serve(); });
  }
  ScriptedGateway(const ScriptedGateway&) = delete;
  ScriptedGateway& operator=(const ScriptedGateway&) = delete;
  ~ScriptedGateway() {
    ::shutdown(listening_.get(), SHUT_RDWR);
    thread_.join();
  }

  // What is sent for every request from now on, exactly as it is.
  void answer(std::string bytes) {
    const std::lock_guard hold(mutex_);
    answer_ = std::move(bytes);
  }
  // An answer with that status and body, FHIR's JSON.
  void answer(int status, const std::string& body, const std::string& more = "") {
    answer("HTTP/1.1 " + std::to_string(status) + " X\r\nContent-Type: application/fhir+json\r\n" + more +
           "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body);
  }
  // The last request, head and body.
  [[nodiscard]] std::string request() {
    const std::lock_guard hold(mutex_);
    return request_;
  }

 private:
  // Whether a request is there as a whole.
  static bool is_whole(const std::string& text) {
    const auto end = text.find("\r\n\r\n");
    if (end == std::string::npos) return false;
    const auto length = text.find("Content-Length: ");
    return length == std::string::npos || text.size() >= end + 4 + std::stoul(text.substr(length + 16));
  }
  void serve() {
    for (;;) {
      const FileDescriptor peer = wardend::test::accepted(listening_);
      if (!peer.valid()) return;
      std::string text;
      std::array<char, 4096> chunk{};
      while (!is_whole(text)) {
        const auto count = ::recv(peer.get(), chunk.data(), chunk.size(), 0);
        if (count <= 0) break;
        text.append(chunk.data(), static_cast<std::size_t>(count));
      }
      const std::lock_guard hold(mutex_);
      request_ = text;
      ::send(peer.get(), answer_.data(), answer_.size(), MSG_NOSIGNAL);
    }
  }

  FileDescriptor listening_;
  std::mutex mutex_;
  std::string answer_;
  std::string request_;
  std::thread thread_;
};

}  // namespace wardend::wardctl::test
