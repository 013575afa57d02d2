// Reads and writes the members of JSON objects for the generated interface code, by the C++ type of the field. Included
// by generated sources only: it needs the whole of nlohmann/json.
#pragma once

#include <algorithm>
#include <cstdint>
#include <initializer_list>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "base/json.hpp"
#include "ipc/checked.hpp"

namespace wardend::ipc::fields {

// A std::string field is text, or (`json`) the text of a JSON object. `view`, `views`: a pointer to the object, or to
// the list of objects, in the value that is read, for as long as that is there.
enum class Text { plain, json, view, views };

template <typename T>
concept Structure = requires(const nlohmann::json& value) { T::from_json(value, Unknown::refuse); };

// A value that may be null.
template <Text text, typename T>
bool read(const nlohmann::json& value, std::optional<T>& out, Unknown unknown, std::string& fault);
// A list.
template <Text text, typename T>
bool read(const nlohmann::json& value, std::vector<T>& out, Unknown unknown, std::string& fault);

// Each read gives false when `value` is not of that type; `fault` then is the path below the value, or empty. `unknown`
// holds at every depth.
template <Text text>
bool read(const nlohmann::json& value, std::string& out, Unknown /*unknown*/, std::string& /*fault*/) {
  if constexpr (text == Text::json) {
    if (!value.is_object()) return false;
    out = dump_json(value);
    return true;
  } else {
    const auto* found = value.get_ptr<const nlohmann::json::string_t*>();
    if (found == nullptr) return false;
    out = *found;
    return true;
  }
}

template <Text text>
bool read(const nlohmann::json& value, const nlohmann::json*& out, Unknown /*unknown*/, std::string& fault) {
  if (value.is_null()) return true;
  if (text == Text::view ? !value.is_object() : !value.is_array()) return false;
  if constexpr (text == Text::views) {
    for (std::size_t at = 0; at < value.size(); ++at) {
      if (value[at].is_object()) continue;
      fault = "[" + std::to_string(at) + "]";
      return false;
    }
  }
  out = &value;
  return true;
}

template <Text>
bool read(const nlohmann::json& value, bool& out, Unknown /*unknown*/, std::string& /*fault*/) {
  if (!value.is_boolean()) return false;
  out = value.get<bool>();
  return true;
}

template <Text>
bool read(const nlohmann::json& value, std::int64_t& out, Unknown /*unknown*/, std::string& /*fault*/) {
  constexpr auto most = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  if (!value.is_number_integer()) return false;
  if (value.is_number_unsigned() && value.get<std::uint64_t>() > most) return false;
  out = value.get<std::int64_t>();
  return true;
}

template <Text>
bool read(const nlohmann::json& value, double& out, Unknown /*unknown*/, std::string& /*fault*/) {
  if (!value.is_number()) return false;
  out = value.get<double>();
  return true;
}

template <Text, typename Enumeration>
  requires std::is_enum_v<Enumeration>
bool read(const nlohmann::json& value, Enumeration& out, Unknown /*unknown*/, std::string& /*fault*/) {
  const auto* name = value.get_ptr<const nlohmann::json::string_t*>();
  return name != nullptr && read_name(*name, out);
}

template <Text, Structure T>
bool read(const nlohmann::json& value, T& out, Unknown unknown, std::string& fault) {
  auto read_value = T::from_json(value, unknown);
  if (!read_value) {
    if (!read_value.error().parameter.empty()) fault = "." + read_value.error().parameter;
    return false;
  }
  out = std::move(*read_value);
  return true;
}

template <Text text, typename T>
bool read(const nlohmann::json& value, std::optional<T>& out, Unknown unknown, std::string& fault) {
  if (value.is_null()) return true;
  return read<text>(value, out.emplace(), unknown, fault);
}

template <Text text, typename T>
bool read(const nlohmann::json& value, std::vector<T>& out, Unknown unknown, std::string& fault) {
  if (!value.is_array()) return false;
  out.reserve(value.size());
  for (const auto& item : value) {
    if (read<text>(item, out.emplace_back(), unknown, fault)) continue;
    fault.insert(0, "[" + std::to_string(out.size() - 1) + "]");
    return false;
  }
  return true;
}

template <typename T>
inline constexpr bool is_optional = false;
template <typename T>
inline constexpr bool is_optional<std::optional<T>> = true;
template <>
inline constexpr bool is_optional<const nlohmann::json*> = true;

// Reads the members of one object; the first fault stays.
class Reader {
 public:
  Reader(const nlohmann::json& value, Unknown unknown) : value_(value), unknown_(unknown) {
    if (!value.is_object()) failed_ = true;
  }

  template <Text text = Text::plain, typename T>
  void member(std::string_view name, T& out) {
    if (failed_) return;
    const auto found = value_.find(name);
    if (found == value_.end()) {
      if (!is_optional<T>) stop(name, {});
      return;
    }
    ++seen_;
    std::string below;
    if (!read<text>(*found, out, unknown_, below)) stop(name, below);
  }

  template <typename T>
  [[nodiscard]] Checked<T> finish(T&& out, std::initializer_list<std::string_view> known) {
    if (!failed_ && unknown_ == Unknown::refuse && seen_ != value_.size()) stop_at_stranger(known);
    if (failed_) return std::unexpected(std::move(fault_));
    return std::forward<T>(out);
  }

 private:
  void stop(std::string_view name, std::string_view below) {
    failed_ = true;
    fault_.parameter.assign(name).append(below);
  }
  void stop_at_stranger(std::initializer_list<std::string_view> known) {
    for (const auto& [name, ignored] : value_.items()) {
      if (std::find(known.begin(), known.end(), name) == known.end()) return stop(name, {});
    }
  }

  const nlohmann::json& value_;
  Unknown unknown_;
  std::size_t seen_ = 0;
  bool failed_ = false;
  ParameterFault fault_;
};

// A JSON text that is not an object becomes an empty one: a reply is never lost over a handler's slip.
[[nodiscard]] inline nlohmann::json object_of(std::string_view text) {
  auto value = parse_json(text, {.bytes = std::numeric_limits<std::size_t>::max(), .values = any_number_of_values});
  if (!value || !value->is_object()) return nlohmann::json::object();
  return std::move(*value);
}

// A list, each by the json_of() of its type.
template <Text text, typename T>
[[nodiscard]] nlohmann::json json_of(const std::vector<T>& values);

template <Text text, typename T>
[[nodiscard]] nlohmann::json json_of(const T& value) {
  if constexpr (requires { value.to_json(); }) {
    return value.to_json();
  } else if constexpr (std::is_enum_v<T>) {
    return name_of(value);
  } else if constexpr (std::is_same_v<T, std::string> && text == Text::json) {
    return object_of(value);
  } else {
    return value;
  }
}

template <Text text, typename T>
[[nodiscard]] nlohmann::json json_of(const std::vector<T>& values) {
  auto list = nlohmann::json::array();
  for (const auto& value : values) list.push_back(json_of<text>(value));
  return list;
}

// Absent optional members are left out.
template <Text text = Text::plain, typename T>
void put(nlohmann::json& object, const char* name, const T& value) {
  if constexpr (is_optional<T>) {
    if (value) object[name] = json_of<text>(*value);
  } else {
    object[name] = json_of<text>(value);
  }
}

}  // namespace wardend::ipc::fields
