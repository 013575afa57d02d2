#include "daemon/gateway/request_head.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace wardend::gateway {
namespace {

using Sent = std::vector<fhir::Header>;

std::expected<RequestHead, Refusal> head_of(Sent fields, std::string_view method = "GET",
                                            std::string_view target = "/fhir/s1/Patient/p1") {
  fields.insert(fields.begin(), {"Host", "wardend"});
  return read_head({.method = method, .target = target, .fields = fields});
}

// "status sentence"; empty: it was read.
std::string refusal(Sent fields, std::string_view method = "GET", std::string_view target = "/fhir/s1/Patient/p1") {
  const auto head = head_of(std::move(fields), method, target);
  if (head && !head->fault) return "";
  const Refusal& fault = head ? *head->fault : head.error();
  return std::to_string(fault.status) + " " + fault.error.detail();
}

std::string forwarded(const RequestHead& head, std::string_view name) {
  std::string all;
  for (const auto& [key, value] : head.forwarded)
    if (key == name) all += value + "\n";
  return all;
}

TEST(RequestHead, KeepsWhatFhirKnowsAndDropsTheRest) {
  const auto head = head_of({{"Authorization", "Bearer stolen"},
                             {"Cookie", "a=b"},
                             {"Origin", "https://evil.example"},
                             {"Referer", "https://evil.example/?patient=p1"},
                             {"Forwarded", "for=1.2.3.4"},
                             {"X-Forwarded-For", "1.2.3.4"},
                             {"Connection", "keep-alive, X-Own"},
                             {"X-Own", "1"},
                             {"TE", "trailers"},
                             {"Trailer", "X-Own"},
                             {"Keep-Alive", "timeout=5"},
                             {"Proxy-Authorization", "Basic x"},
                             {"Range", "bytes=0-1"},
                             {"If-Range", "\"1\""},
                             {"Accept-Encoding", "gzip"},
                             {"User-Agent", "app/1"},
                             {"accept", "*/*"},
                             {"accept-language", "de"},
                             {"cache-control", "no-cache"},
                             {"if-none-match", "W/\"1\""},
                             {"prefer", "return=minimal"}});
  ASSERT_TRUE(head);
  const Fields expected = {{"Accept", "application/fhir+json"},
                           {"Accept-Language", "de"},
                           {"Cache-Control", "no-cache"},
                           {"If-None-Match", "W/\"1\""},
                           {"Prefer", "return=minimal"}};
  EXPECT_EQ(head->forwarded, expected);
}

TEST(RequestHead, KeepsTheConditionsOfAWrite) {
  const auto update =
      head_of({{"Content-Type", "application/fhir+json"}, {"Content-Length", "2"}, {"If-Match", "\"1\""}}, "PUT",
              "/fhir/s1/Observation/o1");
  ASSERT_TRUE(update);
  EXPECT_EQ(forwarded(*update, "If-Match"), "\"1\"\n");
  EXPECT_EQ(forwarded(*update, "Content-Type"), "application/fhir+json\n");
  EXPECT_EQ(update->framing, (Framing{.kind = Framing::Kind::length, .length = 2}));
  const auto create = head_of({{"If-None-Exist", "identifier=a|b"}}, "POST", "/fhir/s1/Observation");
  ASSERT_TRUE(create);
  EXPECT_EQ(forwarded(*create, "If-None-Exist"), "identifier=a|b\n");
}

TEST(RequestHead, SaysWhatABodyIsOnlyWhereThereIsOne) {
  const auto head = head_of({{"Content-Type", "application/fhir+xml"}});
  ASSERT_TRUE(head);
  EXPECT_EQ(forwarded(*head, "Content-Type"), "");
}

struct Accepted {
  std::string_view target;
  std::string_view accept;
  std::string_view sent;  // "406": refused
};

TEST(RequestHead, AsksForJsonUnlessABinaryIsRead) {
  constexpr Accepted rows[] = {
      {"/fhir/s1/Patient/p1", "application/fhir+json", "application/fhir+json\n"},
      {"/fhir/s1/Patient/p1", "", "application/fhir+json\n"},
      {"/fhir/s1/Patient/p1", "text/html, */*;q=0.1", "application/fhir+json\n"},
      {"/fhir/s1/Patient/p1", "application/fhir+xml, application/json;q=0.9", "application/fhir+json\n"},
      {"/fhir/s1/Patient/p1", "APPLICATION/*", "application/fhir+json\n"},
      {"/fhir/s1/Patient/p1", "application/fhir+xml", "406"},
      {"/fhir/s1/Patient/p1", "text/xml;charset=utf-8", "406"},
      {"/fhir/s1/Patient/p1", "text/html", "406"},
      {"/fhir/s1/Patient/p1", "application/pdf", "406"},
      {"/fhir/s1/Binary/b1", "application/pdf", "application/pdf\n"},
      {"/fhir/s1/Binary/b1", "application/xml", "application/xml\n"},
      {"/fhir/s1/Binary/b1", "application/fhir+xml", "406"},
      {"/fhir/s1/Binary/b1/_history/2", "image/png", "image/png\n"},
      {"/fhir/s1/Binary", "application/pdf", "406"},
      {"/fhir/s1/Binary/_history", "application/pdf", "406"},
      {"/fhir/s1/Binary/b1/$x", "application/pdf", "406"},
      {"/fhir/s1/%42inary/b1", "application/pdf", "406"},
      {"/fhir/s1/-page/abc", "application/pdf", "406"},
  };
  for (const Accepted& row : rows) {
    const auto head = head_of({{"Accept", row.accept}}, "GET", row.target);
    ASSERT_TRUE(head);
    const std::string sent = head->fault ? std::to_string(head->fault->status) : forwarded(*head, "Accept");
    EXPECT_EQ(sent, row.sent) << row.target << " " << row.accept;
  }
  const auto no_word = head_of({}, "GET", "/fhir/s1/Binary/b1");
  EXPECT_TRUE(no_word && no_word->forwarded.empty());
}

TEST(RequestHead, HasTheAppsWords) {
  const auto head = head_of({{"X-Wardend-Patient", "p1"},
                             {"X-Wardend-Encounter", "e1"},
                             {"X-Wardend-Override-Reason", "Notfall, Schockr\xc3\xa4um"},
                             {"X-Request-Id", "r-1.2:3_4"}});
  ASSERT_TRUE(head);
  EXPECT_EQ(head->patient, "p1");
  EXPECT_EQ(head->encounter, "e1");
  EXPECT_EQ(head->override_reason, "Notfall, Schockr\xc3\xa4um");
  EXPECT_EQ(head->request_id, "r-1.2:3_4");
  EXPECT_EQ(head->session, "s1");
  EXPECT_EQ(head->path, "/Patient/p1");
  const auto silent = head_of({});
  ASSERT_TRUE(silent);
  EXPECT_FALSE(silent->patient || silent->encounter);
  EXPECT_EQ(silent->override_reason + silent->request_id, "");
}

TEST(RequestHead, RefusesWordsThatCannotBeMeant) {
  for (const std::string_view id : {"", "Patient/p1", "p 1", "p1,p2", "..%2f", "p\xc3\xa9"}) {
    EXPECT_TRUE(refusal({{"X-Wardend-Patient", id}}).starts_with("400 X-Wardend-Patient: ")) << id;
    EXPECT_TRUE(refusal({{"X-Wardend-Encounter", id}}).starts_with("400 X-Wardend-Encounter: ")) << id;
  }
  const std::string longest(500, 'a');
  const std::string longer(501, 'a');
  EXPECT_EQ(refusal({{"X-Wardend-Override-Reason", longest}}), "");
  for (const std::string& reason :
       {longer, std::string(), std::string(" - "), std::string("a\tb"), std::string("a\xff"),
        std::string("a\xe2\x80\xae"
                    "b"),
        std::string("a\xc2\x85")})
    EXPECT_TRUE(refusal({{"X-Wardend-Override-Reason", reason}}).starts_with("400 X-Wardend-Override-Reason: "))
        << reason;
}

TEST(RequestHead, TakesNoRequestIdThatALogShouldNotHave) {
  for (const std::string& id : {std::string(), std::string(65, 'a'), std::string("a b"), std::string("a\"b"),
                                std::string("p\xc3\xa9"), std::string("a=b")}) {
    const auto head = head_of({{"X-Request-Id", id}});
    ASSERT_TRUE(head) << id;
    EXPECT_EQ(head->request_id, "") << id;
  }
}

TEST(RequestHead, RefusesMethodsThatFhirDoesNotHave) {
  for (const std::string_view method : {"CONNECT", "TRACE", "OPTIONS", "PROPFIND", "get", "Get", "", "GETS"})
    EXPECT_TRUE(refusal({}, method).starts_with("405 method: FHIR has no ")) << method;
  EXPECT_EQ(refusal({}, "OPTIONS"), "405 method: FHIR has no OPTIONS: send GET, HEAD, POST, PUT, PATCH or DELETE");
}

TEST(RequestHead, NeedsAHostInHttp11) {
  EXPECT_FALSE(read_head({.method = "GET", .target = "/fhir/s1/Patient/p1"}));
  EXPECT_TRUE(read_head({.method = "GET", .target = "/fhir/s1/Patient/p1", .version = 10}));
}

TEST(RequestHead, SaysWhetherTheBodyIsWaitedFor) {
  const Sent body = {{"Content-Type", "application/json"}, {"Content-Length", "2"}};
  Sent waiting = body;
  waiting.push_back({"Expect", "100-Continue"});
  EXPECT_TRUE(head_of(waiting, "POST", "/fhir/s1/Observation")->expects_continue);
  EXPECT_FALSE(head_of(body, "POST", "/fhir/s1/Observation")->expects_continue);
  EXPECT_TRUE(refusal({{"Expect", "x"}}).starts_with("417 "));
}

TEST(RequestHead, AnswersNobodyOfHttp10WithAHundred) {
  const std::vector<fhir::Header> fields = {
      {"Content-Type", "application/json"}, {"Content-Length", "2"}, {"Expect", "100-continue"}};
  const auto head = read_head({.method = "POST", .target = "/fhir/s1/Observation", .version = 10, .fields = fields});
  ASSERT_TRUE(head && !head->fault);
  EXPECT_FALSE(head->expects_continue);
}

// FHIR has what stands behind the "?" alone; clients send more.
TEST(RequestHead, TakesTheConditionOutOfASearch) {
  const auto condition = [](std::string_view sent) {
    return forwarded(*head_of({{"Content-Type", "application/json"}, {"Content-Length", "2"}, {"If-None-Exist", sent}},
                              "POST", "/fhir/s1/Observation"),
                     "If-None-Exist");
  };
  for (const char* search : {"identifier=urn:x|1&patient=p1", "?identifier=urn:x|1&patient=p1",
                             "Observation?identifier=urn:x|1&patient=p1", "/Observation?identifier=urn:x|1&patient=p1",
                             "http://wardend/fhir/s1/Observation?identifier=urn:x|1&patient=p1"})
    EXPECT_EQ(condition(search), "identifier=urn:x|1&patient=p1\n") << search;
  for (const char* other : {"Patient?identifier=urn:x|1", "http://wardend/fhir/s2/Observation?a=b",
                            "http://wardend/fhir/s1/Patient?a=b", "https://other.example/Observation?a=b", "a=b?c"})
    EXPECT_EQ(condition(other), std::string(other) + "\n");
}

// Whoever asks is known by its session: it is told, and recorded, with whoever it is.
TEST(RequestHead, KeepsWhatIsWrongWithOneWhoseSessionItNames) {
  for (const char* target : {"/fhir/s1/Observation/../Patient/p2", "/fhir/s1/Observation%2Fo1", "/fhir/s1/-page/a.b"}) {
    const auto head = head_of({}, "GET", target);
    ASSERT_TRUE(head && head->fault) << target;
    EXPECT_EQ(head->session, "s1");
  }
  EXPECT_FALSE(head_of({}, "GET", "/fhir//Patient"));
  EXPECT_FALSE(head_of({{"Transfer-Encoding", "gzip, chunked"}}, "POST", "/fhir/s1/Observation/../x"))
      << "where its body ends nobody knows";
  EXPECT_TRUE(head_of({{"Content-Length", "2"}, {"Expect", "x"}}, "POST", "/fhir/s1/Observation/../x")->fault);
}

TEST(RequestHead, ReadsAPageByItsHandle) {
  const auto head = head_of({}, "GET", "/fhir/s1/-page/abc");
  ASSERT_TRUE(head);
  EXPECT_EQ(head->page, "abc");
  EXPECT_EQ(head->path + head->query, "");
  EXPECT_TRUE(refusal({}, "POST", "/fhir/s1/-page/abc").starts_with("405 "));
  EXPECT_TRUE(refusal({}, "HEAD", "/fhir/s1/-page/abc").starts_with("405 ")) << "its answer could not be judged";
}

}  // namespace
}  // namespace wardend::gateway
