// `wardctl fhir` against a scripted gateway.
#include <gmock/gmock.h>

#include <fstream>

#include "tests/unit/wardctl/scripted_gateway.hpp"
#include "tests/unit/wardctl/wardctl_run.hpp"

namespace wardend::wardctl::test {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

class Fhir : public WardctlRun {
 protected:
  // As the broker's folder has it.
  ScriptedGateway gateway{folder.file("fhir.sock")};

  std::string refusal(const std::string& error, const nlohmann::json& more = nlohmann::json::object()) {
    nlohmann::json issue = {
        {"severity", "error"},
        {"code", "forbidden"},
        {"details",
         {{"coding", {{{"system", "urn:wardend:error"}, {"code", error}}}}, {"text", "the sentence: do this"}}},
        {"diagnostics", "the sentence: do this"}};
    issue.merge_patch(more);
    return nlohmann::json({{"resourceType", "OperationOutcome"}, {"issue", {issue}}}).dump();
  }
};

TEST_F(Fhir, PrintsTheBodyAsItCame) {
  gateway.answer(200, "{\"value\": 1.50}");
  EXPECT_EQ(run({"fhir", "get", "Patient/p1", "--session", "s-1", "--patient", "p1", "--encounter", "e1"}),
            ExitCode::done);
  EXPECT_EQ(out.str(), "{\"value\": 1.50}");
  EXPECT_EQ(err.str(), "");
  EXPECT_THAT(gateway.request(), StartsWith("GET /fhir/s-1/Patient/p1 HTTP/1.1\r\nHost: wardend\r\n"));
  EXPECT_THAT(gateway.request(), HasSubstr("\r\nX-Wardend-Patient: p1\r\nX-Wardend-Encounter: e1\r\n"));
  EXPECT_THAT(gateway.request(), Not(HasSubstr("Authorization")));
}

TEST_F(Fhir, MakesAddressesOfWhatPeopleType) {
  struct Typed {
    std::string path, line;
  };
  gateway.answer(200, "{}");
  for (const auto& [path, line] :
       {Typed{"Observation?code=http://loinc.org|8867-4", "/-/Observation?code=http://loinc.org|8867-4 "},
        Typed{"Patient?name=Åse B#1", "/-/Patient?name=%C3%85se%20B%231 "}, Typed{"/metadata", "/-/metadata "},
        Typed{"?_type=Patient", "/-?_type=Patient "}, Typed{"a/../b", "/-/a/../b "},
        Typed{"http://wardend/fhir/s-1/-page/abc", "/s-1/-page/abc "}}) {
    EXPECT_EQ(run({"fhir", "GET", path}), ExitCode::done) << err.str();
    EXPECT_THAT(gateway.request(), StartsWith("GET /fhir" + line + "HTTP/1.1\r\n"));
  }
}

TEST_F(Fhir, SaysWhatIsWrongWithAPathBeforeAnybodyIsAsked) {
  gateway.answer(200, "{}");
  const std::pair<const char*, const char*> table[] = {
      {"", "the path is empty"},     {"/", "the path is empty"},
      {" ", "the path is empty"},    {"https://ehr.example.org/fhir/Patient/p1", "an address of another server"},
      {"Patient/", "an empty part"}, {"Patient//p1", "an empty part"}};
  for (const auto& [path, words] : table) {
    EXPECT_EQ(run({"fhir", "GET", path}), ExitCode::usage) << path;
    EXPECT_THAT(err.str(), HasSubstr(words)) << path;
    EXPECT_THAT(err.str(), HasSubstr("\n  next: ")) << path;
    EXPECT_EQ(gateway.request(), "") << path;
  }
  EXPECT_EQ(run({"fhir", "POST", "", "--data", "/dev/null"}), ExitCode::done) << "a transaction: " << err.str();
  EXPECT_EQ(run({"fhir", "GET", "Observation?code=http://loinc.org|1"}), ExitCode::done) << err.str();
}

TEST_F(Fhir, SendsAFileOrStandardInput) {
  gateway.answer(201, "{}");
  std::ofstream(folder.file("body")) << "{\"resourceType\":\"Observation\"}\n";
  EXPECT_EQ(run({"fhir", "POST", "Observation", "--data", folder.file("body"), "--patient", "p1", "--reason", "why"}),
            ExitCode::done);
  EXPECT_THAT(gateway.request(), HasSubstr("\r\nX-Wardend-Override-Reason: why\r\n"));
  EXPECT_THAT(gateway.request(), HasSubstr("\r\nContent-Type: application/fhir+json\r\n"));
  EXPECT_THAT(gateway.request(), testing::EndsWith("\r\n\r\n{\"resourceType\":\"Observation\"}\n"));
  in.str("[]");
  EXPECT_EQ(run({"fhir", "PATCH", "Observation/1", "--data", "-"}), ExitCode::done);
  EXPECT_THAT(gateway.request(), HasSubstr("\r\nContent-Type: application/json-patch+json\r\n"));
  EXPECT_THAT(gateway.request(), testing::EndsWith("\r\n\r\n[]"));
  in.clear();
  in.str("patient=p1");
  EXPECT_EQ(run({"fhir", "POST", "Observation/_search?_count=1", "--data", "-"}), ExitCode::done);
  EXPECT_THAT(gateway.request(), HasSubstr("\r\nContent-Type: application/x-www-form-urlencoded\r\n"));
  EXPECT_EQ(run({"fhir", "POST", "Binary", "--data", folder.file("body"), "--content-type", "text/plain"}),
            ExitCode::done);
  EXPECT_THAT(gateway.request(), HasSubstr("\r\nContent-Type: text/plain\r\n"));
  EXPECT_EQ(run({"fhir", "POST", "Observation", "--data", folder.file("none")}), ExitCode::usage);
  EXPECT_THAT(err.str(), HasSubstr("cannot read " + folder.file("none")));
}

TEST_F(Fhir, NoValueBeginsAnotherHeader) {
  gateway.answer(200, "{}");
  EXPECT_EQ(run({"fhir", "GET", "Patient/p1", "--reason", "x\r\nIf-Match: 1"}), ExitCode::usage);
  EXPECT_EQ(gateway.request(), "");
}

TEST_F(Fhir, ShowsTheHead) {
  gateway.answer(200, "{}", "X-Wardend-Stale: false\r\n");
  EXPECT_EQ(run({"fhir", "GET", "Patient/p1", "--include"}), ExitCode::done);
  EXPECT_EQ(out.str(),
            "HTTP/1.1 200\ncontent-type: application/fhir+json\nx-wardend-stale: false\ncontent-length: 2\n\n{}");
  gateway.answer("HTTP/1.1 200 OK\r\nETag: W/\"3\"\r\nContent-Length: 9\r\n\r\n");
  EXPECT_EQ(run({"fhir", "HEAD", "Patient/p1"}), ExitCode::done) << err.str();
  EXPECT_EQ(out.str(), "HTTP/1.1 200\netag: W/\"3\"\ncontent-length: 9\n\n");
}

TEST_F(Fhir, ExplainsARefusalInItsUsualWords) {
  gateway.answer(403, refusal("PatientMismatch", {{"expression", {"Observation.subject"}}}), "X-Request-Id: r-7\r\n");
  EXPECT_EQ(run({"fhir", "GET", "Patient/p2"}), ExitCode::refused);
  EXPECT_EQ(out.str(), "");
  EXPECT_EQ(err.str(),
            "wardctl: PatientMismatch: the sentence: do this\n"
            "  path: Observation.subject\n"
            "  request id: r-7\n"
            "  status: 403\n"
            "  next: launch again with this patient open in the EHR\n");
  gateway.answer(503, refusal("ServerUnavailable", {{"details", {{"text", "Use paper."}}}}), "Retry-After: 7\r\n");
  EXPECT_EQ(run({"--json", "fhir", "GET", "Patient/p2"}), ExitCode::try_again);
  EXPECT_EQ(out.str(), "");
  const auto told = nlohmann::json::parse(err.str());
  EXPECT_EQ(told.value("error", ""), "org.wardend.Broker.ServerUnavailable");
  EXPECT_EQ(told.value("exit_code", 0), 75);
  EXPECT_EQ(told.at("parameters").value("advice", ""), "Use paper.");
  EXPECT_EQ(told.at("parameters").value("retry_after", ""), "7");
}

TEST_F(Fhir, AnErrorThatIsNotKnownIsStillTold) {
  gateway.answer(418, refusal("Teapot"));
  EXPECT_EQ(run({"fhir", "GET", "Patient/p2"}), ExitCode::refused);
  EXPECT_THAT(err.str(), StartsWith("wardctl: Teapot: the sentence: do this\n"));
}

TEST_F(Fhir, AnErrorOfTheServerIsItsOwn) {
  gateway.answer(404, "{\"resourceType\":\"OperationOutcome\",\"issue\":[{\"severity\":\"error\"}]}");
  EXPECT_EQ(run({"fhir", "GET", "Patient/p9"}), ExitCode::refused);
  EXPECT_THAT(out.str(), StartsWith("{\"resourceType\":\"OperationOutcome\""));
  EXPECT_THAT(err.str(), HasSubstr("HttpStatus: the FHIR server answered HTTP 404\n"));
  gateway.answer("HTTP/1.1 500 X\r\nContent-Length: 0\r\n\r\n");
  EXPECT_EQ(run({"fhir", "GET", "Patient/p9"}), ExitCode::try_again);
}

TEST_F(Fhir, ASessionThatIsMissingSaysWhatToType) {
  gateway.answer(404, refusal("UnknownSession"));
  broker_answers("ListSessions", {{"sessions", {a_session()}}});
  EXPECT_EQ(run({"fhir", "GET", "Patient/p1"}), ExitCode::refused);
  EXPECT_THAT(err.str(), HasSubstr("    wardctl fhir GET PATH --session s-1    growth at ehr, begun "));
  EXPECT_EQ(run({"fhir", "GET", "Patient/p1", "--session", "s-9"}), ExitCode::refused);
  EXPECT_THAT(err.str(), Not(HasSubstr("yours, launched")));
}

TEST_F(Fhir, WithJsonPrintsObjectsAlone) {
  gateway.answer(200, "{\n \"value\": 1.50\n}");
  EXPECT_EQ(run({"--json", "fhir", "GET", "Patient/p1", "--include"}), ExitCode::done);
  const std::string text = out.str();
  EXPECT_EQ(nlohmann::json::parse(text.substr(0, text.find('\n'))).value("status", 0), 200);
  EXPECT_EQ(text.substr(text.find('\n')), "\n{\"value\":1.50}\n");
  gateway.answer("HTTP/1.1 200 OK\r\nContent-Type: application/pdf\r\nContent-Length: 4\r\n\r\n\xfb\xff\x01\x02");
  EXPECT_EQ(run({"--json", "fhir", "GET", "Binary/b1"}), ExitCode::done);
  EXPECT_EQ(nlohmann::json::parse(out.str()),
            (nlohmann::json{{"resourceType", "Binary"}, {"contentType", "application/pdf"}, {"data", "+/8BAg=="}}));
}

TEST_F(Fhir, AnAnswerThatBreaksOffIsTold) {
  gateway.answer("HTTP/1.1 200 OK\r\nContent-Type: application/pdf\r\nContent-Length: 9\r\n\r\nhalf");
  EXPECT_EQ(run({"fhir", "GET", "Binary/b1"}), ExitCode::try_again);
  EXPECT_EQ(out.str(), "half");
  EXPECT_THAT(err.str(), HasSubstr("the answer broke off"));
  gateway.answer("");
  EXPECT_EQ(run({"fhir", "GET", "Binary/b1"}), ExitCode::try_again);
  EXPECT_THAT(err.str(), HasSubstr("there was no answer"));
}

TEST_F(Fhir, NobodyThereIsUnreachable) {
  EXPECT_EQ(run({"--fhir-socket", folder.file("none"), "fhir", "GET", "Patient/p1"}), ExitCode::unreachable);
  EXPECT_THAT(err.str(), HasSubstr("Unreachable: cannot connect to " + folder.file("none") + ": "));
}

TEST_F(Fhir, AnotherMethodIsWrongUsage) { EXPECT_EQ(run({"fhir", "CONNECT", "Patient/p1"}), ExitCode::usage); }

}  // namespace
}  // namespace wardend::wardctl::test
