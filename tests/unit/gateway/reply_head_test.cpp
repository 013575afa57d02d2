#include "daemon/gateway/reply_head.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace wardend::gateway {
namespace {

fhir::FhirRequest sent(std::string_view method, std::string_view path, std::string_view query = {}) {
  return fhir::classify({.method = method, .path = path, .query = query}).value_or(fhir::FhirRequest{});
}

HttpResponse answer(int status, std::string type, std::vector<std::pair<std::string, std::string>> more = {}) {
  HttpResponse response{.status = status, .headers = std::move(more)};
  if (!type.empty()) response.headers.emplace_back("content-type", std::move(type));
  return response;
}

TEST(ReplyHead, KeepsWhatMeansSomethingToAFhirClient) {
  const ReplyHead head = reply_head(answer(200, "application/fhir+json",
                                           {{"etag", "W/\"3\""},
                                            {"set-cookie", "a=b"},
                                            {"www-authenticate", "Bearer"},
                                            {"server", "x"},
                                            {"transfer-encoding", "chunked"},
                                            {"connection", "close"},
                                            {"content-length", "3"},
                                            {"last-modified", "Mon, 30 Nov 2026 04:00:00 GMT"},
                                            {"access-control-allow-origin", "*"},
                                            {"etag", "W/\"4\""}}));
  std::vector<std::string> names;
  for (const auto& [name, value] : head.headers) names.push_back(name);
  std::ranges::sort(names);
  EXPECT_EQ(names, (std::vector<std::string>{"cache-control", "content-type", "etag", "last-modified",
                                             "x-content-type-options"}));
}

TEST(ReplyHead, KeepsNoValueThatSomeWouldReadAsTwoHeaders) {
  const ReplyHead head = reply_head(answer(200, "application/fhir+json\rSet-Cookie: a=b",
                                           {{"etag", std::string("W/\"3\"\0", 6)}, {"location", "a\tb"}}));
  std::vector<std::string> names;
  for (const auto& [name, value] : head.headers) names.push_back(name);
  EXPECT_EQ(names, (std::vector<std::string>{"location", "cache-control", "x-content-type-options"}));
}

TEST(ReplyHead, SaysHowAnAnswerGoesOn) {
  const std::string json = "application/fhir+json";
  const struct {
    const char* what;
    fhir::FhirRequest request;
    HttpResponse head;
    bool inspect = false, page = false;
    Handling handling = Handling::stream;
  } table[] = {
      {"a record", sent("GET", "/Patient/p1"), answer(200, json)},
      {"a record that the guard wants to see", sent("GET", "/Observation/1"), answer(200, json), true, false,
       Handling::whole},
      {"a search", sent("GET", "/Observation", "patient=p1"), answer(200, json), false, false, Handling::whole},
      {"a page", sent("GET", "/Patient/p1"), answer(200, json), false, true, Handling::whole},
      {"a Bundle by its id", sent("GET", "/Bundle/1"), answer(200, json), false, false, Handling::whole},
      {"a transaction", sent("POST", ""), answer(200, json), false, false, Handling::whole},
      {"a write", sent("POST", "/Observation"), answer(201, json)},
      {"a write that answers nothing", sent("POST", "/Observation"), answer(201, "")},
      {"a Binary", sent("GET", "/Binary/1"), answer(200, "application/pdf"), true},
      {"a page of HTML", sent("GET", "/Patient/p1"), answer(200, "text/html"), false, false, Handling::in_words},
      {"a type that nobody named", sent("GET", "/Patient/p1"), answer(200, ""), false, false, Handling::in_words},
      {"a server's error", sent("GET", "/Patient/p1"), answer(404, json), false, false, Handling::whole},
      {"a proxy's error", sent("GET", "/Patient/p1"), answer(502, "text/html"), false, false, Handling::in_words},
      {"no content", sent("DELETE", "/Observation/1"), answer(204, "")},
      {"not modified", sent("GET", "/Patient/p1"), answer(304, "")},
  };
  for (const auto& row : table)
    EXPECT_EQ(handling_of(row.request, row.head, row.inspect, row.page), row.handling) << row.what;
}

}  // namespace
}  // namespace wardend::gateway
