// Locks by the hundred, and a search for what they took away.
#include <fstream>
#include <unordered_set>

#include "tests/integration/machine/machine.hpp"
#include "tests/integration/token_search.hpp"

namespace wardend::test {
namespace {

std::vector<std::string> lines_of(const std::filesystem::path& path) {
  std::vector<std::string> lines;
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) lines.push_back(line);
  return lines;
}

TEST_F(AtWork, ALiveTokenIsInMemoryAndGoesWithTheLock) {
  std::string token = alice.run("wardctl token").out;
  while (token.ends_with('\n')) token.pop_back();
  const TokenSearch search({token});
  EXPECT_GE(search.count_in_memory(Machine::main_pid()), 1U) << "the search finds nothing that is there";
  done("loginctl lock-session " + alice.id());
  expect_cleared(alice, "os_lock");
  EXPECT_EQ(search.count_in_memory(Machine::main_pid()), 0U);
}

// Two hundred signals of a kind, from each one's arrival at a listener to the first refusal; what was taken away is
// gone from everywhere.
class Hundreds : public AtWork {
 protected:
  void lock_by(const std::string& kind, const LoginSession& whose) {
    const pid_t pid = Machine::main_pid();
    done("loginctl lock-session " + alice.id());
    EXPECT_TRUE(eventually([&] { return alice.is_refused(); }));
    done("install -m 666 /dev/null /run/tokens");
    const Finished probe =
        whose.run("/opt/tests/session_probe " + kind + " 200 '" + ehr_launch_address() + "' /run/tokens");
    std::printf("%s", probe.out.c_str());
    ASSERT_EQ(probe.exit_code, 0) << probe.out << probe.err;
    const std::vector<std::string> tokens = lines_of("/run/tokens");
    ASSERT_EQ(tokens.size(), 200U);
    ASSERT_EQ(std::unordered_set<std::string>(tokens.begin(), tokens.end()).size(), 200U);
    ASSERT_EQ(Machine::main_pid(), pid);
    const TokenSearch search(tokens);
    ASSERT_EQ(search.count(tokens[17]), 1U);
    EXPECT_EQ(search.count_in_memory(pid), 0U) << "tokens in /proc/PID/mem";
    for (const auto& [what, text] :
         {std::pair{"journal", Machine::journal()}, std::pair{"audit", Machine::audit()},
          std::pair{"metrics", Machine::metrics()}, std::pair{"status", Machine::status().dump()}}) {
      EXPECT_FALSE(text.empty()) << what;
      EXPECT_EQ(search.count(text), 0U) << what;
    }
    EXPECT_EQ(done("grep -rlFf /run/tokens /var/log /var/lib/wardend /run/wardend 2>/dev/null || true"), "");
  }
};

TEST_F(Hundreds, OfLockedHintsLeaveNothing) { lock_by("hints", alice); }
TEST_F(Hundreds, OfLockSignalsLeaveNothing) { lock_by("locks", alice); }
TEST_F(Hundreds, OfReportedLocksLeaveNothing) {
  const LoginSession bob("bob");  // may report locks
  lock_by("reports", bob);
}

}  // namespace
}  // namespace wardend::test
