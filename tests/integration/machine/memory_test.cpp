// Locks by the hundred, and a search for what they took away.
#include <algorithm>
#include <cstring>
#include <fstream>
#include <sstream>
#include <unordered_set>

#include "tests/integration/machine/machine.hpp"

namespace wardend::test {
namespace {

// Looks for many texts at once by their last eight bytes, which are random in a token.
class Search {
 public:
  explicit Search(const std::vector<std::string>& tokens) {
    for (const std::string& token : tokens) ends_.insert(tail(token.data() + token.size() - 8));
  }
  [[nodiscard]] std::size_t count(std::string_view text) const {
    std::size_t found = 0;
    for (std::size_t at = 0; at + 8 <= text.size(); ++at) found += ends_.contains(tail(text.data() + at)) ? 1 : 0;
    return found;
  }

 private:
  static std::uint64_t tail(const char* bytes) {
    std::uint64_t value = 0;
    std::memcpy(&value, bytes, sizeof value);
    return value;
  }
  std::unordered_set<std::uint64_t> ends_;
};

// Everything of the process that can be read.
std::size_t count_in_memory(const Search& search, pid_t pid) {
  const std::string proc = "/proc/" + std::to_string(pid);
  std::ifstream maps(proc + "/maps"), memory(proc + "/mem", std::ios::binary);
  EXPECT_TRUE(memory.is_open());
  std::size_t found = 0, bytes = 0;
  for (std::string line; std::getline(maps, line);) {
    std::uint64_t from = 0, to = 0;
    char readable = '-';
    if (std::sscanf(line.c_str(), "%lx-%lx %c", &from, &to, &readable) != 3 || readable != 'r') continue;
    if (line.ends_with("[vvar]") || line.ends_with("[vsyscall]") || line.contains("[vvar")) continue;
    std::string region(to - from, '\0');
    memory.clear();
    memory.seekg(static_cast<std::streamoff>(from));
    memory.read(region.data(), static_cast<std::streamsize>(region.size()));
    region.resize(static_cast<std::size_t>(memory.gcount()));
    bytes += region.size();
    found += search.count(region);
  }
  EXPECT_GT(bytes, 1'000'000U) << "hardly anything could be read";
  return found;
}

std::vector<std::string> lines_of(const std::filesystem::path& path) {
  std::vector<std::string> lines;
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) lines.push_back(line);
  return lines;
}

TEST_F(AtWork, ALiveTokenIsInMemoryAndGoesWithTheLock) {
  std::string token = alice.run("wardctl token").out;
  while (token.ends_with('\n')) token.pop_back();
  const Search search({token});
  EXPECT_GE(count_in_memory(search, Machine::main_pid()), 1U) << "the search finds nothing that is there";
  done("loginctl lock-session " + alice.id());
  expect_cleared(alice, "os_lock");
  EXPECT_EQ(count_in_memory(search, Machine::main_pid()), 0U);
}

TEST_F(AtWork, TwoHundredLocksLeaveNothing) {
  const pid_t pid = Machine::main_pid();
  done("loginctl lock-session " + alice.id());
  expect_cleared(alice, "os_lock");
  const Finished probe =
      alice.run("/opt/tests/session_probe locks 200 '" + std::string(ehr_launch_address) + "' ~/tokens");
  std::printf("%s", probe.out.c_str());
  ASSERT_EQ(probe.exit_code, 0) << probe.err;
  const std::vector<std::string> tokens = lines_of("/home/alice/tokens");
  ASSERT_EQ(tokens.size(), 200U);
  ASSERT_EQ(std::unordered_set<std::string>(tokens.begin(), tokens.end()).size(), 200U);
  ASSERT_EQ(Machine::main_pid(), pid);
  const Search search(tokens);
  ASSERT_EQ(search.count(tokens[17]), 1U);
  EXPECT_EQ(count_in_memory(search, pid), 0U) << "tokens in /proc/PID/mem";
  for (const auto& [what, text] :
       {std::pair{"journal", Machine::journal()}, std::pair{"audit", Machine::audit()},
        std::pair{"metrics", Machine::metrics()}, std::pair{"status", Machine::status().dump()}}) {
    EXPECT_FALSE(text.empty()) << what;
    EXPECT_EQ(search.count(text), 0U) << what;
  }
  EXPECT_EQ(done("grep -rlFf /home/alice/tokens /var/log /var/lib/wardend /run/wardend 2>/dev/null || true"), "");
}

}  // namespace
}  // namespace wardend::test
