#include "daemon/drift/memory_file.hpp"

#include <gtest/gtest.h>

#include <fstream>

#include "base/log.hpp"
#include "tests/unit/drift/drift_world.hpp"

namespace wardend::drift {
namespace {

using test::DriftWorld;

// What is logged while it lives.
struct Journal {
  Journal() {
    log::set_sink([this](log::Level, std::string_view line) { text += std::string(line) + "\n"; });
  }
  ~Journal() {
    log::set_sink([](log::Level, std::string_view) {});
  }
  std::string text;
};

TEST(MemoryFile, OutlastsARestart) {
  DriftWorld world;
  world.memory.of("ehr") = {.base = "https://ehr.example.org/fhir", .read_at = 7};
  world.save();
  MemoryFile next(world.worker, world.folder.file("capabilities.json"));
  world.tasks.spawn("read", next.read());
  world.finish_disk_work();
  EXPECT_EQ(next.of("ehr").read_at, 7);
}

TEST(MemoryFile, ADamagedFileBeginsAnewAndIsTold) {
  DriftWorld world;
  std::ofstream(world.folder.file("capabilities.json")) << "{\"servers\":";
  const Journal journal;
  world.begin();
  EXPECT_NE(journal.text.find("is forgotten"), std::string::npos) << journal.text;
  EXPECT_NE(journal.text.find("it is damaged"), std::string::npos) << journal.text;
  EXPECT_EQ(world.memory.of("ehr").base, "");
}

TEST(MemoryFile, ADiskThatTakesNothingIsToldOnce) {
  DriftWorld world;
  std::filesystem::create_directory(world.folder.file("capabilities.json"));
  const Journal journal;
  world.save();
  world.save();
  const std::string words = "cannot be kept over a restart";
  const auto first = journal.text.find(words);
  ASSERT_NE(first, std::string::npos) << journal.text;
  EXPECT_EQ(journal.text.find(words, first + 1), std::string::npos) << journal.text;
}

}  // namespace
}  // namespace wardend::drift
