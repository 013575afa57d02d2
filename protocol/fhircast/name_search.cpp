#include "protocol/fhircast/name_search.hpp"

#include "protocol/fhircast/event_name.hpp"

namespace wardend::fhircast {
namespace {

bool in_word(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.'; }

// Of userlogout, logoutuser, hibernateuser: most words of a message are over with their first letter.
bool may_begin(char c) { return c == 'u' || c == 'l' || c == 'h'; }

}  // namespace

void NameSearch::take(std::string_view piece) {
  if (found_) return;
  for (const char c : piece) {
    if (escape_.open()) {
      if (const auto character = escape_.take(c)) add(*character);
    } else if (c == '\\') {
      escape_.begin();
    } else {
      add(c);
    }
  }
}

void NameSearch::add(char c) {
  if (in_word(c)) {
    if (size_ > longest_word) return;
    const char small = folded(c);
    if (size_ == 0 && !may_begin(small)) size_ = longest_word;
    if (size_ < longest_word) word_[size_] = small;
    ++size_;
  } else if (c != '-' && c != '_' && c != '\0') {  // UTF-16 has a zero beside each letter
    end_word();
  }
}

void NameSearch::end_word() {
  if (!found_ && size_ > 0 && size_ <= longest_word) {
    const EventKind kind = kind_of({word_.data(), size_});
    if (ends_session(kind)) found_ = kind;
  }
  size_ = 0;
}

}  // namespace wardend::fhircast
