// The sink on a real file with real threads; the clock is virtual.
#pragma once

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <sstream>
#include <thread>

#include "daemon/audit/file_sink.hpp"
#include "tests/support/gate.hpp"
#include "tests/support/until.hpp"
#include "tests/support/virtual_clock.hpp"

namespace wardend::test {

namespace fs = std::filesystem;

class SinkOnDisk : public ::testing::Test {
 public:
  SinkOnDisk() {
    std::string name = (fs::temp_directory_path() / "wardend-audit-XXXXXX").string();
    if (::mkdtemp(name.data()) != nullptr) folder = name;
    file = folder / "audit.jsonl";
    sink.emplace(loop.get_executor(), clock, worker, file.string());
  }
  ~SinkOnDisk() override {
    stop();
    std::error_code ignored;
    fs::remove_all(folder, ignored);
  }
  void stop() {
    if (!sink) return;
    bool ended = false;
    TaskGroup closing(loop.get_executor());
    closing.spawn("shut down", close(ended));
    until([&] { return ended; });
    sink.reset();
  }
  asio::awaitable<void> close(bool& ended) {
    co_await sink->shut_down(spare);
    ended = true;
  }
  // Lets the worker finish; true once `reached`.
  bool until(const std::function<bool()>& reached) {
    return test::until(loop, reached, [this] { clock.settle(); });
  }
  bool on_disk() {
    return until([&] { return sink->counters().backlog == 0; });
  }
  void write(const std::string& action) {
    AuditRecord record(AuditKind::service);
    record.granted().action = action;
    sink->write(std::move(record));
  }
  // Keeps `of` busy until the gate is opened.
  std::shared_ptr<Gate> hold(Worker& of) {
    auto gate = std::make_shared<Gate>();
    held.push_back(of.begin(loop.get_executor(), [gate] {
      gate->pass();
      return true;
    }));
    return gate;
  }
  static std::vector<std::int64_t> counts(const fs::path& path) {
    std::ifstream in(path);
    std::vector<std::int64_t> found;
    for (std::string line; std::getline(in, line);) found.push_back(nlohmann::json::parse(line).value("count", 1));
    return found;
  }
  static std::string text_of(const fs::path& path) {
    std::ostringstream text;
    text << std::ifstream(path).rdbuf();
    return text.str();
  }
  static std::vector<std::string> actions(const fs::path& path) {
    std::ifstream in(path);
    std::vector<std::string> found;
    for (std::string line; std::getline(in, line);) {
      const auto json = nlohmann::json::parse(line, nullptr, false);
      found.push_back(json.is_discarded() ? "broken: " + line : json.value("action", ""));
    }
    return found;
  }

  fs::path folder;
  fs::path file;
  asio::io_context loop;
  VirtualClock clock{loop};
  Worker worker{clock, "disk"};
  Worker spare{clock, "spare"};
  std::vector<Worker::Job<bool>> held;
  std::optional<audit::FileSink> sink;
};

}  // namespace wardend::test
