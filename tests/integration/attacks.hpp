// What a hostile neighbour does, one named attack after the other: those of tests/scenarios/attacks.txt that press on
// what everybody shares. The others have tests of their own.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "tests/integration/hub.hpp"
#include "tests/integration/neighbour.hpp"

namespace wardend::test {

// Where the attack takes place.
struct Ground {
  Site& site;
  Sandbox& ehr;
  Sandbox& hostile_ehr;  // of the app "labs"
  Hub& hub;
  std::string topic;
};

// What is under way: it stops when this goes.
class Siege {
 public:
  Siege() = default;
  Siege(Siege&&) = delete;
  ~Siege();
  void add(uid_t uid, const std::vector<Voice>& voices) { neighbours_.emplace_back(uid, voices); }
  void add_users(uid_t first, std::size_t users, const std::filesystem::path& path, const std::string& speech) {
    neighbours_.emplace_back(first, users, path, speech);
  }
  // `act` is called over and over, from a thread of its own, which begins with begin_acts().
  void add_act(std::function<void()> act) { acts_.push_back(std::move(act)); }
  void begin_acts();

 private:
  std::vector<Neighbour> neighbours_;
  std::vector<std::function<void()>> acts_;
  std::atomic<bool> over_{false};
  std::vector<std::thread> threads_;
};

struct Attack {
  const char* id;  // of the entry, and a letter where it has several
  const char* what;
  std::function<void(const Ground&, Siege&)> begin;
};
[[nodiscard]] const std::vector<Attack>& attacks();
// Those of them at the gateway's door.
[[nodiscard]] std::vector<Attack> gateway_attacks();
inline void PrintTo(const Attack& attack, std::ostream* out) { *out << attack.id; }

}  // namespace wardend::test
