#include "base/json.hpp"

#include <cmath>
#include <cstdlib>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "base/json_fault.hpp"
#include "base/json_split.hpp"
#include "base/lenient_json.hpp"
#include "base/secret.hpp"
#include "base/text.hpp"

namespace wardend {
namespace {

constexpr std::size_t most_noted = 16;

void note(std::vector<std::string>& names, std::string name) {
  if (names.size() < most_noted) names.push_back(std::move(name));
}

// Builds the value from the parser's events. A false return ends the parsing; `fault()` then says why. The library's
// own filter (parse with a callback) walks all earlier siblings at the end of each object, so it is not used.
class Builder final : public nlohmann::json_sax<nlohmann::json> {
 public:
  // `twice`: nullptr, and no member may be named twice; else where the outermost of them are noted. `inside`: how many
  // lists and objects the text itself stands in.
  explicit Builder(JsonLimits limits, std::vector<std::string>* twice = nullptr, std::size_t inside = 0)
      : limits_(limits), twice_(twice), inside_(inside) {}

  bool null() override { return add(nullptr) != nullptr; }
  bool boolean(bool value) override { return add(value) != nullptr; }
  bool number_integer(std::int64_t value) override { return add(value) != nullptr; }
  bool number_unsigned(std::uint64_t value) override { return add(value) != nullptr; }
  bool number_float(double value, const std::string& /*text*/) override { return add(value) != nullptr; }
  bool string(std::string& value) override { return add(std::move(value)) != nullptr; }
  bool binary(nlohmann::json::binary_t& /*value*/) override { return false; }
  bool start_object(std::size_t /*count*/) override { return open(nlohmann::json::value_t::object); }
  bool start_array(std::size_t /*count*/) override { return open(nlohmann::json::value_t::array); }
  bool end_object() override { return close(); }
  bool end_array() override { return close(); }
  bool parse_error(std::size_t /*at*/, const std::string& /*token*/,
                   const nlohmann::detail::exception& /*what*/) override {
    return false;
  }

  // The object's own index of names tells a duplicate: no text can make that cost more than the logarithm of its size.
  bool key(std::string& name) override {
    auto& members = open_.back()->get_ref<nlohmann::json::object_t&>();
    const auto [member, is_new] = members.try_emplace(std::move(name));
    if (!is_new && twice_ == nullptr)
      return refuse(JsonFault::Kind::wrong, "the member " + printable_ascii(member->first, 64) + " is there twice");
    if (!is_new && open_.size() + inside_ == 1) note(*twice_, member->first);
    member_ = &member->second;
    return true;
  }

  [[nodiscard]] const JsonFault& fault() const { return fault_; }
  [[nodiscard]] nlohmann::json take() { return std::move(root_); }

 private:
  bool refuse(JsonFault::Kind kind, std::string words) {
    fault_ = {.kind = kind, .words = std::move(words)};
    return false;
  }

  // Where the value now stands: as the root, as the member that was named last, or at the end of the open list.
  nlohmann::json* add(nlohmann::json value) {
    if (++values_ > limits_.values) {
      refuse(JsonFault::Kind::too_much, "more than " + std::to_string(limits_.values) + " values");
      return nullptr;
    }
    nlohmann::json* place = &root_;
    if (!open_.empty() && open_.back()->is_object()) place = member_;
    if (!open_.empty() && open_.back()->is_array())
      return &open_.back()->get_ref<nlohmann::json::array_t&>().emplace_back(std::move(value));
    *place = std::move(value);
    return place;
  }

  bool open(nlohmann::json::value_t kind) {
    if (open_.size() + inside_ == max_json_depth)
      return refuse(JsonFault::Kind::too_much, "nested deeper than " + std::to_string(max_json_depth) + " levels");
    nlohmann::json* added = add(kind);
    if (added != nullptr) open_.push_back(added);
    return added != nullptr;
  }

  bool close() {
    open_.pop_back();
    return true;
  }

  const JsonLimits limits_;
  std::vector<std::string>* const twice_;
  const std::size_t inside_;
  std::size_t values_ = 0;
  nlohmann::json root_;
  std::vector<nlohmann::json*> open_;  // the lists and objects around what comes next; none moves while it is open
  nlohmann::json* member_ = nullptr;   // the value of the name read last
  JsonFault fault_ = {.words = "not valid JSON"};
};

}  // namespace

std::expected<nlohmann::json, JsonFault> read_json(std::string_view text, JsonLimits limits) {
  if (text.size() > limits.bytes)
    return std::unexpected(JsonFault{.kind = JsonFault::Kind::too_much,
                                     .words = "larger than " + std::to_string(limits.bytes) + " bytes"});
  // The library takes a NUL for the end of the text: what stands behind it would be read by others alone.
  if (text.contains('\0')) return std::unexpected(JsonFault{.kind = JsonFault::Kind::wrong, .words = "not valid JSON"});
  Builder builder(limits);
  if (!nlohmann::json::sax_parse(text, &builder)) return std::unexpected(builder.fault());
  return builder.take();
}

std::expected<nlohmann::json, std::string> parse_json(std::string_view text, JsonLimits limits) {
  auto value = read_json(text, limits);
  if (!value) return std::unexpected(std::move(value.error().words));
  return std::move(*value);
}

namespace {

// A number that no double holds, as the largest one of its sign; nullopt: it is none.
std::optional<double> number_out_of_range(std::string_view text) {
  if (text.empty() || text.size() > 64 || text.find_first_not_of("+-0123456789.eE") != std::string_view::npos)
    return std::nullopt;
  const std::string digits(text);
  char* end = nullptr;
  const double value = std::strtod(digits.c_str(), &end);
  if (*end != '\0' || !std::isinf(value)) return std::nullopt;
  return std::copysign(std::numeric_limits<double>::max(), value);
}

// An object member by member, without those that are no JSON, nest too deep or hold too much. nullopt: it cannot be
// told where they begin and end.
std::optional<nlohmann::json> read_each(std::string_view text, JsonLimits limits, JsonOddities& oddities) {
  const auto members = split_object(text);
  if (!members) return std::nullopt;
  oddities.twice.clear();
  nlohmann::json object = nlohmann::json::object();
  for (const MemberText& member : *members) {
    const auto name = parse_json(member.name, limits);
    if (!name) {
      note(oddities.unread, {});
      continue;
    }
    const auto& key = name->get_ref<const std::string&>();
    if (object.contains(key)) note(oddities.twice, key);
    Builder builder(limits, &oddities.twice, 1);
    if (nlohmann::json::sax_parse(member.value, &builder))
      object[key] = builder.take();
    else if (const auto number = number_out_of_range(member.value))
      object[key] = *number;
    else
      note(oddities.unread, key);
  }
  return object;
}

}  // namespace

std::expected<nlohmann::json, std::string> parse_lenient_json(std::string_view text, JsonLimits limits,
                                                              JsonOddities& oddities) {
  if (text.size() > limits.bytes) return std::unexpected("larger than " + std::to_string(limits.bytes) + " bytes");
  std::string valid = valid_utf8(text);
  oddities = {.repaired = valid != text};
  Builder builder(limits, &oddities.twice);
  std::expected<nlohmann::json, std::string> read = std::unexpected(std::string());
  if (nlohmann::json::sax_parse(valid, &builder))
    read = builder.take();
  else if (auto members = read_each(valid, limits, oddities))
    read = std::move(*members);
  else
    read = std::unexpected(builder.fault().words);
  wipe(valid);
  return read;
}

std::expected<nlohmann::json, std::string> parse_json(std::string_view text, std::size_t max_bytes) {
  return parse_json(text, JsonLimits{.bytes = max_bytes});
}

std::string dump_json(const nlohmann::json& value) {
  return value.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace wardend
