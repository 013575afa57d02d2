// logind's messages as values. Every reader takes what may be forged or malformed, and leaves what it cannot read at
// the safe value. Spec: org.freedesktop.login1(5), org.freedesktop.DBus.Properties.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/file_descriptor.hpp"
#include "base/lock_source.hpp"
#include "systemd/bus.hpp"
#include "systemd/login_session_policy.hpp"

namespace wardend::systemd {

// The unique name that the bus stamped on the message, and the object it is about; "" when absent.
[[nodiscard]] std::string_view sender_of(sd_bus_message* message);
[[nodiscard]] std::string path_of(sd_bus_message* message);
[[nodiscard]] std::string_view member_of(sd_bus_message* message);

// ListSessions: the object paths. nullopt: malformed.
[[nodiscard]] std::optional<std::vector<std::string>> read_session_paths(sd_bus_message* reply);
// Properties.GetAll of a login session. nullopt: malformed, or without an Id.
[[nodiscard]] std::optional<LoginSession> read_session(sd_bus_message* reply);
// PropertiesChanged of a login session.
[[nodiscard]] SessionChange read_change(sd_bus_message* signal);
// SessionNew and SessionRemoved.
struct SessionName {
  std::string id;
  std::string path;
};
[[nodiscard]] std::optional<SessionName> read_session_name(sd_bus_message* signal);
// PrepareForSleep: true means going to sleep. Malformed reads as true.
[[nodiscard]] bool read_sleeping(sd_bus_message* signal);
// NameOwnerChanged: the new owner, "" for none.
[[nodiscard]] std::string read_new_owner(sd_bus_message* signal);
// GetNameOwner.
[[nodiscard]] std::string read_owner(sd_bus_message* reply);
// Inhibit: a descriptor of our own.
[[nodiscard]] FileDescriptor read_inhibitor(sd_bus_message* reply);
// Properties.Get of InhibitDelayMaxUSec. nullopt: malformed.
[[nodiscard]] std::optional<Duration> read_delay(sd_bus_message* reply);

}  // namespace wardend::systemd
