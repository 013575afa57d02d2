// The same requests to the server itself, through nginx, and through the gateway: the answers are the same bytes, but
// for the addresses that the gateway turns.
#include <fstream>

#include "tests/integration/gateway_client.hpp"
#include "tests/integration/real_writes.hpp"

namespace wardend::test {
namespace {

std::string replaced(std::string text, const std::string& word, const std::string& by) {
  for (auto at = text.find(word); at != std::string::npos; at = text.find(word, at + by.size()))
    text.replace(at, word.size(), by);
  return text;
}

// nginx as plain forwarding; where there is none the other two are compared.
class Forwarding {
 public:
  Forwarding(std::filesystem::path folder, const std::string& server) : folder_(std::move(folder)) {
    std::filesystem::create_directories(folder_);
    const std::string files = folder_.string();
    const std::string port = std::to_string(free_port());
    std::ofstream(folder_ / "conf") << "user root; worker_processes 1; pid " << files << "/pid; error_log " << files
                                    << "/log;\nevents { worker_connections 64; }\nhttp { access_log off; "
                                    << "client_body_temp_path " << files << "/body; proxy_temp_path " << files
                                    << "/proxy;\nserver { listen 127.0.0.1:" << port << "; location / { proxy_pass "
                                    << server << "; proxy_set_header Host $http_host; proxy_http_version 1.1; } } }\n";
    if (run({.arguments = {"nginx", "-c", folder_ / "conf"}}).exit_code == 0) address_ = "http://127.0.0.1:" + port;
  }
  Forwarding(const Forwarding&) = delete;
  Forwarding& operator=(const Forwarding&) = delete;
  ~Forwarding() {
    if (!address_.empty()) static_cast<void>(run({.arguments = {"nginx", "-c", folder_ / "conf", "-s", "stop"}}));
  }
  [[nodiscard]] const std::string& address() const { return address_; }  // empty: there is no nginx

 private:
  std::filesystem::path folder_;
  std::string address_;
};

class GatewaySame : public RealWrites {
 protected:
  void launch() {
    start();
    session = launched(first_chart());
    ASSERT_FALSE(session.empty());
    token = ask(broker(), "Broker.GetToken", {{"session", session}}).value("access_token", "");
  }
  [[nodiscard]] Passed directly(const Sent& sent, const std::string& base) const {
    return with_token(base + (sent.path.empty() || sent.path.starts_with('?') ? "" : "/") + sent.path, sent, token);
  }
  // With the server's addresses in place of the gateway's, in the body and in Location.
  [[nodiscard]] Passed passed_on(Sent sent) const {
    sent.headers.emplace_back("X-Wardend-Patient: p1");
    Passed passed = through_gateway(site, session, sent);
    passed.body = replaced(std::move(passed.body), "http://wardend/fhir/" + session, repository.fhir_base());
    if (passed.headers.contains("location"))
      passed.headers["location"] =
          replaced(passed.headers["location"], "http://wardend/fhir/" + session, repository.fhir_base());
    return passed;
  }
  // A client's view of an answer, without what each answer has of its own.
  [[nodiscard]] static std::string head_of(const Passed& passed) {
    std::string all = std::to_string(passed.status);
    for (const char* name : {"content-type", "etag", "last-modified"})
      all += std::string("\n") + name + ": " + (passed.headers.contains(name) ? passed.headers.at(name) : "-");
    return all;
  }
  std::string session;
  std::string token;
};

TEST_F(GatewaySame, ReadsAreTheSameBytes) {
  launch();
  const Forwarding nginx(site.folder() / "nginx", repository.fhir_base().substr(0, repository.fhir_base().rfind('/')));
  const std::string etag =
      with_token(repository.fhir_base() + "/Patient/p1", {.method = "GET", .path = ""}, token).headers["etag"];
  const json reads = {
      {"resourceType", "Bundle"},
      {"type", "batch"},
      {"entry", json::array({entry("GET", "Patient/p1"), entry("GET", "Observation?patient=p1&_count=3")})}};
  const std::string form = "Content-Type: application/x-www-form-urlencoded";
  const std::vector<Sent> requests = {
      {.method = "GET", .path = "Patient/p1"},
      {.method = "HEAD", .path = "Patient/p1"},
      {.method = "GET", .path = "Patient/p1?_pretty=true"},
      {.method = "GET", .path = "Patient/p1", .headers = {"If-None-Match: " + etag}},
      {.method = "GET", .path = "Patient/p1/_history"},
      {.method = "GET", .path = "Patient/p1/_history/" + etag.substr(3, etag.size() - 4)},
      {.method = "GET", .path = "Observation/nobody"},
      {.method = "GET", .path = "Observation/p1-hr-01", .headers = {"Accept-Encoding: gzip"}},
      {.method = "GET", .path = "Observation?patient=p1&_count=100"},
      {.method = "GET", .path = "Observation?patient=p1&_count=100", .headers = {"Accept-Encoding: gzip"}},
      {.method = "GET", .path = "Observation?patient=p1&_count=100&_sort=-date"},
      {.method = "GET", .path = "Observation?patient=p1&_summary=count"},
      {.method = "GET", .path = "MedicationRequest?patient=p1&_include=MedicationRequest:medication"},
      {.method = "GET", .path = "Condition?patient=p1&code=none"},
      {.method = "POST", .path = "Observation/_search", .body = "patient=p1&_count=100", .headers = {form}},
      {.method = "GET", .path = "Binary/p1-b1", .headers = {"Accept: text/plain"}},
      {.method = "GET", .path = "Binary/p1-b1", .headers = {"Accept: application/fhir+json"}},
      {.method = "GET", .path = "DocumentReference/p1-d1"},
      {.method = "GET", .path = "metadata"},
      {.method = "POST", .path = "", .body = reads},
  };
  for (const int gzip : {0, 1}) {
    repository.set("config", {{"gzip", gzip}});
    for (const Sent& sent : requests) {
      SCOPED_TRACE(sent.method + " " + sent.path + " " + ::testing::PrintToString(sent.headers));
      Sent plain = sent;
      std::erase(plain.headers, "Accept-Encoding: gzip");
      const Passed direct = directly(plain, repository.fhir_base());
      const Passed passed = passed_on(sent);
      EXPECT_EQ(head_of(passed), head_of(direct));
      EXPECT_EQ(passed.body, direct.body);
      if (!nginx.address().empty()) EXPECT_EQ(directly(plain, nginx.address() + "/fhir").body, direct.body);
    }
  }
}

TEST_F(GatewaySame, APartThatIsAskedForIsTheWhole) {
  launch();
  const Sent part{.method = "GET", .path = "Binary/p1-b1", .headers = {"Accept: text/plain", "Range: bytes=2-5"}};
  EXPECT_EQ(directly(part, repository.fhir_base()).status, 206) << "the server knows parts";
  const Passed whole = passed_on(part);
  EXPECT_EQ(whole.status, 200);
  EXPECT_TRUE(whole.body.starts_with("Discharge letter")) << whole.body;
}

TEST_F(GatewaySame, WritesComeToTheSame) {
  launch();
  const auto outcomes = [&](const auto& send) {
    repository.reset();
    std::vector<std::string> all;
    const auto told = [&](const std::string& what, const Passed& passed) {
      const auto has = [&](const char* name) { return passed.headers.contains(name) ? std::string(" ") + name : ""; };
      const bool bundle = passed.body.contains("\"Bundle\"");
      all.push_back(what + ": " + std::to_string(passed.status) + has("etag") + has("location") + has("last-modified") +
                    (bundle ? " " + std::to_string(passed.json().value("entry", json::array()).size()) : ""));
      return passed;
    };
    const json new_one = about("p1", {{"identifier", json::array({{{"system", "urn:test"}, {"value", "7"}}})}});
    const std::string once = "If-None-Exist: identifier=urn:test|7&subject=Patient/p1";
    told("create", send({.method = "POST", .path = "Observation", .body = about("p1")}));
    told(
        "create in chunks",
        send(
            {.method = "POST", .path = "Observation", .body = about("p1"), .headers = {"Transfer-Encoding: chunked"}}));
    told("create, minimal",
         send({.method = "POST", .path = "Observation", .body = about("p1"), .headers = {"Prefer: return=minimal"}}));
    told("create once", send({.method = "POST", .path = "Observation", .body = new_one, .headers = {once}}));
    told("create once more", send({.method = "POST", .path = "Observation", .body = new_one, .headers = {once}}));
    const json changed_one = about("p1", {{"id", "p1-hr-01"}});
    const Passed read = send({.method = "GET", .path = "Observation/p1-hr-01"});
    const std::string match = "If-Match: " + (read.headers.contains("etag") ? read.headers.at("etag") : "none");
    told("update", send({.method = "PUT", .path = "Observation/p1-hr-01", .body = changed_one, .headers = {match}}));
    told("update as create",
         send({.method = "PUT", .path = "Observation/p1-new", .body = about("p1", {{"id", "p1-new"}})}));
    const json status = json::array({{{"op", "replace"}, {"path", "/status"}, {"value", "amended"}}});
    told("patch", send({.method = "PATCH", .path = "Observation/p1-hr-02", .body = status}));
    told("delete", send({.method = "DELETE", .path = "Observation/p1-hr-03"}));
    told("read what is gone", send({.method = "GET", .path = "Observation/p1-hr-03"}));
    for (const char* type : {"batch", "transaction"})
      told(type, send({.method = "POST",
                       .path = "",
                       .body = {{"resourceType", "Bundle"},
                                {"type", type},
                                {"entry", json::array({entry("POST", "Observation", about("p1")),
                                                       entry("POST", "Observation", about("p1"))})}}}));
    return all;
  };
  EXPECT_EQ(outcomes([&](const Sent& sent) { return passed_on(sent); }),
            outcomes([&](const Sent& sent) { return directly(sent, repository.fhir_base()); }));
}

}  // namespace
}  // namespace wardend::test
