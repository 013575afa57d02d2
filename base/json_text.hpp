// The pieces of JSON that have no structure: strings, numbers, words and the blanks between them, read at the speed of
// memory. No I/O. Spec: RFC 8259 §2, §3, §6, §7; RFC 3629 §4
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace wardend {

// Each takes the rest of a text. What is read is at its begin.
class JsonText {
 public:
  explicit JsonText(std::string_view text) : begin_(text.data()), at_(begin_), end_(begin_ + text.size()) {}

  [[nodiscard]] bool at_end() const { return at_ == end_; }
  [[nodiscard]] char next() const { return *at_; }  // only where it is not at the end
  void skip() { ++at_; }
  // Spaces, tabs and line ends.
  void skip_blanks() {
    if (at_ != end_ && static_cast<unsigned char>(*at_) <= ' ') skip_all_blanks();
  }
  // At a quote mark: what stands between it and the next one, escapes and all; then behind that. nullopt: the string
  // does not end, holds a control character, an escape that is none, half a surrogate pair, or is not UTF-8.
  [[nodiscard]] std::optional<std::string_view> string();
  // true, false, null or a number, as it stands; then behind that. nullopt: it is none of these.
  [[nodiscard]] std::optional<std::string_view> word();
  [[nodiscard]] std::size_t offset_of(std::string_view part) const {
    return static_cast<std::size_t>(part.data() - begin_);
  }

 private:
  void skip_all_blanks();
  void skip_plain();
  [[nodiscard]] bool escape();
  [[nodiscard]] bool beyond_ascii();
  [[nodiscard]] bool literal(std::string_view word);
  [[nodiscard]] bool number();
  [[nodiscard]] bool literal_or_number();
  bool digits();
  [[nodiscard]] std::optional<unsigned> code_unit();

  const char* begin_;
  const char* at_;
  const char* end_;
};

// The text that a string stands for. Only for what JsonText::string() has read.
[[nodiscard]] std::string unescaped(std::string_view string);

// `text` as it stands between quote marks.
[[nodiscard]] std::string escaped(std::string_view text);

}  // namespace wardend
