// logind as its clients see it: org.freedesktop.login1 on a bus of the test's own. One thread: it answers when the test
// gives it a turn, so that a test decides what comes before what. Not a model of logind: signals are sent by hand.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/file_descriptor.hpp"
#include "base/lock_source.hpp"

struct sd_bus;
struct sd_bus_message;

namespace wardend::test {

// A connection that says what logind says. Whether it is believed is the listener's affair.
class Login1Voice {
 public:
  explicit Login1Voice(const std::string& address);
  ~Login1Voice();
  Login1Voice(const Login1Voice&) = delete;
  Login1Voice& operator=(const Login1Voice&) = delete;

  // Whom signals go to from now on: a unique name; empty: everybody who listens.
  void speak_to(std::string name) { to_ = std::move(name); }

  // PropertiesChanged of a login session.
  struct Change {
    std::optional<bool> locked = {};
    std::optional<bool> active = {};
    std::optional<std::string> locked_as_text = {};
    std::vector<std::string> without_value = {};
  };
  void changed(const std::string& id, const Change& change);
  void lock(const std::string& id) { session_signal(id, "Lock"); }
  void unlock(const std::string& id) { session_signal(id, "Unlock"); }
  void session_new(const std::string& id) { manager_signal("SessionNew", id); }
  void session_removed(const std::string& id) { manager_signal("SessionRemoved", id); }
  void prepare_for_sleep(bool going);
  // A signal of the manager without the arguments that it should have.
  void manager_signal_without_arguments(const char* member);
  // As the bus says it: `name` of org.freedesktop.login1 went from `before` to `after`.
  void name_owner_changed(const std::string& before, const std::string& after);

  // Returns when everything said so far has been passed on by the bus.
  void sync();
  [[nodiscard]] std::string unique_name() const;
  [[nodiscard]] static std::string path_of(const std::string& id) { return "/org/freedesktop/login1/session/" + id; }

 protected:
  [[nodiscard]] sd_bus* connection() const { return bus_; }

 private:
  void session_signal(const std::string& id, const char* member);
  void manager_signal(const char* member, const std::string& id);
  sd_bus_message* signal(const std::string& path, const char* interface, const char* member);
  void send(sd_bus_message* message);

  sd_bus* bus_ = nullptr;
  std::string to_;
};

class FakeLogin1 : public Login1Voice {
 public:
  explicit FakeLogin1(const std::string& address);

  struct Session {
    LoginSession facts;
    std::optional<std::string> locked_as_text = {};  // LockedHint of a type that logind does not give
    bool without_hint = false;                       // LockedHint is not among the properties
  };
  // A graphical login session on seat0, active and unlocked.
  Session& add(const std::string& id, uid_t uid = 1000);
  std::map<std::string, Session> sessions;

  bool silent = false;           // keeps what is asked, and answers when this is false again
  std::string silent_for;        // the same for what is asked of this login session alone
  bool refuses_list = false;     // ListSessions fails
  bool refuses_inhibit = false;  // Inhibit fails
  std::optional<std::chrono::microseconds> inhibit_delay_max = std::chrono::seconds(5);  // nullopt: cannot be read
  // Called around the answer to the next Properties.GetAll of a login session, once.
  std::map<std::string, std::function<void()>> before_reading;
  std::map<std::string, std::function<void()>> after_reading;

  // Answers what has come. Never blocks.
  void turn();

  struct Inhibitor {
    std::string what, who, mode;
    FileDescriptor held;  // hangs up when the last copy of the other end is closed
  };
  std::vector<Inhibitor> inhibitors;
  [[nodiscard]] bool inhibited() const;
  [[nodiscard]] const std::string& client() const { return client_; }  // who asked last
  [[nodiscard]] unsigned asked(const std::string& member) const;
  [[nodiscard]] std::size_t unanswered() const { return kept_.size(); }

 private:
  struct Release {
    void operator()(sd_bus_message* message) const;
  };
  using Message = std::unique_ptr<sd_bus_message, Release>;
  void answer(sd_bus_message* call);
  void answer_list(sd_bus_message* call);
  void answer_read(sd_bus_message* call);
  void answer_inhibit(sd_bus_message* call);

  std::vector<Message> kept_;
  std::map<std::string, unsigned> asked_;
  std::string client_;
};

}  // namespace wardend::test
