// Writes the members of an error of base/errors.hpp as JSON. A member that the interface requires takes a Required
// value only, so an error that could leave it out does not compile. Included by generated sources only.
#pragma once

#include <chrono>
#include <nlohmann/json.hpp>
#include <optional>

#include "base/errors.hpp"
#include "ipc/fields.hpp"

namespace wardend::ipc::fields {

[[nodiscard]] inline nlohmann::json told(WallTime time) { return unix_seconds(time); }
template <typename Rep, typename Period>
[[nodiscard]] nlohmann::json told(std::chrono::duration<Rep, Period> span) {
  return span.count();
}
template <typename T>
[[nodiscard]] nlohmann::json told(const T& value) {
  return json_of<Text::plain>(value);
}

template <typename T>
[[nodiscard]] const T& required(const Required<T>& value) {
  return *value;
}

template <typename T>
void put_required(nlohmann::json& object, const char* name, const Required<T>& value) {
  object[name] = told(*value);
}

// What the interface lets be absent may always be there.
template <typename T>
void put_optional(nlohmann::json& object, const char* name, const Required<T>& value) {
  object[name] = told(*value);
}
template <typename T>
void put_optional(nlohmann::json& object, const char* name, const std::optional<T>& value) {
  if (value) object[name] = told(*value);
}

}  // namespace wardend::ipc::fields
