// What a caller is told when a call fails, as the JSON text of a whole reply: the one place where an Error becomes a
// Varlink error. It fails closed: what the interface does not declare is said as less, never as more.
#pragma once

#include <span>
#include <string>

#include "base/result.hpp"
#include "ipc/dispatcher.hpp"

namespace wardend::ipc {

// The reply for `error` in that interface, with every member that the interface declares. An error that it does not
// declare becomes its NotSupported if it says that something cannot be done, and PermissionDenied otherwise; that is
// logged.
[[nodiscard]] std::string error_frame(const Dispatcher& interface, const Error& error);

// The reply to a frame in which no call could be read, so that no interface was named: by the first of them that
// declares `error`, else as NotSupported.
[[nodiscard]] std::string error_frame(std::span<Dispatcher* const> interfaces, const Error& error);

// The reply for one of org.varlink.service's errors. Names out of a request are cut at 256 bytes.
[[nodiscard]] std::string error_frame(const StandardError& error);

}  // namespace wardend::ipc
