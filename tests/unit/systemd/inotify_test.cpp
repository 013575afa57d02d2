#include "systemd/inotify.hpp"

#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/inotify.h>

#include <cerrno>
#include <fstream>

#include "base/task_group.hpp"

namespace wardend::systemd {
namespace {

class Changes : public ::testing::Test {
 public:
  Changes() {
    std::string name = std::filesystem::temp_directory_path() / "wardend-inotify-XXXXXX";
    if (::mkdtemp(name.data()) == nullptr) std::abort();
    folder = name;
  }
  ~Changes() override { std::filesystem::remove_all(folder); }

  // The changes that are there already.
  std::vector<Inotify::Change> next() {
    std::vector<Inotify::Change> found;
    TaskGroup tasks(loop.get_executor());
    tasks.spawn("next", keep(found));
    loop.restart();
    loop.run();
    return found;
  }
  void touch(const std::string& name) const { std::ofstream(folder / name) << "x"; }

  asio::io_context loop;
  Inotify inotify{loop};
  std::filesystem::path folder;

 private:
  asio::awaitable<void> keep(std::vector<Inotify::Change>& found) { found = co_await inotify.next(); }
};

TEST_F(Changes, NameWhatIsNewInAFolder) {
  const int watch = inotify.add(folder, IN_CREATE);
  ASSERT_GE(watch, 0);
  touch("c1");
  touch("a-longer-name-of-a-file");
  const auto changes = next();
  ASSERT_EQ(changes.size(), 2U);
  EXPECT_EQ(changes[0].watch, watch);
  EXPECT_EQ(changes[0].mask, static_cast<unsigned>(IN_CREATE));
  EXPECT_EQ(changes[0].name, "c1");
  EXPECT_EQ(changes[1].name, "a-longer-name-of-a-file");
}

TEST_F(Changes, OfAFileHaveNoName) {
  touch("file");
  ASSERT_GE(inotify.add(folder / "file", IN_MODIFY), 0);
  touch("file");
  EXPECT_EQ(next().at(0).name, "");
}

TEST_F(Changes, TellApartTheWatchesThatThereAre) {
  std::filesystem::create_directory(folder / "below");
  const int above = inotify.add(folder, IN_CREATE);
  const int below = inotify.add(folder / "below", IN_CREATE);
  EXPECT_NE(above, below);
  EXPECT_EQ(inotify.add(folder, IN_CREATE), above) << "the same one for the same path";
  touch("below/c2");
  touch("c1");
  const auto changes = next();
  ASSERT_EQ(changes.size(), 2U);
  EXPECT_EQ(changes[0].watch, below);
  EXPECT_EQ(changes[1].watch, above);
}

TEST_F(Changes, EndWithTheirWatch) {
  const int watch = inotify.add(folder, IN_CREATE);
  inotify.remove(watch);
  inotify.remove(watch);
  touch("c1");
  const auto changes = next();
  ASSERT_EQ(changes.size(), 1U);
  EXPECT_EQ(changes[0].mask, static_cast<unsigned>(IN_IGNORED));
}

TEST_F(Changes, CannotBeWatchedWhereNothingIs) { EXPECT_EQ(inotify.add(folder / "gone", IN_CREATE), -ENOENT); }

}  // namespace
}  // namespace wardend::systemd
