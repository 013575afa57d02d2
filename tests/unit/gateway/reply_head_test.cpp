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
                                            {"warning", "199 - of Patient/p2"},
                                            {"location", "https://ehr.example.org/fhir/Patient/p2"},
                                            {"content-disposition", "attachment"},
                                            {"x-security-context", "Patient/p1"},
                                            {"etag", "W/\"4\""}}),
                                    sent("GET", "/Patient/p1"));
  std::vector<std::string> names;
  for (const auto& [name, value] : head.headers) names.push_back(name);
  std::ranges::sort(names);
  EXPECT_EQ(names, (std::vector<std::string>{"cache-control", "content-type", "etag", "last-modified",
                                             "x-content-type-options"}));
}

TEST(ReplyHead, KeepsNoValueThatSomeWouldReadAsTwoHeaders) {
  const ReplyHead head =
      reply_head(answer(200, "application/fhir+json\rSet-Cookie: a=b",
                        {{"etag", std::string("W/\"3\"\0", 6)}, {"location", "Observation/\tb/Observation/9"}}),
                 sent("POST", "/Observation"));
  std::vector<std::string> names;
  for (const auto& [name, value] : head.headers) names.push_back(name);
  EXPECT_EQ(names, (std::vector<std::string>{"location", "cache-control", "x-content-type-options"}));
}

TEST(ReplyHead, SaysOfAnotherRecordNothing) {
  const std::string base = "https://ehr.example.org/fhir";
  const struct {
    fhir::FhirRequest request;
    int status;
    std::pair<std::string, std::string> header;
    bool kept;
  } table[] = {
      {sent("GET", "/Patient/p1"), 200, {"content-location", base + "/Patient/p1/_history/3"}, true},
      {sent("GET", "/Patient/p1"), 200, {"content-location", base + "/Patient/p1"}, true},
      {sent("GET", "/Patient/p1"), 200, {"content-location", base + "/Patient/p2/_history/3"}, false},
      {sent("GET", "/Observation", "patient=p1"), 200, {"content-location", base + "/Observation/9"}, false},
      {sent("POST", "/Observation"), 201, {"location", base + "/Observation/9/_history/1"}, true},
      {sent("POST", "/Observation"), 412, {"location", base + "/Observation/9/_history/1"}, false},
      {sent("PUT", "/Observation/9"), 412, {"etag", "W/\"3\""}, false},
      {sent("GET", "/Observation/9"), 410, {"last-modified", "x"}, false},
      {sent("POST", "/Observation"), 201, {"location", base + "/Patient/p2"}, false},
      {sent("POST", "/Observation"), 201, {"content-location", base + "/Observation/9/"}, true},
      {sent("PUT", "/Observation/9"), 200, {"location", "https://front.example/Observation/9/_history/2"}, true},
      {sent("PUT", "/Observation/9"), 200, {"location", "Observation/9"}, true},
      {sent("PUT", "/Observation/9"), 200, {"location", base + "/Observation/8/_history/2"}, false},
      {sent("PUT", "/Observation/9"), 200, {"content-location", base + "/Observation/8/_history/2"}, false},
      {sent("DELETE", "/Observation/9"), 200, {"location", base + "/Device/9"}, false},
      {sent("DELETE", "/Observation/9"), 204, {"content-location", base + "/Observation/19"}, false},
      {sent("DELETE", "/Observation", "patient=p1"), 200, {"location", base + "/Observation/9"}, true},
      {sent("POST", ""), 200, {"location", base + "/Observation/9"}, false},
      {sent("GET", "/Observation/9"), 429, {"retry-after", "3"}, true},
      {sent("GET", "/Binary/9"), 200, {"content-disposition", "attachment"}, true},
      {sent("GET", "/Binary/9"), 200, {"x-security-context", "Patient/p1"}, true},
  };
  for (const auto& row : table) {
    const ReplyHead head = reply_head(answer(row.status, "application/fhir+json", {row.header}), row.request);
    EXPECT_EQ(std::ranges::count(head.headers, row.header) == 1, row.kept) << row.header.first << row.status;
  }
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
      {"what the server can do", sent("GET", "/metadata"), answer(200, json)},
      {"a SMART configuration", sent("GET", "/.well-known/smart-configuration"), answer(200, "application/json")},
      {"a Binary", sent("GET", "/Binary/1"), answer(200, "application/pdf"), Handling::stream},
      {"a Binary as a record", sent("GET", "/Binary/1"), answer(200, json)},
      {"a page of HTML", sent("GET", "/Patient/p1"), answer(200, "text/html"), Handling::in_words},
      {"a write's page of HTML", sent("POST", "/Observation"), answer(200, "text/html"), Handling::in_words},
      {"a create that is answered in words", sent("POST", "/Observation"), answer(201, "text/plain"), Handling::head},
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
