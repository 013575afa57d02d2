#include "tests/support/fake_login1.hpp"

#include <fcntl.h>
#include <poll.h>
#include <systemd/sd-bus.h>
#include <unistd.h>

#include <array>
#include <cstring>
#include <stdexcept>
#include <string_view>

namespace wardend::test {
namespace {

constexpr auto service = "org.freedesktop.login1";
constexpr auto manager_path = "/org/freedesktop/login1";
constexpr auto manager = "org.freedesktop.login1.Manager";
constexpr auto session_interface = "org.freedesktop.login1.Session";
constexpr auto properties = "org.freedesktop.DBus.Properties";

void must(int result, const char* what) {
  if (result < 0) throw std::runtime_error(std::string(what) + ": " + std::strerror(-result));
}

void add_text(sd_bus_message* message, const char* name, const std::string& value) {
  must(sd_bus_message_append(message, "{sv}", name, "s", value.c_str()), name);
}
void add_flag(sd_bus_message* message, const char* name, bool value) {
  must(sd_bus_message_append(message, "{sv}", name, "b", static_cast<int>(value)), name);
}

}  // namespace

Login1Voice::Login1Voice(const std::string& address) {
  must(sd_bus_new(&bus_), "sd_bus_new");
  must(sd_bus_set_address(bus_, address.c_str()), "the bus's address");
  must(sd_bus_set_bus_client(bus_, 1), "a client of the bus");
  must(sd_bus_start(bus_), "the private bus");
  sync();
}

Login1Voice::~Login1Voice() { sd_bus_close_unref(bus_); }

sd_bus_message* Login1Voice::signal(const std::string& path, const char* interface, const char* member) {
  sd_bus_message* message = nullptr;
  must(sd_bus_message_new_signal(bus_, &message, path.c_str(), interface, member), member);
  if (!to_.empty()) must(sd_bus_message_set_destination(message, to_.c_str()), "destination");
  return message;
}

void Login1Voice::send(sd_bus_message* message) {
  const int result = sd_bus_send(bus_, message, nullptr);
  sd_bus_message_unref(message);
  must(result, "sd_bus_send");
  must(sd_bus_flush(bus_), "sd_bus_flush");
}

void Login1Voice::session_signal(const std::string& id, const char* member) {
  send(signal(path_of(id), session_interface, member));
}

void Login1Voice::manager_signal(const char* member, const std::string& id) {
  sd_bus_message* message = signal(manager_path, manager, member);
  must(sd_bus_message_append(message, "so", id.c_str(), path_of(id).c_str()), member);
  send(message);
}

void Login1Voice::manager_signal_without_arguments(const char* member) { send(signal(manager_path, manager, member)); }

void Login1Voice::prepare_for_sleep(bool going) {
  sd_bus_message* message = signal(manager_path, manager, "PrepareForSleep");
  must(sd_bus_message_append(message, "b", static_cast<int>(going)), "PrepareForSleep");
  send(message);
}

void Login1Voice::name_owner_changed(const std::string& before, const std::string& after) {
  sd_bus_message* message = signal("/org/freedesktop/DBus", "org.freedesktop.DBus", "NameOwnerChanged");
  must(sd_bus_message_append(message, "sss", service, before.c_str(), after.c_str()), "NameOwnerChanged");
  send(message);
}

void Login1Voice::changed(const std::string& id, const Change& change) {
  sd_bus_message* message = signal(path_of(id), properties, "PropertiesChanged");
  must(sd_bus_message_append(message, "s", session_interface), "interface");
  must(sd_bus_message_open_container(message, 'a', "{sv}"), "values");
  if (change.locked) add_flag(message, "LockedHint", *change.locked);
  if (change.locked_as_text) add_text(message, "LockedHint", *change.locked_as_text);
  add_flag(message, "IdleHint", false);  // a neighbour that must be stepped over
  if (change.active) add_flag(message, "Active", *change.active);
  must(sd_bus_message_close_container(message), "values");
  must(sd_bus_message_open_container(message, 'a', "s"), "names");
  for (const std::string& name : change.without_value)
    must(sd_bus_message_append(message, "s", name.c_str()), "name without value");
  must(sd_bus_message_close_container(message), "names");
  send(message);
}

// The bus passes messages of one connection on in their order: when it has answered, it has passed on all before.
void Login1Voice::sync() {
  sd_bus_error error{};
  const int result = sd_bus_call_method(bus_, "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus",
                                        "GetId", &error, nullptr, nullptr);
  sd_bus_error_free(&error);
  must(result, "the private bus");
}

std::string Login1Voice::unique_name() const {
  const char* name = nullptr;
  must(sd_bus_get_unique_name(bus_, &name), "unique name");
  return name;
}

FakeLogin1::FakeLogin1(const std::string& address) : Login1Voice(address) {
  must(sd_bus_request_name(connection(), service, 0), "org.freedesktop.login1");
}

FakeLogin1::Session& FakeLogin1::add(const std::string& id, uid_t uid) {
  LoginSession facts{.id = id,
                     .uid = uid,
                     .user = "u" + std::to_string(uid),
                     .seat = "seat0",
                     .kind = "user",
                     .type = "wayland",
                     .remote = false,
                     .active = true,
                     .locked = false,
                     .state = "active"};
  return sessions.insert_or_assign(id, Session{.facts = std::move(facts)}).first->second;
}

void FakeLogin1::Release::operator()(sd_bus_message* message) const { sd_bus_message_unref(message); }

unsigned FakeLogin1::asked(const std::string& member) const {
  const auto found = asked_.find(member);
  return found == asked_.end() ? 0 : found->second;
}

bool FakeLogin1::inhibited() const {
  for (const Inhibitor& inhibitor : inhibitors) {
    pollfd state{.fd = inhibitor.held.get(), .events = 0, .revents = 0};
    if (::poll(&state, 1, 0) == 0) return true;
  }
  return false;
}

void FakeLogin1::turn() {
  for (;;) {
    sd_bus_message* message = nullptr;
    const int result = sd_bus_process(connection(), &message);
    if (result <= 0) break;
    Message call(message);
    if (message == nullptr || sd_bus_message_is_method_call(message, nullptr, nullptr) <= 0) continue;
    client_ = sd_bus_message_get_sender(message);
    ++asked_[sd_bus_message_get_member(message)];
    kept_.push_back(std::move(call));
  }
  if (silent) return;
  for (Message& call : std::exchange(kept_, {})) {
    const bool kept = !silent_for.empty() && sd_bus_message_get_path(call.get()) == path_of(silent_for);
    if (kept)
      kept_.push_back(std::move(call));
    else
      answer(call.get());
  }
}

void FakeLogin1::answer(sd_bus_message* call) {
  const std::string_view member = sd_bus_message_get_member(call);
  if (member == "ListSessions") return answer_list(call);
  if (member == "GetAll") return answer_read(call);
  if (member == "Inhibit") return answer_inhibit(call);
  if (member == "Get" && inhibit_delay_max) {
    must(sd_bus_reply_method_return(call, "v", "t", static_cast<std::uint64_t>(inhibit_delay_max->count())), "reply");
    return;
  }
  must(sd_bus_reply_method_errorf(call, SD_BUS_ERROR_UNKNOWN_METHOD, "Unknown method"), "reply");
}

void FakeLogin1::answer_list(sd_bus_message* call) {
  if (refuses_list) {
    must(sd_bus_reply_method_errorf(call, SD_BUS_ERROR_ACCESS_DENIED, "Access denied"), "reply");
    return;
  }
  sd_bus_message* reply = nullptr;
  must(sd_bus_message_new_method_return(call, &reply), "reply");
  const Message owner(reply);
  must(sd_bus_message_open_container(reply, 'a', "(susso)"), "list");
  for (const auto& [id, session] : sessions) {
    const LoginSession& facts = session.facts;
    must(sd_bus_message_append(reply, "(susso)", id.c_str(), facts.uid, facts.user.c_str(), facts.seat.c_str(),
                               path_of(id).c_str()),
         "login session");
  }
  must(sd_bus_message_close_container(reply), "list");
  must(sd_bus_send(connection(), reply, nullptr), "reply");
}

void FakeLogin1::answer_read(sd_bus_message* call) {
  const std::string path = sd_bus_message_get_path(call);
  const std::string id = path.substr(path.rfind('/') + 1);
  if (const auto hook = before_reading.extract(id)) hook.mapped()();
  const auto found = sessions.find(id);
  if (found == sessions.end()) {
    must(sd_bus_reply_method_errorf(call, SD_BUS_ERROR_UNKNOWN_OBJECT, "Unknown object"), "reply");
    return;
  }
  const Session& session = found->second;
  const LoginSession& facts = session.facts;
  sd_bus_message* reply = nullptr;
  must(sd_bus_message_new_method_return(call, &reply), "reply");
  const Message owner(reply);
  must(sd_bus_message_open_container(reply, 'a', "{sv}"), "properties");
  add_text(reply, "Id", facts.id);
  must(sd_bus_message_append(reply, "{sv}", "User", "(uo)", facts.uid, "/org/freedesktop/login1/user/x"), "User");
  add_text(reply, "Name", facts.user);
  must(sd_bus_message_append(reply, "{sv}", "Timestamp", "t", std::uint64_t{1}), "Timestamp");
  must(sd_bus_message_append(reply, "{sv}", "Seat", "(so)", facts.seat.c_str(), "/"), "Seat");
  add_text(reply, "Class", facts.kind);
  add_text(reply, "Type", facts.type);
  add_text(reply, "State", facts.state);
  const auto since = facts.idle_since.value_or(WallTime{}).time_since_epoch();
  add_flag(reply, "IdleHint", facts.idle_since.has_value());
  must(sd_bus_message_append(reply, "{sv}", "IdleSinceHint", "t",
                             std::chrono::duration_cast<std::chrono::microseconds>(since).count()),
       "IdleSinceHint");
  add_flag(reply, "Remote", facts.remote);
  add_flag(reply, "Active", facts.active);
  if (session.locked_as_text)
    add_text(reply, "LockedHint", *session.locked_as_text);
  else if (!session.without_hint)
    add_flag(reply, "LockedHint", facts.locked);
  must(sd_bus_message_close_container(reply), "properties");
  must(sd_bus_send(connection(), reply, nullptr), "reply");
  if (const auto hook = after_reading.extract(id)) hook.mapped()();
}

void FakeLogin1::answer_inhibit(sd_bus_message* call) {
  const char *what = nullptr, *who = nullptr, *why = nullptr, *mode = nullptr;
  if (refuses_inhibit || sd_bus_message_read(call, "ssss", &what, &who, &why, &mode) < 0) {
    must(sd_bus_reply_method_errorf(call, SD_BUS_ERROR_ACCESS_DENIED, "Access denied"), "reply");
    return;
  }
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) throw std::runtime_error("pipe2");
  const FileDescriptor given(ends[1]);
  inhibitors.push_back({.what = what, .who = who, .mode = mode, .held = FileDescriptor(ends[0])});
  must(sd_bus_reply_method_return(call, "h", given.get()), "reply");
}

}  // namespace wardend::test
