// Reading and writing members of the vault's records. What is missing or of another type leaves the value as it is.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/json.hpp"
#include "base/secret.hpp"

namespace wardend {

inline std::int64_t number(BootTime time) { return time.time_since_epoch().count(); }
inline std::int64_t number(WallTime time) { return time.time_since_epoch().count(); }

class Members {
 public:
  explicit Members(const nlohmann::json& object) : object_(object) {}
  void text(const char* name, std::string& into) const {
    if (const nlohmann::json* found = get(name, nlohmann::json::value_t::string))
      into = found->get_ref<const std::string&>();
  }
  void text(const char* name, std::optional<std::string>& into) const {
    if (const nlohmann::json* found = get(name, nlohmann::json::value_t::string))
      into = found->get_ref<const std::string&>();
  }
  void secret(const char* name, Secret& into) const {
    if (const nlohmann::json* found = get(name, nlohmann::json::value_t::string))
      into = Secret(found->get_ref<const std::string&>());
  }
  void flag(const char* name, bool& into) const {
    if (const nlohmann::json* found = get(name, nlohmann::json::value_t::boolean)) into = found->get<bool>();
  }
  template <typename Number>
  void whole(const char* name, Number& into) const {
    const auto found = object_.find(name);
    if (found != object_.end() && found->is_number_integer()) into = found->get<Number>();
  }
  void time(const char* name, BootTime& into) const {
    std::int64_t count = number(into);
    whole(name, count);
    into = BootTime(BootTime::duration(count));
  }
  void time(const char* name, WallTime& into) const {
    std::int64_t count = number(into);
    whole(name, count);
    into = WallTime(WallTime::duration(count));
  }
  void texts(const char* name, std::vector<std::string>& into) const {
    const nlohmann::json* found = get(name, nlohmann::json::value_t::array);
    if (found == nullptr) return;
    for (const nlohmann::json& entry : *found)
      if (entry.is_string()) into.push_back(entry.get_ref<const std::string&>());
  }
  [[nodiscard]] std::optional<Members> object(const char* name) const {
    const nlohmann::json* found = get(name, nlohmann::json::value_t::object);
    return found == nullptr ? std::nullopt : std::optional(Members(*found));
  }
  [[nodiscard]] const nlohmann::json& all() const { return object_; }

 private:
  [[nodiscard]] const nlohmann::json* get(const char* name, nlohmann::json::value_t type) const {
    const auto found = object_.find(name);
    return found != object_.end() && found->type() == type ? &*found : nullptr;
  }
  const nlohmann::json& object_;
};

// The record's text; no copy of it is left behind.
inline Secret sealed(const nlohmann::json& record) {
  std::string text = dump_json(record);
  Secret secret(text);
  wipe(text);
  return secret;
}

}  // namespace wardend
