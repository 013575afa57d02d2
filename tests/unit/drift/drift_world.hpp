// A server whose two documents a test changes, and the watch over them, in virtual time.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "daemon/drift/drift_watch.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tests/support/until.hpp"
#include "tests/support/virtual_random.hpp"
#include "tests/unit/server/server_world.hpp"
#include "tests/unit/verify/comparison.hpp"

namespace wardend::test {

struct DriftWorld : ServerWorld {
  DriftWorld() {
    smart().body = verify::test::conformant_smart;
    metadata().body = verify::test::conformant_metadata;
    app().population = "Nurses of the ward";
    app().consent = "Direct care, implied";
    app().requirements = {{.resource = "Observation", .interactions = {"read", "search-type"}}};
    settings->digest = "configuration 1";
  }
  ~DriftWorld() {
    tasks.cancel();
    TaskGroup closing(loop.get_executor());
    closing.spawn("watch", watch.shut_down());
    clock.settle();
  }

  Documents::Document& smart() { return documents.at["/smart-configuration"]; }
  Documents::Document& metadata() { return documents.at["/metadata"]; }
  config::App& app() { return settings->apps.front(); }
  // The statement, with members replaced.
  void publish(const char* changes) {
    metadata().body = verify::test::changed(verify::test::conformant_metadata, changes);
  }
  // The statement without search for Observations, which the app needs.
  void publish_without_search() {
    publish(
        R"({"rest": [{"mode": "server", "resource": [{"type": "Observation", "interaction": [{"code": "read"}]}]}]})");
  }

  // As a process begins: what is kept was read when this returns.
  void begin() {
    tasks.spawn("watch", watch.run());
    finish_disk_work();
  }
  // The watch has seen both documents.
  void begin_and_look() {
    begin();
    clock.advance(5h);
    EXPECT_EQ(memory.of("ehr").documents.metadata.content.size(), 64U);
  }
  // So long that each server was looked at, and a change was confirmed.
  void pass_a_look() { clock.advance(31h); }
  void save() {
    finish_disk_work();
    tasks.spawn("save", memory.save());
    finish_disk_work();
  }
  // What the worker has begun is done when this returns: virtual time must not overtake it.
  void finish_disk_work() {
    bool done = false;
    clock.settle();
    tasks.spawn("disk", wait_for_disk(done));
    EXPECT_TRUE(until(loop, [&] { return done; }, [this] { clock.settle(); }));
  }
  [[nodiscard]] std::uint64_t count() const {
    const auto found = watch.counts().find("ehr");
    return found == watch.counts().end() ? 0 : found->second;
  }

  TemporaryFolder folder;
  Worker worker{clock};
  VirtualRandom random;
  FakeAudit audit;
  verify::Verifier verifier{clock, documents, directory};
  drift::MemoryFile memory{worker, folder.file("capabilities.json")};
  drift::DriftNews news{clock, hub, audit};
  drift::DriftWatch watch{loop.get_executor(), {clock, random, config, verifier, memory, news}, {}};

 private:
  asio::awaitable<void> wait_for_disk(bool& done) {
    done = co_await worker.run([] { return true; });
  }
};

}  // namespace wardend::test
