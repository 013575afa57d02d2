// What reading a value of an interface gives: the value, or the member that is wrong. The generated from_json functions
// return it.
#pragma once

#include <expected>
#include <string>

namespace wardend::ipc {

// The path of the member that is unknown, missing, or of the wrong type: "target.user", "accesses[2].outcome".
struct ParameterFault {
  std::string parameter;
};

template <typename T>
using Checked = std::expected<T, ParameterFault>;

// What from_json does about members that the interface does not declare: a server refuses them, a client of an older
// version ignores them.
enum class Unknown { refuse, ignore };

}  // namespace wardend::ipc
