// What others can make happen as often as they like, told in a bounded way: the first few of a kind at once, the same
// again counted and told once a minute. Nothing is lost silently: whoever uses this calls due() now and then, and tells
// the counts that it returns. Pure; for the loop's thread only.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.hpp"

namespace wardend {

// `T` is what is told: a record, or the fields of a line.
template <typename T>
class Repeats {
 public:
  static constexpr Duration window = 1min;

  struct Limits {
    unsigned told;             // of one kind in each window
    std::size_t kinds_of_one;  // kinds in a window that one cause may bring about
    std::size_t kinds_of_all;  // kinds in a window
  };
  struct Told {
    T what;
    std::uint64_t left_out;  // how many of its kind were not told since the last one that was
  };

  // What is beyond the limits on kinds is told as one kind, `others`, without saying who.
  Repeats(Limits limits, T others) : limits_(limits), others_text_(std::move(others)) {}

  // `what` happened, caused by `cause` (a user, a server) and alike to all of the same `kind`. What is to be told now;
  // nullopt: it is counted.
  [[nodiscard]] std::optional<Told> note(const std::string& cause, const std::string& kind, T what, BootTime now) {
    const Key key{cause, kind};
    auto known = kinds_.find(key);
    if (known == kinds_.end() && is_room_for(cause)) {
      ++kinds_of_[cause];
      known = kinds_.emplace(key, Entry{.since = now}).first;
    }
    if (known == kinds_.end()) return step(others_, others_text_, now);
    return step(known->second, std::move(what), now);
  }

  // The counts of windows that have ended, each with the last thing that was left out. What did not happen again is
  // forgotten.
  [[nodiscard]] std::vector<Told> due(BootTime now) { return collect(now - window, now); }
  // All counts, at the end.
  [[nodiscard]] std::vector<Told> rest(BootTime now) { return collect(BootTime::max(), now); }
  // Nothing is remembered: due() has nothing to say until the next note().
  [[nodiscard]] bool empty() const { return kinds_.empty() && others_.told == 0; }

 private:
  using Key = std::pair<std::string, std::string>;
  struct Entry {
    BootTime since{};
    unsigned told = 0;
    std::uint64_t left_out = 0;
    std::optional<T> last = {};
  };

  [[nodiscard]] bool is_room_for(const std::string& cause) const {
    const auto of_cause = kinds_of_.find(cause);
    return kinds_.size() < limits_.kinds_of_all &&
           (of_cause == kinds_of_.end() || of_cause->second < limits_.kinds_of_one);
  }
  [[nodiscard]] std::optional<Told> step(Entry& entry, T what, BootTime now) {
    if (entry.told == 0 || now - entry.since >= window) {
      entry.since = now;
      entry.told = 0;
    }
    if (entry.told < limits_.told) {
      ++entry.told;
      entry.last.reset();
      return Told{std::move(what), std::exchange(entry.left_out, 0)};
    }
    ++entry.left_out;
    entry.last = std::move(what);
    return std::nullopt;
  }
  // Of windows that began at `until` or before.
  [[nodiscard]] std::vector<Told> collect(BootTime until, BootTime now) {
    std::vector<Told> found;
    const auto take = [&](Entry& entry) {
      if (entry.left_out == 0) {
        entry.told = 0;
        return;
      }
      found.push_back({std::move(*entry.last), std::exchange(entry.left_out, 0)});
      entry.last.reset();
      entry.since = now;
      entry.told = limits_.told;  // that was this window's
    };
    for (auto entry = kinds_.begin(); entry != kinds_.end();) {
      const bool ended = entry->second.since <= until;
      if (ended) take(entry->second);
      entry = ended && entry->second.told == 0 ? forget(entry) : std::next(entry);
    }
    if (others_.told > 0 && others_.since <= until) take(others_);
    return found;
  }
  auto forget(typename std::map<Key, Entry>::iterator entry) {
    const auto of_cause = kinds_of_.find(entry->first.first);
    if (--of_cause->second == 0) kinds_of_.erase(of_cause);
    return kinds_.erase(entry);
  }

  Limits limits_;
  T others_text_;
  std::map<Key, Entry> kinds_;
  std::map<std::string, std::size_t> kinds_of_;
  Entry others_;
};

}  // namespace wardend
