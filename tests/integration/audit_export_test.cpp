// The trail of a real run as FHIR AuditEvents: each of them before the judge.
#include <fstream>
#include <set>
#include <sstream>

#include "tests/integration/balp_judge.hpp"
#include "tests/integration/writing.hpp"

namespace wardend::test {
namespace {

class AuditExport : public Writing {
 protected:
  // A launch, a token, a refresh, what was read, a write and its outcome, refusals, a lock, a stop.
  void work() {
    ehr.set("config", {{"token_life", 8}});
    const std::string session = writer();
    ASSERT_EQ(answer({{"session", session}, {"min_validity", 1}}), "token") << reply;
    ASSERT_TRUE(refreshed());
    const json read = {
        {"interaction", "read"}, {"resource", "Observation/7"}, {"patient", "patient-1"}, {"outcome", "success"}};
    const json searched = {{"interaction", "search"},
                           {"resource", "Observation"},
                           {"patient", "patient-1"},
                           {"outcome", "success"},
                           {"query", "patient=patient-1"}};
    const json failed = {
        {"interaction", "read"}, {"resource", "Observation/8"}, {"patient", "patient-1"}, {"outcome", "failure"}};
    ASSERT_EQ(ask(broker(), "Broker.RecordAccess", {{"session", session}, {"accesses", {read, searched, failed}}})
                  .value("recorded", 0),
              3);
    ASSERT_EQ(authorized(creation(session, observation("patient-1"))), "permitted") << told;
    ASSERT_EQ(record(told["permit"]), "recorded");
    ASSERT_NE(authorized(creation(session, observation("patient-2"))), "permitted");
    lock();
    ASSERT_NE(answer({{"session", session}}), "token");
    EXPECT_EQ(site.stop(), 0);
  }
  [[nodiscard]] Finished exported(const std::vector<std::string>& more = {}) const {
    std::vector<std::string> words = {"audit", "export", "--fhir", "--file", site.audit()};
    words.insert(words.end(), more.begin(), more.end());
    return site.wardctl(words);
  }
};

std::vector<json> lines_in(const std::string& text) {
  std::vector<json> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(json::parse(line, nullptr, false));
  return lines;
}

TEST_F(AuditExport, OfARealRunPassesTheJudge) {
  work();
  const Finished all = exported();
  ASSERT_EQ(all.exit_code, 0) << all.err;
  EXPECT_EQ(all.err, "") << "the trail is whole";
  const auto events = lines_in(all.out);
  const auto entries = lines_in(site.wardctl({"--json", "audit", "show", "--file", site.audit()}).out);
  EXPECT_EQ(events.size(), entries.size()) << "one event an entry";
  std::set<std::string> kinds, ids;
  for (const json& entry : entries) kinds.insert(entry.value("kind", ""));
  for (const char* kind : {"start", "launch", "token", "refresh", "write", "clear", "session_end", "access",
                           "revocation", "control", "stop", "rotation"})
    EXPECT_TRUE(kinds.contains(kind)) << kind;
  for (const json& event : events) ids.insert(event.value("id", ""));
  EXPECT_EQ(ids.size(), events.size()) << "each event has an id of its own";
  const Judgement found = judged(all.out, site.folder());
  ASSERT_TRUE(found.asked) << found.words;
  EXPECT_EQ(found.events, events.size());
  for (const auto& [index, errors] : found.errors) ADD_FAILURE() << errors.front() << "\n" << events[index].dump();
  EXPECT_TRUE(all.out.contains("patient-1"));
  for (const char* profile :
       {"BasicAudit.PatientRead", "BasicAudit.PatientQuery", "BasicAudit.PatientCreate", "IUA.71"})
    EXPECT_TRUE(all.out.contains("StructureDefinition/IHE." + std::string(profile)))
        << profile << " is claimed by none";
}

TEST_F(AuditExport, RedactedNamesNobodyAndPassesTheJudge) {
  work();
  for (const std::vector<std::string>& form :
       {std::vector<std::string>{"--redact"}, {"--redact", "--patient", "patient-1"}}) {
    const Finished all = exported(form);
    ASSERT_EQ(all.exit_code, 0) << all.err;
    EXPECT_GT(lines_in(all.out).size(), 3U);
    for (const char* name : {"patient-1\"", "patient-2\"", "Practitioner/"}) EXPECT_FALSE(all.out.contains(name)) << name;
    const Judgement found = judged(all.out, site.folder());
    ASSERT_TRUE(found.asked) << found.words;
    EXPECT_TRUE(found.errors.empty()) << found.words;
  }
}

TEST_F(AuditExport, HeldAgainstItselfDiffersInNothing) {
  work();
  const std::filesystem::path file = site.folder() / "server.jsonl";
  std::ofstream(file) << exported().out;
  const auto reconcile = [&](const std::vector<std::string>& words) {
    std::vector<std::string> all = {"--json", "audit", "reconcile", file, "--file", site.audit()};
    all.insert(all.end(), words.begin(), words.end());
    return site.wardctl(all);
  };
  const Finished same = reconcile({});
  EXPECT_EQ(same.exit_code, 0) << same.out << same.err;
  EXPECT_EQ(json::parse(same.out, nullptr, false).value("matched", 0), 4) << "three accesses and a write";
  std::ofstream(file, std::ios::app) << R"({"resourceType":"AuditEvent"})" << "\n";
  const Finished odd = reconcile({});
  EXPECT_EQ(odd.exit_code, 1);
  EXPECT_TRUE(odd.out.contains("is no instant")) << odd.out;
}

}  // namespace
}  // namespace wardend::test
