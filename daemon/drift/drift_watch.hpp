// Reads the documents of every server that an app uses again, about once a day, and has it told when what they say has
// changed. It compares; what the change means for an app is daemon/verify's judgement.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/random.hpp"
#include "base/task_group.hpp"
#include "config/live.hpp"
#include "daemon/drift/drift_news.hpp"
#include "daemon/drift/memory_file.hpp"
#include "daemon/drift/pace.hpp"
#include "daemon/verify/verifier.hpp"

namespace wardend::drift {

class DriftWatch {
 public:
  struct Parts {
    Clock& clock;
    Random& random;
    const config::Live& config;
    verify::Verifier& verifier;
    MemoryFile& memory;
    DriftNews& news;
  };
  DriftWatch(asio::any_io_executor executor, Parts parts, Pace pace)
      : parts_(parts), pace_(pace), watches_(std::move(executor)) {}

  // Reads what is kept, then watches every server that an app uses, until cancelled. A server that a reload adds is
  // found within the hour; the watch of one that no app uses any more ends by itself.
  [[nodiscard]] asio::awaitable<void> run();
  [[nodiscard]] asio::awaitable<void> shut_down() { return watches_.shut_down(parts_.clock); }

  // An operator had the app compared with the server: what no longer blocks it by that report is no longer told.
  void verified(const std::string& app, const std::string& server, const verify::Report& report);
  // What somebody should do, a sentence each: for Status.
  [[nodiscard]] std::vector<std::string> notices() const {
    return notices_of(parts_.memory.all(), parts_.config.get());
  }
  // How often each server was found changed.
  [[nodiscard]] const std::map<std::string, std::uint64_t>& counts() const { return parts_.news.counts(); }

 private:
  enum class Outcome { read, nothing };  // nothing: not all that was had before was had now
  [[nodiscard]] asio::awaitable<void> watch(std::string server);
  [[nodiscard]] asio::awaitable<Outcome> look(std::string server, verify::Verifier::Asking asking);
  // The first look ever, or with another configuration: nothing to compare with is told.
  [[nodiscard]] asio::awaitable<Outcome> begin_anew(config::ConfigPtr config, std::string server);
  // Whether the server still has those documents, each time that it is asked again.
  [[nodiscard]] asio::awaitable<bool> lasts(std::string server, verify::Imprints candidate);
  [[nodiscard]] asio::awaitable<Outcome> conclude(std::string server, verify::Imprints candidate);
  void take(const config::Config& config, const std::string& server, const verify::Verifier::Study& study);
  // nullptr: no app uses it.
  [[nodiscard]] static const config::Server* used(const config::Config& config, const std::string& server);

  Parts parts_;
  Pace pace_;
  std::map<std::string, bool> running_;
  TaskGroup watches_;
};

}  // namespace wardend::drift
