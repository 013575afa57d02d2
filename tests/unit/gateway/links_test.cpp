#include "daemon/gateway/links.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <random>
#include <vector>

#include "daemon/gateway/link_scanner.hpp"

namespace wardend::gateway {
namespace {

class Handles final : public Pages {
 public:
  std::string keep(std::string_view url) override {
    kept.emplace_back(url);
    return "h" + std::to_string(kept.size());
  }
  std::vector<std::string> kept;
};

class Links : public ::testing::Test {
 protected:
  std::string turned_to(std::string_view url) const { return turned(url, server, gateway).value_or("stays"); }
  std::string page_of(std::string_view url) { return turned_page(url, rewriting()).value_or("stays"); }
  std::string rewritten(std::string json) {
    auto text = rewrite_links(std::move(json), rewriting());
    return text ? *text : "fault: " + text.error();
  }
  Rewriting rewriting() {
    return {.server = server, .gateway = gateway, .asked = asked, .pages = handles, .address = address};
  }

  static constexpr std::string_view gateway = "http://wardend/fhir/s1";
  fhir::BaseUrl server = *fhir::BaseUrl::parse("https://EHR.example.org/fhir/r4/");
  fhir::FhirRequest asked = *fhir::classify({.method = "GET", .path = "/Observation", .query = "patient=p1"});
  std::string address = "https://ehr.example.org/fhir/r4/Observation?patient=p1";
  Handles handles;
};

struct Row {
  std::string_view url;
  std::string_view expected;
};

TEST_F(Links, BelowTheBaseBecomeTheGateways) {
  constexpr Row rows[] = {
      {"https://ehr.example.org/fhir/r4", "http://wardend/fhir/s1"},
      {"https://ehr.example.org/fhir/r4/", "http://wardend/fhir/s1/"},
      {"https://ehr.example.org/fhir/r4/Patient/p1", "http://wardend/fhir/s1/Patient/p1"},
      {"https://ehr.example.org/fhir/r4?_getpages=1", "http://wardend/fhir/s1?_getpages=1"},
      {"HTTPS://EHR.example.ORG:443/fhir/r4/Patient/p1", "http://wardend/fhir/s1/Patient/p1"},
      {"https://ehr.example.org:/fhir/r4/Patient/p1", "http://wardend/fhir/s1/Patient/p1"},
      {"https://ehr.example.org/fhir/r4/Patient/p1/_history/2", "http://wardend/fhir/s1/Patient/p1/_history/2"},
      {"https://ehr.example.org/fhir/r4/Observation?code=http://loinc.org|1-8",
       "http://wardend/fhir/s1/Observation?code=http://loinc.org|1-8"},
      {"https://ehr.example.org/fhir/r4x/Patient/p1", "stays"},
      {"https://ehr.example.org/fhir/r4#x", "stays"},
      {"https://ehr.example.org/fhir/R4/Patient/p1", "stays"},
      {"https://ehr.example.org/fhir%2Fr4/Patient/p1", "stays"},
      {"https://ehr.example.org", "stays"},
      {"http://ehr.example.org/fhir/r4/Patient/p1", "http://wardend/fhir/s1/Patient/p1"},
      {"http://ehr.example.org:8080/fhir/r4/Patient/p1", "stays"},
      {"https://ehr.example.org:8443/fhir/r4/Patient/p1", "stays"},
      {"https://ehr.example.org.evil.example/fhir/r4/Patient/p1", "stays"},
      {"https://ehr.example.org@evil.example/fhir/r4/Patient/p1", "stays"},
      {"https://user@ehr.example.org/fhir/r4/Patient/p1", "stays"},
      {"https://evil.example/?https://ehr.example.org/fhir/r4/Patient/p1", "stays"},
      {" https://ehr.example.org/fhir/r4/Patient/p1", "stays"},
      {"//ehr.example.org/fhir/r4/Patient/p1", "stays"},
      {"Patient/p1", "stays"},
      {"urn:uuid:1", "stays"},
      {"", "stays"},
  };
  for (const Row& row : rows) EXPECT_EQ(turned_to(row.url), row.expected) << row.url;
}

TEST_F(Links, ToABaseWithoutAPathOrAtAPort) {
  server = *fhir::BaseUrl::parse("http://localhost:8080");
  EXPECT_EQ(turned_to("http://localhost:8080/Patient/p1"), "http://wardend/fhir/s1/Patient/p1");
  EXPECT_EQ(turned_to("http://LOCALHOST:08080?a=b"), "http://wardend/fhir/s1?a=b");
  EXPECT_EQ(turned_to("http://localhost:80801/Patient/p1"), "stays");
  EXPECT_EQ(turned_to("http://localhost/Patient/p1"), "stays");
  server = *fhir::BaseUrl::parse("https://ehr.example.org");
  EXPECT_EQ(turned_to("https://ehr.example.org:443/Patient/p1"), "http://wardend/fhir/s1/Patient/p1");
  EXPECT_EQ(turned_to("https://ehr.example.org:8443/Patient/p1"), "stays");
  EXPECT_EQ(turned_to("https://ehr.example.organ/Patient/p1"), "stays");
}

TEST_F(Links, ToPagesStayAddressesWhereTheyRepeatWhatWasAsked) {
  constexpr std::string_view base = "https://ehr.example.org/fhir/r4";
  for (const std::string rest :
       {"/Observation?patient=p1", "/Observation?patient=p1&_count=10&page=2", "/Observation?page=2&patient=%70%31"})
    EXPECT_EQ(page_of(std::string(base) + rest), std::string(gateway) + rest);
  EXPECT_TRUE(handles.kept.empty());
}

TEST_F(Links, ToPagesThatOnlyTheServerUnderstandsBecomeHandles) {
  const std::vector<std::string> urls = {"https://ehr.example.org/fhir/r4?_getpages=1&_getpagesoffset=10",
                                         "https://ehr.example.org/fhir/r4/Observation?cursor=abc",
                                         "https://ehr.example.org/fhir/r4/Observation?patient=p2",
                                         "https://ehr.example.org/fhir/r4/Condition?patient=p1",
                                         "https://ehr.example.org/fhir/r4/Observation?patient=p1&_skiptoken=1",
                                         "https://ehr.example.org/paging?id=1|2",
                                         "HTTPS://EHR.EXAMPLE.ORG:443/paging/abc"};
  for (const std::string& url : urls) EXPECT_TRUE(page_of(url).starts_with("http://wardend/fhir/s1/-page/h")) << url;
  EXPECT_EQ(handles.kept, urls);
}

TEST_F(Links, ToPagesElsewhereStay) {
  for (const std::string& url :
       {std::string("https://evil.example/paging"), std::string("https://ehr.example.org:8443/paging"),
        std::string("http://ehr.example.org:8443/paging"), std::string("https://u@ehr.example.org/paging"),
        std::string("http://u@ehr.example.org/paging"), std::string("http://ehr.example.organ/paging"),
        std::string("ftp://ehr.example.org/paging"), std::string("//evil.example/paging"), std::string("#page"),
        std::string("urn:uuid:1")})
    EXPECT_EQ(page_of(url), "stays") << url;
  EXPECT_TRUE(handles.kept.empty());
}

// What stands behind a proxy often says http of itself. It is asked by its own scheme, whatever it says.
TEST_F(Links, ToPagesByTheOtherSchemeAreTheServersToo) {
  for (const std::string host : {"http://ehr.example.org", "HTTP://EHR.example.org:80", "http://ehr.example.org:443"}) {
    EXPECT_EQ(page_of(host + "/fhir/r4/Observation?patient=p1"), "http://wardend/fhir/s1/Observation?patient=p1");
    EXPECT_TRUE(page_of(host + "/paging?id=2").starts_with("http://wardend/fhir/s1/-page/h")) << host;
    EXPECT_EQ(handles.kept, std::vector<std::string>{"https://ehr.example.org:443/paging?id=2"}) << host;
    handles.kept.clear();
  }
}

TEST_F(Links, ThatAreRelativeAreResolved) {
  constexpr std::string_view at = "https://ehr.example.org/fhir/r4/Observation?patient=p1";
  constexpr std::string_view base = "https://ehr.example.org:443/fhir/r4";
  const std::pair<std::string, std::string> table[] = {
      {"?page=2", "https://ehr.example.org/fhir/r4/Observation?page=2"},
      {"/fhir/r4/Observation?page=2", "https://ehr.example.org:443/fhir/r4/Observation?page=2"},
      {"/paging/2", "https://ehr.example.org:443/paging/2"},
      {"Observation?page=2", std::string(base) + "/Observation?page=2"},
      {"next/2", "https://ehr.example.org/fhir/r4/next/2"},
      {"//ehr.example.org/fhir/r4/x", "https://ehr.example.org/fhir/r4/x"},
      {"https://other.example.org/x", "https://other.example.org/x"},
      {"", ""},
  };
  for (const auto& [url, expected] : table) EXPECT_EQ(resolved(url, server, at), expected) << url;
  EXPECT_EQ(resolved("Patient/p1/_history?page=2", server, "https://ehr.example.org/fhir/r4/Patient/p1/_history"),
            std::string(base) + "/Patient/p1/_history?page=2");
  EXPECT_EQ(resolved("?page=2", server, "https://ehr.example.org/fhir/r4/Observation/_search"),
            "https://ehr.example.org/fhir/r4/Observation?page=2");
  EXPECT_EQ(resolved("?page=2", server, ""), std::string(base) + "?page=2");
}

TEST_F(Links, ToPagesThatAreRelativeLeadThroughTheGateway) {
  EXPECT_EQ(page_of("Observation?patient=p1&page=2"), std::string(gateway) + "/Observation?patient=p1&page=2");
  EXPECT_EQ(page_of("/fhir/r4/Observation?patient=p1&page=2"), std::string(gateway) + "/Observation?patient=p1&page=2");
  for (const char* url : {"?page=2", "/fhir/r4?_getpages=1", "/paging/2", "//ehr.example.org/paging"})
    EXPECT_TRUE(page_of(url).starts_with(std::string(gateway) + "/-page/h")) << url;
  EXPECT_EQ(handles.kept.front(), "https://ehr.example.org/fhir/r4/Observation?page=2");
  Fields headers = {{"location", "/fhir/r4/Observation/9/_history/1"}, {"content-location", "Observation/9"}};
  rewrite_headers(headers, server, gateway);
  EXPECT_EQ(headers.front().second, std::string(gateway) + "/Observation/9/_history/1");
  EXPECT_EQ(headers.back().second, std::string(gateway) + "/Observation/9");
  EXPECT_EQ(rewritten(R"({"resourceType":"Bundle","entry":[{"response":{"location":"/fhir/r4/Observation/9"}}]})"),
            R"({"resourceType":"Bundle","entry":[{"response":{"location":"http://wardend/fhir/s1/Observation/9"}}]})");
}

TEST_F(Links, ToPagesThatNobodyCouldAskForLeadToNone) {
  for (const std::string& url :
       {std::string("https://ehr.example.org/paging#x"), std::string("https://ehr.example.org/pa ging"),
        std::string("https://ehr.example.org/pa\r\nging"), std::string("https://ehr.example.org/fhir/r4/\xef\xbb\xbfx"),
        "https://ehr.example.org/" + std::string(8192, 'a')})
    EXPECT_EQ(page_of(url), "http://wardend/fhir/s1/-page/unusable") << url;
  EXPECT_TRUE(handles.kept.empty());
}

TEST_F(Links, OfABundleAreTurnedAndNothingElse) {
  EXPECT_EQ(rewritten(R"({ "resourceType": "Bundle", "total": 1.50, "link": [
  {"relation": "self", "url": "https://ehr.example.org/fhir/r4/Observation?patient=p1"},
  {"relation": "next", "url": "https:\/\/ehr.example.org\u002fpaging?p=\"1"}],
  "entry": [{"fullUrl": "https://ehr.example.org/fhir/r4/Observation/o1", "resource": {"resourceType": "Observation",
    "text": {"div": "<a href='https://ehr.example.org/fhir/r4/Patient/p1'/>"}, "valueQuantity": {"value": 0.10},
    "subject": {"reference": "https://ehr.example.org/fhir/r4/Patient/p1"},
    "content": [{"attachment": {"url": "https://ehr.example.org/fhir/r4/Binary/b1"}}]}},
   {"response": {"status": "201 Created", "location": "https://ehr.example.org/fhir/r4/Observation/o2/_history/1"}}]})"),
            R"({ "resourceType": "Bundle", "total": 1.50, "link": [
  {"relation": "self", "url": "http://wardend/fhir/s1/Observation?patient=p1"},
  {"relation": "next", "url": "http://wardend/fhir/s1/-page/h1"}],
  "entry": [{"fullUrl": "http://wardend/fhir/s1/Observation/o1", "resource": {"resourceType": "Observation",
    "text": {"div": "<a href='https://ehr.example.org/fhir/r4/Patient/p1'/>"}, "valueQuantity": {"value": 0.10},
    "subject": {"reference": "https://ehr.example.org/fhir/r4/Patient/p1"},
    "content": [{"attachment": {"url": "https://ehr.example.org/fhir/r4/Binary/b1"}}]}},
   {"response": {"status": "201 Created", "location": "http://wardend/fhir/s1/Observation/o2/_history/1"}}]})");
  EXPECT_EQ(handles.kept, std::vector<std::string>{"https://ehr.example.org/paging?p=\"1"});
}

TEST_F(Links, AreWrittenAsJsonWritesThem) {
  EXPECT_EQ(
      rewritten(
          R"({"resourceType":"Bundle","entry":[{"fullUrl":"https:\/\/ehr.example.org\/fhir\/r4\/a\"b\\c\u000a\u00e9"}]})"),
      "{\"resourceType\":\"Bundle\",\"entry\":[{\"fullUrl\":\"http://wardend/fhir/s1/a\\\"b\\\\c\\u000a\xc3\xa9\"}]}");
}

TEST_F(Links, OfAResourceStayAsItIsStored) {
  const std::string document =
      R"({"resourceType":"Bundle","type":"document","entry":[{"fullUrl":"https://ehr.example.org/fhir/r4/Patient/p1"}]})";
  asked = *fhir::classify({.method = "GET", .path = "/Bundle/b1"});
  EXPECT_EQ(rewritten(document), document);
  asked = *fhir::classify({.method = "POST", .path = ""});
  EXPECT_NE(rewritten(document), document);
}

TEST_F(Links, OfAReplyThatCannotBeReadAreNotGivenOn) {
  EXPECT_EQ(rewritten("<html>"), "fault: not valid JSON");
  EXPECT_EQ(rewritten(R"({"resourceType":"Bundle","link":[{"url":"a"}],"link":[]})"),
            "fault: the member link is there twice");
}

TEST_F(Links, InHeadersAreTurnedToo) {
  Fields headers = {{"location", "https://ehr.example.org/fhir/r4/Observation/o1/_history/1"},
                    {"Content-Location", "https://ehr.example.org/fhir/r4/Observation/o1"},
                    {"Link", "https://ehr.example.org/fhir/r4/Observation/o1"},
                    {"Location", "https://evil.example/"}};
  rewrite_headers(headers, server, gateway);
  const Fields expected = {{"location", "http://wardend/fhir/s1/Observation/o1/_history/1"},
                           {"Content-Location", "http://wardend/fhir/s1/Observation/o1"},
                           {"Link", "https://ehr.example.org/fhir/r4/Observation/o1"},
                           {"Location", "https://evil.example/"}};
  EXPECT_EQ(headers, expected);
}

// Bundles of whatever shape, with addresses of this server and of others, spaced and escaped at random.
class SomeBundle {
 public:
  explicit SomeBundle(unsigned seed) : random_(seed) {}
  std::string text() {
    std::string all = blank() + "{" + blank();
    if (flip()) all += "\"resourceType\":\"Bundle\",";
    all += "\"link\":[" + link() + "," + link() + "]," + blank() + "\"entry\":[";
    for (int i = number(4); i >= 0; --i) all += entry() + (i > 0 ? "," : "");
    return all + "]" + (flip() ? ",\"resourceType\":\"Bundle\"" : ",\"n\":-1.50e+10") + "}" + blank();
  }

 private:
  int number(int below) { return static_cast<int>(random_() % static_cast<unsigned>(below)); }
  bool flip() { return number(2) == 0; }
  std::string blank() { return std::string(static_cast<std::size_t>(number(10)), flip() ? ' ' : '\n'); }
  std::string url() {
    constexpr std::string_view urls[] = {"https://ehr.example.org/fhir/r4/Patient/p1",
                                         "https:\\/\\/ehr.example.org\\u002ffhir/r4?a=\\\"",
                                         "https://ehr.example.org/paging",
                                         "https://other.example/fhir/r4/x",
                                         "urn:uuid:1",
                                         ""};
    return std::string(urls[static_cast<std::size_t>(number(6))]);
  }
  std::string link() { return "{\"relation\":\"next\"," + blank() + "\"url\":" + blank() + "\"" + url() + "\"}"; }
  std::string entry() {
    return "{\"fullUrl\":\"" + url() + "\",\"link\":[" + link() + "],\"resource\":{\"url\":\"" + url() +
           "\",\"d\":0.10,\"link\":[" + link() + "]},\"response\":{\"location\":" + blank() + "\"" + url() + "\"}}";
  }
  std::mt19937 random_;
};

TEST_F(Links, ThatNobodyTurnsLeaveEveryByteAsItIs) {
  server = *fhir::BaseUrl::parse("https://nobody.example/fhir");
  for (unsigned seed = 0; seed < 500; ++seed) {
    std::string text = SomeBundle(seed).text();
    // Without two resourceTypes.
    if (text.find("resourceType") != text.rfind("resourceType")) continue;
    EXPECT_EQ(rewritten(text), text);
  }
}

TEST_F(Links, ThatAreTurnedLeaveEveryByteAroundThemAsItIs) {
  int turned_ones = 0;
  for (unsigned seed = 0; seed < 500; ++seed) {
    const std::string before = SomeBundle(seed).text();
    const auto links = scan_links(before);
    if (!links) continue;
    const std::string after = rewritten(before);
    const auto new_links = scan_links(after);
    ASSERT_TRUE(new_links);
    ASSERT_EQ(new_links->size(), links->size());
    std::size_t at = 0;
    std::size_t new_at = 0;
    for (std::size_t i = 0; i < links->size(); ++i) {
      const LinkSpan& old = (*links)[i];
      const LinkSpan& now = (*new_links)[i];
      EXPECT_EQ(before.substr(at, old.begin - at), after.substr(new_at, now.begin - new_at));
      at = old.begin + old.size;
      new_at = now.begin + now.size;
    }
    EXPECT_EQ(before.substr(at), after.substr(new_at));
    turned_ones += before != after ? 1 : 0;
  }
  EXPECT_GT(turned_ones, 100);
}

}  // namespace
}  // namespace wardend::gateway
