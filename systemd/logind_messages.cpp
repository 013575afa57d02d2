#include "systemd/logind_messages.hpp"

#include <fcntl.h>
#include <systemd/sd-bus.h>

namespace wardend::systemd {
namespace {

constexpr std::size_t max_sessions = 4096;

std::string text_of(const char* text) { return text == nullptr ? std::string() : std::string(text); }

std::string read_text(sd_bus_message* message, char type) {
  const char* text = nullptr;
  return sd_bus_message_read_basic(message, type, static_cast<void*>(&text)) > 0 ? text_of(text) : std::string();
}

std::optional<bool> read_flag_variant(sd_bus_message* message) {
  int value = 0;
  if (sd_bus_message_read(message, "v", "b", &value) < 0) return std::nullopt;
  return value != 0;
}

std::optional<std::string> read_text_variant(sd_bus_message* message) {
  const char* text = nullptr;
  if (sd_bus_message_read(message, "v", "s", &text) < 0) return std::nullopt;
  return text_of(text);
}

std::optional<WallTime> read_time_variant(sd_bus_message* message) {
  std::uint64_t microseconds = 0;
  if (sd_bus_message_read(message, "v", "t", &microseconds) < 0) return std::nullopt;
  return WallTime(std::chrono::microseconds(microseconds));
}

// A property's value; false when it does not have the type that logind documents.
bool take_property(sd_bus_message* message, std::string_view name, LoginSession& session) {
  const auto take_text = [message](std::string& into) {
    const auto text = read_text_variant(message);
    if (text) into = *text;
    return text.has_value();
  };
  const auto take_flag = [message](bool& into) {
    const auto flag = read_flag_variant(message);
    if (flag) into = *flag;
    return flag.has_value();
  };
  if (name == "Id") return take_text(session.id);
  if (name == "Name") return take_text(session.user);
  if (name == "Class") return take_text(session.kind);
  if (name == "Type") return take_text(session.type);
  if (name == "State") return take_text(session.state);
  if (name == "Remote") return take_flag(session.remote);
  if (name == "Active") return take_flag(session.active);
  if (name == "LockedHint") return take_flag(session.locked);
  if (name == "User") {
    std::uint32_t uid = 0;
    const char* path = nullptr;
    if (sd_bus_message_read(message, "v", "(uo)", &uid, &path) < 0) return false;
    session.uid = uid;
    return true;
  }
  if (name == "Seat") {
    const char* seat = nullptr;
    const char* path = nullptr;
    if (sd_bus_message_read(message, "v", "(so)", &seat, &path) < 0) return false;
    session.seat = text_of(seat);
    return true;
  }
  return sd_bus_message_skip(message, "v") >= 0;
}

// Calls `take(name)` for every entry of an a{sv}; it reads the variant. False when the text is not what it should be.
template <typename Take>
bool each_property(sd_bus_message* message, Take take) {
  if (sd_bus_message_enter_container(message, 'a', "{sv}") < 0) return false;
  for (;;) {
    const int entered = sd_bus_message_enter_container(message, 'e', "sv");
    if (entered < 0) return false;
    if (entered == 0) break;
    const std::string name = read_text(message, 's');
    if (!take(name) || sd_bus_message_exit_container(message) < 0) return false;
  }
  return sd_bus_message_exit_container(message) >= 0;
}

}  // namespace

std::string_view sender_of(sd_bus_message* message) {
  const char* sender = sd_bus_message_get_sender(message);
  return sender == nullptr ? std::string_view() : std::string_view(sender);
}

std::string path_of(sd_bus_message* message) { return text_of(sd_bus_message_get_path(message)); }

std::string_view member_of(sd_bus_message* message) {
  const char* member = sd_bus_message_get_member(message);
  return member == nullptr ? std::string_view() : std::string_view(member);
}

std::optional<std::vector<std::string>> read_session_paths(sd_bus_message* reply) {
  std::vector<std::string> paths;
  if (sd_bus_message_enter_container(reply, 'a', "(susso)") < 0) return std::nullopt;
  for (;;) {
    const char *id = nullptr, *user = nullptr, *seat = nullptr, *path = nullptr;
    std::uint32_t uid = 0;
    const int result = sd_bus_message_read(reply, "(susso)", &id, &uid, &user, &seat, &path);
    if (result < 0) return std::nullopt;
    if (result == 0 || paths.size() == max_sessions) return paths;
    paths.emplace_back(path);
  }
}

std::optional<LoginSession> read_session(sd_bus_message* reply) {
  LoginSession session;
  std::optional<bool> idle;
  std::optional<WallTime> since;
  const bool complete = each_property(reply, [&](const std::string& name) {
    if (name == "IdleHint") return (idle = read_flag_variant(reply)).has_value();
    if (name == "IdleSinceHint") return (since = read_time_variant(reply)).has_value();
    return take_property(reply, name, session);
  });
  if (!complete || session.id.empty()) return std::nullopt;
  if (idle.value_or(false)) session.idle_since = since;
  return session;
}

SessionChange read_change(sd_bus_message* signal) {
  SessionChange change;
  (void)read_text(signal, 's');  // the interface, which the match names
  const bool complete = each_property(signal, [&](const std::string& name) {
    if (name != "LockedHint" && name != "Active") return sd_bus_message_skip(signal, "v") >= 0;
    const auto flag = read_flag_variant(signal);
    (name == "LockedHint" ? change.locked : change.active) = flag;
    return flag.has_value();
  });
  change.unreadable = !complete;
  if (!complete || sd_bus_message_enter_container(signal, 'a', "s") < 0) return change;
  for (std::string name = read_text(signal, 's'); !name.empty(); name = read_text(signal, 's'))
    if (name == "LockedHint" || name == "Active") change.unreadable = true;
  return change;
}

std::optional<SessionName> read_session_name(sd_bus_message* signal) {
  SessionName name;
  name.id = read_text(signal, 's');
  name.path = read_text(signal, 'o');
  if (name.id.empty() || name.path.empty()) return std::nullopt;
  return name;
}

bool read_sleeping(sd_bus_message* signal) {
  int value = 1;
  return sd_bus_message_read_basic(signal, 'b', &value) <= 0 || value != 0;
}

std::string read_new_owner(sd_bus_message* signal) {
  (void)read_text(signal, 's');
  (void)read_text(signal, 's');
  return read_text(signal, 's');
}

std::string read_owner(sd_bus_message* reply) { return read_text(reply, 's'); }

FileDescriptor read_inhibitor(sd_bus_message* reply) {
  int fd = -1;
  if (sd_bus_message_read_basic(reply, 'h', &fd) <= 0) return {};
  return FileDescriptor(::fcntl(fd, F_DUPFD_CLOEXEC, 3));
}

std::optional<Duration> read_delay(sd_bus_message* reply) {
  std::uint64_t microseconds = 0;
  if (sd_bus_message_read(reply, "v", "t", &microseconds) < 0) return std::nullopt;
  // Longer than an hour may be infinity.
  return std::min<Duration>(std::chrono::hours(1),
                            std::chrono::microseconds(std::min<std::uint64_t>(microseconds, 3'600'000'000)));
}

}  // namespace wardend::systemd
