// A broker for the client's tests that says word for word what a test told it to: one thread, one connection at a time.
#pragma once

#include <gtest/gtest.h>
#include <sys/socket.h>

#include <array>
#include <filesystem>
#include <map>
#include <mutex>
#include <nlohmann/json.hpp>
#include <string>
#include <thread>
#include <vector>

#include "base/file_descriptor.hpp"
#include "tests/support/listening_socket.hpp"

namespace wardend::client::test {

// A folder of its own, gone with the test.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "wardctl-XXXXXX").string();
    if (::mkdtemp(pattern.data()) != nullptr) path_ = pattern;
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  [[nodiscard]] std::string file(const std::string& name) const { return (path_ / name).string(); }

 private:
  std::filesystem::path path_;
};

inline std::string frame(const nlohmann::json& value) { return value.dump() + '\0'; }
inline std::string reply_frame(const nlohmann::json& parameters) { return frame({{"parameters", parameters}}); }
inline std::string error_frame(const std::string& error, const nlohmann::json& parameters) {
  return frame({{"error", error}, {"parameters", parameters}});
}

class ScriptedBroker {
 public:
  explicit ScriptedBroker(const std::string& path) : path_(path), listening_(wardend::test::listening_socket(path)) {
    thread_ = std::thread([this] { serve(); });
  }
  ScriptedBroker(const ScriptedBroker&) = delete;
  ScriptedBroker& operator=(const ScriptedBroker&) = delete;
  ~ScriptedBroker() {
    ::shutdown(listening_.get(), SHUT_RDWR);
    thread_.join();
  }

  // The bytes to send for a call of `method`, exactly as they are; "" says nothing.
  void answer(const std::string& method, std::string bytes) {
    const std::lock_guard hold(mutex_);
    answers_[method] = {std::move(bytes), false};
  }
  // The same, and the connection is closed afterwards.
  void answer_and_close(const std::string& method, std::string bytes) {
    const std::lock_guard hold(mutex_);
    answers_[method] = {std::move(bytes), true};
  }
  // Every call so far.
  [[nodiscard]] std::vector<nlohmann::json> calls() {
    const std::lock_guard hold(mutex_);
    return calls_;
  }
  // The parameters of the only call of `method`; null if it was not called just once.
  [[nodiscard]] nlohmann::json parameters_of(const std::string& method) {
    nlohmann::json found;
    int times = 0;
    for (const auto& call : calls()) {
      if (call["method"] != method) continue;
      found = call["parameters"];
      ++times;
    }
    return times == 1 ? found : nlohmann::json();
  }
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  struct Script {
    std::string bytes;
    bool close = false;
  };

  void serve() {
    for (;;) {
      const FileDescriptor peer = wardend::test::accepted(listening_);
      if (!peer.valid()) return;
      serve(peer);
    }
  }
  void serve(const FileDescriptor& peer) {
    std::string unread;
    std::array<char, 4096> chunk{};
    for (;;) {
      const auto count = ::recv(peer.get(), chunk.data(), chunk.size(), 0);
      if (count <= 0) return;
      unread.append(chunk.data(), static_cast<std::size_t>(count));
      for (auto end = unread.find('\0'); end != std::string::npos; end = unread.find('\0')) {
        const auto script = script_for(nlohmann::json::parse(unread.substr(0, end)));
        unread.erase(0, end + 1);
        ::send(peer.get(), script.bytes.data(), script.bytes.size(), MSG_NOSIGNAL);
        if (script.close) return;
      }
    }
  }
  Script script_for(const nlohmann::json& call) {
    const std::lock_guard hold(mutex_);
    calls_.push_back(call);
    const auto method = call["method"].get<std::string>();
    const auto found = answers_.find(method);
    if (found != answers_.end()) return found->second;
    return {error_frame("org.varlink.service.MethodNotFound", {{"method", method}})};
  }

  std::string path_;
  FileDescriptor listening_;
  std::mutex mutex_;
  std::map<std::string, Script> answers_;
  std::vector<nlohmann::json> calls_;
  std::thread thread_;
};

}  // namespace wardend::client::test
