#include "protocol/fhircast/envelope_scan.hpp"

#include <gtest/gtest.h>

namespace wardend::fhircast {
namespace {

using enum EnvelopeScan::Topic;
using Topic = EnvelopeScan::Topic;

const Secret& topic() {
  static const Secret secret("topic-7");
  return secret;
}

EnvelopeScan scanned(std::string_view text) {
  EnvelopeScan scan(topic());
  for (const char c : text) scan.take(std::string_view(&c, 1));
  return scan;
}

struct Envelope {
  const char* text;
  std::optional<EventKind> kind;
  Topic topic;
  bool event_whole;
  bool whole;
};

TEST(EnvelopeScan, KnowsKindAndTopicWhileTheRestIsStillToCome) {
  constexpr auto opened = EventKind::patient_open;
  for (const Envelope& row : {
           Envelope{R"({"event":{"hub.topic":"topic-7","hub.event":"Patient-open"},"id":"1"})", opened, ours, true,
                    true},
           Envelope{R"({"event":{"hub.topic":"topic-7","hub.event":"Patient-open"})", opened, ours, true, false},
           Envelope{R"({"event":{"hub.topic":"topic-7","hub.event":"Patient-open")", opened, ours, false, false},
           Envelope{R"({"event":{"hub.topic":"topic-7")", std::nullopt, ours, false, false},
           Envelope{R"({"event":{"hub.event":"Patient-open","hub.topic":"topic-8"}})", opened, other, true, true},
           Envelope{R"({"event":{"hub.event":"Patient-open","hub.topic":"topic-77"}})", opened, other, true, true},
           Envelope{R"({"event":{"hub.event":"Patient-open","hub.topic":"topic-"}})", opened, other, true, true},
           Envelope{R"({"event":{"hub.event":"Patient-open","hub.topic":""}})", opened, none, true, true},
           Envelope{R"({"event":{"hub.event":"Patient-open","hub.topic":7}})", opened, none, true, true},
           // Which character a hub meant by what is beyond ASCII is not guessed.
           Envelope{R"({"event":{"hub.event":"Patient-open","hub.topic":"topic-\u0416"}})", opened, none, true, true},
           Envelope{R"({"hub.event":"Patient-open","hub.topic":"topic-7"})", std::nullopt, none, false, true},
           Envelope{R"({"context":[{"event":{"hub.event":"Patient-open"}}]})", std::nullopt, none, false, true},
           Envelope{R"({"event":[{"hub.event":"Patient-open"}]})", std::nullopt, none, false, true},
           Envelope{R"({"event":{"hub.event":"Patient-open"}} x)", opened, none, false, false},
           // What is broken may still have a kind: whole() says that it does not count.
           Envelope{R"({"event":{"hub.event" "Patient-open"}})", opened, none, false, false},
           Envelope{R"([{"event":{"hub.event":"Patient-open"}}])", opened, none, false, false},
           Envelope{"", std::nullopt, none, false, false},
       }) {
    const EnvelopeScan scan = scanned(row.text);
    EXPECT_EQ(scan.kind(), row.kind) << row.text;
    EXPECT_EQ(scan.topic(), row.topic) << row.text;
    EXPECT_EQ(scan.event_whole(), row.event_whole) << row.text;
    EXPECT_EQ(scan.whole(), row.whole) << row.text;
  }
}

TEST(EnvelopeScan, PicksNeitherOfTwo) {
  EXPECT_EQ(scanned(R"({"event":{"hub.event":"Home-open","hub.event":"SyncError"}})").kind(), std::nullopt);
  EXPECT_EQ(scanned(R"({"event":{"hub.event":"Home-open"},"event":{}})").kind(), std::nullopt);
  EXPECT_EQ(scanned(R"({"event":{"hub.topic":"topic-7","hub.topic":"topic-7"}})").topic(), none);
}

TEST(EnvelopeScan, TellsAnAnswerFromAnEvent) {
  EXPECT_TRUE(scanned(R"({"hub.mode":"subscribe","hub.topic":"topic-7"})").is_answer());
  EXPECT_TRUE(scanned(R"({"hub.mode":"denied"})").is_answer());
  EXPECT_FALSE(scanned(R"({"hub.mode":"unsubscribe"})").is_answer());
  EXPECT_FALSE(scanned(R"({"x":"subscribe"})").is_answer());
  EXPECT_FALSE(scanned(R"({"hub.mode":"subscribe","event":{}})").is_answer());
}

TEST(EnvelopeScan, KeepsTheFirstIdAsItCameAndNoLongOne) {
  EXPECT_EQ(scanned(R"({"id":"a\u002d1","id":"b"})").id(), R"("a\u002d1")");
  EXPECT_EQ(scanned(R"({"id":12 ,"event":{}})").id(), "12");
  EXPECT_EQ(scanned(R"({"event":{"id":"inner"}})").id(), "");
  const std::string longest(max_event_id - 2, 'x');
  EXPECT_EQ(scanned(R"({"id":")" + longest + R"("})").id().size(), max_event_id);
  EXPECT_EQ(scanned(R"({"id":")" + longest + R"(x"})").id(), "");
}

}  // namespace
}  // namespace wardend::fhircast
