// The honest users beside a hostile neighbour: an app that asks for its token, an EHR's agent that reports locks,
// systemd that waits for the watchdog's beat. What they saw, in figures.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <thread>
#include <vector>

#include "base/file_descriptor.hpp"
#include "tests/integration/site.hpp"

namespace wardend::test {

// Milliseconds of calls, and how many were answered otherwise than they should be.
struct Times {
  std::vector<double> milliseconds = {};
  std::size_t wrong = 0;
  std::string example = {};                     // the last wrong answer
  [[nodiscard]] double share(double of) const;  // 0.5: the median; 1: the longest; 0 where there are none
  [[nodiscard]] double p99() const { return share(0.99); }
};

// Takes the messages of one service for systemd.
class Watchdog {
 public:
  static constexpr std::chrono::milliseconds interval{200};  // between two beats, as the service should send them
  explicit Watchdog(const std::filesystem::path& folder);
  ~Watchdog();
  Watchdog(const Watchdog&) = delete;
  Watchdog& operator=(const Watchdog&) = delete;

  [[nodiscard]] std::vector<std::string> environment() const;
  // From here on beats count.
  void begin();
  // The longest that a beat came late, in milliseconds, and when none has come since then.
  [[nodiscard]] double latest();

 private:
  void listen();
  std::string address_;
  FileDescriptor socket_;
  std::atomic<std::int64_t> last_{0};   // nanoseconds of the steady clock
  std::atomic<std::int64_t> worst_{0};  // nanoseconds between two
  std::atomic<bool> over_{false};
  std::thread listener_;
};

// A server of wardend's priority that sends back what it gets: what anybody could reach on this machine meanwhile.
class Echo {
 public:
  explicit Echo(const std::filesystem::path& folder);
  ~Echo();
  Echo(const Echo&) = delete;
  Echo& operator=(const Echo&) = delete;
  // Connects, says something and waits for it to come back. False: it failed.
  [[nodiscard]] bool ask() const;

 private:
  std::filesystem::path path_;
  pid_t pid_ = -1;
};

// Asks for the token on a connection that is kept, and on a new one each time, and for records through the gateway;
// reports locks that find nobody, on the
// lock socket and on the control socket. Until it goes, or end() is called.
class Honest {
 public:
  Honest(const Site& site, std::string session, std::vector<nlohmann::json> others);
  ~Honest() { end(); }
  Honest(const Honest&) = delete;
  Honest& operator=(const Honest&) = delete;
  void end();

  Times kept;   // GetToken
  Times fresh;  // the same with the connection
  Times locks;  // ReportLock for `others`, each in turn, with the connection
  Times locks_at_control;
  Times gateway;  // a search through the gateway, on a connection that is kept
  Times echoes;   // with the connection

 private:
  void start(std::function<void()> work);
  void ask_kept();
  void ask_fresh();
  void report();
  void report_at(const char* socket, const nlohmann::json& target, Times& times) const;
  void ask_gateway();
  void ask_echo();
  const Site& site_;
  Echo echo_;
  std::string session_;
  std::vector<nlohmann::json> others_;
  std::atomic<bool> over_{false};
  std::vector<std::thread> threads_;
};

// An app that asks many times and reads nothing, as one does that hangs.
class Unread {
 public:
  Unread(const std::filesystem::path& socket, const std::string& session);
  // What has come so far was written in time. From the next byte on it was not.
  void mark();
  // What was written after mark().
  [[nodiscard]] std::string late();

 private:
  FileDescriptor socket_;
  std::size_t in_time_ = 0;
};

// How much a process holds, and how much it has written.
struct Weight {
  double memory = 0;  // MiB resident
  double audit = 0;   // MiB
  double log = 0;     // MiB
  std::size_t descriptors = 0;
};
[[nodiscard]] Weight weigh(Site& site);

}  // namespace wardend::test
