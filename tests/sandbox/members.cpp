#include "tests/sandbox/members.hpp"

#include <algorithm>
#include <cmath>

#include "base/json.hpp"

namespace wardend::sandbox {

std::expected<Members, std::string> Members::parse(std::string_view text) {
  auto object = parse_json(text, 64 * 1024);
  if (!object) return std::unexpected("the body is " + object.error() + ": send one JSON object");
  if (!object->is_object()) return std::unexpected("the body is not a JSON object");
  Members members;
  members.left_ = std::move(*object);
  return members;
}

std::optional<nlohmann::json> Members::take(const std::string& name) {
  const auto found = left_.find(name);
  if (found == left_.end()) return std::nullopt;
  nlohmann::json value = std::move(*found);
  left_.erase(found);
  return value;
}

void Members::complain(const std::string& name, const std::string& what) {
  if (!problem_) problem_ = name + ": " + what;
}

std::optional<std::string> Members::text(const std::string& name) {
  const auto value = take(name);
  if (!value) return std::nullopt;
  if (value->is_string()) return value->get<std::string>();
  complain(name, "not a string");
  return std::nullopt;
}

std::optional<bool> Members::boolean(const std::string& name) {
  const auto value = take(name);
  if (!value) return std::nullopt;
  if (value->is_boolean()) return value->get<bool>();
  complain(name, "neither true nor false");
  return std::nullopt;
}

std::optional<std::int64_t> Members::integer(const std::string& name, std::int64_t least, std::int64_t most) {
  const auto value = take(name);
  if (!value) return std::nullopt;
  const bool fits = value->is_number_integer() && !(value->is_number_unsigned() && value->get<std::uint64_t>() >> 63U);
  if (fits && value->get<std::int64_t>() >= least && value->get<std::int64_t>() <= most)
    return value->get<std::int64_t>();
  complain(name, "not a whole number from " + std::to_string(least) + " to " + std::to_string(most));
  return std::nullopt;
}

std::optional<std::chrono::milliseconds> Members::seconds(const std::string& name) {
  const auto value = take(name);
  if (!value) return std::nullopt;
  if (value->is_number() && value->get<double>() >= 0 && value->get<double>() <= 86400)
    return std::chrono::milliseconds(std::llround(value->get<double>() * 1000));
  complain(name, "not a number of seconds from 0 to 86400");
  return std::nullopt;
}

std::vector<std::string> Members::texts(const std::string& name) {
  std::vector<std::string> list;
  const auto value = take(name);
  if (!value) return list;
  if (!value->is_array()) complain(name, "not an array of strings");
  for (const auto& entry : *value) {
    if (entry.is_string())
      list.push_back(entry.get<std::string>());
    else
      complain(name, "not an array of strings");
  }
  return list;
}

std::optional<std::size_t> Members::choice(const std::string& name, std::span<const char* const> names) {
  const auto value = text(name);
  if (!value) return std::nullopt;
  const auto found = std::ranges::find_if(names, [&](std::string_view entry) { return entry == *value; });
  if (found != names.end()) return static_cast<std::size_t>(found - names.begin());
  std::string all;
  for (const char* const entry : names) all += (all.empty() ? "" : ", ") + std::string(entry);
  complain(name, "must be one of " + all);
  return std::nullopt;
}

std::optional<std::string> Members::object(const std::string& name) {
  const auto value = take(name);
  if (!value) return std::nullopt;
  if (value->is_object()) return dump_json(*value);
  complain(name, "not an object");
  return std::nullopt;
}

std::optional<std::string> Members::problem() {
  if (!left_.empty()) complain(left_.begin().key(), "no such member here");
  return problem_;
}

std::string text_in(const nlohmann::json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

}  // namespace wardend::sandbox
