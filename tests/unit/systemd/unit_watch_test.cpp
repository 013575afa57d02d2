// The EHR's unit against a tree of folders that stands for /sys/fs/cgroup.
#include "systemd/unit_watch.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>
#include <functional>

#include "base/file_descriptor.hpp"
#include "base/task_group.hpp"
#include "tests/support/fakes.hpp"
#include "tests/support/until.hpp"
#include "tests/support/virtual_clock.hpp"

namespace wardend {
namespace {

namespace fs = std::filesystem;

class UnitWatchTree : public testing::Test, public LockListener {
 public:
  UnitWatchTree() {
    std::string name = (fs::temp_directory_path() / "wardend-cgroup-XXXXXX").string();
    EXPECT_NE(::mkdtemp(name.data()), nullptr);
    root = name;
    std::ofstream(root / "cgroup.controllers") << "";
    settings->servers.front().ehr_unit = "ehr-*.scope";
  }
  ~UnitWatchTree() override {
    TaskGroup closing(loop.get_executor());
    closing.spawn("watch", tasks.shut_down(clock));
    EXPECT_TRUE(until([&] { return closing.size() == 0; }));
    fs::remove_all(root);
  }
  void must_clear(const ClearFact& fact) override { facts.push_back(fact); }
  void picture_changed(std::string_view) override {}

  bool until(const std::function<bool()>& reached) { return test::until(loop, reached); }
  // What the kernel has told so far is taken in one turn.
  void take_what_came() {
    loop.restart();
    while (loop.run_one_for(20ms) != 0) {
    }
  }
  void start(std::vector<fs::path> roots = {}) {
    if (roots.empty()) roots = {root / "nothing-here", root};
    watch.emplace(loop, *this, config, std::move(roots));
    tasks.spawn("watch", watch->run());
    take_what_came();
  }
  // As the kernel does it: the file is there as soon as the folder is, and its contents change in place.
  void make(const std::string& unit, bool populated) {
    fs::create_directories(root / unit);
    std::ofstream(root / unit / "cgroup.events") << (populated ? "populated 1\nfrozen 0\n" : "populated 0\nfrozen 0\n");
  }
  void set(const std::string& unit, bool populated) {
    const FileDescriptor file(::open((root / unit / "cgroup.events").c_str(), O_WRONLY | O_CLOEXEC));
    EXPECT_EQ(::pwrite(file.get(), populated ? "populated 1\n" : "populated 0\n", 12, 0), 12);
  }
  void remove(const std::string& unit) { fs::remove_all(root / unit); }
  // Changes are told in their order: when this unit's end is heard, so was all before it.
  bool until_heard_all() {
    const std::string marker = "system.slice/ehr-marker.scope";
    set(marker, true);
    take_what_came();
    set(marker, false);
    const bool heard = until([&] { return !facts.empty() && facts.back().source == "ehr_unit ehr-marker.scope"; });
    if (heard) facts.pop_back();
    return heard;
  }
  void start_with(const std::vector<std::pair<std::string, bool>>& units) {
    make("system.slice/ehr-marker.scope", true);
    for (const auto& [unit, populated] : units) make(unit, populated);
    start();
    ASSERT_EQ(watch->trouble(), "");
    ASSERT_TRUE(until_heard_all());
  }

  static constexpr const char* alices = "user.slice/user-1000.slice/user@1000.service/app.slice/ehr-main.scope";
  fs::path root;
  asio::io_context loop;
  test::VirtualClock clock{loop};
  std::shared_ptr<config::Config> settings = test::basic_config();
  config::Live config{settings};
  std::optional<systemd::UnitWatch> watch;
  TaskGroup tasks{loop.get_executor()};
  std::vector<ClearFact> facts;
};

TEST_F(UnitWatchTree, TellsTheEndOfAUsersUnitOnce) {
  start_with({{alices, true}});
  set(alices, false);
  ASSERT_TRUE(until([&] { return !facts.empty(); }));
  remove(alices);
  ASSERT_TRUE(until_heard_all());
  ASSERT_EQ(facts.size(), 1U);
  EXPECT_EQ(facts[0].reason, ClearReason::ehr_gone);
  EXPECT_EQ(facts[0].user, 1000U);
  EXPECT_EQ(facts[0].login_session, "");
  EXPECT_EQ(facts[0].source, "ehr_unit ehr-main.scope");
}

TEST_F(UnitWatchTree, TellsAnEndThatShowsOnlyInTheFolderBeingGone) {
  start_with({{alices, true}});
  remove(alices);
  ASSERT_TRUE(until([&] { return facts.size() == 1; }));
}

TEST_F(UnitWatchTree, ASystemUnitIsEverybodys) {
  start_with({{"system.slice/ehr-all.scope", true}});
  set("system.slice/ehr-all.scope", false);
  ASSERT_TRUE(until([&] { return facts.size() == 1; }));
  EXPECT_FALSE(facts[0].user);
  EXPECT_EQ(facts[0].login_session, "");
}

TEST_F(UnitWatchTree, AUnitThatAppearsLaterIsFoundInFoldersThatAppearLater) {
  start_with({});
  make(alices, true);
  ASSERT_TRUE(until_heard_all());
  EXPECT_TRUE(facts.empty()) << "to appear means nothing";
  set(alices, false);
  ASSERT_TRUE(until([&] { return facts.size() == 1; }));
}

TEST_F(UnitWatchTree, AUnitThatWasNeverSeenWithProcessesClearsNothing) {
  start_with({{alices, false}});
  set(alices, false);
  remove(alices);
  ASSERT_TRUE(until_heard_all());
  EXPECT_TRUE(facts.empty());
}

TEST_F(UnitWatchTree, EveryEndOfAUnitThatComesBackIsTold) {
  start_with({{alices, true}});
  for (std::size_t end = 1; end <= 3; ++end) {
    set(alices, false);
    ASSERT_TRUE(until([&] { return facts.size() == end; }));
    set(alices, true);
    take_what_came();
  }
}

TEST_F(UnitWatchTree, OtherUnitsMeanNothing) {
  const std::string other = "user.slice/user-1000.slice/user@1000.service/app.slice/editor.scope";
  const std::string inner = "system.slice/docker.service/ehr-inner.scope";
  start_with({{other, true}, {"system.slice/docker.service", true}, {inner, true}});
  set(other, false);
  set(inner, false);
  remove("system.slice/docker.service");
  ASSERT_TRUE(until_heard_all());
  EXPECT_TRUE(facts.empty());
}

TEST_F(UnitWatchTree, AReloadNamesAnotherUnit) {
  const std::string other = "user.slice/user-1000.slice/user@1000.service/app.slice/chart.scope";
  start_with({{other, true}});
  auto next = std::make_shared<config::Config>(*settings);
  next->servers.push_back(next->servers.front());
  next->servers.back().ehr_unit = "chart.scope";
  config.replace(next);
  set(other, false);
  ASSERT_TRUE(until([&] { return facts.size() == 1; }));
  EXPECT_EQ(facts[0].source, "ehr_unit chart.scope");
}

TEST_F(UnitWatchTree, WithoutATreeItSaysSoWhereAUnitIsNamed) {
  start({root / "nothing-here"});
  EXPECT_NE(watch->trouble().find("cgroup v2"), std::string::npos);
  settings->servers.front().ehr_unit = "";
  EXPECT_EQ(watch->trouble(), "");
}

}  // namespace
}  // namespace wardend
