// What logind says: whose signals count, and what each of them does in the turn in which it arrives.
#include <utility>

#include "base/log.hpp"
#include "systemd/bus_names.hpp"
#include "systemd/logind.hpp"
#include "systemd/logind_messages.hpp"

namespace wardend::systemd {
namespace {

std::string quoted(std::string_view text) { return "'" + std::string(text) + "'"; }

}  // namespace

void Logind::subscribe() {
  bus_->subscribe("type='signal',sender='org.freedesktop.DBus',member='NameOwnerChanged',arg0=" + quoted(names::login),
                  [this](sd_bus_message* signal) {
                    if (sender_of(signal) == "org.freedesktop.DBus") owner_changed(read_new_owner(signal));
                  });
  const std::string from = "type='signal',sender=" + quoted(names::login) + ",interface=";
  bus_->subscribe(from + quoted(names::login_manager), [this](sd_bus_message* signal) {
    if (trusted(signal)) manager_signal(signal);
  });
  bus_->subscribe(from + quoted(names::login_session), [this](sd_bus_message* signal) {
    if (trusted(signal)) session_signal(signal);
  });
  bus_->subscribe(from + quoted(names::properties) + ",arg0=" + quoted(names::login_session),
                  [this](sd_bus_message* signal) {
                    if (trusted(signal)) properties_signal(signal);
                  });
}

bool Logind::trusted(sd_bus_message* signal) {
  if (!owner_.empty() && sender_of(signal) == owner_) return true;
  // Before the owner is known nothing has been read yet, and everything will be.
  if (!owner_.empty() && counters_.forged++ == 0)
    log::warn("a signal in logind's name came from somebody else and was ignored", {{"sender", sender_of(signal)}});
  return false;
}

void Logind::owner_changed(std::string owner) {
  if (owner == owner_) return;
  owner_ = std::move(owner);
  picture_.forget_owner();
  read_all_ = true;
  lost(owner_.empty() ? "systemd-logind is gone (systemctl status systemd-logind)" : "systemd-logind is being read");
}

void Logind::manager_signal(sd_bus_message* signal) {
  if (member_of(signal) == "PrepareForSleep") {
    return read_sleeping(signal) ? fall_asleep() : wake();
  }
  if (member_of(signal) != "SessionNew" && member_of(signal) != "SessionRemoved") return;
  const auto name = read_session_name(signal);
  if (!name) return;
  if (member_of(signal) == "SessionNew") return read_again(name->path);
  tell(picture_.end(name->path, name->id));
}

void Logind::session_signal(sd_bus_message* signal) {
  const std::string path = path_of(signal);
  const LoginSession* known = picture_.at(path);
  if (member_of(signal) == "Lock" && known != nullptr) clear(ClearReason::os_lock, known->id);
  read_again(path);
}

void Logind::properties_signal(sd_bus_message* signal) {
  const std::string path = path_of(signal);
  const LoginSession* known = picture_.at(path);
  if (known == nullptr) return read_again(path);
  const SessionChange change = read_change(signal);
  const bool unlocked = !picture_.asleep() && is_unlock(*known, change);
  const std::string id = known->id;
  tell(picture_.take(path, changed(*known, change)));
  if (unlocked) listener_.unlock_seen(id);
  read_again(path);
}

// Until the wake nobody is there, whatever may still run before the machine sleeps.
void Logind::fall_asleep() {
  picture_.fall_asleep();
  clear(ClearReason::suspend, {});
  tasks_.spawn("logind-sleep", let_sleep(inhibitor_.hand_over()));
}

// A wake that comes first takes an inhibitor of its own.
asio::awaitable<void> Logind::let_sleep(FileDescriptor inhibitor) {
  co_await listener_.emptied(clock_.now() + inhibitor_.delay());
  inhibitor.reset();  // from here on the machine may sleep
  inhibitor_.let_sleep();
}

// The picture is that of before the sleep until everything has been read again.
void Logind::wake() {
  picture_.wake();
  inhibitor_.want();
  read_all_ = true;
  news_.notify_all();
}

}  // namespace wardend::systemd
