// How D-Bus, logind and the service manager call themselves on the bus. Spec: org.freedesktop.login1(5),
// org.freedesktop.systemd1(5), D-Bus Specification, "Standard Interfaces".
#pragma once

namespace wardend::systemd::names {

inline constexpr auto bus = "org.freedesktop.DBus";
inline constexpr auto bus_path = "/org/freedesktop/DBus";
inline constexpr auto properties = "org.freedesktop.DBus.Properties";

inline constexpr auto login = "org.freedesktop.login1";
inline constexpr auto login_path = "/org/freedesktop/login1";
inline constexpr auto login_manager = "org.freedesktop.login1.Manager";
inline constexpr auto login_session = "org.freedesktop.login1.Session";

inline constexpr auto units = "org.freedesktop.systemd1";
inline constexpr auto units_path = "/org/freedesktop/systemd1";
inline constexpr auto units_manager = "org.freedesktop.systemd1.Manager";
inline constexpr auto unit = "org.freedesktop.systemd1.Unit";
inline constexpr auto job = "org.freedesktop.systemd1.Job";

}  // namespace wardend::systemd::names
