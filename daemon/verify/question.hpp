// What the judges of this folder share: the app, the documents, and the findings as they grow. For this folder alone.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "daemon/verify/compare.hpp"

namespace wardend::verify {

class Findings {
 public:
  // Adds one. A document can bring about any number of notes: behind the first 2048 findings only what blocks is kept.
  void add(Finding finding) {
    if (list_.size() < most_kept || finding.severity == Severity::blocking) list_.push_back(std::move(finding));
  }
  // The gravest first, cut at `most_findings`.
  [[nodiscard]] std::vector<Finding> take();

 private:
  static constexpr std::size_t most_kept = 4 * most_findings;
  std::vector<Finding> list_;
};

struct Question {
  const config::App& app;
  const config::Server& server;
  const Evidence& evidence;
  Findings& findings;

  // nullptr: the document is not there.
  [[nodiscard]] const smart::DiscoverySurvey* smart() const {
    return evidence.smart.survey ? &*evidence.smart.survey : nullptr;
  }
  [[nodiscard]] const fhir::CapabilityStatement* metadata() const {
    return evidence.metadata.statement ? &*evidence.metadata.statement : nullptr;
  }
  // Where the declarations about SMART stand.
  [[nodiscard]] Source smart_source() const { return evidence.smart1 ? Source::metadata : Source::smart_configuration; }
};

// "LIST[3]" for a word of that list; nullopt: the list does not have it.
[[nodiscard]] std::optional<std::string> place_in(std::string_view name, const std::vector<std::string>& list,
                                                  std::string_view word);

// Each compares one kind of need. In the order of a launch:
void judge_documents(const Question& question);  // whether both are there, and what is odd about them
void judge_discovery(const Question& question);  // endpoints, PKCE, grants
void judge_launch(const Question& question);     // launch modes, patient context
void judge_client(const Question& question);     // client authentication
void judge_identity(const Question& question);   // who signs in, and sessions that outlast a token
void judge_scopes(const Question& question);     // in the syntax that would be asked in
void judge_fhir_version(const Question& question);
void judge_resources(const Question& question);   // [[app.requires]], and scopes that no interaction serves
void judge_governance(const Question& question);  // who may use the app, under which consent

}  // namespace wardend::verify
