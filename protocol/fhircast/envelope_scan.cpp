#include "protocol/fhircast/envelope_scan.hpp"

#include <utility>

#include "protocol/fhircast/event_name.hpp"

namespace wardend::fhircast {
namespace {

constexpr std::size_t longest_text = 64;

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

}  // namespace

void EnvelopeScan::take(std::string_view piece) {
  for (const char c : piece) {
    if (id_open_ && id_.size() <= max_event_id) id_.push_back(c);
    in_string_ ? inside(c) : outside(c);
  }
}

EnvelopeScan::Level* EnvelopeScan::watched() {
  if (depth_ == 1) return &levels_[0];
  return depth_ == 2 && in_event_ ? &levels_[1] : nullptr;
}

EnvelopeScan::Member EnvelopeScan::member_named(std::string_view key) const {
  if (depth_ == 2) {
    if (key == "hub.event") return Member::name;
    return key == "hub.topic" ? Member::topic : Member::other;
  }
  if (key == "id") return Member::id;
  if (key == "event") return Member::event;
  return key == "hub.mode" ? Member::mode : Member::other;
}

void EnvelopeScan::outside(char c) {
  const bool in_scalar = std::exchange(in_scalar_, false);
  if (in_scalar && id_open_ && depth_ == 1 && (is_blank(c) || c == ',' || c == '}')) {
    if (id_.size() <= max_event_id) id_.pop_back();
    id_open_ = false;
  }
  if (is_blank(c)) return;
  if (ended_) broken_ = true;
  if (depth_ == 0 && c != '{') {
    const bool byte_order_mark = static_cast<unsigned char>(c) >= 0x80;
    if (!byte_order_mark) broken_ = true;
    return;
  }
  Level* const here = watched();
  switch (c) {
    case '"':
      return begin_string();
    case '{':
    case '[':
      return open(c);
    case '}':
    case ']':
      return close(c);
    case ':':
    case ',':
      if (here != nullptr) separate(*here, c);
      return;
    default:
      in_scalar_ = true;
      if (here != nullptr && !in_scalar) begin_value(*here, c);
  }
}

void EnvelopeScan::separate(Level& level, char c) {
  if (level.expect != (c == ':' ? Expect::colon : Expect::comma)) broken_ = true;
  level.expect = c == ':' ? Expect::value : Expect::key;
}

void EnvelopeScan::begin_value(Level& level, char c) {
  if (level.expect != Expect::value) broken_ = true;
  level.expect = Expect::comma;
  if (level.member == Member::event) ++events_;
  if (level.member == Member::name) ++names_;
  if (level.member == Member::topic) ++topics_;
  if (level.member != Member::id || std::exchange(id_begun_, true)) return;
  id_open_ = true;
  id_.push_back(c);
}

void EnvelopeScan::open(char c) {
  if (Level* const here = watched(); here != nullptr) {
    begin_value(*here, c);
    if (depth_ == 1) in_event_ = here->member == Member::event && c == '{';
    if (depth_ == 1) levels_[1] = {};
  }
  ++depth_;
}

void EnvelopeScan::close(char c) {
  if (const Level* const here = watched(); here != nullptr)
    if (c != '}' || here->expect == Expect::colon || here->expect == Expect::value) broken_ = true;
  --depth_;
  ended_ = depth_ == 0;
  if (depth_ != 1) return;
  if (std::exchange(in_event_, false)) event_ended_ = true;
  id_open_ = false;
}

void EnvelopeScan::begin_string() {
  in_string_ = true;
  text_.clear();
  Level* const here = watched();
  is_key_ = here != nullptr && here->expect == Expect::key;
  if (here != nullptr && !is_key_) begin_value(*here, '"');
}

void EnvelopeScan::inside(char c) {
  if (escape_.open()) {
    if (const auto character = escape_.take(c)) add(*character);
  } else if (c == '"') {
    end_string();
  } else if (c == '\\') {
    escape_.begin();
  } else {
    add(c);
  }
}

void EnvelopeScan::add(char c) {
  const Level* const here = watched();
  if (here == nullptr) return;
  if (is_key_ || here->member == Member::mode) {
    if (text_.size() <= longest_text) text_.push_back(c);
  } else if (here->member == Member::name) {
    if (folded(c) != '\0' && text_.size() <= longest_text) text_.push_back(folded(c));
  } else if (here->member == Member::topic) {
    const auto ours = topic_.reveal();
    if (c == Unescape::beyond) topic_unclear_ = true;
    if (topic_size_ >= ours.size() || ours[topic_size_] != c) topic_differs_ = true;
    ++topic_size_;
  }
}

void EnvelopeScan::end_string() {
  in_string_ = false;
  Level* const here = watched();
  if (here == nullptr) return;
  if (is_key_) {
    *here = {.expect = Expect::colon, .member = member_named(text_)};
    return;
  }
  if (here->member == Member::mode) answers_ = text_ == "subscribe" || text_ == "denied";
  if (here->member == Member::name) name_ = text_;
  if (here->member == Member::topic) topic_ours_ = !topic_differs_ && topic_size_ == topic_.size();
  if (here->member == Member::id) id_open_ = false;
}

EnvelopeScan::Topic EnvelopeScan::topic() const {
  if (topics_ != 1 || topic_size_ == 0) return Topic::none;
  if (topic_ours_) return Topic::ours;
  return topic_unclear_ ? Topic::none : Topic::other;
}

std::optional<EventKind> EnvelopeScan::kind() const {
  if (events_ != 1 || names_ != 1 || name_.empty()) return std::nullopt;
  return kind_of(name_);
}

std::string_view EnvelopeScan::id() const {
  return id_open_ || id_.size() > max_event_id ? std::string_view() : std::string_view(id_);
}

}  // namespace wardend::fhircast
