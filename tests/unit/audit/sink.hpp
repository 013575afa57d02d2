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
#include <span>
#include <sstream>
#include <thread>

#include "daemon/audit/file_sink.hpp"
#include "tests/support/audit_records.hpp"
#include "tests/support/gate.hpp"
#include "tests/support/until.hpp"
#include "tests/support/virtual_clock.hpp"
#include "trail/anchor.hpp"
#include "trail/verdict.hpp"

namespace wardend::test {

namespace fs = std::filesystem;

class SinkOnDisk : public ::testing::Test {
 public:
  SinkOnDisk() {
    std::string name = (fs::temp_directory_path() / "wardend-audit-XXXXXX").string();
    if (::mkdtemp(name.data()) != nullptr) folder = name;
    file = folder / "audit.jsonl";
    begin();
  }
  // Another process of the service, with what the one before left.
  void begin() {
    sink.emplace(loop.get_executor(), clock, worker,
                 audit::Place{.file = file.string(), .state_dir = folder.string(), .origin = {.boot = boot}},
                 std::span(memory));
  }
  ~SinkOnDisk() override {
    stop();
    std::error_code ignored;
    fs::remove_all(folder, ignored);
  }
  void stop() {
    if (!sink) return;
    shut_down(*sink);
    sink.reset();
  }
  void shut_down(audit::FileSink& of) {
    bool ended = false;
    TaskGroup closing(loop.get_executor());
    closing.spawn("shut down", close(of, ended));
    until([&] { return ended; });
  }
  asio::awaitable<void> close(audit::FileSink& of, bool& ended) {
    co_await of.shut_down(spare);
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
    AuditRecord record = record_of_kind(AuditKind::service);
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
  // Of the entries that somebody brought about.
  static std::vector<std::int64_t> counts(const fs::path& path) {
    std::vector<std::int64_t> found;
    for (const auto& entry : entries(path))
      if (entry.value("kind", "") != "rotation") found.push_back(entry.value("count", 1));
    return found;
  }
  static std::vector<nlohmann::json> entries(const fs::path& path) {
    std::ifstream in(path);
    std::vector<nlohmann::json> found;
    for (std::string line; std::getline(in, line);) found.push_back(nlohmann::json::parse(line, nullptr, false));
    return found;
  }
  // Its files are whole, and the anchor is right.
  [[nodiscard]] trail::Verdict verdict() const {
    const auto anchor = trail::read_anchor(trail::anchor_in(folder)).link;
    return trail::verify(file, anchor ? std::vector{*anchor} : std::vector<trail::Link>());
  }
  [[nodiscard]] std::string first_fault() const {
    const auto found = verdict();
    return found.intact() ? found.cannot_read : found.faults.front().what;
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
      if (!json.is_discarded() && json.value("kind", "") == "rotation") continue;
      found.push_back(json.is_discarded() ? "broken: " + line : json.value("action", ""));
    }
    return found;
  }

  // As a process that is killed: what it would write from now on is not there. What waits for the disk lies in
  // `memory`. `hang`: what holds its disk.
  void kill(const std::shared_ptr<Gate>& hang = nullptr) {
    const auto kept = memory;
    const auto aside = folder.string() + ".aside";
    fs::copy(folder, aside);
    if (hang) hang->open();
    stop();
    fs::remove_all(folder);
    fs::rename(aside, folder);
    memory = kept;
  }

  fs::path folder;
  fs::path file;
  std::string boot = "b1";
  std::vector<std::byte> memory = std::vector<std::byte>(audit::Ring::memory_bytes);
  asio::io_context loop;
  VirtualClock clock{loop};
  Worker worker{clock, "disk"};
  Worker spare{clock, "spare"};
  std::vector<Worker::Job<bool>> held;
  std::optional<audit::FileSink> sink;
};

}  // namespace wardend::test
