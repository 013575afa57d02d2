#include "base/json.hpp"

#include <charconv>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/json_fault.hpp"
#include "base/json_split.hpp"
#include "base/json_text.hpp"
#include "base/lenient_json.hpp"
#include "base/secret.hpp"
#include "base/text.hpp"

namespace wardend {
namespace {

constexpr std::size_t most_noted = 16;

void note(std::vector<std::string>& names, std::string name) {
  if (names.size() < most_noted) names.push_back(std::move(name));
}

// A byte order mark is no JSON, and stands before it all the same. Spec: RFC 8259 §8.1
constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";

// nullopt: no double is that large.
std::optional<nlohmann::json> number_of(std::string_view text) {
  const char* const end = text.data() + text.size();
  const auto whole = [&](auto value) -> std::optional<nlohmann::json> {
    if (std::from_chars(text.data(), end, value).ec != std::errc()) return std::nullopt;
    return value;
  };
  if (text.find_first_of(".eE") == std::string_view::npos)
    if (auto number = text.front() == '-' ? whole(std::int64_t()) : whole(std::uint64_t())) return number;
  double value = 0;
  if (std::from_chars(text.data(), end, value).ec != std::errc())
    value = std::strtod(std::string(text).c_str(), nullptr);  // too large, or too small
  if (!std::isfinite(value)) return std::nullopt;
  return value;
}

std::string text_of(std::string_view string) { return string.contains('\\') ? unescaped(string) : std::string(string); }

// Builds the value from the pieces of its text, one after the other.
class Builder {
 public:
  // `twice`: nullptr, and no member may be named twice; else where the outermost of them are noted. `inside`: how many
  // lists and objects the text itself stands in.
  explicit Builder(JsonLimits limits, std::vector<std::string>* twice = nullptr, std::size_t inside = 0)
      : limits_(limits), twice_(twice), inside_(inside) {}

  // False: fault() says why. A NUL ends the text.
  bool read(std::string_view whole) {
    whole = whole.substr(0, whole.find('\0'));
    if (whole.starts_with(byte_order_mark)) whole.remove_prefix(byte_order_mark.size());
    JsonText text(whole);
    do {
      text.skip_blanks();
      if (text.at_end() || !value(text) || !step(text)) return false;
    } while (!open_.empty());
    return text.at_end();
  }

  [[nodiscard]] const JsonFault& fault() const { return fault_; }
  [[nodiscard]] nlohmann::json take() { return std::move(root_); }

 private:
  bool refuse(JsonFault::Kind kind, std::string words) {
    fault_ = {.kind = kind, .words = std::move(words)};
    return false;
  }

  // A value; of a list or an object its begin.
  bool value(JsonText& text) {
    switch (text.next()) {
      case '{':
        return open(text, nlohmann::json::value_t::object);
      case '[':
        return open(text, nlohmann::json::value_t::array);
      case '"': {
        const auto string = text.string();
        return string && add(text_of(*string)) != nullptr;
      }
      default:
        return word(text);
    }
  }

  bool word(JsonText& text) {
    const auto word = text.word();
    if (!word) return false;
    switch (word->front()) {
      case 't':
        return add(true) != nullptr;
      case 'f':
        return add(false) != nullptr;
      case 'n':
        return add(nullptr) != nullptr;
      default: {
        auto number = number_of(*word);
        return number && add(std::move(*number)) != nullptr;
      }
    }
  }

  // On to the next value: over what ends here, the comma, and the name of a member.
  bool step(JsonText& text) {
    text.skip_blanks();
    while (!open_.empty()) {
      if (text.at_end()) return false;
      const bool is_list = open_.back()->is_array();
      if (text.next() == (is_list ? ']' : '}')) {
        close(text);
        continue;
      }
      if (!std::exchange(is_first_, false) && !pass(text, ',')) return false;
      return is_list || name(text);
    }
    return true;
  }

  void close(JsonText& text) {
    text.skip();
    text.skip_blanks();
    open_.pop_back();
    is_first_ = false;
  }

  static bool pass(JsonText& text, char mark) {
    if (text.at_end() || text.next() != mark) return false;
    text.skip();
    text.skip_blanks();
    return true;
  }

  bool name(JsonText& text) {
    if (text.at_end() || text.next() != '"') return false;
    const auto string = text.string();
    if (!string || !add_member(text_of(*string))) return false;
    text.skip_blanks();
    return pass(text, ':');
  }

  // The object's own index of names tells a duplicate: no text can make that cost more than the logarithm of its size.
  bool add_member(std::string name) {
    auto& members = open_.back()->get_ref<nlohmann::json::object_t&>();
    const auto [member, is_new] = members.try_emplace(std::move(name));
    if (!is_new && twice_ == nullptr)
      return refuse(JsonFault::Kind::wrong, "the member " + printable_ascii(member->first, 64) + " is there twice");
    if (!is_new && open_.size() + inside_ == 1) note(*twice_, member->first);
    member_ = &member->second;
    return true;
  }

  // Where the value now stands: as the root, as the member that was named last, or at the end of the open list.
  nlohmann::json* add(nlohmann::json value) {
    if (++values_ > limits_.values) {
      refuse(JsonFault::Kind::too_much, "more than " + std::to_string(limits_.values) + " values");
      return nullptr;
    }
    if (!open_.empty() && open_.back()->is_array())
      return &open_.back()->get_ref<nlohmann::json::array_t&>().emplace_back(std::move(value));
    nlohmann::json* place = open_.empty() ? &root_ : member_;
    *place = std::move(value);
    return place;
  }

  bool open(JsonText& text, nlohmann::json::value_t kind) {
    if (open_.size() + inside_ == max_json_depth)
      return refuse(JsonFault::Kind::too_much, "nested deeper than " + std::to_string(max_json_depth) + " levels");
    nlohmann::json* added = add(kind);
    if (added == nullptr) return false;
    open_.push_back(added);
    text.skip();
    is_first_ = true;
    return true;
  }

  const JsonLimits limits_;
  std::vector<std::string>* const twice_;
  const std::size_t inside_;
  std::size_t values_ = 0;
  nlohmann::json root_;
  std::vector<nlohmann::json*> open_;  // the lists and objects around what comes next; none moves while it is open
  bool is_first_ = false;              // nothing was read yet of the innermost of these
  nlohmann::json* member_ = nullptr;   // the value of the name read last
  JsonFault fault_ = {.words = "not valid JSON"};
};

}  // namespace

std::expected<nlohmann::json, JsonFault> read_json(std::string_view text, JsonLimits limits) {
  if (text.size() > limits.bytes)
    return std::unexpected(JsonFault{.kind = JsonFault::Kind::too_much,
                                     .words = "larger than " + std::to_string(limits.bytes) + " bytes"});
  // What stands behind a NUL would be read by others alone.
  if (text.contains('\0')) return std::unexpected(JsonFault{.kind = JsonFault::Kind::wrong, .words = "not valid JSON"});
  Builder builder(limits);
  if (!builder.read(text)) return std::unexpected(builder.fault());
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
    if (builder.read(member.value))
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
  if (builder.read(valid))
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
