#include "daemon/launch/matrix_file.hpp"

#include <gtest/gtest.h>

#include <fstream>

#include "daemon/launch/matrix_text.hpp"
#include "tests/support/until.hpp"
#include "tests/unit/launch/launch_world.hpp"

namespace wardend::launch {
namespace {

struct Disk : test::LaunchWorld {
  std::filesystem::path file = folder.file("launches.json");
  LaunchMatrix matrix{clock};
  MatrixFile kept{clock, worker, matrix, file};

  void finish_disk_work() {
    bool done = false;
    clock.settle();
    launches.spawn("disk", wait_for_disk(done));
    EXPECT_TRUE(test::until(loop, [&] { return done; }, [this] { clock.settle(); }));
  }
  void note(const char* outcome) { matrix.note({.app = "vitals", .server = "ehr", .outcome = outcome}, "words"); }
  [[nodiscard]] std::string text() const {
    std::string line;
    std::getline(std::ifstream(file), line);
    return line.empty() ? line : line + "\n";
  }

 private:
  asio::awaitable<void> wait_for_disk(bool& done) {
    done = co_await worker.run([] { return true; });
  }
};

TEST(MatrixFile, IsWrittenALittleAfterALaunch) {
  Disk world;
  world.launches.spawn("file", world.kept.run());
  world.finish_disk_work();
  EXPECT_EQ(world.text(), "") << "nothing was launched";
  world.note("ok");
  world.clock.advance(MatrixFile::gathering);
  world.finish_disk_work();
  EXPECT_EQ(world.text(), to_text(world.matrix.counts()));
  EXPECT_EQ(world.kept.trouble(), "");
}

TEST(MatrixFile, IsTakenUpByTheNextProcess) {
  Disk world;
  std::ofstream(world.file) << to_text(
      {.kinds = {{{.app = "vitals", .server = "ehr", .outcome = "ok"}, {.count = 3}}}});
  world.note("ok");
  world.launches.spawn("file", world.kept.run());
  world.finish_disk_work();
  EXPECT_EQ(world.matrix.counts().kinds.begin()->second.count, 4U);
}

TEST(MatrixFile, ADamagedFileBeginsAnew) {
  Disk world;
  std::ofstream(world.file) << "{\"launches\":";
  world.launches.spawn("file", world.kept.run());
  world.finish_disk_work();
  EXPECT_TRUE(world.matrix.counts().kinds.empty());
  world.note("ok");
  world.launches.spawn("save", world.kept.save());
  world.finish_disk_work();
  EXPECT_EQ(world.text(), to_text(world.matrix.counts()));
}

TEST(MatrixFile, ADiskThatTakesNothingIsTrouble) {
  Disk world;
  std::filesystem::create_directory(world.file);
  world.launches.spawn("file", world.kept.run());
  world.finish_disk_work();
  world.note("ok");
  world.clock.advance(MatrixFile::gathering);
  world.finish_disk_work();
  EXPECT_NE(world.kept.trouble(), "");
}

}  // namespace
}  // namespace wardend::launch
