// A sign-out is heard whatever is odd about its envelope (C2).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "protocol/fhircast/sign_out_scan.hpp"

namespace wardend::fhircast {
namespace {

using enum SignOutScan::Finding;
using Finding = SignOutScan::Finding;

constexpr std::size_t whole = std::string::npos;

struct Read {
  Finding finding;
  EventKind kind;
  std::optional<std::string> id;
};

// In pieces of `size` bytes; T in `text` stands for the topic.
Read read(std::string text, std::size_t size = whole) {
  static const Secret topic("topic-7");
  for (auto at = text.find("\"T\""); at != std::string::npos; at = text.find("\"T\""))
    text.replace(at, 3, "\"topic-7\"");
  SignOutScan scan(topic);
  for (std::size_t at = 0; at < text.size(); at += std::min(size, text.size() - at))
    scan.take(std::string_view(text).substr(at, size));
  const Finding finding = scan.at_end();
  return {finding, scan.kind(), scan.id()};
}

std::string event(const std::string& members,
                  const std::string& around = R"("timestamp":"2026-01-15T10:00:00Z","id":"e-1")") {
  return "{" + around + (around.empty() ? "" : ",") + R"("event":{)" + members + "}}";
}

const std::string logout = R"("hub.topic":"T","hub.event":"UserLogout","context":[])";

struct Row {
  const char* what;
  std::string text;
  Finding finding;
};

TEST(SignOutScan, HearsASignOutInAnyEnvelope) {
  const std::string deep = std::string(200, '[') + std::string(200, ']');
  for (
      const auto& row : {
          Row{"as it should be", event(logout), sign_out},
          Row{"id is a number (C2.1)", event(logout, R"("id":1234)"), sign_out},
          Row{"no id (C2.2)", event(logout, ""), sign_out},
          Row{"id is null", event(logout, R"("id":null)"), sign_out},
          Row{"id is an object", event(logout, R"("id":{"event":{"hub.event":"Patient-open"}})"), sign_out},
          Row{"id is a list", event(logout, R"("id":[1,"}",{}])"), sign_out},
          Row{"no topic (C2.5)", event(R"("hub.event":"UserLogout","context":[])"), sign_out},
          Row{"topic is null", event(R"("hub.topic":null,"hub.event":"UserLogout")"), sign_out},
          Row{"topic is empty", event(R"("hub.topic":"","hub.event":"UserLogout")"), sign_out},
          Row{"topic is a number", event(R"("hub.topic":7,"hub.event":"UserLogout")"), sign_out},
          Row{"topic with an escape", event(R"("hub.topic":"topi\u0063-7","hub.event":"UserLogout")"), sign_out},
          Row{"timestamp is an object", event(logout, R"("timestamp":{"a":[]})"), sign_out},
          Row{"no context", event(R"("hub.topic":"T","hub.event":"UserLogout")"), sign_out},
          Row{"context is a text", event(R"("hub.topic":"T","hub.event":"UserLogout","context":"x")"), sign_out},
          Row{"members in another order",
              R"({"event":{"context":[{"hub.event":"Patient-open"}],"hub.event":"UserLogout","hub.topic":"T"},"id":"1"})",
              sign_out},
          Row{"blanks everywhere", " \n{ \"event\" :\t{ \"hub.event\" : \"UserLogout\" } \r\n} ", sign_out},
          Row{"a byte order mark", "\xEF\xBB\xBF" + event(logout), sign_out},
          Row{"Latin-1 beside it", event(logout, "\"who\":\"Ren\xE9\""), sign_out},
          Row{"an escaped name", event(R"("hub.event":"user\u004cogout")"), sign_out},
          Row{"an escaped key", event(R"("hub\u002eevent":"UserLogout")"), sign_out},
          Row{"nested deeply beside it", event(R"("context":)" + deep + R"(,"hub.event":"UserLogout")"), sign_out},
          Row{"nested deeply before it", event(logout, "\"x\":" + deep), sign_out},
          Row{"a hub.mode too", event(logout, R"("hub.mode":"subscribe")"), sign_out},
          Row{"a member twice", event(logout, R"("id":1,"id":2)"), sign_out},
          Row{"a number that is none", event(logout, R"("x":0x1G)"), sign_out},
      }) {
    EXPECT_EQ(read(row.text).finding, row.finding) << row.what;
    EXPECT_EQ(read(row.text, 1).finding, row.finding) << row.what << ", byte by byte";
    EXPECT_EQ(read(row.text).kind, EventKind::user_logout) << row.what;
  }
}

TEST(SignOutScan, TakesWhatItCannotReadForASignOutWhereOneIsNamed) {
  for (const auto& row : {
           Row{"bytes behind it", event(logout) + " x", unreadable},
           Row{"two messages in one", event(R"("hub.event":"Patient-open")") + event(logout), unreadable},
           Row{"cut off", R"({"event":{"hub.event":"UserLogout")", unreadable},
           Row{"the event twice", R"({"event":{"hub.event":"Patient-open"},"event":{"hub.event":"UserLogout"}})",
               unreadable},
           Row{"the name twice", event(R"("hub.event":"Patient-open","hub.event":"UserLogout")"), unreadable},
           Row{"a list of events", "[" + event(logout) + "]", unreadable},
           Row{"the event in a list", R"({"event":[{"hub.event":"UserLogout"}]})", unreadable},
           Row{"the event as a text", R"({"event":"{\"hub.event\":\"UserLogout\"}"})", unreadable},
           Row{"the event is the name", R"({"event":"UserLogout"})", unreadable},
           Row{"no event around it", R"({"hub.topic":"T","hub.event":"UserLogout"})", unreadable},
           Row{"the name in a list", event(R"("hub.event":["UserLogout"])"), unreadable},
           Row{"the name as a key", event(R"("UserLogout":true)"), unreadable},
           Row{"a missing comma", event(R"("hub.event":"Patient-open" "hub.event":"UserLogout")"), unreadable},
           Row{"no quotes", "{event:{hub.event:UserLogout}}", unreadable},
           Row{"a form", "hub.topic=t&hub.event=userLogout&id=1", unreadable},
           Row{"XML", "<event>user-logout</event>", unreadable},
           Row{"UTF-16", std::string("\xFF\xFEU\0s\0e\0r\0L\0o\0g\0o\0u\0t\0", 22), unreadable},
           Row{"an older name", "{logout-user", unreadable},
       }) {
    EXPECT_EQ(read(row.text).finding, row.finding) << row.what;
    EXPECT_EQ(read(row.text, 1).finding, row.finding) << row.what << ", byte by byte";
  }
}

TEST(SignOutScan, LeavesEverythingElseAlone) {
  for (const auto& row : {
           Row{"another event", event(R"("hub.topic":"T","hub.event":"Patient-open")"), none},
           Row{"a patient called Logout",
               event(R"("hub.event":"Patient-open","context":[{"key":"patient","resource":{"name":"Logout"}}])"), none},
           Row{"a SyncError about a sign-out", event(R"("hub.event":"SyncError","context":[{"code":"UserLogout"}])"),
               none},
           Row{"a vendor's own name", event(R"("hub.event":"org.example.userlogout")"), none},
           Row{"that name in what cannot be read", "{org.example.userlogout userlogouts nologout", none},
           Row{"a confirmation", R"({"hub.mode":"subscribe","hub.topic":"T","hub.events":"UserLogout"})", none},
           Row{"a denial", R"({"hub.mode":"denied","hub.topic":"T","hub.events":"Patient-open,UserLogout"})", none},
           Row{"nothing", "", none},
           Row{"an empty object", "{}", none},
           Row{"garbage", "\"}]{[,:\\", none},
       }) {
    EXPECT_EQ(read(row.text).finding, row.finding) << row.what;
    EXPECT_EQ(read(row.text, 1).finding, row.finding) << row.what << ", byte by byte";
  }
}

TEST(SignOutScan, LeavesASignOutOfAnotherTopicAlone) {
  for (const std::string topic : {"topic-8", "topic-77", "topic", "Topic-7", " topic-7"})
    EXPECT_EQ(read(event(R"("hub.event":"UserLogout","hub.topic":")" + topic + "\"")).finding, other_topic) << topic;
}

TEST(SignOutScan, KnowsEverySpellingOfASignOut) {
  for (const std::string name :
       {"UserLogout", "userLogout", "userlogout", "USERLOGOUT", "user-logout", "logout-user", "Logout"})
    EXPECT_EQ(read(event(R"("hub.event":")" + name + "\"")).kind, EventKind::user_logout) << name;
  for (const std::string name : {"UserHibernate", "userHibernate", "user-hibernate", "hibernate-user", "HIBERNATE"}) {
    EXPECT_EQ(read(event(R"("hub.event":")" + name + "\"")).finding, sign_out) << name;
    EXPECT_EQ(read(event(R"("hub.event":")" + name + "\"")).kind, EventKind::user_hibernate) << name;
    EXPECT_EQ(read("{" + name).kind, EventKind::user_hibernate) << name;
  }
}

TEST(SignOutScan, FindsItInAMessageOfAnySize) {
  const std::string padding(2UL * 1024 * 1024, ' ');
  EXPECT_EQ(read("{" + padding + R"("event":{)" + logout + "}}").finding, sign_out);
  EXPECT_EQ(read(event(logout, R"("x":")" + padding + "\""), 65536).finding, sign_out);
  EXPECT_EQ(read(R"({"event":{"hub.event":"Patient-open"},"x":")" + padding + "\"}").finding, none);
}

TEST(SignOutScan, IsSureAsSoonAsTheEventHasEnded) {
  const Secret topic("topic-7");
  SignOutScan scan(topic);
  scan.take(R"({"event":{"hub.event":"UserLogout","hub.topic":"topic-7")");
  EXPECT_EQ(scan.so_far(), none) << "the topic could still be another one";
  scan.take("}");
  EXPECT_EQ(scan.so_far(), sign_out);
  scan.take(R"(,"id":"e-1","x":")");
  EXPECT_EQ(scan.at_end(), sign_out) << "cut off";
  EXPECT_EQ(scan.id(), R"("e-1")");
}

struct Id {
  std::string member;
  std::optional<std::string> id;
};

TEST(SignOutScan, GivesTheIdAsItCame) {
  for (const auto& row :
       {Id{R"("id":"e\u002d1\/")", R"("e\u002d1\/")"}, Id{R"("id":12345678901234567890123)", "12345678901234567890123"},
        Id{R"("id" : 1.50 )", "1.50"}, Id{R"("id":null)", "null"}, Id{R"("id":{"a": [1, "}"]})", R"({"a": [1, "}"]})"},
        Id{R"("id":[])", "[]"}, Id{"", std::nullopt}, Id{"\"id\":\"Ren\xE9\"", std::nullopt},
        Id{R"("id":1e)", std::nullopt}, Id{R"("id":")" + std::string(2 * max_event_id, 'x') + "\"", std::nullopt}}) {
    EXPECT_EQ(read(event(logout, row.member)).id, row.id) << row.member;
    EXPECT_EQ(read(event(logout, row.member), 3).id, row.id) << row.member;
    EXPECT_EQ(read(event(logout, row.member)).finding, sign_out) << row.member;
  }
}

}  // namespace
}  // namespace wardend::fhircast
