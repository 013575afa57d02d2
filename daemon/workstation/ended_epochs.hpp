// Why and when epochs ended, for connections that are older: exactly for the last few thousand, and of all before them
// the latest end.
#pragma once

#include <cstddef>
#include <deque>
#include <optional>
#include <string>
#include <unordered_map>

#include "daemon/workstation/login_session_state.hpp"

namespace wardend::workstation {

class EndedEpochs {
 public:
  static constexpr std::size_t kept = 4096;

  struct Ended {
    std::string login_session;  // empty: every one that was named by a user and not set apart
    EpochEnd end;
  };
  void note(EpochNumber number, std::string login_session, const EpochEnd& end) {
    if (!ended_.try_emplace(number, Ended{std::move(login_session), end}).second) return;
    order_.push_back(number);
    if (order_.size() <= kept) return;
    forgotten_ = ended_.at(order_.front()).end;
    ended_.erase(order_.front());
    order_.pop_front();
  }
  // nullptr: it runs, never was, or is forgotten.
  [[nodiscard]] const Ended* find(EpochNumber number) const {
    const auto found = ended_.find(number);
    return found == ended_.end() ? nullptr : &found->second;
  }
  // The end of the epoch that was forgotten last.
  [[nodiscard]] const std::optional<EpochEnd>& forgotten() const { return forgotten_; }

 private:
  std::unordered_map<EpochNumber, Ended> ended_;
  std::deque<EpochNumber> order_;
  std::optional<EpochEnd> forgotten_;
};

}  // namespace wardend::workstation
