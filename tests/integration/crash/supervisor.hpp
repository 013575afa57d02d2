// Stands in for systemd: the notify socket, the fd store and the watchdog of one service, wardend-crash. It starts the
// service, keeps what the service stores, and hands it back at the next start, whatever ended the one before. There is
// no bus, so that nobody tells the service whether SIGTERM is a restart. Spec: sd_notify(3), sd_listen_fds(3),
// sd_watchdog_enabled(3), "File Descriptor Store" of systemd.service(5).
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/file_descriptor.hpp"
#include "tests/integration/child.hpp"
#include "tests/integration/site.hpp"

namespace wardend::test {

class Supervisor {
 public:
  // `site` has the service's configuration, written before the first start.
  explicit Supervisor(const Site& site);

  // Starts the service and waits until it is ready. False: it ended before that.
  [[nodiscard]] bool start(const std::vector<std::string>& environment = {});
  // Makes the sockets for apps and locks as socket units do: they are there while the service is not.
  void listen();
  // WatchdogSec= of the starts from now on.
  void watch(std::chrono::milliseconds interval) { watchdog_ = interval; }

  // Each waits for the service's end and returns its exit code, 128 + signal when a signal ended it.
  [[nodiscard]] int await_end(std::chrono::milliseconds patience = 20s);
  int kill();   // kill -9
  int stop();   // systemctl stop: what was stored is dropped when the service has ended
  int guard();  // ends it with SIGABRT once a WATCHDOG=1 is overdue

  // Whether the service has sent this line since its start.
  [[nodiscard]] bool was_told(std::string_view line);
  [[nodiscard]] std::string log() const { return service_ ? service_->output() : ""; }

  // What is stored: names in order.
  [[nodiscard]] std::vector<std::string> stored();
  // What an administrator could do, and a reboot does.
  void drop_stored() { store_.clear(); }
  // The memory behind the one descriptor named "vault", as far as anything was ever written. Throws without one.
  [[nodiscard]] std::string vault();
  // Overwrites it from `offset` on.
  void write_vault(std::size_t offset, std::string_view bytes);

 private:
  void take_messages();
  void take(std::string_view text, std::vector<FileDescriptor> passed);
  [[nodiscard]] int vault_descriptor();

  const Site& site_;
  std::string address_;
  FileDescriptor socket_;
  std::unique_ptr<Child> service_;
  int starts_ = 0;
  std::vector<std::pair<std::string, FileDescriptor>> store_;
  std::vector<std::pair<std::string, FileDescriptor>> listening_;
  std::vector<std::string> told_;
  std::optional<std::chrono::milliseconds> watchdog_;
  std::chrono::steady_clock::time_point alive_at_;
};

}  // namespace wardend::test
