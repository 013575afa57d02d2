#include "base/json_split.hpp"

#include <algorithm>
#include <cstddef>

namespace wardend {
namespace {

constexpr std::string_view blanks = " \t\r\n";

class Splitter {
 public:
  explicit Splitter(std::string_view text) : text_(text) {}

  std::optional<std::vector<MemberText>> members() {
    std::vector<MemberText> found;
    if (!pass('{')) return std::nullopt;
    if (pass('}')) return at_end() ? std::optional(found) : std::nullopt;
    for (;;) {
      MemberText member;
      if (!read_name(member.name) || !pass(':') || !read_value(member.value)) return std::nullopt;
      found.push_back(member);
      if (pass(',')) continue;
      return pass('}') && at_end() ? std::optional(found) : std::nullopt;
    }
  }

 private:
  void skip_blanks() { at_ = std::min(text_.find_first_not_of(blanks, at_), text_.size()); }
  bool at_end() {
    skip_blanks();
    return at_ == text_.size();
  }
  bool pass(char wanted) {
    if (at_end() || text_[at_] != wanted) return false;
    ++at_;
    return true;
  }
  // From a quote mark to behind the one that ends the text.
  bool skip_text() {
    for (++at_; at_ < text_.size(); ++at_) {
      if (text_[at_] == '\\')
        ++at_;
      else if (text_[at_] == '"')
        return ++at_, true;
    }
    return false;
  }
  bool read_name(std::string_view& name) {
    if (at_end() || text_[at_] != '"') return false;
    const std::size_t begin = at_;
    if (!skip_text()) return false;
    name = text_.substr(begin, at_ - begin);
    return true;
  }
  // Up to the comma or the brace that ends the member.
  bool read_value(std::string_view& value) {
    skip_blanks();
    const std::size_t begin = at_;
    std::size_t open = 0;
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (c == '"') {
        if (!skip_text()) return false;
        continue;
      }
      if (open == 0 && (c == ',' || c == '}')) break;
      if (c == '{' || c == '[') ++open;
      if (c == '}' || c == ']') {
        if (open == 0) return false;
        --open;
      }
      ++at_;
    }
    value = text_.substr(begin, at_ - begin);
    value = value.substr(0, value.find_last_not_of(blanks) + 1);
    return !value.empty();
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace

std::optional<std::vector<MemberText>> split_object(std::string_view text) { return Splitter(text).members(); }

}  // namespace wardend
