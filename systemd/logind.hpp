// The lock source "logind": login sessions over the system bus. It tells a LockListener what must clear in the turn in
// which the signal arrives, by the signal's own payload; then it reads the properties back. While logind or the bus
// cannot be read it is not live. Spec: org.freedesktop.login1(5).
#pragma once

#include <boost/asio/io_context.hpp>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/file_descriptor.hpp"
#include "base/lock_source.hpp"
#include "base/task_group.hpp"
#include "config/live.hpp"
#include "systemd/bus.hpp"
#include "systemd/inotify.hpp"
#include "systemd/login_picture.hpp"
#include "systemd/sleep_inhibitor.hpp"

namespace wardend::systemd {

class Logind final : public LockSource {
 public:
  // Tests have places of their own.
  struct Places {
    std::string bus = {};                                      // empty: the system's
    std::filesystem::path sessions = "/run/systemd/sessions";  // logind's file of each login session
  };
  Logind(asio::io_context& loop, Clock& clock, LockListener& listener, const config::Live& config, Places places);
  Logind(asio::io_context& loop, Clock& clock, LockListener& listener, const config::Live& config)
      : Logind(loop, clock, listener, config, Places{}) {}

  // Connects, and again whenever the connection is lost, until shut_down.
  void start();
  [[nodiscard]] asio::awaitable<void> shut_down();

  [[nodiscard]] std::string_view name() const override { return "logind"; }
  [[nodiscard]] bool live() const override { return live_; }
  [[nodiscard]] std::string trouble() const override { return live_ ? std::string() : trouble_; }
  [[nodiscard]] std::optional<LoginSession> find(std::string_view id) const override;
  [[nodiscard]] std::vector<LoginSession> all() const override;

  struct Counters {
    std::uint64_t losses = 0;
    std::uint64_t forged = 0;  // signals in logind's name that logind did not send
  };
  [[nodiscard]] const Counters& counters() const { return counters_; }

 private:
  [[nodiscard]] asio::awaitable<void> run();
  [[nodiscard]] asio::awaitable<void> one_connection();
  [[nodiscard]] asio::awaitable<void> one_step();
  [[nodiscard]] asio::awaitable<void> guard_loss();
  [[nodiscard]] asio::awaitable<void> heed_files();
  [[nodiscard]] asio::awaitable<bool> read_everything();
  [[nodiscard]] asio::awaitable<void> read_one(std::string path);
  void unanswered(const std::string& path);
  [[nodiscard]] asio::awaitable<void> let_sleep(FileDescriptor inhibitor);
  void subscribe();
  [[nodiscard]] bool trusted(sd_bus_message* signal);
  void owner_changed(std::string owner);
  void session_signal(sd_bus_message* signal);
  void manager_signal(sd_bus_message* signal);
  void properties_signal(sd_bus_message* signal);
  void fall_asleep();
  void wake();
  void tell(const std::optional<LoginPicture::News>& news);
  void lost(std::string trouble);
  void clear(ClearReason reason, const std::string& login_session);
  void read_again(const std::string& path);

  asio::io_context& loop_;
  Clock& clock_;
  LockListener& listener_;
  const config::Live& config_;
  Places places_;
  std::unique_ptr<Bus> bus_;
  std::string owner_;  // logind's unique name; empty: nobody has it
  LoginPicture picture_;
  SleepInhibitor inhibitor_;
  bool read_all_ = false;
  Inotify files_;
  bool live_ = false;
  bool loss_told_ = false;
  BootTime lost_at_;
  std::string trouble_ = "logind has not been read yet";
  Event news_;
  Event link_changed_;
  Counters counters_;
  TaskGroup tasks_;
};

}  // namespace wardend::systemd
