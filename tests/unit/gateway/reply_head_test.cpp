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
    Handling handling = Handling::whole;
  } table[] = {
      {"a record", sent("GET", "/Patient/p1"), answer(200, json)},
      {"a record of nobody", sent("GET", "/Medication/1"), answer(200, json)},
      {"a search", sent("GET", "/Observation", "patient=p1"), answer(200, json)},
      {"a Bundle by its id", sent("GET", "/Bundle/1"), answer(200, json)},
      {"a transaction", sent("POST", ""), answer(200, json)},
      {"a write", sent("POST", "/Observation"), answer(201, json)},
      {"a write that answers nothing", sent("POST", "/Observation"), answer(201, "")},
      {"what the server can do", sent("GET", "/metadata"), answer(200, json), Handling::stream},
      {"a Binary", sent("GET", "/Binary/1"), answer(200, "application/pdf"), Handling::stream},
      {"a Binary as a record", sent("GET", "/Binary/1"), answer(200, json)},
      {"a page of HTML", sent("GET", "/Patient/p1"), answer(200, "text/html"), Handling::in_words},
      {"a write's page of HTML", sent("POST", "/Observation"), answer(201, "text/html"), Handling::in_words},
      {"a type that nobody named", sent("GET", "/Patient/p1"), answer(200, ""), Handling::in_words},
      {"a server's error", sent("GET", "/Patient/p1"), answer(404, json)},
      {"a proxy's error", sent("GET", "/Patient/p1"), answer(502, "text/html"), Handling::in_words},
      {"no content", sent("DELETE", "/Observation/1"), answer(204, ""), Handling::stream},
      {"not modified", sent("GET", "/Patient/p1"), answer(304, ""), Handling::stream},
  };
  for (const auto& row : table) EXPECT_EQ(handling_of(row.request, row.head), row.handling) << row.what;
}

}  // namespace
}  // namespace wardend::gateway
