// The envelope of a hub's message, read piece by piece and in constant memory: id, event, and in it hub.event and
// hub.topic. Every other member is passed over, whatever it holds. It says what the event is called while
// the rest of the message may be too large, too deep, or no JSON at all.
// Spec: HL7 FHIRcast 3.0.0 (STU3), event notification.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/secret.hpp"
#include "protocol/fhircast/message.hpp"
#include "protocol/fhircast/unescape.hpp"

namespace wardend::fhircast {

class EnvelopeScan {
 public:
  // `topic` is the socket's, and must outlive the scan. No text of the message's topic is kept.
  explicit EnvelopeScan(const Secret& topic) : topic_(topic) {}
  void take(std::string_view piece);

  // What hub.event is; nullopt: there is none so far, or two of them, or two events.
  [[nodiscard]] std::optional<EventKind> kind() const;
  enum class Topic : std::uint8_t { ours, other, none };  // none: absent, empty, not a text, or twice
  [[nodiscard]] Topic topic() const;
  // The answer to a subscription, and no event.
  [[nodiscard]] bool is_answer() const { return events_ == 0 && answers_; }
  // The message is complete, and its two objects are JSON as far as they were read.
  [[nodiscard]] bool whole() const { return ended_ && !broken_; }
  // The same of the event alone.
  [[nodiscard]] bool event_whole() const { return event_ended_ && !broken_; }
  // The first id as it came, with its quotes if it has any. Empty: there is none, or it is over max_event_id bytes.
  [[nodiscard]] std::string_view id() const;

 private:
  enum class Expect : std::uint8_t { key, colon, value, comma };
  enum class Member : std::uint8_t { other, id, event, mode, name, topic };
  struct Level {
    Expect expect = Expect::key;
    Member member = Member::other;
  };

  void outside(char c);
  void inside(char c);
  void open(char c);
  void close(char c);
  void begin_string();
  void end_string();
  void begin_value(Level& level, char c);
  void separate(Level& level, char c);
  void add(char c);                // one character of a string, escapes undone
  [[nodiscard]] Level* watched();  // the object that is read; nullptr: what stands deeper is passed over
  [[nodiscard]] Member member_named(std::string_view key) const;

  const Secret& topic_;
  std::array<Level, 2> levels_ = {};  // of the message, of its event
  std::size_t depth_ = 0;
  bool in_event_ = false;
  bool event_ended_ = false;
  bool ended_ = false;
  bool broken_ = false;

  bool in_string_ = false;
  bool in_scalar_ = false;
  bool is_key_ = false;
  Unescape escape_ = {};
  std::string text_ = {};  // of the string that is read, bounded; a name's is folded

  unsigned events_ = 0;
  unsigned names_ = 0;
  unsigned topics_ = 0;
  bool answers_ = false;
  std::string name_ = {};  // folded
  std::size_t topic_size_ = 0;
  bool topic_differs_ = false;
  bool topic_ours_ = false;
  bool topic_unclear_ = false;
  std::string id_ = {};
  bool id_begun_ = false;
  bool id_open_ = false;
};

}  // namespace wardend::fhircast
