#include "config/table_reader.hpp"

#include <algorithm>
#include <charconv>

#include "base/nearest.hpp"

namespace wardend::config {
namespace {

std::string in_words(Milliseconds span) {
  if (span == Milliseconds::zero()) return "0s";
  if (span % std::chrono::hours(1) == Milliseconds::zero()) return std::to_string(span / std::chrono::hours(1)) + "h";
  if (span % std::chrono::minutes(1) == Milliseconds::zero())
    return std::to_string(span / std::chrono::minutes(1)) + "m";
  if (span % std::chrono::seconds(1) == Milliseconds::zero())
    return std::to_string(span / std::chrono::seconds(1)) + "s";
  return std::to_string(span.count()) + "ms";
}

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }

// Whether a text (UTF-8, as TOML is) has control characters, or others that are not seen and change what is: those that
// set the direction, separators of lines, a byte order mark. Spec: Unicode Standard Annex 9 §2
bool has_unseen(std::string_view text, TableReader::Lines lines) {
  const auto is_bad = [&](char c) {
    return is_control(c) && !(lines == TableReader::Lines::several && (c == '\n' || c == '\t'));
  };
  if (std::ranges::any_of(text, is_bad)) return true;
  for (std::size_t at = 0; at + 1 < text.size(); ++at) {
    const auto byte = [&](std::size_t ahead) {
      return static_cast<unsigned char>(at + ahead < text.size() ? text[at + ahead] : 0);
    };
    const bool c1 = byte(0) == 0xC2 && byte(1) <= 0x9F;
    const bool line_or_direction = byte(0) == 0xE2 && byte(1) == 0x80 && byte(2) >= 0xA8 && byte(2) <= 0xAE;
    const bool isolate = byte(0) == 0xE2 && byte(1) == 0x81 && byte(2) >= 0xA6 && byte(2) <= 0xA9;
    const bool byte_order = byte(0) == 0xEF && byte(1) == 0xBB && byte(2) == 0xBF;
    if (c1 || line_or_direction || isolate || byte_order) return true;
  }
  return false;
}

bool sounds_secret(std::string_view key) {
  return key.contains("secret") || key.contains("password") || key.contains("private_key") || key.contains("jwk");
}

}  // namespace

std::optional<Milliseconds> parse_duration(std::string_view text) {
  std::int64_t count = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  if (error != std::errc() || count < 0 || count > 1'000'000'000) return std::nullopt;
  const std::string_view unit = text.substr(static_cast<std::size_t>(end - text.data()));
  if (unit == "ms") return Milliseconds(count);
  if (unit == "s") return std::chrono::seconds(count);
  if (unit == "m") return std::chrono::minutes(count);
  if (unit == "h") return std::chrono::hours(count);
  return std::nullopt;
}

const Node* TableReader::take(std::string_view key) {
  known_.emplace(key);
  return table_.get(key);
}

void TableReader::text(std::string_view key, std::string& value) {
  const Node* node = take(key);
  if (node == nullptr) return;
  if (node->is(Node::Kind::text))
    value = node->text;
  else
    findings_.error(place(*node), std::string(key) + " must be text: write it in quotes");
}

void TableReader::flag(std::string_view key, bool& value) {
  const Node* node = take(key);
  if (node == nullptr) return;
  if (node->is(Node::Kind::flag))
    value = node->flag;
  else
    findings_.error(place(*node), std::string(key) + " must be true or false");
}

void TableReader::texts(std::string_view key, std::vector<std::string>& value) {
  const Node* node = take(key);
  if (node == nullptr) return;
  if (!node->is(Node::Kind::list))
    return findings_.error(place(*node), std::string(key) + " must be a list: [\"...\"]");
  std::vector<std::string> read;
  for (const Node& entry : node->children) {
    if (entry.is(Node::Kind::text))
      read.push_back(entry.text);
    else
      findings_.error(place(entry), "an entry of " + std::string(key) + " must be text: write it in quotes");
  }
  value = std::move(read);
}

void TableReader::date(std::string_view key, std::string& value) {
  const Node* node = take(key);
  if (node == nullptr) return;
  if (node->is(Node::Kind::date))
    value = node->text;
  else
    findings_.error(place(*node), std::string(key) + " must be a date without quotes: 2026-05-04");
}

void TableReader::duration(std::string_view key, Milliseconds& value, Milliseconds least, Milliseconds most) {
  const Node* node = take(key);
  if (node == nullptr) return;
  const auto read = node->is(Node::Kind::text) ? parse_duration(node->text) : std::nullopt;
  if (!read)
    return findings_.error(place(*node),
                           std::string(key) + " must be a duration with a unit: \"500ms\", \"30s\", \"15m\", \"13h\"");
  if (*read < least || *read > most)
    return findings_.error(place(*node), std::string(key) + " must be " + in_words(least) + " to " + in_words(most));
  value = *read;
}

std::optional<std::int64_t> TableReader::whole_number(std::string_view key, std::int64_t least, std::int64_t most) {
  const Node* node = take(key);
  if (node == nullptr) return std::nullopt;
  if (node->is(Node::Kind::number) && node->number >= least && node->number <= most) return node->number;
  findings_.error(place(*node), std::string(key) + " must be a whole number from " + std::to_string(least) + " to " +
                                    std::to_string(most));
  return std::nullopt;
}

void TableReader::need(std::string_view key, const std::string& value, std::string_view why) {
  const Node* node = table_.get(key);
  if (!value.empty() || (node != nullptr && !(node->is(Node::Kind::text) && node->text.empty()))) return;
  findings_.error(place(key), name_ + " needs " + std::string(key) + ": " + std::string(why));
}

void TableReader::short_name(std::string_view key, const std::string& value) {
  constexpr std::string_view others = "-_.";
  const bool good =
      value.size() <= 64 && !value.starts_with('.') && std::ranges::all_of(value, [&](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || others.contains(c);
      });
  if (!good)
    findings_.error(place(key),
                    std::string(key) + " must be at most 64 letters, digits, \"-\", \"_\" and \".\", no \".\" first");
}

void TableReader::absolute_path(std::string_view key, const std::string& value) {
  if (!value.starts_with('/'))
    findings_.error(place(key), std::string(key) + " must be an absolute path");
  else if (std::ranges::any_of(value, is_control))
    findings_.error(place(key), std::string(key) + " has a character that is in no path: write it anew");
}

void TableReader::readable(std::string_view key, const std::string& value, std::size_t most, Lines lines) {
  if (value.empty()) return;
  const auto wrong = [&](const std::string& what) { findings_.error(place(key), std::string(key) + " " + what); };
  if (value.find_first_not_of(" \t\n") == std::string::npos)
    return wrong("has nothing but blanks: write it, or leave it out");
  if (has_unseen(value, lines))
    return wrong("has a character that no screen shows, or that turns the text around it: write it anew");
  const auto begins = [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; };
  if (static_cast<std::size_t>(std::ranges::count_if(value, begins)) > most)
    wrong("must be at most " + std::to_string(most) + " characters");
}

const Node* TableReader::table(std::string_view key) {
  const Node* node = take(key);
  if (node == nullptr) return nullptr;
  if (!node->is(Node::Kind::table))
    findings_.error(place(*node), std::string(key) + " must be a table: [" + std::string(key) + "]");
  return node->is(Node::Kind::table) ? node : nullptr;
}

std::vector<const Node*> TableReader::tables(std::string_view key) {
  const Node* node = take(key);
  std::vector<const Node*> found;
  if (node == nullptr) return found;
  if (!node->is(Node::Kind::list)) {
    findings_.error(place(*node),
                    std::string(key) + " must be written with two brackets: [[" + std::string(key) + "]]");
    return found;
  }
  for (const Node& entry : node->children) {
    if (entry.is(Node::Kind::table))
      found.push_back(&entry);
    else
      findings_.error(place(entry),
                      "an entry of " + std::string(key) + " must be a table: [[" + std::string(key) + "]]");
  }
  return found;
}

void TableReader::done() {
  for (const Node& member : table_.children) {
    if (known_.contains(member.key)) continue;
    const std::string hint = nearest(member.key, known_);
    std::string advice = hint.empty() ? "take it out" : "did you mean " + hint + "?";
    if (hint.empty() && known_.contains("credential") && sounds_secret(member.key))
      advice =
          "no secret stands in this file; put it alone into a file in /etc/wardend/credentials (owner root, mode "
          "0600), "
          "and name that file: credential = \"NAME\"";
    findings_.error(place_of(file_, member.key_at), "unknown key " + member.key + " in " + name_ + ": " + advice);
  }
}

}  // namespace wardend::config
