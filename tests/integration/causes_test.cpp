// A mistake of a site or of a server, and the sentence that a person reads: the same one today and in an hour, with a
// step that helps.
#include <sys/stat.h>

#include <fstream>
#include <thread>

#include "base/encoding.hpp"
#include "tests/integration/hub.hpp"
#include "tests/integration/scenario.hpp"

namespace wardend::test {
namespace {

class Causes : public Scenario {
 protected:
  [[nodiscard]] std::string launch_page() const {
    return site.loopback() + "/launch/vitals?iss=" + percent_encode(ehr.fhir_base()) + "&launch=x";
  }
  // What GetToken says of a refresh that it is made to try; "token": it has one.
  std::string why_no_refresh(const std::string& id) {
    if (const std::string before = answer({{"session", id}}); before != "token") return reply.value("reason", before);
    const std::string said = answer({{"session", id}, {"rejected", hex(sha256(reply.value("access_token", "")))}});
    return said == "token" ? said : reply.value("reason", said);
  }
  [[nodiscard]] std::string file(const std::string& text) const {
    const auto path = site.folder() / "credential";
    std::ofstream(path) << text;
    ::chmod(path.c_str(), 0600);
    return path.string();
  }
};

// The server is down for these, as nothing can be read from it, and no waiting helps.
TEST_F(Causes, ADocumentThatCannotBeUsedIsNamedForAsLongAsItIsSo) {
  struct Mistake {
    json fault;
    const char* words;
  };
  const Mistake mistakes[] = {
      {{{"kind", "set_members"}, {"members", {{"token_endpoint", "https://login.other.org/t"}}}},
       "lives on login.other.org: add that host to allowed_token_hosts"},
      {{{"kind", "set_members"}, {"members", {{"code_challenge_methods_supported", "S256"}}}}, "is not a list"},
      {{{"kind", "set_members"}, {"members", {{"token_endpoint", nullptr}}}}, "has no token_endpoint"},
      {{{"kind", "set_members"}, {"members", {{"token_endpoint", 5}}}}, "token_endpoint is no text"},
      {{{"kind", "dress"}, {"insert", R"("issuer":"https://x")"}}, "issuer is there twice"},
      {{{"kind", "html"}}, "a proxy or sign-in page may be in between"},
      {{{"kind", "big"}, {"bytes", 2'000'000}}, "larger than 1 MiB: check fhir_base_url"},
  };
  start();
  for (const auto& [fault, words] : mistakes) {
    ehr.no_faults();
    EXPECT_TRUE(eventually([&] { return site.wardctl({"health"}).out.contains("  up "); })) << words;
    const std::string id = site.launched_session();
    json met = fault;
    met["at"] = "discovery";
    ehr.fault(met);
    EXPECT_TRUE(eventually([&] { return site.wardctl({"health"}).out.contains("  down "); })) << words;
    const std::string told = launch_error();
    EXPECT_TRUE(told.contains(words) && !told.contains("try again later")) << words << told;
    const Page page = request(launch_page(), {}, {"Sec-Fetch-Mode: navigate", "Sec-Fetch-User: ?1"});
    for (const char* part : {words, "Tell IT the reference below."}) EXPECT_TRUE(page.body.contains(part)) << page.body;
    EXPECT_FALSE(page.body.contains("in a few minutes")) << page.body;
    for (const char* command : {"status", "health"}) {
      const std::string shown = site.wardctl({command}).out;
      EXPECT_TRUE(shown.contains(words)) << command << words << shown;
    }
    const std::string why = why_no_refresh(id);
    EXPECT_TRUE(why.contains(words) && !why.contains("try again later")) << why;
  }
}

// A ca_file of another authority, and one that is no certificate.
TEST_F(Causes, ACertificateThatIsNotTrustedIsNamedForAsLongAsItIsSo) {
  const Hub::Address tls = with_certificate(site);
  const Sandbox secure(site, 300, {"--tls", tls.certificate, tls.key});
  for (const std::string& ca_file : {std::string("/etc/ssl/certs/ca-certificates.crt"), file("hello\n")}) {
    start({.fhir_base = secure.fhir_base(), .server = "ca_file = \"" + ca_file + "\""});
    EXPECT_TRUE(eventually([&] { return site.wardctl({"health"}).out.contains("  down "); })) << ca_file;
    for (const std::string& told : {launch_error(), site.wardctl({"status"}).out, site.wardctl({"health"}).out}) {
      EXPECT_TRUE(told.contains("the server's certificate is not trusted: check ca_file and the clock")) << told;
      EXPECT_FALSE(told.contains("try again later")) << told;
    }
    (void)site.stop();
  }
}

// Where it goes is text from outside: shown without what may be secret, and never followed.
TEST_F(Causes, ARedirectIsToldWithItsAddress) {
  start();
  const std::pair<json, const char*> redirects[] = {
      {{{"kind", "redirect"}, {"status", 307}, {"location", "http://127.0.0.1:1/?code=secret"}},
       "the token endpoint redirects to http://127.0.0.1:1/, which is not followed (HTTP 307): ask IT"},
      {{{"kind", "redirect"}, {"status", 308}, {"location", "/elsewhere#secret"}},
       "the token endpoint redirects to /elsewhere, which is not followed (HTTP 308): ask IT"},
      {{{"kind", "dress"}, {"status", 302}}, "the token endpoint answers HTTP 302, and nothing else: ask IT"},
      {{{"kind", "dress"}, {"status", 304}}, "the token endpoint answers HTTP 304, and nothing else: ask IT"},
  };
  for (auto [fault, words] : redirects) {
    ehr.no_faults();
    const std::string id = site.launched_session();
    fault["at"] = "token";
    ehr.fault(fault);
    const std::string told = launch_error();
    EXPECT_TRUE(told.contains(words) && !told.contains("in a minute") && !told.contains("secret")) << words << told;
    if (fault.value("kind", "") != "redirect") continue;  // the server has rotated all the same
    const std::string why = why_no_refresh(id);
    EXPECT_TRUE(why.contains(words)) << why;
  }
  EXPECT_FALSE(logged({"secret"}));
}

TEST_F(Causes, KeysThatAreElsewhereAreToldWithTheStatusOrTheAddress) {
  const std::pair<json, const char*> faults[] = {
      {{{"kind", "redirect"}, {"location", "https://keys.example.org/jwks?x=secret"}},
       "redirects to https://keys.example.org/jwks, which is not followed (HTTP 302): ask IT"},
      {{{"kind", "status"}, {"status", 404}}, "the server's keys cannot be had (HTTP 404): "},
      {{{"kind", "html"}}, "the server's keys cannot be had (what came is no JSON: a proxy or sign-in page"},
      {{{"kind", "bad_json"}, {"body", "[]"}}, "the server's keys cannot be had (what came "},
      {{{"kind", "set_members"}, {"members", {{"keys", nullptr}}}}, "(what came has no list named keys)"},
      {{{"kind", "set_members"}, {"members", {{"keys", json::object()}}}}, "(what came has no list named keys)"},
  };
  for (auto [fault, words] : faults) {
    ehr.no_faults();
    fault["at"] = "jwks";
    ehr.fault(fault);
    start();
    const std::string told = launch_error();
    EXPECT_TRUE(told.contains(words) && !told.contains("secret")) << words << told;
    (void)site.stop();
  }
}

TEST_F(Causes, AnAnswerWithoutAnIdTokenIsTheServersMistake) {
  start();
  for (const json& fault : {json{{"kind", "omit"}, {"fields", {"id_token"}}},
                            json{{"kind", "set_members"}, {"members", {{"id_token", ""}}}},
                            json{{"kind", "set_members"}, {"members", {{"id_token", 1}}}},
                            json{{"kind", "id_token"}, {"flaw", "no_id_token"}}}) {
    ehr.no_faults();
    json met = fault;
    met["at"] = "token";
    ehr.fault(met);
    const std::string told = launch_error();
    EXPECT_TRUE(told.contains("it granted openid and fhirUser, but its answer has no id_token: ask its administrators"))
        << fault << told;
  }
}

TEST_F(Causes, AServerThatIgnoresPromptIsNamed) {
  ehr.set("config", {{"minds_prompt", false}});
  start({.oauth = "prompt = \"login\""});
  EXPECT_FALSE(site.launched_session().empty());
  std::this_thread::sleep_for(2100ms);  // auth_time has whole seconds
  EXPECT_EQ(site.wardctl({"lock"}).exit_code, 0);
  std::this_thread::sleep_for(1100ms);
  const std::string told = site.launch({}, "kept").out;
  EXPECT_TRUE(told.contains("WorkstationLocked") && !told.contains("set prompt")) << told;
}

// An editor of Windows adds a byte order mark and CRLF; anything else in the file is named, and not sent.
TEST_F(Causes, ASecretsFileIsReadAsAnEditorLeavesIt) {
  ehr.set("clients", {{"client_id", "sec"}, {"auth", "client_secret_basic"}, {"secret", "s3cret"}});
  const auto started = [&](const std::string& text) {
    start({.client_id = "sec", .client_auth = "client_secret_basic", .credential = file(text)});
  };
  for (const char* good : {"s3cret", "s3cret\n", "s3cret\r\n", "\xEF\xBB\xBFs3cret", "\xEF\xBB\xBFs3cret\r\n"}) {
    started(good);
    EXPECT_FALSE(site.launched_session().empty()) << good << site.wardend().output();
    (void)site.stop();
  }
  for (const auto& [odd, words] :
       {std::pair{"s3cret \n", "begins or ends with a blank"}, std::pair{"s3cret\n\n", "a second line end"},
        std::pair{"user\ns3cret\n", "more than one line"}}) {
    started(odd);
    const std::string told = launch_error();
    EXPECT_TRUE(told.contains(words) && !told.contains("s3cret")) << words << told;
    (void)site.stop();
  }
}

// The launch said eight seconds.
TEST_F(Causes, ARefreshWithoutALifeHasTheOneBefore) {
  ehr.set("config", {{"token_life", 8}});
  start();
  for (const json& odd : {json(nullptr), json({6}), json(1e20), json("abc"), json(""), json(true), json(2147483648)}) {
    const std::string id = site.launched_session();
    ehr.fault({{"at", "token"},
               {"kind", "set_members"},
               {"grant_type", "refresh_token"},
               {"members", {{"expires_in", odd}}}});
    EXPECT_EQ(why_no_refresh(id), "token") << odd << reply;
    EXPECT_LE(reply.value("expires_in", 999), 8) << odd << reply;
    ehr.no_faults();
  }
}

// Whoever sent it, it is no verdict of the EHR's.
TEST_F(Causes, APageOfAProxyAtTheCodeIsToldAsThat) {
  start();
  for (const int status : {401, 403}) {
    ehr.no_faults();
    ehr.fault({{"at", "token"},
               {"kind", "status"},
               {"status", status},
               {"content_type", "text/html"},
               {"body", "<h1>Access denied</h1>"}});
    const std::string told = launch_error();
    EXPECT_TRUE(told.contains("without an error of OAuth, as a proxy, a firewall or a gateway does")) << told;
    EXPECT_FALSE(told.contains("registration")) << told;
  }
  ehr.no_faults();
  ehr.fault({{"at", "token"}, {"kind", "set_members"}, {"members", {{"token_type", {"Bearer"}}}}});
  EXPECT_TRUE(launch_error().contains("has a token_type that is no text"));
  (void)site.stop();
  ehr.no_faults();
  ehr.fault({{"at", "discovery"}, {"kind", "status"}, {"status", 401}});
  start();
  EXPECT_TRUE(launch_error().contains("its discovery document is protected"));
}

}  // namespace
}  // namespace wardend::test
