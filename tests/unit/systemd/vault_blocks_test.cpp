#include "systemd/vault_blocks.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <random>
#include <string>
#include <utility>

#include "base/failure_point.hpp"

namespace wardend {
namespace {

std::function<void(const std::string&)> failing;

}  // namespace

// This program's own definition: a test looks at the memory as a process that dies here would leave it.
void at_failure_point(const char* name) noexcept {
  // Whoever looks passes points too.
  if (const auto call = std::exchange(failing, nullptr)) {
    call(name);
    failing = call;
  }
}

namespace systemd {
namespace {

using Kind = Vault::Kind;

constexpr BootId boot = {1, 2, 3};
constexpr std::size_t blocks = 64;

struct Memory {
  explicit Memory(std::size_t count = blocks) : bytes(count * VaultBlocks::block_size) {
    VaultBlocks::format(bytes, boot);
  }
  [[nodiscard]] bool holds(std::string_view text) const {
    return std::string_view(reinterpret_cast<const char*>(bytes.data()), bytes.size()).contains(text);
  }
  std::vector<std::byte> bytes;
};

std::string read(const VaultBlocks& vault, Vault::RecordId id) {
  std::string text = "(none)";
  vault.read(id, [&](Kind, std::string_view bytes) { text = bytes; });
  return text;
}

std::string long_text(char letter, std::size_t size = 10'000) { return std::string(size, letter); }

TEST(VaultBlocks, ReturnsWhatTheProcessBeforeWrote) {
  Memory memory;
  VaultBlocks before(memory.bytes);
  const auto first = before.put(0, Kind::session, "one");
  const auto second = before.put(0, Kind::login_session, long_text('b'));
  EXPECT_NE(first, second);
  VaultBlocks after(memory.bytes);
  EXPECT_EQ(read(after, first), "one");
  EXPECT_EQ(read(after, second), long_text('b'));
  EXPECT_EQ(after.size(), 2U);
}

TEST(VaultBlocks, NeverGivesANumberTwice) {
  Memory memory;
  VaultBlocks before(memory.bytes);
  const auto first = before.put(0, Kind::session, "one");
  before.erase(first);
  VaultBlocks after(memory.bytes);
  EXPECT_NE(after.put(0, Kind::session, "two"), first);
}

TEST(VaultBlocks, KeepsARecordsNumberWhenItIsReplaced) {
  Memory memory;
  VaultBlocks vault(memory.bytes);
  const auto id = vault.put(0, Kind::session, long_text('a'));
  EXPECT_EQ(vault.put(id, Kind::session, "short"), id);
  EXPECT_EQ(read(vault, id), "short");
  EXPECT_FALSE(memory.holds(long_text('a', 100)));
}

TEST(VaultBlocks, LeavesNoByteOfWhatIsErased) {
  Memory memory;
  VaultBlocks vault(memory.bytes);
  const auto id = vault.put(0, Kind::session, "canary-" + long_text('c'));
  const auto other = vault.put(0, Kind::session, "other");
  ASSERT_TRUE(memory.holds("canary-"));
  vault.erase(id);
  EXPECT_FALSE(memory.holds("canary-"));
  EXPECT_FALSE(memory.holds(long_text('c', 50)));
  EXPECT_EQ(read(vault, other), "other");
  vault.erase_all();
  EXPECT_FALSE(memory.holds("other"));
  EXPECT_EQ(vault.size(), 0U);
}

TEST(VaultBlocks, WhoeverDiesWhileWritingLeavesTheOldOrTheNewRecordWhole) {
  Memory memory;
  VaultBlocks vault(memory.bytes);
  const auto id = vault.put(0, Kind::session, long_text('o'));
  int deaths = 0;
  failing = [&](const std::string& name) {
    Memory left = memory;
    const VaultBlocks found(left.bytes);
    const std::string text = read(found, id);
    EXPECT_TRUE(text == long_text('o') || text == long_text('n', 12'000)) << name << ": " << text.substr(0, 20);
    EXPECT_EQ(found.size(), 1U) << name;
    // Only one of the two is left.
    EXPECT_NE(left.holds(long_text('o', 100)), left.holds(long_text('n', 100))) << name;
    ++deaths;
  };
  EXPECT_EQ(vault.put(id, Kind::session, long_text('n', 12'000)), id);
  failing = nullptr;
  EXPECT_EQ(deaths, 7) << "three blocks filled, both there, three blocks freed";
}

TEST(VaultBlocks, AFullVaultForgetsWhatItCannotReplace) {
  Memory memory(4);
  VaultBlocks vault(memory.bytes);
  const auto id = vault.put(0, Kind::session, "old");
  const auto other = vault.put(0, Kind::session, "other");
  EXPECT_EQ(vault.put(id, Kind::session, long_text('x')), 0U);
  EXPECT_EQ(read(vault, id), "(none)");
  EXPECT_EQ(read(vault, other), "other");
  EXPECT_NE(vault.put(0, Kind::session, "there is room again"), 0U);
}

TEST(VaultBlocks, RefusesARecordThatIsTooLong) {
  Memory memory;
  VaultBlocks vault(memory.bytes);
  EXPECT_EQ(vault.put(0, Kind::session, std::string(Vault::max_record + 1, 'x')), 0U);
  EXPECT_NE(vault.put(0, Kind::session, std::string(Vault::max_record, 'x')), 0U);
}

TEST(VaultBlocks, IsAdoptedInTheSameBootAndSizeOnly) {
  Memory memory;
  EXPECT_TRUE(VaultBlocks::adoptable(memory.bytes, boot));
  EXPECT_FALSE(VaultBlocks::adoptable(memory.bytes, {9}));
  EXPECT_FALSE(VaultBlocks::adoptable(std::span(memory.bytes).first(32 * VaultBlocks::block_size), boot));
  EXPECT_FALSE(VaultBlocks::adoptable(std::span(memory.bytes).first(100), boot));
  memory.bytes[0] = std::byte{0};
  EXPECT_FALSE(VaultBlocks::adoptable(memory.bytes, boot));
}

TEST(VaultBlocks, DropsWhatWasChangedAndNeverGivesItBackWrong) {
  Memory memory;
  VaultBlocks vault(memory.bytes);
  const auto id = vault.put(0, Kind::session, "a session's record");
  for (std::size_t at = VaultBlocks::block_size; at < VaultBlocks::block_size + 60; ++at) {
    Memory left = memory;
    left.bytes[at] ^= std::byte{0x40};
    const VaultBlocks found(left.bytes);
    const std::string text = read(found, id);
    EXPECT_TRUE(text == "(none)" || text == "a session's record") << at;
  }
}

TEST(VaultBlocks, RemembersTheLastUseWithoutWritingTheRecordAgain) {
  Memory memory;
  VaultBlocks vault(memory.bytes);
  const auto id = vault.put(0, Kind::session, "one");
  EXPECT_FALSE(vault.touched(id).has_value());
  vault.touch(id, BootTime(90s));
  EXPECT_EQ(vault.put(id, Kind::session, "two"), id);
  const VaultBlocks after(memory.bytes);
  EXPECT_EQ(after.touched(id), BootTime(90s));
  EXPECT_EQ(read(after, id), "two");
}

TEST(VaultBlocks, TellsTheLastBeatOfTheProcessBefore) {
  Memory memory;
  VaultBlocks first(memory.bytes);
  EXPECT_FALSE(first.last_beat_before().has_value());
  first.beat(BootTime(70s));
  VaultBlocks second(memory.bytes);
  second.beat(BootTime(80s));
  EXPECT_EQ(second.last_beat_before(), BootTime(70s));
}

TEST(VaultBlocks, HoldsWhatAnyOrderOfCallsAndDeathsShouldLeave) {
  Memory memory;
  std::mt19937 random(20261125);
  std::map<Vault::RecordId, std::string> expected;
  auto vault = std::make_unique<VaultBlocks>(memory.bytes);
  for (int step = 0; step < 5000; ++step) {
    const auto pick = [&] {
      auto at = expected.begin();
      std::advance(at, static_cast<long>(random() % expected.size()));
      return at->first;
    };
    const std::string text(random() % 9000, static_cast<char>('a' + random() % 26));
    const auto choice = random() % 10;
    if (choice < 4 || expected.empty()) {
      if (const auto id = vault->put(0, Kind::session, text); id != 0) expected[id] = text;
    } else if (choice < 7) {
      const auto id = pick();
      if (vault->put(id, Kind::session, text) == id)
        expected[id] = text;
      else
        expected.erase(id);
    } else if (choice < 9) {
      const auto id = pick();
      vault->erase(id);
      expected.erase(id);
    } else {
      vault = std::make_unique<VaultBlocks>(memory.bytes);
    }
    ASSERT_EQ(vault->size(), expected.size()) << step;
  }
  for (const auto& [id, text] : expected) EXPECT_EQ(read(*vault, id), text);
}

}  // namespace
}  // namespace systemd
}  // namespace wardend
