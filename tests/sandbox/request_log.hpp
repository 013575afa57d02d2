// Every request that the EHR saw, without any value that a client sent: tests read it to know what was asked, in what
// order, how often. The control interface's own requests are not in it.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "base/clock.hpp"

namespace wardend::sandbox {

struct LogEntry {
  WallTime time = {};
  std::string method = {};
  std::string path = {};
  std::vector<std::string> query_keys = {};
  std::vector<std::string> form_keys = {};
  std::string grant_type = {};  // authorization_code, refresh_token, other; empty but at the token endpoint
  int status = 0;               // 0: never answered
  std::string fault = {};       // what it met, empty for none
};

class RequestLog {
 public:
  static constexpr std::size_t max_entries = 10'000;

  void add(LogEntry entry) {
    entries_.push_back(std::move(entry));
    if (entries_.size() <= max_entries) return;
    entries_.pop_front();
    ++forgotten_;
  }
  void clear() {
    entries_.clear();
    forgotten_ = 0;
  }
  [[nodiscard]] const std::deque<LogEntry>& entries() const { return entries_; }
  [[nodiscard]] std::uint64_t forgotten() const { return forgotten_; }

 private:
  std::deque<LogEntry> entries_;
  std::uint64_t forgotten_ = 0;
};

}  // namespace wardend::sandbox
