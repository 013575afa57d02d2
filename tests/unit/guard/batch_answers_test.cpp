// What a batch is answered with is judged entry by entry, as what each request of it is answered with by itself.
#include <gtest/gtest.h>

#include <string>

#include "daemon/guard/proof_rule.hpp"
#include "tests/unit/guard/ward_facts.hpp"

namespace wardend::guard {
namespace {

using nlohmann::json;

json answered(const std::vector<std::string>& entries) {
  json list = json::array();
  for (const std::string& entry : entries) list.push_back(json::parse(entry));
  return {{"resourceType", "Bundle"}, {"type", "batch-response"}, {"entry", list}};
}

// Where the first doubt is, with what it is about; "-": nowhere.
std::string doubted(const std::vector<std::string>& lines, const std::vector<std::string>& entries) {
  const auto doubt = first_doubt(sent_in_bundle(lines), answered(entries), enforced());
  if (!doubt) return "-";
  constexpr std::string_view words[] = {"unsaid",   "foreign",  "counted",     "valued",
                                        "unpaired", "too_deep", "other_record"};
  return std::string(words[static_cast<std::size_t>(doubt->what)]) + " " + doubt->path;
}

const std::string ok = R"({"response":{"status":"200 OK"}})";

TEST(BatchAnswers, AnEntryIsJudgedAsWhatItsRequestIsAnsweredWithByItself) {
  const std::string count =
      R"({"resource":{"resourceType":"Bundle","type":"searchset","total":7},"response":{"status":"200"}})";
  EXPECT_EQ(doubted({"GET Observation?patient=p1&_summary=count"}, {count}), "-");
  EXPECT_EQ(doubted({"GET Observation?performer=Patient/p1"}, {count}), "counted entry[0].resource.total");
  const std::string silent = R"({"resource":{"resourceType":"Bundle","type":"searchset","entry":[
      {"resource":{"resourceType":"Provenance","id":"x","target":[{"reference":"Observation/9"}]}}]}})";
  EXPECT_EQ(doubted({"GET Provenance?patient=p1"}, {silent}), "-");
  EXPECT_EQ(doubted({"GET Provenance?agent=Practitioner/d"}, {silent}), "unsaid entry[0].resource.entry[0].resource");
  EXPECT_EQ(doubted({"GET Provenance?patient=p1", "GET Provenance?agent=Practitioner/d"}, {count, silent}),
            "unsaid entry[1].resource.entry[0].resource")
      << "the word of one request is none for another";
  const std::string bare = R"({"resource":{"resourceType":"Provenance","id":"x"}})";
  EXPECT_EQ(doubted({"GET Provenance?patient=p1"}, {bare}), "unsaid entry[0].resource") << "a search finds a Bundle";
  const std::string values =
      R"({"resource":{"resourceType":"Parameters","parameter":[{"name":"x","valueString":"y"}]}})";
  EXPECT_EQ(doubted({"GET CodeSystem/$lookup?code=x"}, {values}), "-");
  EXPECT_EQ(doubted({"GET Library/l/$evaluate"}, {values}), "valued entry[0].resource.parameter");
  EXPECT_EQ(doubted({"GET Library/l/$evaluate?subject=Patient/p1"}, {values}), "-");
}

// A server that says of a deleted record when it was deleted says it of anybody's.
TEST(BatchAnswers, AnErrorTellsNoVersionEither) {
  const std::string gone =
      R"({"response":{"status":"410 Gone","etag":"W/\"7\"","lastModified":"2026-11-23T10:00:00Z"}})";
  EXPECT_EQ(doubted({"GET Observation/ob"}, {gone}), "counted entry[0].response");
  EXPECT_EQ(doubted({"GET Observation/ob"}, {R"({"response":{"status":"404"}})"}), "-");
}

// Wherever a value stands, and however it is written.
TEST(BatchAnswers, AnOperationThatNamesNobodyTellsNoValue) {
  const std::string inner = R"({"resourceType":"Parameters","parameter":[{"name":"x","valueString":"y"}]})";
  for (const std::string& whole : {
           R"({"resourceType":"Parameters","parameter":[{"name":"x","resource":)" + inner + "}]}",
           R"({"resourceType":"Parameters","parameter":[{"name":"x","part":[{"name":"y","resource":)" + inner + "}]}]}",
           R"({"resourceType":"Parameters","contained":[)" + inner + "]}",
           R"({"resourceType":"Bundle","type":"collection","entry":[{"resource":)" + inner + "}]}",
           std::string(R"({"resourceType":"Parameters","parameter":[{"name":"x","_valueString":{"id":"y"}}]})"),
           std::string(R"({"resourceType":"Parameters","parameter":[{"name":"x","ValueString":"y"}]})"),
           std::string(R"({"resourceType":"Parameters","parameter":[{"name":"x","extension":[{"valueString":"y"}]}]})"),
           std::string(R"({"resourceType":"Parameters","parameter":{"name":"x","valueString":"y"}})"),
           std::string(R"({"resourceType":"Parameters","parameter":["y"]})"),
           std::string(R"({"resourceType":"Parameters","extension":[{"valueString":"y"}]})"),
           std::string(R"({"resourceType":"Parameters","contained":["y"]})"),
           std::string(R"({"resourceType":"Parameters","contained":{"valueString":"y"}})"),
           std::string(R"({"resourceType":"Parameters","contained":[{"valueString":"y"}]})"),
           std::string(R"({"resourceType":"Parameters","parameter":[{"name":"x","resource":"y"}]})"),
           std::string(R"({"resourceType":"Parameters","parameter":[{"name":"x","resource":["y"]}]})"),
           std::string(R"({"resourceType":"Parameters","parameter":[{"name":{"valueString":"y"}}]})"),
           std::string(R"("text")"),
           "[" + inner + "]",
       }) {
    const std::string entry = R"({"response":{"status":"200"},"resource":)" + whole + "}";
    EXPECT_NE(doubted({"GET Library/l/$evaluate"}, {entry}), "-") << whole;
    EXPECT_EQ(doubted({"GET Library/l/$evaluate?subject=Patient/p1"}, {entry}).starts_with("valued"), false) << whole;
  }
}

TEST(BatchAnswers, AListTellsOfNoRecordThatItDoesNotShow) {
  const std::string gone =
      R"({"resource":{"resourceType":"Bundle","type":"history","entry":[{"request":{"method":"DELETE",
      "url":"Observation/ob"},"response":{"status":"204","etag":"W/\"7\"","lastModified":"2026-11-23T10:00:00Z"}}]}})";
  EXPECT_EQ(doubted({"GET Observation/ob/_history"}, {gone}), "counted entry[0].resource.entry[0]");
  const std::string shown =
      R"({"resource":{"resourceType":"Bundle","type":"history","entry":[{"request":{"method":"DELETE",
      "url":"Observation/o1"}},{"resource":{"resourceType":"Observation","id":"o1",
      "subject":{"reference":"Patient/p1"}}}]}})";
  EXPECT_EQ(doubted({"GET Observation/o1/_history"}, {shown}), "-") << "whose that is, another version says";
  for (const char* other :
       {R"("request":{"method":"DELETE","url":"Observation/ob"})", R"("fullUrl":"https://x.example/Observation/ob")",
        R"("response":{"status":"204","location":"Observation/ob/_history/2"})", R"("fullUrl":"Device/o1")"})
    for (const char* of : {"Observation/o1", "Patient/p1"}) {
      const bool patient = std::string_view(of).starts_with("Patient");
      const std::string record =
          patient ? R"({"resourceType":"Patient","id":"p1"})"
                  : R"({"resourceType":"Observation","id":"o1","subject":{"reference":"Patient/p1"}})";
      const std::string page = R"({"resource":{"resourceType":"Bundle","type":"history","entry":[{"resource":)" +
                               record + "},{" + other + "}]}}";
      EXPECT_EQ(doubted({"GET " + std::string(of) + "/_history"}, {page}), "counted entry[0].resource.entry[1]")
          << page;
    }
  const std::string address =
      R"({"resource":{"resourceType":"Bundle","type":"searchset","total":1,"entry":[
      {"fullUrl":"https://ehr.example.org/fhir/r4/Observation/ob","search":{"score":1}}]}})";
  EXPECT_EQ(doubted({"GET Observation?performer=Patient/p1"}, {address}), "counted entry[0].resource.entry[0]");
  EXPECT_EQ(doubted({"GET Observation?patient=p1"}, {address}), "-");
  const std::string told =
      R"({"resource":{"resourceType":"Bundle","type":"searchset","entry":[{"search":{"mode":"outcome"}}]}})";
  EXPECT_EQ(doubted({"GET Observation?performer=Patient/p1"}, {told}), "-");
  for (
      const char* none : {
          R"({"fullUrl":"https://ehr.example.org/fhir/r4/Observation/ob","resource":null})",
          R"({"fullUrl":"https://ehr.example.org/fhir/r4/Observation/ob","resource":"x"})",
          R"({"fullUrl":"https://ehr.example.org/fhir/r4/Observation/ob","resource":[]})",
          R"({"fullUrl":"https://ehr.example.org/fhir/r4/Observation/ob","search":{"mode":"outcome"}})",
          R"({"fullUrl":"https://ehr.example.org/fhir/r4/Observation/ob","resource":{"resourceType":"OperationOutcome"}})",
          R"("Observation/ob")",
          "null",
      }) {
    const std::string list =
        std::string(R"({"resource":{"resourceType":"Bundle","type":"searchset","entry":[)") + none + "]}}";
    EXPECT_NE(doubted({"GET Observation?performer=Patient/p1"}, {list}), "-") << none;
  }
  for (const char* none : {R"({"resource":null,"response":{"status":"200","etag":"W/\"7\""}})", R"({"resource":"x"})",
                           R"({"resource":["x"]})"})
    EXPECT_EQ(doubted({"GET Observation?performer=Patient/p1"}, {none}), "counted entry[0].response") << none;
}

TEST(BatchAnswers, WhatAServerSaysOfItselfIsNoRecord) {
  EXPECT_EQ(doubted({"GET metadata"}, {R"({"resource":{"resourceType":"CapabilityStatement","title":"x"}})"}), "-");
  EXPECT_NE(doubted({"GET metadata"}, {R"({"resource":{"resourceType":"Observation","subject":{"display":"B"}}})"}),
            "-");
}

// Alone an error holds an OperationOutcome only.
TEST(BatchAnswers, AWriteThatFailedShowsNoRecord) {
  EXPECT_EQ(doubted({"PUT Observation/o1"}, {R"({"resource":{"resourceType":"Observation","id":"ob",
      "subject":{"display":"B"}},"response":{"status":"412"}})"}),
            "unsaid entry[0].resource");
}

// Its source numbers patients otherwise.
TEST(BatchAnswers, ADocumentFromElsewhereKeepsItsIds) {
  const auto document = [](const std::string& number) {
    return R"({"resource":{"resourceType":"Bundle","id":"x1","type":"document","entry":[
      {"fullUrl":"urn:uuid:2","resource":{"resourceType":"Composition","subject":{"reference":"urn:uuid:1"}}},
      {"fullUrl":"urn:uuid:1","resource":{"resourceType":"Patient","id":"p1","identifier":[
      {"system":"https://fhir.nhs.uk/Id/nhs-number","value":")" +
           number + R"("}]}}]}})";
  };
  EXPECT_EQ(doubted({"GET Bundle/x1"}, {document("9434765919")}), "-");
  EXPECT_TRUE(doubted({"GET Bundle/x1"}, {document("9434765870")}).starts_with("foreign"));
}

TEST(BatchAnswers, AFailedReadNeedsNoStatusInText) {
  for (const char* status : {"", R"(,"response":{"status":404})"})
    EXPECT_EQ(doubted({"GET Observation/1"},
                      {std::string(R"({"resource":{"resourceType":"OperationOutcome"})") + status + "}"}),
              "-");
}

TEST(BatchAnswers, WritesMayBeAnsweredWithNothing) {
  EXPECT_EQ(doubted({"PUT Observation/o1", "POST Observation"}, {}), "-");
  EXPECT_EQ(doubted({"PUT Observation/o1", "GET Observation/o1"}, {}), "unpaired entry");
  EXPECT_NE(doubted({"PUT Observation/o1", "POST Observation"},
                    {R"({"resource":{"resourceType":"Observation","id":"ob"},"response":{"status":"200"}})"}),
            "-");
}

TEST(BatchAnswers, AnEntryThatIsNoneIsPairedWithNothing) {
  const std::string silent = R"({"resource":{"resourceType":"Observation","id":"ob"},"response":{"status":"200"}})";
  for (const char* none : {"null", "7", R"("x")", "[]"})
    EXPECT_TRUE(doubted({"GET Patient/p1/$everything", "GET Observation/ob"}, {none, silent}) != "-") << none;
}

TEST(BatchAnswers, ASearchLeadsToADeviceInItsOwnAnswerAlone) {
  const std::string observed =
      R"({"resource":{"resourceType":"Observation","id":"o","subject":{"reference":"Patient/p1"},
      "device":{"reference":"Device/d"}},"search":{"mode":"match"}})";
  const std::string device = R"({"resource":{"resourceType":"Device","id":"d"},"search":{"mode":"include"}})";
  const auto set = [](const std::string& entries) {
    return R"({"resource":{"resourceType":"Bundle","type":"searchset","entry":[)" + entries + "]}}";
  };
  const std::string search = "GET Observation?patient=p1&_include=Observation:device";
  EXPECT_EQ(doubted({search}, {set(observed + "," + device)}), "-");
  EXPECT_EQ(doubted({search, "GET Device/d"}, {set(observed), R"({"resource":{"resourceType":"Device","id":"d"}})"}),
            "unsaid entry[1].resource");
}

TEST(BatchAnswers, AWriteIsAnsweredWithWhatItWroteWhateverStatusTheServerSays) {
  const auto made = [](const char* status) {
    return std::string(
               R"({"resource":{"resourceType":"Observation","id":"1","valueString":"x"},"response":{"status":")") +
           status + "\"}}";
  };
  for (const char* line : {"POST Observation", "PUT Observation/1", "PATCH Observation/1"})
    EXPECT_EQ(doubted({line}, {made("200 OK")}), "-") << line;
  EXPECT_EQ(doubted({"GET Observation/1"}, {made("201 Created")}), "unsaid entry[0].resource");
  const std::string inside = R"({"resource":{"resourceType":"Bundle","type":"searchset","entry":[{"resource":
      {"resourceType":"Observation","id":"1"},"response":{"status":"201 Created"}}]},"response":{"status":"201"}})";
  EXPECT_EQ(doubted({"GET Practitioner?name=x"}, {inside}), "unsaid entry[0].resource.entry[0].resource");
  EXPECT_EQ(doubted({"POST Observation"}, {inside}), "unsaid entry[0].resource.entry[0].resource");
}

TEST(BatchAnswers, ARecordThatIsReadIsTheOneThatWasAskedFor) {
  const std::string second =
      R"({"resource":{"resourceType":"Observation","id":"2","subject":{"reference":"Patient/p1"}}})";
  EXPECT_EQ(doubted({"GET Observation/2"}, {second}), "-");
  EXPECT_EQ(doubted({"GET Observation/1"}, {second}), "other_record entry[0].resource.id");
  EXPECT_EQ(doubted({"GET Observation/1"},
                    {R"({"resource":{"resourceType":"OperationOutcome"},"response":{"status":"404"}})"}),
            "-");
}

TEST(BatchAnswers, AVersionTellsOfARecordThatNobodyHasJudged) {
  for (const char* told :
       {R"("etag":"W/\"7\"")", R"("lastModified":"2026-11-23T10:00:00Z")", R"("location":"Observation/ob/_history/3")"})
    for (const char* status : {"200", "204 No Content", "304 Not Modified", ""}) {
      const std::string entry = std::string(R"({"response":{"status":")") + status + "\"," + told + "}}";
      EXPECT_EQ(doubted({"GET Observation/ob"}, {entry}), "counted entry[0].response") << entry;
      EXPECT_EQ(doubted({"GET Observation/ob/_history/1"}, {entry}), "counted entry[0].response") << entry;
      for (const char* line : {"GET Practitioner/d", "GET Patient/p1", "PUT Observation/ob", "POST Observation"})
        EXPECT_EQ(doubted({line}, {entry}), "-") << line << entry;
    }
  EXPECT_EQ(doubted({"GET Observation/ob"}, {R"({"response":{"status":"304"}})"}), "counted entry[0].response");
}

TEST(BatchAnswers, AWriteIsAnsweredWithNoAddressOfAnotherRecord) {
  const auto told = [](const char* line, const std::string& address, const char* status = "200") {
    return doubted({line},
                   {R"({"response":{"status":")" + std::string(status) + R"(","location":")" + address + "\"}}"});
  };
  for (const char* line : {"PUT Observation/o1", "DELETE Observation/o1"}) {
    for (const char* own :
         {"Observation/o1/_history/2", "https://front.example/fhir/Observation/o1", "Observation/o1/"})
      EXPECT_EQ(told(line, own), "-") << line << own;
    for (const char* other : {"Observation/ob/_history/3", "Device/o1", "https://x.example/fhir/Observation/ob", "o1"})
      EXPECT_EQ(told(line, other), "other_record entry[0].resource.id") << line << other;
  }
  const auto named = [](const char* line, const std::string& name) {
    return doubted({line}, {R"({"fullUrl":")" + name + R"(","response":{"status":"200"}})"});
  };
  EXPECT_EQ(named("PUT Observation/o1", "https://ehr.example.org/fhir/r4/Observation/o1"), "-");
  EXPECT_EQ(named("PUT Observation/o1", "urn:uuid:0c3151bd-1cbf-4d64-b04d-cd9187a4c6e0"), "-");
  EXPECT_EQ(named("DELETE Observation/o1", "https://ehr.example.org/fhir/r4/Observation/ob"),
            "other_record entry[0].resource.id");
  EXPECT_EQ(told("POST Observation", "Observation/n/_history/1", "201"), "-");
  EXPECT_EQ(told("POST Observation", "Patient/p2", "201"), "other_record entry[0].resource.id");
  EXPECT_EQ(told("POST Observation", "Observation/ob", "412"), "other_record entry[0].resource.id");
  EXPECT_EQ(told("PUT Observation/o1", "Observation/o1/_history/3", "412"), "-");
}

TEST(BatchAnswers, ThereIsOneForEachRequest) {
  EXPECT_EQ(doubted({"GET Practitioner/d", "GET Practitioner/e"}, {ok, ok}), "-");
  EXPECT_EQ(doubted({"GET Practitioner/d", "GET Practitioner/e"}, {ok}), "unpaired entry");
  EXPECT_EQ(doubted({"GET Practitioner/d"}, {ok, ok}), "unpaired entry");
  EXPECT_EQ(doubted({"GET Practitioner/d"}, {}), "unpaired entry");
  const json outcome = {{"resourceType", "OperationOutcome"}};
  EXPECT_FALSE(first_doubt(sent_in_bundle({"GET Practitioner/d"}), outcome, enforced())) << "it is no Bundle";
  const json reply = answered({ok});
  const Verdict refused = judge_reply(sent_in_bundle({"GET Practitioner/d", "GET Practitioner/e"}),
                                      {.status = 200, .json = &reply}, enforced());
  ASSERT_TRUE(refused.error);
  EXPECT_TRUE(refused.error->detail().contains("one by one")) << refused.error->detail();
}

}  // namespace
}  // namespace wardend::guard
