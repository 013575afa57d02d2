// Every request that the EHR saw, with few of the values that a client sent and none that is secret: tests read it to
// know what was asked, in what order, how often. The control interface's own requests are not in it.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
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
  std::string accept = {};         // the header
  std::string authorization = {};  // its scheme
  std::string grant_type = {};     // authorization_code, refresh_token, other; empty but at the token endpoint
  int status = 0;                  // 0: never answered
  std::string error = {};          // of an OAuth error in the answer's body or redirect
  std::string fault = {};          // what it met, empty for none

  // At the authorization, token and revocation endpoints.
  std::string client_id = {};
  std::string client_auth = {};                // as authentication.hpp reads it
  std::optional<bool> client_id_in_body = {};  // but for authorize
  std::optional<std::string> scope = {};
  std::optional<std::string> prompt = {};
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
