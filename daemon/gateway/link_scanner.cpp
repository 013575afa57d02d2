#include "daemon/gateway/link_scanner.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "base/json.hpp"
#include "base/json_text.hpp"
#include "base/text.hpp"

namespace wardend::gateway {
namespace {

// Where an open list or object stands. `elsewhere`: nothing in it can be an address.
enum class Place : std::uint8_t { elsewhere, root, links, link, entries, entry, entry_links, entry_link, response };

// The members on the way to an address.
enum class Member : std::uint8_t { other, resource_type, link, entry, url, full_url, response, location };

struct Known {
  std::string_view name;
  Member member;
};
constexpr auto known = std::to_array<Known>({{"resourceType", Member::resource_type},
                                             {"link", Member::link},
                                             {"entry", Member::entry},
                                             {"url", Member::url},
                                             {"fullUrl", Member::full_url},
                                             {"response", Member::response},
                                             {"location", Member::location}});

Member member_of(std::string_view name) {
  const auto* const found = std::ranges::find(known, name, &Known::name);
  return found == known.end() ? Member::other : found->member;
}

// What a list or an object is that opens there.
Place list_in(Place place, Member member) {
  if (place == Place::root && member == Member::link) return Place::links;
  if (place == Place::root && member == Member::entry) return Place::entries;
  return place == Place::entry && member == Member::link ? Place::entry_links : Place::elsewhere;
}

Place object_in(Place place, Member member) {
  switch (place) {
    case Place::links:
      return Place::link;
    case Place::entries:
      return Place::entry;
    case Place::entry_links:
      return Place::entry_link;
    case Place::entry:
      return member == Member::response ? Place::response : Place::elsewhere;
    case Place::elsewhere:
    case Place::root:
    case Place::link:
    case Place::entry_link:
    case Place::response:
      return Place::elsewhere;
  }
  return Place::elsewhere;
}

std::optional<LinkKind> kind_of(Place place, Member member) {
  if (place == Place::link && member == Member::url) return LinkKind::page;
  if (place == Place::entry_link && member == Member::url) return LinkKind::entry;
  if (place == Place::entry && member == Member::full_url) return LinkKind::full_url;
  if (place == Place::response && member == Member::location) return LinkKind::location;
  return std::nullopt;
}

class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {}

  [[nodiscard]] bool run(std::string_view text) {
    constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";
    if (text.starts_with(byte_order_mark))
      for (std::size_t i = 0; i < byte_order_mark.size(); ++i) text_.skip();
    for (text_.skip_blanks(); !text_.at_end(); text_.skip_blanks())
      if (!step(text_.next())) return false;
    return expect_ == Expect::nothing || no_json();
  }
  [[nodiscard]] std::string fault() { return std::move(fault_); }
  [[nodiscard]] std::vector<LinkSpan> links() { return is_bundle_ ? std::move(links_) : std::vector<LinkSpan>(); }

 private:
  enum class Expect : std::uint8_t { value, value_or_end, name, name_or_end, comma_or_end, nothing };
  struct Level {
    Place place = Place::elsewhere;
    bool is_list = false;
    Member member = Member::other;  // whose value comes
    std::uint8_t seen = 0;          // one bit a member
  };

  bool refuse(std::string fault) {
    fault_ = std::move(fault);
    return false;
  }
  bool no_json() { return refuse("not valid JSON"); }

  bool step(char c) {
    switch (expect_) {
      case Expect::nothing:
        return no_json();
      case Expect::name_or_end:
        if (c == '}') return close();
        return name(c);
      case Expect::name:
        return name(c);
      case Expect::value_or_end:
        if (c == ']') return close();
        return value(c);
      case Expect::value:
        return value(c);
      case Expect::comma_or_end:
        return comma_or_end(c);
    }
    return no_json();
  }

  bool comma_or_end(char c) {
    const bool in_list = levels_[depth_].is_list;
    if (c == (in_list ? ']' : '}')) return close();
    if (c != ',') return no_json();
    text_.skip();
    expect_ = in_list ? Expect::value : Expect::name;
    return true;
  }

  bool name(char c) {
    const auto name = c == '"' ? text_.string() : std::nullopt;
    if (!name) return no_json();
    text_.skip_blanks();
    if (text_.at_end() || text_.next() != ':') return no_json();
    text_.skip();
    expect_ = Expect::value;
    Level& level = levels_[depth_];
    if (level.place == Place::elsewhere) return true;
    level.member = name->contains('\\') ? member_of(unescaped(*name)) : member_of(*name);
    if (level.member == Member::other) return true;
    const auto bit = static_cast<std::uint8_t>(1U << static_cast<unsigned>(level.member));
    if ((level.seen & bit) != 0) return refuse("the member " + printable_ascii(*name, 64) + " is there twice");
    level.seen |= bit;
    return true;
  }

  bool value(char c) {
    if (c == '{' || c == '[') return open(c);
    if (c == '"') {
      const auto string = text_.string();
      if (!string) return no_json();
      expect_ = depth_ == 0 ? Expect::nothing : Expect::comma_or_end;
      return take(*string);
    }
    expect_ = depth_ == 0 ? Expect::nothing : Expect::comma_or_end;
    return text_.word() || no_json();
  }

  bool open(char c) {
    if (depth_ == max_json_depth) return refuse("nested deeper than " + std::to_string(max_json_depth) + " levels");
    const Level& around = levels_[depth_];
    Level level{.is_list = c == '['};
    if (depth_ == 0)
      level.place = level.is_list ? Place::elsewhere : Place::root;
    else
      level.place = level.is_list ? list_in(around.place, around.member) : object_in(around.place, around.member);
    levels_[++depth_] = level;
    text_.skip();
    expect_ = level.is_list ? Expect::value_or_end : Expect::name_or_end;
    return true;
  }

  bool close() {
    text_.skip();
    expect_ = --depth_ == 0 ? Expect::nothing : Expect::comma_or_end;
    return true;
  }

  bool take(std::string_view string) {
    const Level& level = levels_[depth_];
    if (level.place == Place::root && level.member == Member::resource_type)
      is_bundle_ = string == "Bundle" || unescaped(string) == "Bundle";
    const auto kind = kind_of(level.place, level.member);
    if (!kind) return true;
    if (links_.size() == most_links) return refuse("more than " + std::to_string(most_links) + " links");
    if (*kind == LinkKind::page && ++pages_ > most_page_links)
      return refuse("more than " + std::to_string(most_page_links) + " links to pages");
    links_.push_back({.kind = *kind, .begin = text_.offset_of(string), .size = string.size()});
    return true;
  }

  JsonText text_;
  Expect expect_ = Expect::value;
  std::array<Level, max_json_depth + 1> levels_ = {};  // levels_[depth_] is the innermost; the first is around all
  std::size_t depth_ = 0;
  bool is_bundle_ = false;
  std::size_t pages_ = 0;
  std::vector<LinkSpan> links_;
  std::string fault_;
};

}  // namespace

std::expected<std::vector<LinkSpan>, std::string> scan_links(std::string_view text) {
  Scanner scanner(text);
  if (!scanner.run(text)) return std::unexpected(scanner.fault());
  return scanner.links();
}

}  // namespace wardend::gateway
